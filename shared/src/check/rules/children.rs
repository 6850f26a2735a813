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
        if let Some(document) = &item.document {
            let descriptor = &item.descriptor;
            let differs = if document.size() == descriptor.size {
                (*document.media_type() != *descriptor.media_type.as_str() && !document.media_type().is_generic())
                    .then(|| format!("`{}`, but the list says `{}`", document.media_type(), descriptor.media_type))
            } else {
                Some(format!("{} bytes long, but the list says {}", document.size(), descriptor.size))
            };
            if let Some(differs) = differs {
                findings.push(Finding::new(
                    FindingCode::ChildDiffers,
                    &item.pointer,
                    format!("{} is {differs}: clients refuse to pull it", item.name()),
                    "Add the image again from its own reference.",
                ));
            }
        }
        match &item.role {
            Role::Attestation { of } if !digests.contains(of) => {
                findings.push(Finding::new(
                    FindingCode::OrphanAttestation,
                    &item.pointer,
                    format!("{} attests {}, which is not in the list", item.name(), of.short()),
                    "Take the attestation away, or add the image.",
                ));
            }
            Role::Nested => findings.push(Finding::new(
                FindingCode::NestedList,
                &item.pointer,
                format!("{} is itself a list: Docker passes it over, and some registries refuse it", item.name()),
                "Take its images as entries of this list.",
            )),
            _ => {}
        }
    }
}
