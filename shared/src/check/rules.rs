//! The rules for a list that is being made.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, FindingCode};
use crate::{
    document::MAX_BYTES,
    list::{ComposedEntry, Composition, Role},
    media_type::{DOCKER_LIST, Family, MediaType},
};

/// Everything the rules say about a composed list. Pointers are into the draft.
pub fn check_draft(composition: &Composition) -> Vec<Finding> {
    let mut findings = composition.findings.clone();
    let entries = &composition.entries;
    if entries.is_empty() && findings.is_empty() {
        findings.push(Finding::new(
            FindingCode::EmptyList,
            "/entries",
            "The list has no entries: nobody can pull anything from it.",
            "Add at least one image.",
        ));
    }
    repeated(entries, &mut findings);
    duplicates(entries, &mut findings);
    for entry in entries {
        platform(entry, &mut findings);
    }
    orphans(entries, &mut findings);
    if let Some(document) = &composition.document {
        if document.media_type() == &DOCKER_LIST {
            docker_list(composition, &mut findings);
        }
        if document.bytes().len() > MAX_BYTES {
            findings.push(Finding::new(
                FindingCode::ListTooLarge,
                "",
                format!("The list has {} bytes; registries need not take more than 4 MiB.", document.bytes().len()),
                "Leave out entries or annotations.",
            ));
        }
    }
    findings
}

fn pointer(entry: &ComposedEntry) -> String {
    format!("/entries/{}", entry.entry)
}

fn repeated(entries: &[ComposedEntry], findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for entry in entries {
        if !seen.insert(&entry.descriptor.digest) {
            findings.push(Finding::new(
                FindingCode::RepeatedDigest,
                pointer(entry),
                format!("{} is in the list already.", entry.descriptor.digest.short()),
                "Remove one of the two: some registries refuse a list that names an image twice.",
            ));
        }
    }
}

fn duplicates(entries: &[ComposedEntry], findings: &mut Vec<Finding>) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.role == Role::Image) {
        let Some(platform) = &entry.descriptor.platform else { continue };
        let name = platform.normalized().to_string();
        if let Some(other) = first.get(&name) {
            findings.push(Finding::new(
                FindingCode::DuplicatePlatform,
                pointer(entry),
                format!("Entry {} is for {platform} too: clients take that one, and this is never pulled.", other + 1),
                "Remove one, or set another variant or os.version.",
            ));
        } else {
            first.insert(name, place);
        }
    }
}

fn platform(entry: &ComposedEntry, findings: &mut Vec<Finding>) {
    if entry.role == Role::Nested {
        findings.push(Finding::new(
            FindingCode::NestedList,
            pointer(entry),
            "This entry is itself a list: Docker does not look inside it, and some registries refuse it.",
            "Take its images instead.",
        ));
    }
    if entry.role != Role::Image {
        return;
    }
    let at = format!("{}/platform", pointer(entry));
    let Some(platform) = &entry.descriptor.platform else {
        findings.push(Finding::new(
            FindingCode::NoPlatform,
            at,
            "This entry names no platform: clients take it only when nothing else matches.",
            "Set its platform.",
        ));
        return;
    };
    if platform.os.is_empty() || platform.architecture.is_empty() {
        findings.push(Finding::new(
            FindingCode::PlatformIncomplete,
            at.clone(),
            "The platform needs an operating system and an architecture.",
            "Set both, as in linux/amd64.",
        ));
        return;
    }
    let normal = platform.normalized();
    if normal.architecture == "arm" && platform.variant.is_none() {
        findings.push(Finding::new(
            FindingCode::ArmWithoutVariant,
            at.clone(),
            format!("{platform} has no variant: clients read it as v7, so boards with an ARMv6 do not get it."),
            "Set v5, v6 or v7, as the program was built for.",
        ));
    }
    if normal.os == "windows" && platform.os_version.is_none() {
        findings.push(Finding::new(
            FindingCode::WindowsWithoutVersion,
            at.clone(),
            "This Windows entry has no os.version: hosts of every build take it, and most cannot run it.",
            "Set os.version as in the image's config, such as 10.0.20348.2582.",
        ));
    }
    if let Some(config) = &entry.config_platform
        && !config.same(platform)
    {
        findings.push(Finding::new(
            FindingCode::PlatformDiffers,
            at,
            format!("The list will say {platform}, but the image's config says {config}."),
            "Use the config's platform, unless you know that the config is wrong.",
        ));
    }
}

fn orphans(entries: &[ComposedEntry], findings: &mut Vec<Finding>) {
    for entry in entries {
        if let Role::Attestation { of } = &entry.role
            && !entries.iter().any(|other| other.descriptor.digest.as_str() == of)
        {
            findings.push(Finding::new(
                FindingCode::OrphanAttestation,
                pointer(entry),
                "This attestation belongs to an image that is not in the list.",
                "Add the image, or drop the attestation.",
            ));
        }
    }
}

fn docker_list(composition: &Composition, findings: &mut Vec<Finding>) {
    for entry in &composition.entries {
        if MediaType::new(&entry.descriptor.media_type).family() == Family::Oci {
            findings.push(Finding::new(
                FindingCode::DockerListOciChild,
                pointer(entry),
                "A Docker list cannot point to an OCI image: some registries and clients refuse it.",
                "Make the list an OCI index.",
            ));
        }
        if entry.descriptor.platform.is_none() {
            findings.push(Finding::new(
                FindingCode::DockerListPlatform,
                format!("{}/platform", pointer(entry)),
                "Every entry of a Docker list needs a platform.",
                "Set it, or make the list an OCI index.",
            ));
        }
        if entry.descriptor.annotations.as_ref().is_some_and(|annotations| !annotations.is_empty()) {
            findings.push(annotations(format!("{}/annotations", pointer(entry))));
        }
    }
    if composition.has_oci_fields {
        findings.push(annotations("/annotations".to_owned()));
    }
}

fn annotations(pointer: String) -> Finding {
    Finding::new(
        FindingCode::DockerListAnnotations,
        pointer,
        "A Docker list has no annotations, artifactType or subject: clients that check would refuse it.",
        "Make the list an OCI index, or remove them.",
    )
}
