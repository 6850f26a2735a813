//! What a repository needs before a list can point into it.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use super::Composition;
use crate::{api::TransferKind, descriptor::Descriptor, document::RawDocument, reference::Reference};

/// What one target repository needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RepoTransfer {
    /// Blobs to bring, each digest once, in the list's order.
    pub blobs: Vec<BlobStep>,
    /// Manifests to put by digest once the blobs are there, each once, in order: images go before their attestations.
    pub manifests: Vec<RawDocument>,
}

/// A blob to bring from another repository.
#[derive(Clone, Debug, PartialEq)]
pub struct BlobStep {
    /// The blob.
    pub descriptor: Descriptor,
    /// A repository that has it. One of the same registry, where there is one: then no bytes move.
    pub from: Reference,
    /// How it is brought: by a mount, or by a copy.
    pub way: TransferKind,
}

impl RepoTransfer {
    /// The blobs that are brought this way.
    pub fn by(&self, way: TransferKind) -> impl Iterator<Item = &BlobStep> {
        self.blobs.iter().filter(move |step| step.way == way)
    }

    /// Bytes of the blobs to copy; what the registry turns out to have already is not copied.
    pub fn bytes_to_copy(&self) -> u64 {
        self.by(TransferKind::Copy).fold(0, |sum, step| sum.saturating_add(step.descriptor.size))
    }
}

/// How content gets from one repository to another.
pub(super) fn way(from: &Reference, to: &Reference) -> TransferKind {
    if from.same_repository(to) {
        TransferKind::Pointer
    } else if from.same_registry(to) {
        TransferKind::Mount
    } else {
        TransferKind::Copy
    }
}

/// What this repository needs for the composition's list. Entries that are in it already need nothing.
pub fn transfer(composition: &Composition, repo: &Reference) -> RepoTransfer {
    let mut transfer = RepoTransfer::default();
    // Of two entries with the same blob one may be nearer: in the repository itself, or in its registry.
    let mut places: BTreeMap<_, usize> = BTreeMap::new();
    let there: BTreeSet<_> = composition
        .entries
        .iter()
        .filter(|entry| way(&entry.from, repo) == TransferKind::Pointer)
        .flat_map(|entry| entry.blobs.iter().map(|blob| &blob.digest))
        .collect();
    let mut manifests = BTreeSet::new();
    for entry in &composition.entries {
        let way = way(&entry.from, repo);
        if way == TransferKind::Pointer {
            continue;
        }
        for blob in entry.blobs.iter().filter(|blob| !there.contains(&blob.digest)) {
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
        if let Some(manifest) = &entry.manifest
            && manifests.insert(manifest.digest())
        {
            transfer.manifests.push(manifest.clone());
        }
    }
    transfer
}
