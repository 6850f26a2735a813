//! What a row of the table shows: pure, from the draft and what was found at its sources.

use std::collections::BTreeMap;

use onetag_shared::{
    api::Problem,
    check::Finding,
    descriptor::Annotations,
    digest::Digest,
    list::{Draft, Entry, Nested},
    platform::Platform,
    source::Sources,
    view::{ListView, Row},
};

use crate::{state::sources::Views, text::format};

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

/// One image, or a list in a list, which is one entry as well.
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
    /// Images in it, when it is a list.
    pub(super) inside: usize,
}

/// A list as a source.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ListFacts {
    /// Its digest.
    pub(super) digest: Digest,
    /// What the row can take of it.
    pub(super) images: Vec<Member>,
    /// There are lists in it, which may stay or be taken apart.
    pub(super) has_lists: bool,
    /// Number of attestations of all of them.
    pub(super) attestations: usize,
    /// Bytes of all distinct blobs.
    pub(super) size: u64,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    /// Its digest.
    pub(super) digest: Digest,
    /// Its platform in the list.
    pub(super) platform: Option<Platform>,
    /// Images in it, when it is a list itself.
    pub(super) inside: usize,
}

impl Member {
    /// Its platform, or what stands there instead.
    pub(super) fn name(&self) -> String {
        match (&self.platform, self.inside) {
            (Some(platform), _) => platform.to_string(),
            (None, 0) => "no platform".to_owned(),
            (None, inside) => a_list_of(inside),
        }
    }
}

/// What a list in the list is called.
pub(super) fn a_list_of(images: usize) -> String {
    format!("a list of {}", format::count(images, "image", "images"))
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
    if !view.is_list {
        return match view.rows.first() {
            Some(row) => Found::Image(Box::new(image(row, 0))),
            None => Found::Waiting,
        };
    }
    let is_flat = entry.nested == Nested::Flatten;
    let pinned = entry.digest.as_ref().filter(|digest| **digest != view.digest);
    let pinned = pinned.and_then(|digest| {
        let is_meant = |row: &&Row| row.digest == *digest && (is_flat || row.depth == 0);
        view.rows.iter().position(|row| is_meant(&row))
    });
    let row = pinned.map(|place| &view.rows[place]);
    match (row, pinned.map(|place| view.inside(place))) {
        (Some(row), Some(inside)) if !(is_flat && row.is_list()) => {
            Found::Image(Box::new(image(row, images(inside).count())))
        }
        (Some(row), Some(inside)) => Found::List(ListFacts {
            digest: row.digest.clone(),
            images: flat(inside),
            has_lists: true,
            attestations: inside.iter().map(|row| row.attestations.len()).sum(),
            size: row.size_to_download.unwrap_or_default(),
        }),
        _ => Found::List(ListFacts {
            digest: view.digest.clone(),
            images: if is_flat { flat(&view.rows) } else { members(view) },
            has_lists: view.rows.iter().any(Row::is_list),
            attestations: view
                .rows
                .iter()
                .filter(|row| is_flat || row.depth == 0)
                .map(|row| row.attestations.len())
                .sum(),
            size: view.total_download,
        }),
    }
}

fn images(rows: &[Row]) -> impl Iterator<Item = &Row> {
    rows.iter().filter(|row| row.is_image())
}

/// The entries of a list, lists in it among them.
fn members(view: &ListView) -> Vec<Member> {
    let rows = view.rows.iter().enumerate().filter(|(_, row)| row.depth == 0 && !row.orphan_attestation);
    rows.map(|(place, row)| member(row, images(view.inside(place)).count())).collect()
}

/// The images of a list whose lists are taken apart: what stands in several of them stands there once.
fn flat(rows: &[Row]) -> Vec<Member> {
    let mut flat = Vec::new();
    for member in images(rows).map(|row| member(row, 0)) {
        if !flat.contains(&member) {
            flat.push(member);
        }
    }
    flat
}

fn member(row: &Row, inside: usize) -> Member {
    Member { digest: row.digest.clone(), platform: row.platform.clone(), inside }
}

fn image(row: &Row, inside: usize) -> ImageFacts {
    ImageFacts {
        digest: row.digest.clone(),
        natural: row.platform.clone().filter(|platform| !platform.is_empty()),
        config: row.config.as_ref().map(onetag_shared::document::ImageConfig::platform),
        size: row.size_to_download,
        created: row.created.clone(),
        attestations: row.attestations.len(),
        annotations: row.annotations.clone(),
        inside,
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
