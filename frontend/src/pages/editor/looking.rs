//! Asks for what the draft names, and notes in it what was seen there, so that a tag that moves later is noticed.

use std::collections::BTreeSet;

use leptos::{ev, prelude::*};
use onetag_shared::{
    digest::Digest,
    list::{Edit, Entry, History},
    reference::Reference,
    source::Sources,
};

use super::desk::Desk;
use crate::state::{
    row_ids::{RowId, RowIds},
    sources::SourceCache,
    tab,
};

/// Keeps the sources of the draft at hand as long as they are named, and notes what was seen.
pub(super) fn look(desk: Desk) {
    let cache = desk.cache;
    let held = StoredValue::new(BTreeSet::<Reference>::new());
    Effect::new(move |_| {
        let now: BTreeSet<Reference> = desk.history.with(|history| history.draft.references().cloned().collect());
        let before = held.try_update_value(|held| std::mem::replace(held, now.clone())).unwrap_or_default();
        // A tag that was looked at long ago, on this page or another, may have moved since.
        for reference in now.difference(&before) {
            cache.hold(reference);
        }
        for reference in before.difference(&now) {
            cache.release(reference);
        }
    });
    on_cleanup(move || {
        for reference in held.try_get_value().unwrap_or_default() {
            cache.release(&reference);
        }
    });
    // Two tabs that note the same thing would each keep a draft of their own.
    let is_visible = RwSignal::new(tab::is_visible());
    let listener = window_event_listener(ev::visibilitychange, move |_| is_visible.set(tab::is_visible()));
    on_cleanup(move || listener.remove());
    Effect::new(move |_| {
        if !is_visible.get() {
            return;
        }
        let seen = desk.history.with(|history| cache.sources.with(|sources| unpinned(history, sources, cache)));
        if !seen.is_empty() {
            desk.change(|history| {
                for (index, digest) in seen {
                    history.note(Edit::SetDigest { index, digest: Some(digest) }).ok();
                }
            });
        }
    });
}

/// Looks once more at every tag that the draft takes something from; returns those it asked for.
pub(super) fn look_again_at_tags(desk: Desk, is_old: impl Fn(&Reference) -> bool) -> BTreeSet<Reference> {
    let tags: BTreeSet<Reference> = desk.history.with_untracked(|history| {
        history
            .draft
            .references()
            .filter(|reference| reference.digest().is_none() && is_old(reference))
            .cloned()
            .collect()
    });
    for reference in &tags {
        desk.cache.again(reference);
    }
    tags
}

/// The sources of rows that came, or have another source than before: what is known of them may be old.
pub(super) fn new_sources(before: (&RowIds, &[Entry]), after: (&RowIds, &[Entry])) -> BTreeSet<Reference> {
    let rows = |(ids, entries): (&RowIds, &[Entry])| -> BTreeSet<(RowId, Reference)> {
        ids.ids().iter().copied().zip(entries.iter().map(|entry| entry.source.clone())).collect()
    };
    let before = rows(before);
    rows(after).into_iter().filter(|row| !before.contains(row)).map(|(_, source)| source).collect()
}

/// Rows whose source was found just now and that do not say yet what it was.
fn unpinned(history: &History, sources: &Sources, cache: SourceCache) -> Vec<(usize, Digest)> {
    let is_known = |reference: &Reference| cache.is_fresh(reference) && !cache.is_waiting(reference);
    let entries = history.draft.entries.iter().enumerate();
    let entries = entries.filter(|(_, entry)| entry.digest.is_none() && is_known(&entry.source));
    entries.filter_map(|(place, entry)| Some((place, sources.source(&entry.source)?.root.digest().clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(names: &str) -> Vec<Entry> {
        names.split(' ').map(|name| Entry::new(format!("me/{name}").parse().unwrap())).collect()
    }

    #[test]
    fn rows_that_come_or_are_edited_are_looked_at() {
        for (before, after, expected) in [
            ("a:v1 b:v1", "b:v1 a:v1", ""),
            ("a:v1 b:v1", "a:v1", ""),
            ("a:v1", "a:v1 b:v1", "me/b:v1"),
            // It was there already, and is looked at all the same.
            ("a:v1", "a:v1 a:v1", "me/a:v1"),
            ("a:v1 b:v1", "a:v1 b:v2", "me/b:v2"),
        ] {
            let (before, after) = (entries(before), entries(after));
            let old = RowIds::default().fit(before.len());
            let mut new = old.clone();
            new.follow(&before, &after);
            let names: Vec<String> =
                new_sources((&old, &before), (&new, &after)).iter().map(Reference::familiar).collect();
            assert_eq!(names.join(" "), expected);
        }
    }
}
