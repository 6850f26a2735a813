//! The entries of two lists, compared.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    fields::{is_form, of_descriptors, of_lists},
    image::{self, ImageDiff},
    is_same,
    items::{self, Item, Key, Statement},
    moved::{self, Alone},
    pair::pairs,
    words,
};
use crate::{
    api::{EntryChange, EntryDiff, EntryKind, FieldChange},
    digest::Digest,
    document::ImageManifest,
    source::{MAX_DEPTH, ReadSource},
};

/// What is known of both sides while they are compared.
#[derive(Default)]
pub(super) struct Entries {
    from: Side,
    to: Side,
}

#[derive(Default)]
struct Side {
    /// Each list is looked into once: a few that name each other many times would be endless.
    opened: BTreeSet<Digest>,
    layers: BTreeMap<Digest, u64>,
    /// Layers of images whose others cannot be had: nobody knows whether these have them too.
    uncertain: BTreeSet<Digest>,
    /// What the other side does not have in the same list; of a list that was looked into, what is in it.
    alone: Vec<Alone>,
}

/// Two lists, compared.
pub(super) struct Compared {
    pub(super) entries: Vec<EntryDiff>,
    /// What both have stands in another order.
    pub(super) reordered: bool,
    /// So do entries for one platform, of which clients take the first.
    pub(super) order_matters: bool,
}

impl Entries {
    /// Compares two lists; without one of them everything in the other is new, or gone.
    pub(super) fn compare(&mut self, from: Option<&ReadSource>, to: Option<&ReadSource>, depth: usize) -> Compared {
        let before = from.map(items::of).unwrap_or_default();
        let after = to.map(items::of).unwrap_or_default();
        self.from.take_layers(&before);
        self.to.take_layers(&after);
        let pairs = pairs(&before, &after);
        let mut entries = Vec::new();
        for (item, pair) in after.iter().zip(&pairs) {
            if let Some(old) = pair.and_then(|place| before.get(place)) {
                entries.push(self.both((from, old), (to, item), depth));
            } else {
                let inside = self.to.inside(to, item, depth);
                let inside = inside.map(|inside| self.compare(None, Some(&inside), depth + 1).entries);
                let inside = inside.unwrap_or_default();
                self.to.alone.extend(inside.is_empty().then(|| Alone::of(item)));
                entries.push(one(EntryChange::Added, item, inside));
            }
        }
        let paired: BTreeSet<usize> = pairs.iter().flatten().copied().collect();
        for (_, item) in before.iter().enumerate().filter(|(place, _)| !paired.contains(place)) {
            let inside = self.from.inside(from, item, depth);
            let inside = inside.map(|inside| self.compare(Some(&inside), None, depth + 1).entries);
            let inside = inside.unwrap_or_default();
            self.from.alone.extend(inside.is_empty().then(|| Alone::of(item)));
            entries.push(one(EntryChange::Removed, item, inside));
        }
        let (reordered, order_matters) = order(&before, &pairs);
        Compared { entries, reordered, order_matters }
    }

    /// Tells what is gone from one list and new in another as moved.
    pub(super) fn pair_moved(&mut self, entries: &mut Vec<EntryDiff>) {
        moved::pair(entries, std::mem::take(&mut self.from.alone), std::mem::take(&mut self.to.alone));
    }

    /// Bytes of the layers that only `to` has, and of those that only `from` has, as far as that is known.
    pub(super) fn bytes(&self) -> (u64, u64) {
        let only = |one: &Side, other: &Side| {
            let is_only = |digest: &Digest| !other.layers.contains_key(digest) && !one.uncertain.contains(digest);
            let layers = one.layers.iter().filter(|(digest, _)| is_only(digest));
            layers.fold(0_u64, |total, (_, size)| total.saturating_add(*size))
        };
        (only(&self.to, &self.from), only(&self.from, &self.to))
    }

    fn both(
        &mut self,
        (from, old): (Option<&ReadSource>, &Item),
        (to, new): (Option<&ReadSource>, &Item),
        depth: usize,
    ) -> EntryDiff {
        let descriptor = match (old.descriptor, new.descriptor) {
            (Some(old), Some(new)) => of_descriptors(old, new),
            _ => Vec::new(),
        };
        match (old.image, new.image) {
            (Some(image), None) => self.from.uncertain.extend(digests(image)),
            (None, Some(image)) => self.to.uncertain.extend(digests(image)),
            _ => {}
        }
        let insides = (self.from.inside(from, old, depth), self.to.inside(to, new, depth));
        let (inner, entries) = match insides {
            (Some(from), Some(to)) => {
                let Compared { entries, order_matters, .. } = self.compare(Some(&from), Some(&to), depth + 1);
                let is_same = !order_matters && entries.iter().all(|entry| !is_other_image(entry.change));
                let manifest = of_lists(from.list(), to.list());
                (ImageDiff { manifest, is_same, ..ImageDiff::default() }, entries)
            }
            _ => (image::compare(old, new), Vec::new()),
        };
        let attestations = statements(&old.statements, &new.statements);
        let means_something = !attestations.is_empty()
            || descriptor.iter().chain(&inner.manifest).any(|change| !is_form(change))
            || !entries.iter().all(|entry| is_same(entry.change));
        let change = if !inner.is_same {
            EntryChange::Replaced
        } else if means_something {
            EntryChange::Metadata
        } else if old.digest() == new.digest() && descriptor.is_empty() {
            EntryChange::Unchanged
        } else {
            EntryChange::Rewritten
        };
        let ImageDiff { manifest, config, layers, .. } = inner;
        worded(EntryDiff {
            change,
            kind: new.kind,
            name: new.name(),
            platform: new.platform.clone(),
            summary: String::new(),
            from: Some(old.side()),
            to: Some(new.side()),
            descriptor,
            manifest,
            config,
            layers,
            attestations,
            entries,
        })
    }
}

impl Side {
    fn take_layers(&mut self, items: &[Item]) {
        let images = items.iter().filter(|item| item.kind != EntryKind::Attestation).filter_map(|item| item.image);
        self.layers.extend(images.flat_map(|image| &image.layers).map(|layer| (layer.digest.clone(), layer.size)));
    }

    /// What is in a list in the list, when it can be looked into and was not before.
    fn inside<'a>(&mut self, read: Option<&ReadSource<'a>>, item: &Item, depth: usize) -> Option<ReadSource<'a>> {
        if item.kind != EntryKind::List || depth >= MAX_DEPTH || self.opened.contains(item.digest()) {
            return None;
        }
        let inside = read?.inside(item.digest())?;
        self.opened.insert(item.digest().clone());
        Some(inside)
    }
}

fn digests(image: &ImageManifest) -> impl Iterator<Item = Digest> {
    image.layers.iter().map(|layer| layer.digest.clone())
}

/// Is something else pulled there?
fn is_other_image(change: EntryChange) -> bool {
    matches!(change, EntryChange::Added | EntryChange::Removed | EntryChange::Replaced)
}

/// An entry that only one side has.
fn one(change: EntryChange, item: &Item, entries: Vec<EntryDiff>) -> EntryDiff {
    let (from, to) = match change {
        EntryChange::Removed => (Some(item.side()), None),
        _ => (None, Some(item.side())),
    };
    worded(EntryDiff {
        change,
        kind: item.kind,
        name: item.name(),
        platform: item.platform.clone(),
        summary: String::new(),
        from,
        to,
        descriptor: Vec::new(),
        manifest: Vec::new(),
        config: Vec::new(),
        layers: None,
        attestations: Vec::new(),
        entries,
    })
}

pub(super) fn worded(entry: EntryDiff) -> EntryDiff {
    EntryDiff { summary: words::entry(&entry), ..entry }
}

/// Do pairs stand in another order than their old ones did? And do those that are for the same?
fn order(before: &[Item], pairs: &[Option<usize>]) -> (bool, bool) {
    let places: Vec<usize> = pairs.iter().flatten().copied().collect();
    let reordered = !places.is_sorted();
    let mut last: HashMap<&Key, usize> = HashMap::new();
    let matters = places.iter().any(|place| {
        let item = &before[*place];
        last.insert(&item.key, *place).is_some_and(|before_it| before_it > *place)
    });
    (reordered, matters)
}

/// What the attestations of an image state differently. Those with the same bytes state the same.
pub(super) fn statements(from: &[Statement], to: &[Statement]) -> Vec<FieldChange> {
    let others = |of: &[Statement], than: &[Statement]| {
        let mut others: BTreeMap<Option<String>, Vec<Digest>> = BTreeMap::new();
        for statement in of {
            let is_there = than.iter().any(|other| {
                other.manifest == statement.manifest
                    || (other.digest == statement.digest && other.predicate == statement.predicate)
            });
            if !is_there {
                others.entry(statement.predicate.clone()).or_default().push(statement.digest.clone());
            }
        }
        others
    };
    let (mut gone, new) = (others(from, to), others(to, from));
    let mut changes = Vec::new();
    let mut push = |key: &Option<String>, before: Option<&Digest>, after: Option<&Digest>| {
        let text = |digest: Option<&Digest>| digest.map(ToString::to_string);
        changes.push(FieldChange {
            field: "attestation".to_owned(),
            key: key.clone(),
            before: text(before),
            after: text(after),
        });
    };
    for (predicate, after) in &new {
        let before = gone.remove(predicate).unwrap_or_default();
        for place in 0..before.len().max(after.len()) {
            push(predicate, before.get(place), after.get(place));
        }
    }
    for (predicate, before) in &gone {
        for digest in before {
            push(predicate, Some(digest), None);
        }
    }
    changes
}
