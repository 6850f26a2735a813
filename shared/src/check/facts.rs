//! What the rules look at: the same for a draft's list and for one in a registry.

use crate::{
    descriptor::Descriptor,
    document::{ImageConfig, List, RawDocument},
    list::{Composition, Draft, Role},
    media_type::DOCKER_LIST,
    platform::Platform,
    source::ReadSource,
};

/// A list.
pub(super) struct Facts {
    /// It is a Docker manifest list.
    pub(super) docker: bool,
    /// A field that only OCI has, of those that it has: its JSON name.
    pub(super) oci_field: Option<&'static str>,
    /// The entries.
    pub(super) items: Vec<Item>,
}

/// An entry of a list.
pub(super) struct Item {
    /// JSON pointer to where it stands, within the draft or its list.
    pub(super) pointer: String,
    /// The same as messages about another entry say it. For a draft it is the pointer: which row that is is known where it is shown.
    pub(super) shown: String,
    /// As it stands in the list.
    pub(super) descriptor: Descriptor,
    /// What it is.
    pub(super) role: Role,
    /// The platform its config names.
    pub(super) config_platform: Option<Platform>,
    /// Its document, when that was had.
    pub(super) document: Option<RawDocument>,
}

impl Item {
    /// The platform, when it says which: `unknown/unknown` is what things have that do not run.
    pub(super) fn platform(&self) -> Option<&Platform> {
        self.descriptor.platform.as_ref().filter(|platform| !platform.is_unknown())
    }

    /// Does it run?
    pub(super) fn runs(&self) -> bool {
        matches!(self.role, Role::Image | Role::Nested)
    }

    /// Its digest, short, for messages.
    pub(super) fn name(&self) -> &str {
        self.descriptor.digest.short()
    }
}

pub(super) fn of_draft(draft: &Draft, composition: &Composition) -> Facts {
    let oci_field = [
        (!draft.annotations.is_empty(), "annotations"),
        (draft.artifact_type.is_some(), "artifactType"),
        (draft.subject.is_some(), "subject"),
    ];
    Facts {
        docker: composition.document.as_ref().is_some_and(|document| *document.media_type() == DOCKER_LIST),
        oci_field: oci_field.into_iter().find(|(has, _)| *has).map(|(_, field)| field),
        items: composition
            .entries
            .iter()
            .map(|entry| Item {
                pointer: format!("/entries/{}", entry.entry),
                shown: format!("/entries/{}", entry.entry),
                descriptor: entry.descriptor.clone(),
                role: entry.role.clone(),
                config_platform: entry.config_platform.clone(),
                document: entry.manifest.clone(),
            })
            .collect(),
    }
}

/// Of a list that stands at this place in the list that is inspected: by its index there, then in the list that stands there.
pub(super) fn of_list(list: &List, read: &ReadSource, docker: bool, at: &[usize]) -> Facts {
    let oci_field = [
        (list.annotations.as_ref().is_some_and(|annotations| !annotations.is_empty()), "annotations"),
        (list.artifact_type.is_some(), "artifactType"),
        (list.subject.is_some(), "subject"),
    ];
    let item = |(place, descriptor): (usize, &Descriptor)| {
        let image = read.child_image(&descriptor.digest);
        let attestation = read.attests(place).map(|of| Role::Attestation { of: of.clone() });
        Item {
            pointer: pointer(&[place]),
            shown: super::in_words(&[at, &[place]].concat()),
            descriptor: descriptor.clone(),
            role: attestation.unwrap_or_else(|| Role::of(descriptor, image)),
            config_platform: image.and_then(|image| read.config(image)).map(ImageConfig::platform),
            document: read.source.child(&descriptor.digest).cloned(),
        }
    };
    Facts {
        docker,
        oci_field: oci_field.into_iter().find(|(has, _)| *has).map(|(_, field)| field),
        items: list.manifests.iter().enumerate().map(item).collect(),
    }
}

/// The pointers to each of the lists that stand at this place, and into it, one after the other.
pub(super) fn pointer(at: &[usize]) -> String {
    at.iter().fold(String::new(), |above, index| above + "/manifests/" + &index.to_string())
}
