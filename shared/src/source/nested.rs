//! Lists in lists: which of them are looked into.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Source;
use crate::{
    digest::Digest,
    document::{Document, List, MAX_ENTRIES, RawDocument},
    media_type::Kind,
};

/// How deep lists are looked into: one that stands in the root's list is at depth 1, one that stands in that at 2.
pub const MAX_DEPTH: usize = 8;

/// Decides which lists in a list are looked into, asked level by level: each digest once, so that one that comes again
/// costs nothing; none below [`MAX_DEPTH`]; and [`MAX_ENTRIES`] entries in all of them.
#[derive(Debug)]
pub struct NestedLists {
    opened: BTreeSet<Digest>,
    entries: usize,
}

impl NestedLists {
    /// Those in this list.
    pub fn of(root: &List) -> Self {
        Self { opened: BTreeSet::new(), entries: root.manifests.len() }
    }

    /// The list that a document at this depth is, when it is one that is to be looked into now.
    pub fn open(&mut self, depth: usize, document: &RawDocument) -> Option<List> {
        if depth > MAX_DEPTH || self.opened.contains(document.digest()) {
            return None;
        }
        let list = list_of(document)?;
        let entries = self.entries.saturating_add(list.manifests.len());
        if entries > MAX_ENTRIES {
            return None;
        }
        self.entries = entries;
        self.opened.insert(document.digest().clone());
        Some(list)
    }
}

/// The digests that a list names, and those of the lists in it, by where each stands: its place in the root's list, then in
/// the list that stands there, and so on. For answers that arrive in parts.
#[derive(Clone, Debug, Default)]
pub struct Places(BTreeMap<Vec<usize>, Vec<Digest>>);

impl Places {
    /// Those of the root's list.
    pub fn of(root: List) -> Self {
        let mut places = Self::default();
        places.insert(&[], root);
        places
    }

    /// Adds those of the document that stands at this place, if it says that it is a list.
    pub fn add(&mut self, path: &[usize], document: &RawDocument) {
        if let Some(list) = list_of(document) {
            self.insert(path, list);
        }
    }

    /// What stands at this place.
    pub fn digest(&self, path: &[usize]) -> Option<&Digest> {
        let (index, above) = path.split_last()?;
        self.0.get(above)?.get(*index)
    }

    fn insert(&mut self, path: &[usize], list: List) {
        self.0.insert(path.to_vec(), list.manifests.into_iter().map(|child| child.digest).collect());
    }
}

/// The list that a document is, if it says that it is one.
pub(crate) fn list_of(document: &RawDocument) -> Option<List> {
    if document.media_type().kind() != Kind::List {
        return None;
    }
    match document.parse() {
        Ok(Document::List(list)) => Some(*list),
        _ => None,
    }
}

impl Source {
    /// The root's list, and the lists in it that are there and looked into, level by level.
    pub(super) fn lists(&self) -> Vec<List> {
        let Some(root) = self.list() else { return Vec::new() };
        let mut nested = NestedLists::of(&root);
        let mut lists = Vec::new();
        let mut next = VecDeque::from([(0, root)]);
        while let Some((depth, list)) = next.pop_front() {
            for child in &list.manifests {
                let opened = self.child(&child.digest).and_then(|document| nested.open(depth + 1, document));
                next.extend(opened.map(|list| (depth + 1, list)));
            }
            lists.push(list);
        }
        lists
    }
}
