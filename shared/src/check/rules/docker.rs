//! What a Docker manifest list cannot hold.

use crate::{
    check::{Finding, FindingCode, facts::Facts},
    media_type::{Family, MediaType},
};

pub(super) fn check(list: &Facts, findings: &mut Vec<Finding>) {
    if !list.docker {
        return;
    }
    if let Some(field) = list.oci_field {
        findings.push(Finding::new(
            FindingCode::DockerListAnnotated,
            format!("/{field}"),
            format!("a Docker manifest list has no `{field}`"),
            "Make it an OCI index.",
        ));
    }
    for item in &list.items {
        let descriptor = &item.descriptor;
        if MediaType::new(&descriptor.media_type).family() == Family::Oci {
            findings.push(Finding::new(
                FindingCode::DockerListHoldsOci,
                &item.pointer,
                format!("{} is an OCI image, and the list is a Docker one: clients refuse the mix", item.name()),
                "Make the list an OCI index.",
            ));
        }
        if descriptor.platform.is_none() {
            findings.push(Finding::new(
                FindingCode::DockerListNeedsPlatform,
                &item.pointer,
                format!("{} has no platform, which a Docker list asks for", item.name()),
                "Set the platform.",
            ));
        }
        if descriptor.annotations.as_ref().is_some_and(|annotations| !annotations.is_empty()) {
            findings.push(Finding::new(
                FindingCode::DockerListAnnotated,
                &item.pointer,
                format!("{} has annotations, which a Docker list cannot hold", item.name()),
                "Make the list an OCI index, or take the annotations away.",
            ));
        }
    }
}
