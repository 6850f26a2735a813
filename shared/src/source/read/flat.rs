//! Lists whose lists are taken apart.

use std::collections::{BTreeMap, BTreeSet};

use super::{super::nested::MAX_DEPTH, ReadSource};
use crate::{
    descriptor::Descriptor,
    digest::Digest,
    document::{Document, List, MAX_ENTRIES},
    list::Entry,
};

impl ReadSource<'_> {
    /// The list in this source's list that a row names by its digest.
    pub(super) fn nested_of<'e>(&self, entry: &'e Entry) -> Option<&'e Digest> {
        entry.digest.as_ref().filter(|digest| *digest != self.source.root.digest() && self.child_list(digest).is_some())
    }

    /// This source, as if what is in the lists in its list (or in one of these) stood in the list itself. A list that is
    /// not there, or stands too deep, stays the entry that it is.
    pub(super) fn flattened(&self, of: Option<&Digest>) -> Option<Self> {
        let list = match of {
            Some(digest) => self.child_list(digest)?,
            None => self.list()?,
        };
        let mut flat = Flat { read: self, manifests: Vec::new(), places: BTreeMap::new(), opened: BTreeSet::new() };
        flat.opened.extend(of);
        flat.take(list, 0);
        let list = List { manifests: flat.manifests, ..list.clone() };
        Some(Self::indexed(self.source, Ok(Document::List(Box::new(list))), self.parts.clone()))
    }
}

struct Flat<'r, 'a> {
    read: &'r ReadSource<'a>,
    manifests: Vec<Descriptor>,
    places: BTreeMap<Digest, Vec<usize>>,
    /// Each list is taken apart once.
    opened: BTreeSet<&'r Digest>,
}

impl<'r> Flat<'r, '_> {
    fn take(&mut self, list: &'r List, depth: usize) {
        for child in &list.manifests {
            if self.manifests.len() > MAX_ENTRIES {
                return;
            }
            match self.read.child_list(&child.digest) {
                Some(nested) if depth < MAX_DEPTH => {
                    if self.opened.insert(&child.digest) {
                        self.take(nested, depth + 1);
                    }
                }
                _ => self.put(child, depth),
            }
        }
    }

    /// What stands in several lists in the list stands in it once.
    fn put(&mut self, child: &Descriptor, depth: usize) {
        let places = self.places.entry(child.digest.clone()).or_default();
        if depth > 0 && places.iter().any(|place| self.manifests[*place] == *child) {
            return;
        }
        places.push(self.manifests.len());
        self.manifests.push(child.clone());
    }
}
