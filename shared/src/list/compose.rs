//! A draft and its sources make a list.

use super::{Draft, ListType, NewList, encode, row};
use crate::{
    check::Finding,
    descriptor::Descriptor,
    document::{Document, List, RawDocument},
    media_type::{DOCKER_LIST, Family, MediaType, OCI_INDEX},
    platform::Platform,
    reference::Reference,
    source::Sources,
};

/// A list put together.
#[derive(Clone, Debug, PartialEq)]
pub struct Composition {
    /// Its exact bytes; `None` while a row cannot be resolved.
    pub document: Option<RawDocument>,
    /// Its entries, in order: images first, then their attestations.
    pub entries: Vec<ComposedEntry>,
    /// Rows that cannot be resolved.
    pub findings: Vec<Finding>,
    /// Nothing differs from the list it came from, so its own bytes are kept.
    pub unchanged: bool,
    /// The list has fields that only OCI knows: annotations, `artifactType`, `subject`.
    pub has_oci_fields: bool,
}

/// An entry of a composed list.
#[derive(Clone, Debug, PartialEq)]
pub struct ComposedEntry {
    /// The row of the draft it came from, from 0.
    pub entry: usize,
    /// What it is.
    pub role: Role,
    /// The pointer that the list will hold.
    pub descriptor: Descriptor,
    /// The repository it comes from.
    pub from: Reference,
    /// The platform in the image's config, where that was had.
    pub config_platform: Option<Platform>,
    /// The manifest it points to, where that was had.
    pub manifest: Option<RawDocument>,
    /// Config and layers of that manifest, each once.
    pub blobs: Vec<Descriptor>,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// An image.
    Image,
    /// What is attested of an image.
    Attestation {
        /// Digest of the image.
        of: String,
    },
    /// A list in the list.
    Nested,
}

/// Puts a list together. The same draft and sources give the same bytes, in the browser and on the server.
pub fn compose(draft: &Draft, sources: &Sources) -> Composition {
    let mut images = Vec::new();
    let mut attestations = Vec::new();
    let mut findings = Vec::new();
    for (index, entry) in draft.entries.iter().enumerate() {
        match row::resolve(index, entry, sources) {
            Ok(rows) => {
                for row in rows {
                    if matches!(row.role, Role::Attestation { .. }) { attestations.push(row) } else { images.push(row) }
                }
            }
            Err(finding) => findings.push(finding),
        }
    }
    images.append(&mut attestations);
    let entries = images;
    let mut composition =
        Composition { document: None, entries, findings, unchanged: false, has_oci_fields: has_oci_fields(draft) };
    if !composition.findings.is_empty() {
        return composition;
    }
    let base = draft.base.as_ref().and_then(|base| list_of(sources, base));
    let origin = match &base {
        Some(base) => Some(base.clone()),
        None => lone_list(draft, sources),
    };
    if let Some((document, list)) = &origin
        && is_unchanged(draft, base.is_some(), &composition.entries, document, list)
    {
        composition.document = Some(document.clone());
        composition.unchanged = true;
        composition.has_oci_fields = false;
        return composition;
    }
    let media_type = list_type(draft, &composition.entries, base.as_ref().map(|(document, _)| document));
    let document = encode(
        &NewList {
            media_type: MediaType::new(media_type),
            artifact_type: draft.artifact_type.as_deref(),
            manifests: composition.entries.iter().map(|entry| &entry.descriptor).collect(),
            subject: draft.subject.as_ref(),
            annotations: &draft.annotations,
            other: base.as_ref().map(|(_, list)| &list.other),
        },
        draft.format,
    );
    composition.document = Some(document);
    composition
}

fn has_oci_fields(draft: &Draft) -> bool {
    !draft.annotations.is_empty() || draft.artifact_type.is_some() || draft.subject.is_some()
}

fn list_of(sources: &Sources, reference: &Reference) -> Option<(RawDocument, List)> {
    let source = sources.get(reference)?.as_ref().ok()?;
    match source.root.parse() {
        Ok(Document::List(list)) => Some((source.root.clone(), list)),
        _ => None,
    }
}

/// The list that is the only source of a draft.
fn lone_list(draft: &Draft, sources: &Sources) -> Option<(RawDocument, List)> {
    let (first, rest) = draft.entries.split_first()?;
    rest.iter().all(|entry| entry.source == first.source).then(|| list_of(sources, &first.source))?
}

/// Does the draft say what the list says already? With a base, the draft's own fields are the whole truth; without one,
/// fields it leaves out are the list's.
fn is_unchanged(draft: &Draft, has_base: bool, entries: &[ComposedEntry], document: &RawDocument, list: &List) -> bool {
    let wants_other_type = match draft.list_type {
        ListType::Auto => false,
        ListType::Oci => document.media_type() != &OCI_INDEX,
        ListType::Docker => document.media_type() != &DOCKER_LIST,
    };
    let same_fields = if has_base {
        draft.annotations == list.annotations.clone().unwrap_or_default()
            && draft.artifact_type == list.artifact_type
            && draft.subject == list.subject
    } else {
        !has_oci_fields(draft)
    };
    let is_attestation = |descriptor: &&Descriptor| crate::document::attested(descriptor).is_some();
    let (theirs_attested, theirs): (Vec<_>, Vec<_>) = list.manifests.iter().partition(is_attestation);
    let (ours_attested, ours): (Vec<_>, Vec<_>) =
        entries.iter().map(|entry| &entry.descriptor).partition(is_attestation);
    !wants_other_type
        && same_fields
        && ours == theirs
        && ours_attested.len() == theirs_attested.len()
        && ours_attested.iter().all(|entry| theirs_attested.contains(entry))
}

fn list_type(draft: &Draft, entries: &[ComposedEntry], base: Option<&RawDocument>) -> &'static str {
    let all_docker = !entries.is_empty()
        && entries.iter().all(|entry| {
            MediaType::new(&entry.descriptor.media_type).family() == Family::Docker
                && entry.descriptor.platform.is_some()
                && entry.descriptor.annotations.is_none()
        });
    let base_is_oci = base.is_some_and(|base| base.media_type() == &OCI_INDEX);
    match draft.list_type {
        ListType::Docker => DOCKER_LIST,
        ListType::Auto if all_docker && !has_oci_fields(draft) && !base_is_oci => DOCKER_LIST,
        ListType::Auto | ListType::Oci => OCI_INDEX,
    }
}
