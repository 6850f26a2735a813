//! What a push of a draft would do.

use std::collections::{BTreeMap, BTreeSet};

use super::{ComposedEntry, Composition, Draft, compose::compose_read, transfer, transfer::way};
use crate::{
    api::{Plan, PlanEntry, PlanTarget, Transfer, TransferKind},
    check::{Finding, FindingCode, check_draft},
    digest::Algorithm,
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
    repositories.map(|repository| way(&entry.from, repository)).max().unwrap_or(TransferKind::Pointer)
}

/// What keeps entries from getting into a repository.
fn check_way(composition: &Composition, repository: &Reference, findings: &mut Vec<Finding>) {
    let elsewhere = composition.entries.iter().filter(|entry| way(&entry.from, repository) != TransferKind::Pointer);
    for entry in elsewhere.clone().filter(|entry| entry.descriptor.digest.algorithm() == Algorithm::Unverifiable) {
        findings.push(Finding::new(
            FindingCode::UnverifiableElsewhere,
            format!("/entries/{}", entry.entry),
            format!(
                "{} cannot be verified, so it is not brought into {}",
                entry.descriptor.digest.short(),
                repository.familiar()
            ),
            "Push to the repository that it is in, or leave it out.",
        ));
    }
    for (entry, missing) in elsewhere.filter_map(|entry| Some((entry, entry.below.as_ref()?.missing.as_ref()?))) {
        findings.push(Finding::new(
            FindingCode::NestedElsewhere,
            format!("/entries/{}", entry.entry),
            format!(
                "this is a list in a list, which cannot be brought whole into {}: {missing}",
                repository.familiar()
            ),
            "Take those of the inner list's images that are wanted as rows of their own.",
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
        let (mounts, copies) = (step.by(TransferKind::Mount).count(), step.by(TransferKind::Copy).count());
        numbers.mounts += mounts;
        numbers.copies += copies;
        numbers.bytes_to_copy = numbers.bytes_to_copy.saturating_add(step.bytes_to_copy());
        // A mount for each blob that is mounted; a look, an upload that is opened and filled, and a download for each that
        // is copied; a PUT for each document, and the list by its digest.
        numbers.requests += mounts + 4 * copies + step.documents() + 1;
    }
    numbers
}

/// Requests that fetch the sources from a cold start: each reference once, each child and config once a repository.
fn fetches(draft: &Draft, read: &ReadSources) -> usize {
    let references: BTreeSet<&Reference> = draft.references().collect();
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
