//! Images that become of the list's kind, and what follows for their attestations.
//!
//! What is in a list in the list is not converted: the list itself, and every list above it, would become another. Where
//! something there is of the other kind, that is said, and keeps the list from being pushed.

use std::collections::{BTreeMap, BTreeSet};

use super::{ComposedEntry, Role};
use crate::{
    check::{Finding, FindingCode},
    convert::{ConvertError, Converted, ImageKind, convert, with_subject},
    descriptor::Descriptor,
    digest::Digest,
    document::RawDocument,
    media_type::{DOCKER_LIST, Family, Kind, MediaType},
};

/// Converts the images that are not of the list's kind.
///
/// An attestation of such an image goes on speaking of it. The older form names it in an annotation of its entry, the newer
/// one in the `subject` of its manifest as well, which so becomes another manifest: both get the new digest, so that clients
/// find the attestation at the image, in the list and by the registry's referrers. What the attestation states is signed or
/// hashed as it is, and still names the old digest: that is a warning.
pub(super) fn convert_entries(entries: &mut [ComposedEntry], list: &str) -> Vec<Finding> {
    let to = if list == DOCKER_LIST { ImageKind::Docker } else { ImageKind::Oci };
    let mut converting = Converting { to, images: BTreeMap::new(), now: BTreeMap::new(), findings: Vec::new() };
    for entry in entries.iter_mut() {
        match entry.role {
            Role::Image => converting.image(entry),
            Role::Nested => converting.nested(entry),
            Role::Attestation { .. } | Role::Artifact => {}
        }
    }
    // Attestations may be attested. Each manifest has one subject, so that this comes to an end.
    let mut told = BTreeSet::new();
    for _ in 0..=entries.len() {
        let mut is_settled = true;
        for (place, entry) in entries.iter_mut().enumerate() {
            if converting.attestation(entry) {
                is_settled = false;
                if told.insert(place) {
                    converting.tell_of_statements(entry);
                }
            }
        }
        if is_settled {
            break;
        }
    }
    converting.findings
}

struct Converting {
    to: ImageKind,
    /// Several entries may be one image.
    images: BTreeMap<Digest, Result<Converted, ConvertError>>,
    /// What became of documents: by their old digest, a descriptor of the new one.
    now: BTreeMap<Digest, Descriptor>,
    findings: Vec<Finding>,
}

impl Converting {
    fn image(&mut self, entry: &mut ComposedEntry) {
        let media_type = MediaType::new(&entry.descriptor.media_type);
        let is_other = media_type.kind() == Kind::Image && media_type.family() != self.to.family();
        let Some(manifest) =
            entry.manifest.as_ref().filter(|manifest| is_other && *manifest.media_type() == media_type)
        else {
            return;
        };
        let old = entry.descriptor.digest.clone();
        let outcome = self.images.entry(old.clone()).or_insert_with(|| convert(manifest, self.to)).clone();
        match outcome {
            Ok(Converted { document, lost }) => {
                self.find(
                    entry,
                    FindingCode::Converted,
                    format!(
                        "{} is converted to {}, whose digest is {}: signatures of {0}, and whatever else refers to it, do \
                         not count for that",
                        old.short(),
                        self.to.words(),
                        document.digest()
                    ),
                    "Sign what is pushed, or leave the images as they are.",
                );
                if !lost.is_empty() {
                    self.find(
                        entry,
                        FindingCode::ConversionLoses,
                        format!("{} loses {}: {} has none", old.short(), lost.join(", "), self.to.words()),
                        "Make the list an OCI index if that is needed.",
                    );
                }
                self.replace(entry, document);
            }
            Err(error) => self.find(
                entry,
                FindingCode::CannotConvert,
                format!("{} cannot be converted to {}: {error}", old.short(), self.to.words()),
                match (&error, self.to) {
                    (ConvertError::Layer { .. }, ImageKind::Docker) => {
                        "Make the list an OCI index, or have the image built with gzip layers."
                    }
                    _ => "Leave the images as they are, or make the list one of the other kind.",
                },
            ),
        }
    }

    /// A list in the list that has something of the other kind, or of which that is not known.
    fn nested(&mut self, entry: &ComposedEntry) {
        let Some(below) = &entry.below else { return };
        let is_other = |media_type: &MediaType| {
            matches!(media_type.kind(), Kind::Image | Kind::List)
                && matches!(media_type.family(), Family::Oci | Family::Docker)
                && media_type.family() != self.to.family()
        };
        let own = MediaType::new(&entry.descriptor.media_type);
        let others = below.documents.iter().filter(|document| is_other(document.media_type())).count();
        let why = match (others + usize::from(is_other(&own)), &below.missing) {
            (0, None) => return,
            (0, Some(missing)) => format!("it is not known whether all in it is of the list's kind: {missing}"),
            (1, _) if is_other(&own) => "it is itself of the other kind".to_owned(),
            (1, _) => "one manifest in it is of the other kind".to_owned(),
            (several, _) => format!("{several} manifests in it are of the other kind"),
        };
        self.find(
            entry,
            FindingCode::CannotConvert,
            format!(
                "{} is a list in the list, and what is in it is not converted; but {why}",
                entry.descriptor.digest.short()
            ),
            "Take it apart first (`\"nested\": \"flatten\"` of this row), so that its images are converted as others are; or \
             leave images as they are.",
        );
    }

    /// `false` when nothing has to change.
    fn attestation(&mut self, entry: &mut ComposedEntry) -> bool {
        let Role::Attestation { of } = &mut entry.role else { return false };
        let mut is_changed = false;
        if let Some(now) = self.now.get(of) {
            let annotations = entry.descriptor.annotations.iter_mut().flat_map(|annotations| annotations.iter_mut());
            for (key, value) in annotations {
                if key.ends_with(".docker.reference.digest") && *value == of.as_str() {
                    *value = now.digest.to_string();
                }
            }
            *of = now.digest.clone();
            is_changed = true;
        }
        let subject = entry.manifest.as_ref().and_then(|manifest| {
            let subject = crate::source::image_of(manifest)?.subject?;
            let now = self.now.get(&subject.digest)?;
            with_subject(manifest, &subject.digest, now).ok().flatten()
        });
        if let Some(document) = subject {
            self.replace(entry, document);
            is_changed = true;
        }
        is_changed
    }

    fn tell_of_statements(&mut self, entry: &ComposedEntry) {
        let Role::Attestation { of } = &entry.role else { return };
        self.find(
            entry,
            FindingCode::StatesOriginal,
            format!(
                "the attestation {} goes with the converted image {}, but states what it states of the original",
                entry.original_digest().short(),
                of.short()
            ),
            "Leave the attestations out where somebody compares the digests in them.",
        );
    }

    /// Puts another document into the place of an entry's.
    fn replace(&mut self, entry: &mut ComposedEntry, document: RawDocument) {
        let now = document.descriptor();
        let old = std::mem::replace(&mut entry.descriptor.digest, now.digest.clone());
        entry.descriptor.media_type.clone_from(&now.media_type);
        entry.descriptor.size = now.size;
        // It was the old document.
        entry.descriptor.data = None;
        entry.manifest = Some(document);
        entry.converted_from.get_or_insert_with(|| old.clone());
        self.now.insert(old, now);
    }

    fn find(&mut self, entry: &ComposedEntry, code: FindingCode, message: String, hint: &str) {
        self.findings.push(Finding::new(code, format!("/entries/{}", entry.entry), message, hint));
    }
}

/// Is an entry of the other kind than the list? Of what is neither's, no.
pub(crate) fn is_other_kind(descriptor: &Descriptor, is_docker: bool) -> bool {
    let family = MediaType::new(&descriptor.media_type).family();
    family == if is_docker { Family::Oci } else { Family::Docker }
}
