//! What differs between two lists, for people: per platform what is new, gone, replaced, or only said differently.
//!
//! Entries are paired first ([`pair`]), and then each pair is compared: what the lists say of it, its manifest with its
//! layers ([`image`]), its config ([`config`]), and its attestations, which belong to their image. What could not be had
//! is compared by its digest, and the reason stands beside it.

mod config;
mod entry;
mod fields;
mod image;
mod items;
mod markdown;
mod moved;
mod pair;
mod plain;
mod shown;
#[cfg(test)]
mod tests;
mod words;

pub use self::{
    markdown::{MOST_MARKDOWN, markdown},
    plain::plain_text,
    shown::{Line, already, flat, is_quiet, lines, of_field},
    words::{change_word, field_words},
};

use crate::{
    api::{Diff, DiffSide, DiffTotals, DiffVerdict, EntryChange, EntryDiff},
    document::Document,
    source::{ReadSource, Source},
};

/// What differs. Both sources should be complete: what is not there counts as missing.
///
/// Two images are compared as two lists of one; so are an image and a list that holds it.
pub fn diff(from: &Source, to: &Source) -> Diff {
    let (read_from, read_to) = (ReadSource::new(from), ReadSource::new(to));
    let mut entries = entry::Entries::default();
    let mut compared = entries.compare(Some(&read_from), Some(&read_to), 0);
    entries.pair_moved(&mut compared.entries);
    let (new_bytes, gone_bytes) = entries.bytes();
    let list = match (read_from.list(), read_to.list()) {
        (None, None) => Vec::new(),
        (from, to) => fields::of_lists(from, to),
    };
    let mut totals = DiffTotals { new_bytes, gone_bytes, ..DiffTotals::default() };
    for entry in &compared.entries {
        count(&mut totals, entry);
    }
    let is_same = list.iter().all(fields::is_form)
        && !compared.order_matters
        && compared.entries.iter().all(|entry| is_same(entry.change));
    let verdict = match is_same {
        _ if from.root.digest() == to.root.digest() => DiffVerdict::Identical,
        true => DiffVerdict::Rewritten,
        false => DiffVerdict::Different,
    };
    let mut diff = Diff {
        from: side(&read_from),
        to: side(&read_to),
        verdict,
        summary: String::new(),
        totals,
        list,
        reordered: compared.reordered,
        entries: compared.entries,
    };
    diff.summary = words::summary(&diff, compared.order_matters);
    diff
}

fn side(read: &ReadSource) -> DiffSide {
    let root = &read.source.root;
    DiffSide {
        reference: read.source.reference.to_string(),
        digest: root.digest().clone(),
        media_type: root.media_type().to_string(),
        is_list: matches!(read.root, Ok(Document::List(_))),
    }
}

/// Is the same image there?
fn is_same(change: EntryChange) -> bool {
    matches!(change, EntryChange::Unchanged | EntryChange::Rewritten)
}

/// Is something else said of the entry itself, which means something?
fn is_said_otherwise(entry: &EntryDiff) -> bool {
    entry.descriptor.iter().chain(&entry.manifest).any(|change| !fields::is_form(change))
}

/// Counts an entry, or what is in it when it is a list that was looked into, and what is said of that list.
fn count(totals: &mut DiffTotals, entry: &EntryDiff) {
    if !entry.entries.is_empty() {
        totals.metadata += usize::from(is_said_otherwise(entry));
        return entry.entries.iter().for_each(|entry| count(totals, entry));
    }
    *match entry.change {
        EntryChange::Added => &mut totals.added,
        EntryChange::Removed => &mut totals.removed,
        EntryChange::Replaced => &mut totals.replaced,
        EntryChange::Metadata => &mut totals.metadata,
        EntryChange::Rewritten => &mut totals.rewritten,
        EntryChange::Moved => &mut totals.moved,
        EntryChange::Unchanged => &mut totals.unchanged,
    } += 1;
    let (missing, unknown) = shown::problems(entry);
    totals.missing += usize::from(missing);
    totals.unknown += usize::from(unknown && !missing);
    totals.attestations += usize::from(!entry.attestations.is_empty());
}
