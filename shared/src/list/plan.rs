//! What a push would do, and what it costs.

use std::collections::{BTreeMap, BTreeSet};

use super::{ComposedEntry, Composition, Draft, compose};
use crate::{
    api::{Plan, PlanEntry, PlanTarget, Transfer, TransferKind},
    check::{Finding, FindingCode, check_draft},
    descriptor::Descriptor,
    document::RawDocument,
    reference::Reference,
    source::Sources,
};

/// What one target repository needs before the list can go there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RepoTransfer {
    /// Distinct blobs to mount from other repositories of the registry.
    pub mounts: Vec<MountStep>,
    /// Child manifests to put by digest.
    pub manifests: Vec<RawDocument>,
    /// Rows of the draft whose source is in another registry.
    pub cross_registry: Vec<usize>,
}

/// A blob to mount.
#[derive(Clone, Debug, PartialEq)]
pub struct MountStep {
    /// The blob.
    pub descriptor: Descriptor,
    /// A repository that has it.
    pub from: Reference,
}

/// What a repository needs: nothing for what is in it already; mounts for what is beside it.
pub fn transfer(composition: &Composition, repository: &Reference) -> RepoTransfer {
    let mut needs = RepoTransfer::default();
    let mut seen = BTreeSet::new();
    for entry in &composition.entries {
        match kind(entry, repository) {
            TransferKind::Pointer => {}
            TransferKind::Copy => needs.cross_registry.push(entry.entry),
            TransferKind::Mount => {
                for blob in &entry.blobs {
                    if seen.insert(blob.digest.clone()) {
                        needs.mounts.push(MountStep { descriptor: blob.clone(), from: entry.from.clone() });
                    }
                }
                needs.manifests.extend(entry.manifest.clone());
            }
        }
    }
    needs.cross_registry.dedup();
    needs
}

fn kind(entry: &ComposedEntry, repository: &Reference) -> TransferKind {
    if entry.from.same_repository(repository) {
        TransferKind::Pointer
    } else if entry.from.same_registry(repository) {
        TransferKind::Mount
    } else {
        TransferKind::Copy
    }
}

/// What a push of this draft to these targets would do.
pub fn plan(draft: &Draft, sources: &Sources, targets: &[PlanTarget]) -> Plan {
    let composition = compose(draft, sources);
    let mut findings = check_draft(&composition);
    let repositories: BTreeMap<String, Reference> =
        targets.iter().map(|target| (target.reference.repo(), target.reference.repository_only())).collect();

    let mut moved = Transfer::default();
    for repository in repositories.values() {
        let needs = transfer(&composition, repository);
        moved.mounts += needs.mounts.len();
        // One look at the list's place in each repository is the list itself, put by digest.
        moved.requests += needs.mounts.len() + needs.manifests.len() + 1;
        for row in needs.cross_registry {
            findings.push(Finding::new(
                FindingCode::CrossRegistrySource,
                format!("/entries/{row}/source"),
                format!(
                    "The source is not in {}, and copying between registries is not possible yet.",
                    repository.registry()
                ),
                "Push the image to the target's registry first.",
            ));
        }
    }
    let entries: Vec<PlanEntry> = composition
        .entries
        .iter()
        .map(|entry| PlanEntry {
            entry: entry.entry,
            digest: entry.descriptor.digest.clone(),
            platform: entry.descriptor.platform.clone(),
            transfer: repositories.values().map(|repo| kind(entry, repo)).max().unwrap_or(TransferKind::Pointer),
        })
        .collect();
    moved.pointers = entries.iter().filter(|entry| entry.transfer == TransferKind::Pointer).count();
    moved.requests += fetches(draft, sources) + 3 * targets.len();
    Plan {
        document: composition.document.as_ref().map(RawDocument::to_served),
        entries,
        transfer: moved,
        targets: targets.to_vec(),
        findings,
    }
}

/// Requests that read the sources from a cold start: each document once.
fn fetches(draft: &Draft, sources: &Sources) -> usize {
    let wanted: BTreeSet<&Reference> = draft.entries.iter().map(|entry| &entry.source).chain(&draft.base).collect();
    wanted
        .into_iter()
        .filter_map(|reference| sources.get(reference)?.as_ref().ok())
        .map(|source| 1 + source.children.len() + source.configs.len())
        .sum()
}
