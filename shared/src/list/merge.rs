//! Two people changed one tag: what each did, per platform, and a list with both.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{ComposedEntry, Composition, Draft, Entry, Role, compose, open};
use crate::{
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    document::{Document, RawDocument},
    platform::Platform,
    reference::Reference,
    source::{Source, Sources},
};

/// One platform in three lists: what somebody started from, what is there now, and what they would push.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ThreeWayRow {
    /// The platform, normalised; absent for an entry that names none, which has a row of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// Its images in the list that was there when the work began; none when there was no list, or it is gone.
    pub base: Vec<Digest>,
    /// Its images in the list that is there now.
    pub theirs: Vec<Digest>,
    /// Its images in the list that would be pushed.
    pub ours: Vec<Digest>,
    /// What a merge takes.
    pub takes: Side,
}

/// Whose change of a platform a merge takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Both lists have the same.
    Same,
    /// Only ours differs from what was there.
    Ours,
    /// Only theirs differs from what was there.
    Theirs,
    /// Both differ from what was there, and from each other.
    Clash,
}

/// What becomes of a platform, or an annotation, that both have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clashes {
    /// There is no merged list.
    Refuse,
    /// Ours is taken.
    TakeOurs,
}

/// What became of two changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// Every platform of any of the lists: ours first, each once.
    pub rows: Vec<ThreeWayRow>,
    /// Annotations of the list that both have changed, each to something else.
    pub annotations: Vec<String>,
    /// A draft with both changes; absent when they clash.
    pub draft: Option<Draft>,
    /// Nothing of ours is missing there: what is there now is the merged list.
    pub is_theirs: bool,
}

/// Merges what is at a tag now into a draft. `ours` is what the draft makes, `base` what was at the tag when the work began.
///
/// Platforms are compared by every field that clients look at; entries that name none are told apart by their digests. An
/// attestation goes with its image. A platform that only one side changed, added or took away is as that side has it.
pub fn merge(draft: &Draft, ours: &Composition, base: Option<&Source>, theirs: &Source, clashes: Clashes) -> Merge {
    let base = base.map(View::of);
    let theirs = View::of(theirs);
    let columns =
        Columns::new(base.as_ref().map_or(&[], |view| view.entries.as_slice()), &theirs.entries, &ours.entries);
    let rows: Vec<ThreeWayRow> = columns.rows();

    let annotations = MergedAnnotations::new(
        base.as_ref().map(|view| &view.annotations),
        &theirs.annotations,
        &annotations_of(ours.document.as_ref()),
    );
    let has_clash = !annotations.clashes.is_empty() || rows.iter().any(|row| row.takes == Side::Clash);
    let is_refused = has_clash && clashes == Clashes::Refuse;
    let merged = (!is_refused).then(|| {
        let entries = merged_entries(draft, ours, &theirs, &columns);
        let base = draft.base.as_ref().map(|_| theirs.at.clone());
        Draft { entries, base, annotations: annotations.merged, ..draft.clone() }
    });
    let is_theirs =
        !has_clash && annotations.is_theirs && rows.iter().all(|row| matches!(row.takes, Side::Same | Side::Theirs));
    Merge { rows, annotations: annotations.clashes, draft: merged, is_theirs }
}

/// What a tag holds, seen as the draft that it opens as.
struct View {
    at: Reference,
    draft: Draft,
    entries: Vec<ComposedEntry>,
    annotations: Annotations,
}

impl View {
    fn of(source: &Source) -> Self {
        let draft = open(source);
        let at = source.reference.clone().with_digest(source.root.digest().clone());
        let mut sources = Sources::default();
        sources.insert(at.clone(), Ok(Source { reference: at.clone(), ..source.clone() }));
        let entries = compose(&draft, &sources).entries;
        Self { at, draft, entries, annotations: annotations_of(Some(&source.root)) }
    }
}

fn annotations_of(document: Option<&RawDocument>) -> Annotations {
    match document.map(RawDocument::parse) {
        Some(Ok(Document::List(list))) => list.annotations.unwrap_or_default(),
        _ => Annotations::default(),
    }
}

/// What tells entries of a list apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Platform(Box<Platform>),
    Digest(Digest),
}

impl Key {
    fn of(descriptor: &Descriptor) -> Self {
        match &descriptor.platform {
            Some(platform) if !platform.is_empty() && !platform.is_unknown() => {
                Self::Platform(Box::new(platform.key()))
            }
            _ => Self::Digest(descriptor.digest.clone()),
        }
    }
}

/// The entries of three lists by what they are for, attestations aside.
struct Columns<'a> {
    keys: Vec<Key>,
    /// Of each key: the entries of base, theirs and ours, with their places there.
    cells: Vec<[Vec<(usize, &'a Descriptor)>; 3]>,
}

impl<'a> Columns<'a> {
    fn new(base: &'a [ComposedEntry], theirs: &'a [ComposedEntry], ours: &'a [ComposedEntry]) -> Self {
        let mut columns = Self { keys: Vec::new(), cells: Vec::new() };
        let mut known = HashMap::new();
        for (column, entries) in [(2, ours), (1, theirs), (0, base)] {
            for (place, entry) in entries.iter().enumerate() {
                if matches!(entry.role, Role::Attestation { .. }) {
                    continue;
                }
                let key = Key::of(&entry.descriptor);
                let row = *known.entry(key.clone()).or_insert_with(|| {
                    columns.keys.push(key);
                    columns.cells.push(Default::default());
                    columns.cells.len() - 1
                });
                columns.cells[row][column].push((place, &entry.descriptor));
            }
        }
        columns
    }

    fn rows(&self) -> Vec<ThreeWayRow> {
        let digests = |cell: &[(usize, &Descriptor)]| cell.iter().map(|(_, entry)| entry.digest.clone()).collect();
        let row = |(key, [base, theirs, ours]): (&Key, &[Vec<_>; 3])| ThreeWayRow {
            platform: match key {
                Key::Platform(platform) => Some((**platform).clone()),
                Key::Digest(_) => None,
            },
            base: digests(base),
            theirs: digests(theirs),
            ours: digests(ours),
            takes: side(base, theirs, ours),
        };
        self.keys.iter().zip(&self.cells).map(row).collect()
    }
}

fn side(base: &[(usize, &Descriptor)], theirs: &[(usize, &Descriptor)], ours: &[(usize, &Descriptor)]) -> Side {
    let same = |a: &[(usize, &Descriptor)], b: &[(usize, &Descriptor)]| {
        a.iter().map(|(_, entry)| entry).eq(b.iter().map(|(_, entry)| entry))
    };
    if same(theirs, ours) {
        Side::Same
    } else if same(theirs, base) {
        Side::Ours
    } else if same(ours, base) {
        Side::Theirs
    } else {
        Side::Clash
    }
}

/// The rows of a draft, with those of the other side where that is taken: in the place of what they replace, else last.
fn merged_entries(draft: &Draft, ours: &Composition, theirs: &View, columns: &Columns) -> Vec<Entry> {
    // Of our entries: which go, and what comes instead.
    let mut instead: HashMap<usize, Vec<Entry>> = HashMap::new();
    let mut last = Vec::new();
    for [base, from, to] in &columns.cells {
        if side(base, from, to) != Side::Theirs {
            continue;
        }
        let rows = from.iter().map(|(place, _)| theirs.draft.entries[theirs.entries[*place].entry].clone());
        match to.split_first() {
            Some(((first, _), others)) => {
                instead.insert(*first, rows.collect());
                instead.extend(others.iter().map(|(place, _)| (*place, Vec::new())));
            }
            None => last.extend(rows),
        }
    }
    let mut of_row: Vec<Vec<usize>> = vec![Vec::new(); draft.entries.len()];
    for (place, entry) in ours.entries.iter().enumerate() {
        if !matches!(entry.role, Role::Attestation { .. }) {
            of_row[entry.entry].push(place);
        }
    }
    let mut entries = Vec::new();
    for (row, places) in draft.entries.iter().zip(of_row) {
        if !places.iter().any(|place| instead.contains_key(place)) {
            entries.push(row.clone());
            continue;
        }
        // What stays of a row that stands for many gets rows of its own.
        for place in places {
            match instead.remove(&place) {
                Some(others) => entries.extend(others),
                None => entries.push(Entry {
                    digest: Some(ours.entries[place].original_digest().clone()),
                    take: Vec::new(),
                    ..row.clone()
                }),
            }
        }
    }
    entries.extend(last);
    entries
}

/// A list's annotations, each merged as a platform is.
struct MergedAnnotations {
    merged: Annotations,
    clashes: Vec<String>,
    is_theirs: bool,
}

impl MergedAnnotations {
    fn new(base: Option<&Annotations>, theirs: &Annotations, ours: &Annotations) -> Self {
        let mut merged = ours.clone();
        let mut clashes = Vec::new();
        let none = Annotations::new();
        let base = base.unwrap_or(&none);
        for key in base.keys().chain(theirs.keys()).chain(ours.keys()) {
            let (was, is, mine) = (base.get(key), theirs.get(key), ours.get(key));
            if is == mine || is == was {
                continue;
            }
            if mine != was {
                clashes.push(key.clone());
                continue;
            }
            match is {
                Some(value) => merged.insert(key.clone(), value.clone()),
                None => merged.remove(key),
            };
        }
        clashes.sort();
        clashes.dedup();
        let is_theirs = clashes.is_empty() && merged == *theirs;
        Self { merged, clashes, is_theirs }
    }
}

#[cfg(test)]
mod tests;
