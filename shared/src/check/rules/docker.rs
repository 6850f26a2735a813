//! What a list of one kind makes of what is of the other.

use crate::{
    check::{Finding, FindingCode, facts::Facts},
    list::{Role, is_other_kind},
};

pub(super) fn check(list: &Facts, findings: &mut Vec<Finding>) {
    if list.docker { docker_list(list, findings) } else { oci_index(list, findings) }
}

/// What a Docker manifest list cannot hold.
fn docker_list(list: &Facts, findings: &mut Vec<Finding>) {
    if let Some(field) = list.oci_field {
        findings.push(Finding::new(
            FindingCode::DockerListAnnotated,
            format!("/{field}"),
            format!("a Docker manifest list has no `{field}`: it is pulled all the same, but tools may not see what is said there"),
            "Make it an OCI index.",
        ));
    }
    for item in &list.items {
        let descriptor = &item.descriptor;
        if is_other_kind(descriptor, true) {
            let (what, hint) = match &item.role {
                Role::Image => ("image", "Make the list an OCI index, or have the images converted."),
                Role::Attestation { .. } => {
                    ("attestation", "Make the list an OCI index, or leave the attestations out.")
                }
                Role::Nested => ("index", "Make the list an OCI index, or take the images of the inner one."),
                Role::Artifact => ("artifact", "Make the list an OCI index."),
            };
            findings.push(Finding::new(
                FindingCode::DockerListHoldsOci,
                &item.pointer,
                format!("{} is an OCI {what}, and the list is a Docker one: clients refuse the mix", item.name()),
                hint,
            ));
        }
        if descriptor.platform.is_none() {
            findings.push(Finding::new(
                FindingCode::DockerListNeedsPlatform,
                &item.pointer,
                format!("{} has no platform, which a Docker list asks for: registries may refuse it", item.name()),
                "Set the platform.",
            ));
        }
        if descriptor.annotations.as_ref().is_some_and(|annotations| !annotations.is_empty()) {
            findings.push(Finding::new(
                FindingCode::DockerListAnnotated,
                &item.pointer,
                format!(
                    "{} has annotations, which a Docker list has no place for: it is pulled all the same, but tools may not \
                     see them",
                    item.name()
                ),
                "Make the list an OCI index, or take the annotations away.",
            ));
        }
    }
}

/// An OCI index may hold Docker images: said once, since there is nothing wrong with any of them.
fn oci_index(list: &Facts, findings: &mut Vec<Finding>) {
    let images = || list.items.iter().filter(|item| item.role == Role::Image);
    let docker = images().filter(|item| is_other_kind(&item.descriptor, false)).count();
    if docker > 0 {
        findings.push(Finding::new(
            FindingCode::IndexHoldsDocker,
            "",
            format!(
                "the list is an OCI index, and {docker} of its {} images are Docker's: Docker, containerd and podman pull \
                 the mix, while the OCI spec asks clients to know no images but its own",
                images().count()
            ),
            "Have the images converted if a client refuses them.",
        ));
    }
}
