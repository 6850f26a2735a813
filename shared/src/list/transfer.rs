//! What a repository needs before a list can point into it.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use super::{Below, ComposedEntry, Composition};
use crate::{
    api::TransferKind, descriptor::Descriptor, digest::Digest, document::RawDocument, media_type::Kind,
    reference::Reference,
};

/// What one target repository needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RepoTransfer {
    /// Blobs to bring, each digest once, in the list's order.
    pub blobs: Vec<BlobStep>,
    /// Manifests to put by digest once the blobs are there, each once, in order: images go before their attestations.
    pub manifests: Vec<RawDocument>,
    /// Lists in the list, to put by digest one after the other once the manifests are there, each once: one comes after
    /// all that is in it.
    pub lists: Vec<RawDocument>,
}

/// A blob to bring from another repository.
#[derive(Clone, Debug, PartialEq)]
pub struct BlobStep {
    /// The blob.
    pub descriptor: Descriptor,
    /// A repository that has it; a foreign layer may be elsewhere only, at one of its descriptor's `urls`. One of the same registry, where there is one: then no bytes move.
    pub from: Reference,
    /// How it is brought: by a mount, or by a copy.
    pub way: TransferKind,
}

impl RepoTransfer {
    /// The blobs that are brought this way.
    pub fn by(&self, way: TransferKind) -> impl Iterator<Item = &BlobStep> {
        self.blobs.iter().filter(move |step| step.way == way)
    }

    /// How many documents are put.
    pub fn documents(&self) -> usize {
        self.manifests.len() + self.lists.len()
    }

    /// The foreign layers among the blobs.
    pub fn foreign(&self) -> impl Iterator<Item = &BlobStep> {
        self.blobs.iter().filter(|step| step.descriptor.is_foreign_layer())
    }

    /// Bytes of the blobs to copy; what the registry turns out to have already is not copied.
    pub fn bytes_to_copy(&self) -> u64 {
        self.by(TransferKind::Copy).fold(0, |sum, step| sum.saturating_add(step.descriptor.size))
    }
}

/// How content gets from one repository to another.
pub fn way(from: &Reference, to: &Reference) -> TransferKind {
    if from.same_repository(to) {
        TransferKind::Pointer
    } else if from.same_registry(to) {
        TransferKind::Mount
    } else {
        TransferKind::Copy
    }
}

/// What this repository needs for the composition's list. Entries that are in it already need nothing, except for the
/// manifest of one that is converted, and for foreign layers. Those are brought where that is wanted: else no registry is
/// asked for them.
pub fn transfer(composition: &Composition, repo: &Reference, foreign: bool) -> RepoTransfer {
    let mut transfer = RepoTransfer::default();
    // Of two entries with the same blob one may be nearer: in the repository itself, or in its registry.
    let mut places: BTreeMap<_, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let there: BTreeSet<_> = composition
        .entries
        .iter()
        .filter(|entry| way(&entry.from, repo) == TransferKind::Pointer)
        .flat_map(|entry| entry.blobs.iter().chain(below(entry, &mut seen).into_iter().flat_map(|below| &below.blobs)))
        .map(|blob| &blob.digest)
        .collect();
    seen.clear();
    let mut manifests = BTreeSet::new();
    for entry in &composition.entries {
        let way = way(&entry.from, repo);
        let is_there = way == TransferKind::Pointer;
        let below = below(entry, &mut seen);
        // What the registry has of an image is all but its foreign layers: they are at their addresses, or there by chance.
        let blobs = entry.blobs.iter().chain(below.into_iter().flat_map(|below| &below.blobs)).filter(|_| !is_there);
        let foreign =
            entry.foreign.iter().chain(below.into_iter().flat_map(|below| &below.foreign)).filter(|_| foreign);
        let way = if is_there { TransferKind::Copy } else { way };
        for blob in blobs.chain(foreign).filter(|blob| !there.contains(&blob.digest)) {
            let step = || BlobStep { descriptor: blob.clone(), from: entry.from.clone(), way };
            match places.entry(&blob.digest) {
                Entry::Vacant(place) => {
                    place.insert(transfer.blobs.len());
                    transfer.blobs.push(step());
                }
                Entry::Occupied(place) if transfer.blobs[*place.get()].way > way => {
                    transfer.blobs[*place.get()] = step();
                }
                Entry::Occupied(_) => {}
            }
        }
        let documents = below.into_iter().flat_map(|below| &below.documents).filter(|_| !is_there);
        let own = entry.manifest.as_ref().filter(|_| !is_there || entry.converted_from.is_some());
        for document in documents.chain(own) {
            if manifests.insert(document.digest()) {
                let is_list = document.media_type().kind() == Kind::List;
                if is_list { &mut transfer.lists } else { &mut transfer.manifests }.push(document.clone());
            }
        }
    }
    transfer
}

/// What is in an entry that is a list, unless it was looked at for another entry.
fn below<'a>(entry: &'a ComposedEntry, seen: &mut BTreeSet<(String, &'a Digest)>) -> Option<&'a Below> {
    let below = entry.below.as_ref()?;
    seen.insert((entry.from.repo(), &entry.descriptor.digest)).then_some(below)
}
