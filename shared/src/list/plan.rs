//! What a push of a draft would do.

use std::collections::{BTreeMap, BTreeSet};

use super::{ComposedEntry, Composition, Draft, compose::compose_read, transfer, transfer::way};
use crate::{
    api::{Plan, PlanEntry, PlanTarget, PushOptions, Transfer, TransferKind},
    check::{Finding, FindingCode, check_draft},
    descriptor::Descriptor,
    digest::Algorithm,
    reference::Reference,
    source::{ReadSources, Sources},
};

/// Plans a push: the list's bytes, what has to move, what the checks say. The same function runs in the browser, for the
/// preview, and on the server, for the push.
pub fn plan(draft: &Draft, sources: &Sources, targets: &[PlanTarget], options: &PushOptions) -> Plan {
    let read = ReadSources::of(draft, sources);
    let composition = compose_read(draft, sources, &read);
    let repositories: BTreeMap<String, Reference> =
        targets.iter().map(|target| (target.reference.repo(), target.reference.repository_only())).collect();
    let mut findings = composition.findings.clone();
    findings.extend(check_draft(draft, &composition));
    for repository in repositories.values() {
        check_way(&composition, repository, &mut findings);
    }
    tell_of_foreign_layers(&composition, &repositories, options.foreign_layers, &mut findings);
    Plan {
        document: composition.document.as_ref().map(crate::document::RawDocument::to_served),
        entries: composition
            .entries
            .iter()
            .map(|entry| PlanEntry {
                entry: entry.entry,
                digest: entry.descriptor.digest.clone(),
                converted_from: entry.converted_from.clone(),
                platform: entry.descriptor.platform.clone(),
                transfer: dearest(entry, repositories.values()),
            })
            .collect(),
        transfer: numbers(draft, &read, &composition, &repositories, (targets.len(), options)),
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

/// What is not brought along with images that come from elsewhere, unless it is asked for.
fn tell_of_foreign_layers(
    composition: &Composition,
    repositories: &BTreeMap<String, Reference>,
    are_brought: bool,
    findings: &mut Vec<Finding>,
) {
    for entry in &composition.entries {
        let below = entry.below.iter().flat_map(|below| &below.foreign);
        let layers: Vec<&Descriptor> = entry.foreign.iter().chain(below).collect();
        // Without a target nothing is pushed.
        let is_there = dearest(entry, repositories.values()) == TransferKind::Pointer;
        if layers.is_empty() || repositories.is_empty() || (is_there && !are_brought) {
            continue;
        }
        let bytes = layers.iter().fold(0_u64, |sum, layer| sum.saturating_add(layer.size));
        let hosts = hosts(layers.iter().filter_map(|layer| layer.urls.as_ref()).flatten());
        let what = match layers.len() {
            1 => format!("a foreign layer of {bytes} bytes"),
            several => format!("{several} foreign layers of {bytes} bytes"),
        };
        let (message, hint) = if are_brought {
            (
                if is_there {
                    format!("{what} is fetched from {hosts}, unless it is in the repository already")
                } else {
                    format!("{what} is brought along, from where the image is, or from {hosts}")
                },
                "Make sure that you may hand it on: such layers are foreign because their licence says otherwise.",
            )
        } else {
            (
                format!("{what} is not brought along: whoever pulls the image gets it from {hosts}"),
                "Push with `foreignLayers` where that cannot be reached.",
            )
        };
        let pointer = format!("/entries/{}", entry.entry);
        findings.push(Finding::new(FindingCode::ForeignLayers, pointer, message, hint));
    }
}

/// The hosts of addresses: the first few by name.
fn hosts<'a>(urls: impl Iterator<Item = &'a String>) -> String {
    const NAMED: usize = 3;
    let host = |url: &'a String| {
        let (_, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?', '#', '\\']).next()?;
        let host = authority.rsplit('@').next()?;
        (1..=253).contains(&host.len()).then_some(host)
    };
    let hosts: BTreeSet<&str> = urls.filter_map(host).collect();
    let named = hosts.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match hosts.len().checked_sub(NAMED) {
        _ if hosts.is_empty() => "nowhere that can be read".to_owned(),
        None | Some(0) => named,
        Some(others) => format!("{named} and {others} other hosts"),
    }
}

fn numbers(
    draft: &Draft,
    read: &ReadSources,
    composition: &Composition,
    repositories: &BTreeMap<String, Reference>,
    (tags, options): (usize, &PushOptions),
) -> Transfer {
    let mut numbers = Transfer { requests: fetches(draft, read) + 3 * tags, ..Transfer::default() };
    for entry in &composition.entries {
        if dearest(entry, repositories.values()) == TransferKind::Pointer {
            numbers.pointers += 1;
        }
    }
    for repository in repositories.values() {
        let step = transfer(composition, repository, options.foreign_layers);
        let (mounts, copies) = (step.by(TransferKind::Mount).count(), step.by(TransferKind::Copy).count());
        numbers.mounts += mounts;
        numbers.copies += copies;
        numbers.bytes_to_copy = numbers.bytes_to_copy.saturating_add(step.bytes_to_copy());
        let foreign = || step.foreign().map(|step| step.descriptor.size);
        numbers.foreign += foreign().count();
        numbers.foreign_bytes = foreign().fold(numbers.foreign_bytes, u64::saturating_add);
        // One more, for those that their registry turns out not to have.
        numbers.requests += step.foreign().filter(|step| step.way == TransferKind::Copy).count();
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
