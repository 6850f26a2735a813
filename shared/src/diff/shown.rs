//! What the text forms have in common: the lines about an entry.

use super::words::field_words;
use crate::{
    api::{Diff, DiffSide, EntryChange, EntryDiff, EntryKind, EntrySide, FieldChange},
    excerpt::{self, Excerpt},
    layers::Already,
    reference::Reference,
    share::{count, name, size},
};

/// Lines about one entry; of more, the number is said.
const MOST_LINES: usize = 60;

/// Characters of a value that are shown.
pub(super) const VALUE: usize = 160;

/// Entries of which nothing differs that are named.
pub(super) const MOST_NAMED: usize = 24;

/// A line about an entry.
///
/// Nothing in it breaks out of its line, whatever a document has there, and long texts are cut. It is no markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about, in words of ours: "config env".
    pub words: String,
    /// Which of these: a text of a document.
    pub key: Option<String>,
    /// What it was.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

impl Line {
    fn new(words: String, key: Option<&str>, before: Option<&str>, after: Option<&str>) -> Self {
        let value = |text: &str| excerpt::Line(text, VALUE).to_string();
        let key = key.map(|key| Excerpt(key).to_string());
        Self { words, key, before: before.map(value), after: after.map(value) }
    }
}

/// The lines about an entry: what changed inside, or why that cannot be told; and how many there are more of.
pub fn lines(entry: &EntryDiff) -> (Vec<Line>, usize) {
    let mut lines = Vec::new();
    for (old, side) in [("the old one ", &entry.from), ("", &entry.to)] {
        let Some(side) = side else { continue };
        if let Some(problem) = side.problem.as_deref() {
            lines.push(Line::new([old, cannot(side)].concat(), None, None, Some(problem)));
        }
    }
    let [before, after] = [&entry.from, &entry.to].map(|side| side.as_ref().map(|side| side.digest.as_str()));
    if before != after {
        lines.push(Line::new("digest".to_owned(), None, before, after));
    }
    lines.extend(entry.descriptor.iter().map(|change| of_field("", change)));
    let place = if entry.kind == EntryKind::List { "its list" } else { "manifest" };
    lines.extend(entry.manifest.iter().map(|change| of_field(place, change)));
    lines.extend(entry.config.iter().map(|change| of_field("config", change)));
    if let Some(layers) = &entry.layers {
        let kept = format!("{} kept, {}", count(layers.kept, "layer", "layers"), size(layers.kept_bytes));
        lines.push(Line::new(kept, None, None, None));
        for (layer, is_new) in
            layers.removed.iter().map(|layer| (layer, false)).chain(layers.added.iter().map(|layer| (layer, true)))
        {
            let digest = Some(layer.digest.as_str());
            let (before, after) = if is_new { (None, digest) } else { (digest, None) };
            lines.push(Line::new(format!("layer of {}", size(layer.size)), None, before, after));
        }
    }
    lines.extend(entry.attestations.iter().map(|change| of_field("", change)));
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    (lines, more)
}

/// What a client that has the old image has of the new one already, in a sentence; `None` where that cannot be told, or there is
/// no other image.
pub fn already(entry: &EntryDiff) -> Option<String> {
    let is_replaced = entry.change == EntryChange::Replaced && entry.kind == EntryKind::Image;
    let all = entry.to.as_ref().filter(|_| is_replaced && !has_problem(entry))?.size?;
    let had = match &entry.layers {
        Some(layers) => format!("{} already", Already { there: layers.kept_bytes, all }.in_words()),
        None if entry.config.is_empty() => return None,
        None => "all its layers already: only config and manifest are new".to_owned(),
    };
    Some(format!("A client that has the old image has {had}."))
}

/// The line about a field. A name that is not one of ours is shown as a text of the document.
pub fn of_field(place: &str, change: &FieldChange) -> Line {
    let known = field_words(&change.field);
    let key = match (known, &change.key) {
        (Some(_), key) => key.clone(),
        (None, Some(key)) => Some(format!("{} {key}", change.field)),
        (None, None) => Some(change.field.clone()),
    };
    let words = [place, known.unwrap_or("field")].into_iter().filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join(" ");
    Line::new(words, key.as_deref(), change.before.as_deref(), change.after.as_deref())
}

/// Is there nothing to say of it? Such entries are shown as one line together.
pub fn is_quiet(entry: &EntryDiff) -> bool {
    entry.change == EntryChange::Unchanged && entry.entries.is_empty() && !has_problem(entry)
}

/// Could something of it not be had?
pub(super) fn has_problem(entry: &EntryDiff) -> bool {
    problems(entry) != (false, false)
}

/// Whether something of it cannot be had, and whether something could not be asked for.
pub(super) fn problems(entry: &EntryDiff) -> (bool, bool) {
    let has = |unknown: bool| {
        let mut sides = [&entry.from, &entry.to].into_iter().flatten();
        sides.any(|side| side.problem.is_some() && side.unknown == unknown)
    };
    (has(false), has(true))
}

/// What is the matter with a side that has a problem.
pub(super) fn cannot(side: &EntrySide) -> &'static str {
    if side.unknown { "could not be asked for" } else { "cannot be had" }
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
