//! What a push of a draft would do.

use std::collections::{BTreeMap, BTreeSet};

use super::{ComposedEntry, Composition, Draft, Role, compose::compose_read, transfer};
use crate::{
    api::{Plan, PlanEntry, PlanTarget, Transfer, TransferKind},
    check::{Finding, FindingCode, check_draft},
    reference::Reference,
    source::{ReadSources, Sources},
};

/// Plans a push: the list's bytes, what has to move, what the checks say. The same function runs in the browser, for the
/// preview, and on the server, for the push.
pub fn plan(draft: &Draft, sources: &Sources, targets: &[PlanTarget]) -> Plan {
    let read = ReadSources::of(draft, sources);
    let composition = compose_read(draft, sources, &read);
    let repositories: BTreeMap<String, Reference> =
        targets.iter().map(|target| (target.reference.repo(), target.reference.repository_only())).collect();
    let mut findings = composition.findings.clone();
    findings.extend(check_draft(draft, &composition));
    for repository in repositories.values() {
        check_way(&composition, repository, &mut findings);
    }
    Plan {
        document: composition.document.as_ref().map(crate::document::RawDocument::to_served),
        entries: composition
            .entries
            .iter()
            .map(|entry| PlanEntry {
                entry: entry.entry,
                digest: entry.descriptor.digest.clone(),
                platform: entry.descriptor.platform.clone(),
                transfer: dearest(entry, repositories.values()),
            })
            .collect(),
        transfer: numbers(draft, &read, &composition, &repositories, targets.len()),
        targets: targets.to_vec(),
        findings,
    }
}

/// How an entry's content gets to the repository that is hardest to reach.
fn dearest<'a>(entry: &ComposedEntry, repositories: impl Iterator<Item = &'a Reference>) -> TransferKind {
    repositories.map(|repository| way(entry, repository)).max().unwrap_or(TransferKind::Pointer)
}

fn way(entry: &ComposedEntry, repository: &Reference) -> TransferKind {
    if entry.from.same_repository(repository) {
        TransferKind::Pointer
    } else if entry.from.same_registry(repository) {
        TransferKind::Mount
    } else {
        TransferKind::Copy
    }
}

/// What keeps entries from getting into a repository.
fn check_way(composition: &Composition, repository: &Reference, findings: &mut Vec<Finding>) {
    for row in transfer(composition, repository).cross_registry {
        findings.push(Finding::new(
            FindingCode::CrossRegistrySource,
            format!("/entries/{row}"),
            format!("this image is in another registry than {}", repository.familiar()),
            "Copying between registries is not possible yet. Copy the image there first, with `skopeo copy --all`.",
        ));
    }
    let elsewhere =
        |entry: &&ComposedEntry| entry.role == Role::Nested && way(entry, repository) == TransferKind::Mount;
    for entry in composition.entries.iter().filter(elsewhere) {
        findings.push(Finding::new(
            FindingCode::NestedElsewhere,
            format!("/entries/{}", entry.entry),
            format!("this is a list in a list, and it is not in {}", repository.familiar()),
            "Take the inner list's images as rows of their own.",
        ));
    }
}

fn numbers(
    draft: &Draft,
    read: &ReadSources,
    composition: &Composition,
    repositories: &BTreeMap<String, Reference>,
    tags: usize,
) -> Transfer {
    let mut numbers = Transfer { requests: fetches(draft, read) + 3 * tags, ..Transfer::default() };
    for entry in &composition.entries {
        if dearest(entry, repositories.values()) == TransferKind::Pointer {
            numbers.pointers += 1;
        }
    }
    for repository in repositories.values() {
        let step = transfer(composition, repository);
        numbers.mounts += step.mounts.len();
        // A mount for each blob, a PUT for each child, and the list by its digest.
        numbers.requests += step.mounts.len() + step.manifests.len() + 1;
        let mut copied = BTreeSet::new();
        for entry in composition.entries.iter().filter(|entry| way(entry, repository) == TransferKind::Copy) {
            for blob in entry.blobs.iter().filter(|blob| copied.insert(blob.digest.clone())) {
                numbers.copies += 1;
                numbers.bytes_to_copy = numbers.bytes_to_copy.saturating_add(blob.size);
            }
        }
    }
    numbers
}

/// Requests that fetch the sources from a cold start: each reference once, each child and config once a repository.
fn fetches(draft: &Draft, read: &ReadSources) -> usize {
    let references: BTreeSet<&Reference> = draft.entries.iter().map(|entry| &entry.source).chain(&draft.base).collect();
    let mut documents = BTreeSet::new();
    let mut by_tag = 0;
    for reference in references {
        let repo = reference.repo();
        match reference.digest() {
            Some(digest) => {
                documents.insert((repo.clone(), digest));
            }
            None => by_tag += 1,
        }
        if let Some(source) = read.get(reference) {
            documents.extend(source.source.children.keys().map(|digest| (repo.clone(), digest)));
            documents.extend(source.wanted_configs().map(|config| (repo.clone(), &config.digest)));
        }
    }
    by_tag + documents.len()
}
