//! What a repository needs before a list can point into it.

use std::collections::BTreeSet;

use super::Composition;
use crate::{descriptor::Descriptor, document::RawDocument, reference::Reference};

/// What one target repository needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RepoTransfer {
    /// Blobs to mount, each digest once.
    pub mounts: Vec<MountStep>,
    /// Manifests to put by digest once the blobs are there, each once, in order: images go before their attestations.
    pub manifests: Vec<RawDocument>,
    /// Rows of the draft whose content is in another registry, from 0, in order.
    pub cross_registry: Vec<usize>,
}

/// A blob to mount from another repository of the same registry.
#[derive(Clone, Debug, PartialEq)]
pub struct MountStep {
    /// The blob.
    pub descriptor: Descriptor,
    /// A repository that has it.
    pub from: Reference,
}

/// What this repository needs for the composition's list. Entries that are in it already need nothing.
pub fn transfer(composition: &Composition, repo: &Reference) -> RepoTransfer {
    let mut transfer = RepoTransfer::default();
    let (mut blobs, mut manifests, mut cross_registry) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for entry in composition.entries.iter().filter(|entry| !entry.from.same_repository(repo)) {
        if !entry.from.same_registry(repo) {
            cross_registry.insert(entry.entry);
            continue;
        }
        for blob in &entry.blobs {
            if blobs.insert(&blob.digest) {
                transfer.mounts.push(MountStep { descriptor: blob.clone(), from: entry.from.clone() });
            }
        }
        if let Some(manifest) = &entry.manifest
            && manifests.insert(manifest.digest())
        {
            transfer.manifests.push(manifest.clone());
        }
    }
    transfer.cross_registry.extend(cross_registry);
    transfer
}
