//! What a row of the table shows: pure, from the draft and what was found at its sources.

use std::collections::BTreeMap;

use onetag_shared::{
    api::Problem,
    check::Finding,
    digest::Digest,
    list::{Draft, Entry},
    platform::Platform,
    reference::Reference,
    source::Sources,
    view::{ListView, Row},
};

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RowFacts {
    /// As it is in the draft.
    pub(super) entry: Entry,
    /// What was found.
    pub(super) found: Found,
    /// What the checks say of it.
    pub(super) findings: Vec<Finding>,
}

/// What was found at a row's source.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    /// It is being asked for.
    Waiting,
    /// It cannot be had.
    Failed(Box<Problem>),
    /// One image.
    Image(Box<ImageFacts>),
    /// A list, of which the row takes several images or none.
    List(ListFacts),
}

/// One image.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ImageFacts {
    /// Its digest.
    pub(super) digest: Digest,
    /// The platform it has if the row says nothing else.
    pub(super) natural: Option<Platform>,
    /// The platform in its config.
    pub(super) config: Option<Platform>,
    /// Bytes of config and layers.
    pub(super) size: Option<u64>,
    /// When it was made (RFC 3339).
    pub(super) created: Option<String>,
    /// Number of its attestations.
    pub(super) attestations: usize,
    /// Its annotations if the row says nothing else.
    pub(super) annotations: BTreeMap<String, String>,
}

/// A list as a source.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ListFacts {
    /// Its digest.
    pub(super) digest: Digest,
    /// Digest and platform of each image in it.
    pub(super) images: Vec<(Digest, Option<Platform>)>,
    /// Number of attestations of all of them.
    pub(super) attestations: usize,
    /// Bytes of all distinct blobs.
    pub(super) size: u64,
}

/// The rows of a draft. Findings that are about no row are left out.
pub(super) fn rows(draft: &Draft, sources: &Sources, findings: &[Finding]) -> Vec<RowFacts> {
    let mut views: BTreeMap<&Reference, ListView> = BTreeMap::new();
    let mut rows = Vec::with_capacity(draft.entries.len());
    for (place, entry) in draft.entries.iter().enumerate() {
        let found = match sources.get(&entry.source) {
            None => Found::Waiting,
            Some(Err(problem)) => Found::Failed(Box::new(problem.clone())),
            Some(Ok(source)) => {
                let view = views.entry(&entry.source).or_insert_with(|| ListView::new(source));
                found(entry, view)
            }
        };
        let of_row = |finding: &&Finding| row_of(&finding.pointer) == Some(place);
        rows.push(RowFacts {
            entry: entry.clone(),
            found,
            findings: findings.iter().filter(of_row).cloned().collect(),
        });
    }
    rows
}

/// The row that a finding is about.
pub(super) fn row_of(pointer: &str) -> Option<usize> {
    pointer.strip_prefix("/entries/")?.split('/').next()?.parse().ok()
}

fn found(entry: &Entry, view: &ListView) -> Found {
    if view.is_list {
        let pinned = entry.digest.as_ref().filter(|digest| **digest != view.digest);
        return match pinned.and_then(|digest| view.rows.iter().find(|row| row.digest == *digest)) {
            Some(row) => Found::Image(Box::new(image(row))),
            None => Found::List(ListFacts {
                digest: view.digest.clone(),
                images: view
                    .rows
                    .iter()
                    .filter(|row| !row.orphan_attestation)
                    .map(|row| (row.digest.clone(), row.platform.clone()))
                    .collect(),
                attestations: view.rows.iter().map(|row| row.attestations.len()).sum(),
                size: view.total_download,
            }),
        };
    }
    match view.rows.first() {
        Some(row) => Found::Image(Box::new(image(row))),
        None => Found::Waiting,
    }
}

fn image(row: &Row) -> ImageFacts {
    ImageFacts {
        digest: row.digest.clone(),
        natural: row.platform.clone().filter(|platform| !platform.is_empty()),
        config: row.config.as_ref().map(onetag_shared::document::ImageConfig::platform),
        size: row.size_to_download,
        created: row.created.clone(),
        attestations: row.attestations.len(),
        annotations: row.annotations.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_pointers() {
        assert_eq!(row_of("/entries/2"), Some(2));
        assert_eq!(row_of("/entries/2/platform"), Some(2));
        for pointer in ["", "/annotations", "/entries/", "/entries/x", "/manifests/1"] {
            assert_eq!(row_of(pointer), None, "{pointer}");
        }
    }

    #[test]
    fn what_was_not_asked_for_is_waited_for() {
        let entry = Entry::new("me/app:v1".parse().unwrap());
        let draft = Draft { entries: vec![entry], ..Draft::default() };
        let mut sources = Sources::default();
        assert_eq!(rows(&draft, &sources, &[])[0].found, Found::Waiting);
        let problem = Problem::new(onetag_shared::api::ProblemCode::ManifestUnknown, "there is none");
        sources.insert("me/app:v1".parse().unwrap(), Err(problem.clone()));
        assert_eq!(rows(&draft, &sources, &[])[0].found, Found::Failed(Box::new(problem)));
    }
}
