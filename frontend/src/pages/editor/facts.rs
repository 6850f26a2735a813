//! What a row of the table shows: pure, from the draft and what was found at its sources.

use std::collections::BTreeMap;

use onetag_shared::{
    api::Problem,
    check::Finding,
    descriptor::Annotations,
    digest::Digest,
    list::{Draft, Entry},
    platform::Platform,
    source::Sources,
    view::{ListView, Row},
};

use crate::state::sources::Views;

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
    pub(super) annotations: Annotations,
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

impl RowFacts {
    /// The annotations that its entry will have in the list; of a list, those that each of them is given.
    pub(super) fn annotations(&self) -> Annotations {
        match (&self.entry.annotations, &self.found) {
            (Some(annotations), _) => annotations.clone(),
            (None, Found::Image(image)) => image.annotations.clone(),
            (None, Found::Waiting | Found::Failed(_) | Found::List(_)) => Annotations::new(),
        }
    }
}

/// The rows of a draft. Findings that are about no row are left out.
pub(super) fn rows(draft: &Draft, sources: &Sources, views: &Views, findings: &[Finding]) -> Vec<RowFacts> {
    let mut of_rows: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        if let Some(place) = row_of(&finding.pointer) {
            of_rows.entry(place).or_default().push(finding.clone());
        }
    }
    let found = |entry: &Entry| match sources.get(&entry.source) {
        Some(Err(problem)) => Found::Failed(Box::new(problem.clone())),
        Some(Ok(_)) => views.get(&entry.source).map_or(Found::Waiting, |view| found(entry, view)),
        None => Found::Waiting,
    };
    let entries = draft.entries.iter().enumerate();
    let row = |(place, entry): (usize, &Entry)| RowFacts {
        entry: entry.clone(),
        found: found(entry),
        findings: of_rows.remove(&place).unwrap_or_default(),
    };
    entries.map(row).collect()
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
        let found = |sources: &Sources| rows(&draft, sources, &Views::new(), &[]).remove(0).found;
        assert_eq!(found(&sources), Found::Waiting);
        let problem = Problem::new(onetag_shared::api::ProblemCode::ManifestUnknown, "there is none");
        sources.insert("me/app:v1".parse().unwrap(), Err(problem.clone()));
        assert_eq!(found(&sources), Found::Failed(Box::new(problem)));
    }
}
