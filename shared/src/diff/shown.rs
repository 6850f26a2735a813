//! What the text forms have in common: the lines about an entry.

use super::words::field_words;
use crate::{
    api::{Diff, DiffSide, EntryChange, EntryDiff, EntryKind, EntrySide, FieldChange},
    digest::Digest,
    reference::Reference,
    share::{count, name, size},
};

/// Lines about one entry; of more, the number is said.
const MOST_LINES: usize = 60;

/// Characters of a value that are shown.
pub(super) const VALUE: usize = 160;

/// Entries of which nothing differs that are named.
pub(super) const MOST_NAMED: usize = 24;

/// A line about an entry. Words are ours; key, before and after may be of a document.
pub(super) struct Line {
    pub(super) words: String,
    pub(super) key: Option<String>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// The lines about an entry, and how many there are more of.
pub(super) fn lines(entry: &EntryDiff) -> (Vec<Line>, usize) {
    let mut lines = Vec::new();
    for (words, side) in [("the old one cannot be had", &entry.from), ("cannot be had", &entry.to)] {
        if let Some(problem) = side.as_ref().and_then(|side| side.problem.clone()) {
            lines.push(Line { words: words.to_owned(), key: None, before: None, after: Some(problem) });
        }
    }
    let digest = |side: &Option<EntrySide>| side.as_ref().map(|side| side.digest.clone());
    let (before, after) = (digest(&entry.from), digest(&entry.to));
    if before != after {
        let text = |digest: Option<Digest>| digest.map(|digest| digest.to_string());
        lines.push(Line { words: "digest".to_owned(), key: None, before: text(before), after: text(after) });
    }
    lines.extend(entry.descriptor.iter().map(|change| of_field("", change)));
    let place = if entry.kind == EntryKind::List { "its list" } else { "manifest" };
    lines.extend(entry.manifest.iter().map(|change| of_field(place, change)));
    lines.extend(entry.config.iter().map(|change| of_field("config", change)));
    if let Some(layers) = &entry.layers {
        let kept = format!("{} kept, {}", count(layers.kept, "layer", "layers"), size(layers.kept_bytes));
        lines.push(Line { words: kept, key: None, before: None, after: None });
        for (layer, is_new) in
            layers.removed.iter().map(|layer| (layer, false)).chain(layers.added.iter().map(|layer| (layer, true)))
        {
            let digest = layer.digest.to_string();
            let (before, after) = if is_new { (None, Some(digest)) } else { (Some(digest), None) };
            lines.push(Line { words: format!("layer of {}", size(layer.size)), key: None, before, after });
        }
    }
    lines.extend(entry.attestations.iter().map(|change| of_field("", change)));
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    (lines, more)
}

/// The line about a field. A name that is not one of ours is shown as a text of the document.
pub(super) fn of_field(place: &str, change: &FieldChange) -> Line {
    let known = field_words(&change.field);
    let key = match (known, &change.key) {
        (Some(_), key) => key.clone(),
        (None, Some(key)) => Some(format!("{} {key}", change.field)),
        (None, None) => Some(change.field.clone()),
    };
    let words = [place, known.unwrap_or("field")].into_iter().filter(|word| !word.is_empty());
    Line { words: words.collect::<Vec<_>>().join(" "), key, before: change.before.clone(), after: change.after.clone() }
}

/// Is there nothing to say of it? Such entries are shown as one line together.
pub fn is_quiet(entry: &EntryDiff) -> bool {
    entry.change == EntryChange::Unchanged && entry.entries.is_empty() && !has_problem(entry)
}

/// Could something of it not be had?
pub(super) fn has_problem(entry: &EntryDiff) -> bool {
    [&entry.from, &entry.to].into_iter().flatten().any(|side| side.problem.is_some())
}

/// Every entry with how deep it stands, from 0; those in lists in the list after the list.
pub fn flat(diff: &Diff) -> Vec<(usize, &EntryDiff)> {
    fn take<'a>(entries: &'a [EntryDiff], depth: usize, flat: &mut Vec<(usize, &'a EntryDiff)>) {
        for entry in entries {
            flat.push((depth, entry));
            take(&entry.entries, depth + 1, flat);
        }
    }
    let mut flat = Vec::new();
    take(&diff.entries, 0, &mut flat);
    flat
}

/// The name of a side, the shortest that means the same.
pub(super) fn side_name(side: &DiffSide) -> String {
    side.reference.parse::<Reference>().map_or_else(|_| side.reference.clone(), |reference| name(&reference))
}

/// A side with the digest that was found there.
pub(super) fn pinned(side: &DiffSide) -> String {
    match side.reference.parse::<Reference>() {
        Ok(reference) => reference.with_digest(side.digest.clone()).to_string(),
        Err(_) => side.reference.clone(),
    }
}
