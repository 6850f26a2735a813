//! What a draft makes: the list's bytes and what they point to.

use std::sync::Arc;

use super::{Below, Convert, Draft, ListType, converting::convert_entries, encode, rows};
use crate::{
    check::{Finding, FindingCode},
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    document::{Document, ImageManifest, List, MAX_DOCUMENT_BYTES, RawDocument},
    media_type::{DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX},
    platform::Platform,
    reference::Reference,
    source::{ReadSource, ReadSources, Sources},
};

/// What a draft makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Composition {
    /// The list; absent when the draft has rows and none of them can be resolved.
    pub document: Option<RawDocument>,
    /// The list's entries, in its order.
    pub entries: Vec<ComposedEntry>,
    /// What was found while resolving the rows; see [`crate::check::check_draft`] for the rest.
    pub findings: Vec<Finding>,
    /// The bytes are those of the list that was opened, or of the only source.
    pub unchanged: bool,
}

/// An entry of the list to be.
#[derive(Clone, Debug, PartialEq)]
pub struct ComposedEntry {
    /// The row of the draft it came from, from 0.
    pub entry: usize,
    /// What it is.
    pub role: Role,
    /// As it will stand in the list.
    pub descriptor: Descriptor,
    /// The repository it comes from.
    pub from: Reference,
    /// The platform that its config names.
    pub config_platform: Option<Platform>,
    /// What it was before it was converted, or before its subject was: its digest at its source.
    pub converted_from: Option<Digest>,
    /// Its manifest, when that was had; as it will be, if it is converted.
    pub manifest: Option<RawDocument>,
    /// Its config, when that was had.
    pub config: Option<RawDocument>,
    /// It is an image, whose config matters.
    pub config_expected: bool,
    /// Its config and layers, each digest once, without foreign layers.
    pub blobs: Vec<Descriptor>,
    /// Its foreign layers, each digest once.
    pub foreign: Vec<Descriptor>,
    /// Of a list in the list: what is in it.
    pub below: Option<Arc<Below>>,
}

impl ComposedEntry {
    /// The digest that it has at its source.
    pub fn original_digest(&self) -> &Digest {
        self.converted_from.as_ref().unwrap_or(&self.descriptor.digest)
    }
}

/// What an entry of a list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// An image.
    Image,
    /// An attestation.
    Attestation {
        /// The image it speaks of.
        of: Digest,
    },
    /// A list in the list.
    Nested,
    /// Something that does not run.
    Artifact,
}

impl Role {
    /// The role of a list's entry that is no attestation.
    pub(crate) fn of(descriptor: &Descriptor, image: Option<&ImageManifest>) -> Self {
        if descriptor.is_list() {
            Self::Nested
        } else if image.is_some_and(ImageManifest::is_artifact) {
            Self::Artifact
        } else {
            Self::Image
        }
    }
}

/// Makes the list of a draft. Pure: the same draft and sources make the same bytes in the browser and on the server.
pub fn compose(draft: &Draft, sources: &Sources) -> Composition {
    compose_read(draft, sources, &ReadSources::of(draft, sources))
}

/// The same with the sources read already.
pub(super) fn compose_read(draft: &Draft, sources: &Sources, read: &ReadSources) -> Composition {
    let rows::Rows { mut entries, mut findings } = rows::expand(draft, sources, read);
    let base = find_base(draft, sources, read, &mut findings);
    let media_type = list_media_type(draft, &entries);
    let converts = draft.convert == Convert::ListType;
    if converts {
        findings.extend(convert_entries(&mut entries, media_type));
    }
    if let Some((list, source)) = candidate(draft, read, base)
        && (!converts || *source.source.root.media_type() == media_type)
        && same_list_fields(draft, list, source)
        && let Some(order) = same_entries(&entries, list, source)
        && !findings.iter().any(|finding| finding.code == FindingCode::SourceChanged)
    {
        let mut ordered: Vec<(usize, ComposedEntry)> = order.into_iter().zip(entries).collect();
        ordered.sort_by_key(|(place, _)| *place);
        let entries = ordered.into_iter().map(|(_, entry)| entry).collect();
        return Composition { document: Some(source.source.root.clone()), entries, findings, unchanged: true };
    }
    if entries.is_empty() && !draft.entries.is_empty() {
        return Composition { document: None, entries, findings, unchanged: false };
    }
    let list = List {
        media_type: Some(media_type.to_owned()),
        artifact_type: draft.artifact_type.clone(),
        manifests: entries.iter().map(|entry| entry.descriptor.clone()).collect(),
        subject: draft.subject.clone(),
        annotations: Some(draft.annotations.clone()),
        other: base.map(|(list, _)| list.other.clone()).unwrap_or_default(),
    };
    let document = encode(&list, draft.format);
    if document.bytes().len() > MAX_DOCUMENT_BYTES {
        findings.push(Finding::new(
            FindingCode::TooLarge,
            "",
            format!("the list has {} bytes; registries take 4 MiB", document.bytes().len()),
            "Leave out images or annotations.",
        ));
    }
    entries.shrink_to_fit();
    Composition { document: Some(document), entries, findings, unchanged: false }
}

/// A list with the source it is at.
type At<'a> = (&'a List, &'a ReadSource<'a>);

/// The list that was opened for editing. Without it its unknown fields would be lost, so that its absence is an error.
fn find_base<'a>(
    draft: &Draft,
    sources: &Sources,
    read: &'a ReadSources,
    findings: &mut Vec<Finding>,
) -> Option<At<'a>> {
    let base = draft.base.as_ref()?;
    let problem = match (read.get(base), sources.get(base)) {
        (Some(source), _) => match &source.root {
            Ok(Document::List(list)) => return Some((list, source)),
            Ok(_) => format!("{} is not a list", base.familiar()),
            Err(error) => error.to_string(),
        },
        (None, Some(Err(problem))) => problem.to_string(),
        (None, _) => format!("{} has not been looked at yet", base.familiar()),
    };
    findings.push(Finding::new(
        FindingCode::BaseUnavailable,
        "/base",
        format!("the list that is being edited cannot be had: {problem}"),
        "Try again, or start a new list.",
    ));
    None
}

/// The list whose bytes may do as they are: the base, else the one list that all rows come from.
fn candidate<'a>(draft: &Draft, read: &'a ReadSources, base: Option<At<'a>>) -> Option<At<'a>> {
    if draft.base.is_some() {
        return base;
    }
    let first = draft.entries.first()?;
    if draft.entries.iter().any(|entry| entry.source != first.source) {
        return None;
    }
    let source = read.get(&first.source)?;
    Some((source.list()?, source))
}

/// Does the draft ask for nothing about the list itself that the list does not have?
fn same_list_fields(draft: &Draft, list: &List, source: &ReadSource) -> bool {
    let media_type = source.source.root.media_type();
    let right_type = match draft.list_type {
        ListType::Auto => true,
        ListType::Oci => *media_type == OCI_INDEX,
        ListType::Docker => *media_type == DOCKER_LIST,
    };
    let untouched = draft.base.is_none()
        && draft.annotations.is_empty()
        && draft.artifact_type.is_none()
        && draft.subject.is_none();
    let equal = draft.annotations == list.annotations.clone().unwrap_or_default()
        && draft.artifact_type == list.artifact_type
        && draft.subject == list.subject;
    right_type && (untouched || equal)
}

/// The place of each entry in the list, when they are the list's: what runs in the list's order, and every attestation.
fn same_entries(entries: &[ComposedEntry], list: &List, source: &ReadSource) -> Option<Vec<usize>> {
    if entries.len() != list.manifests.len() {
        return None;
    }
    let mut free = vec![true; entries.len()];
    let mut places = Vec::with_capacity(entries.len());
    let mut next = 0;
    for entry in entries {
        let attestation = matches!(entry.role, Role::Attestation { .. });
        let all = source.places(&entry.descriptor.digest);
        let from = if attestation { 0 } else { all.partition_point(|place| *place < next) };
        let mut fitting = all[from..].iter().copied();
        let place = fitting.find(|place| free[*place] && list.manifests[*place] == entry.descriptor)?;
        free[place] = false;
        if !attestation {
            next = place + 1;
        }
        places.push(place);
    }
    Some(places)
}

fn list_media_type(draft: &Draft, entries: &[ComposedEntry]) -> &'static str {
    match draft.list_type {
        ListType::Oci => OCI_INDEX,
        ListType::Docker => DOCKER_LIST,
        ListType::Auto => {
            let needs_oci = !draft.annotations.is_empty() || draft.artifact_type.is_some() || draft.subject.is_some();
            let docker = |entry: &ComposedEntry| {
                let descriptor = &entry.descriptor;
                descriptor.media_type == DOCKER_MANIFEST
                    && descriptor.annotations.as_ref().is_none_or(Annotations::is_empty)
                    && descriptor.artifact_type.is_none()
            };
            if !needs_oci && !entries.is_empty() && entries.iter().all(docker) { DOCKER_LIST } else { OCI_INDEX }
        }
    }
}
