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
            let media_type = document.media_type();
            let differs = if document.digest() != &descriptor.digest {
                Some(format!("in truth {}", document.digest()))
            } else if document.size() != descriptor.size {
                Some(format!("{} bytes long, but the list says {}", document.size(), descriptor.size))
            } else if *media_type != *descriptor.media_type.as_str() && !media_type.is_generic() {
                Some(format!("`{media_type}`, but the list says `{}`", descriptor.media_type))
            } else {
                None
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
                format!("{} is itself a list: Docker passes it over, and some registries refuse it", item.name()),
                "Take its images as entries of this list.",
            )),
            _ => {}
        }
    }
}
