//! Images that stand in another list: what is gone from one and new in the other, and is the same.

use std::collections::{HashMap, VecDeque};

use super::{
    entry::{statements, worded},
    fields::of_descriptors,
    items::{Item, Statement},
};
use crate::{
    api::{EntryChange, EntryDiff, EntrySide},
    descriptor::Descriptor,
    digest::Digest,
};

/// The same bytes for the same platform.
type Key = (Digest, String);

/// An entry that one list has and the other has not, with what is compared where it stands in another.
pub(super) struct Alone {
    key: Key,
    side: EntrySide,
    descriptor: Option<Descriptor>,
    statements: Vec<Statement>,
}

impl Alone {
    pub(super) fn of(item: &Item<'_>) -> Self {
        Self {
            key: (item.digest().clone(), item.name()),
            side: item.side(),
            descriptor: item.descriptor.cloned(),
            statements: item.statements.clone(),
        }
    }
}

/// The entries that only one side has, in their order.
type ByKey = HashMap<Key, VecDeque<Alone>>;

/// Tells what is gone and new with the same digest for the same platform as moved, at its new place. Lists are looked into: that
/// one is gone stays said.
pub(super) fn pair(entries: &mut Vec<EntryDiff>, from: Vec<Alone>, to: Vec<Alone>) {
    let mut sides = [from, to].map(|alone| {
        let mut by_key = ByKey::new();
        for alone in alone {
            by_key.entry(alone.key.clone()).or_default().push_back(alone);
        }
        by_key
    });
    let mut moved: HashMap<Key, usize> = HashMap::new();
    take(entries, &mut sides, &mut moved);
    if !moved.is_empty() {
        drop_from(entries, &mut moved);
    }
}

/// What tells an entry that only this side has; nothing of a list that was looked into.
fn key(entry: &EntryDiff, change: EntryChange) -> Option<Key> {
    let side = if change == EntryChange::Removed { &entry.from } else { &entry.to };
    let side = side.as_ref().filter(|_| entry.change == change && entry.entries.is_empty())?;
    Some((side.digest.clone(), entry.name.clone()))
}

/// Gives what is new its old place, where there is one: of a list first what is in it, in the order in which it was noted.
fn take(entries: &mut [EntryDiff], sides: &mut [ByKey; 2], moved: &mut HashMap<Key, usize>) {
    for entry in entries {
        take(&mut entry.entries, sides, moved);
        let Some(key) = key(entry, EntryChange::Added) else { continue };
        let [old, new] = sides.each_mut().map(|side| side.get_mut(&key).and_then(VecDeque::pop_front));
        let Some((old, new)) = old.zip(new) else { continue };
        if let Some((old, new)) = old.descriptor.as_ref().zip(new.descriptor.as_ref()) {
            entry.descriptor = of_descriptors(old, new);
        }
        entry.attestations = statements(&old.statements, &new.statements);
        entry.from = Some(old.side);
        entry.change = EntryChange::Moved;
        *entry = worded(entry.clone());
        *moved.entry(key).or_default() += 1;
    }
}

/// Takes away what was said to be gone, and is told at its new place.
fn drop_from(entries: &mut Vec<EntryDiff>, moved: &mut HashMap<Key, usize>) {
    entries.retain_mut(|entry| {
        let is_list = !entry.entries.is_empty();
        let key = key(entry, EntryChange::Removed);
        drop_from(&mut entry.entries, moved);
        if is_list {
            *entry = worded(entry.clone());
        }
        let left = key.and_then(|key| moved.get_mut(&key)).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_none()
    });
}
