//! Whether entries are what they point to, and attestations speak of something.

use std::collections::BTreeSet;

use crate::{
    check::{Finding, FindingCode, facts::Facts},
    digest::Digest,
    list::Role,
};

pub(super) fn check(list: &Facts, findings: &mut Vec<Finding>) {
    let digests: BTreeSet<&Digest> = list.items.iter().map(|item| &item.descriptor.digest).collect();
    for item in &list.items {
        if let Some(differs) = item.document.as_ref().and_then(|document| document.differs_from(&item.descriptor)) {
            findings.push(Finding::new(
                FindingCode::ChildDiffers,
                &item.pointer,
                format!("{} is {differs}: clients refuse to pull it", item.name()),
                "Add the image again from its own reference.",
            ));
        }
        match &item.role {
            Role::Attestation { of } if !digests.contains(of) => {
                findings.push(Finding::new(
                    FindingCode::OrphanAttestation,
                    &item.pointer,
                    format!(
                        "{} attests {}, which is not in the list: nobody who pulls finds it",
                        item.name(),
                        of.short()
                    ),
                    "Take the attestation away, or add the image.",
                ));
            }
            Role::Nested => findings.push(Finding::new(
                FindingCode::NestedList,
                &item.pointer,
                format!(
                    "{} is itself a list: Docker (since 23) and containerd look into it, Podman and CRI-O do not, and some \
                     registries refuse it",
                    item.name()
                ),
                "Take its images as entries of this list.",
            )),
            _ => {}
        }
    }
}
