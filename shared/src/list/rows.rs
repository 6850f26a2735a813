//! What the rows of a draft stand for: descriptors of the list to be.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Attestations, ComposedEntry, Draft, Entry, Role,
    nested::{Below, below},
};
use crate::{
    api::ProblemCode,
    check::{Finding, FindingCode},
    descriptor::Descriptor,
    digest::Digest,
    document::{Document, DocumentError, ImageConfig, ImageManifest, List, MAX_ENTRIES, RawDocument},
    platform::Platform,
    reference::Reference,
    source::{ReadSource, ReadSources, Source, Sources},
};

/// All rows of a draft, expanded: first what runs, then the attestations, each in the order of the rows.
pub(super) struct Rows {
    pub(super) entries: Vec<ComposedEntry>,
    pub(super) findings: Vec<Finding>,
}

pub(super) fn expand(draft: &Draft, sources: &Sources, read: &ReadSources) -> Rows {
    let mut rows = Expander {
        row: 0,
        images: Vec::new(),
        attestations: Vec::new(),
        attested: BTreeSet::new(),
        below: BTreeMap::new(),
        findings: Vec::new(),
    };
    // How often a row has taken this digest from this list: a list may hold it twice, for two platforms.
    let mut taken: BTreeMap<(&Reference, &Digest), usize> = BTreeMap::new();
    for (row, entry) in draft.entries.iter().enumerate() {
        rows.row = row;
        let occurrence = entry.digest.as_ref().map_or(0, |digest| {
            let count = taken.entry((&entry.source, digest)).or_default();
            *count += 1;
            *count - 1
        });
        rows.entry(entry, occurrence, sources, read);
        if rows.is_full() {
            rows.finding(
                FindingCode::TooLarge,
                format!("with this row the list has more than {MAX_ENTRIES} entries, which is more than anybody reads"),
                "Leave out images.",
            );
            break;
        }
    }
    let mut entries = rows.images;
    entries.append(&mut rows.attestations);
    Rows { entries, findings: rows.findings }
}

struct Expander {
    row: usize,
    images: Vec<ComposedEntry>,
    attestations: Vec<ComposedEntry>,
    /// Digest of each attestation, and which of the entries with that digest in its list it was: rows that share an image
    /// share its attestations.
    attested: BTreeSet<(Digest, usize)>,
    /// What is in lists in the list: many rows may name one such list.
    below: BTreeMap<(Reference, Digest), Arc<Below>>,
    findings: Vec<Finding>,
}

impl Expander {
    fn finding(&mut self, code: FindingCode, message: impl Into<String>, hint: impl Into<String>) {
        self.findings.push(Finding::new(code, format!("/entries/{}", self.row), message, hint));
    }

    /// A short draft can name a long list many times: then the rest is not looked at.
    fn is_full(&self) -> bool {
        self.images.len() + self.attestations.len() > MAX_ENTRIES
    }

    fn entry(&mut self, entry: &Entry, occurrence: usize, sources: &Sources, read: &ReadSources) {
        match sources.get(&entry.source) {
            Some(Ok(_)) => {}
            Some(Err(problem)) => {
                let code = match problem.code {
                    ProblemCode::Schema1 => FindingCode::Schema1,
                    ProblemCode::NotAnImage => FindingCode::NotAnImage,
                    _ => FindingCode::SourceFailed,
                };
                let hint = problem.hint.clone().unwrap_or_else(|| "Correct the reference, or try again.".to_owned());
                return self.finding(code, problem.to_string(), hint);
            }
            None => {
                return self.finding(
                    FindingCode::SourceUnresolved,
                    format!("{} has not been looked at yet", entry.source.familiar()),
                    "Wait until it is resolved.",
                );
            }
        }
        let Some(source) = read.get(&entry.source) else { return };
        let pinned = entry.digest.as_ref().filter(|digest| *digest != source.source.root.digest());
        match (read.flattened(self.row), &source.root) {
            (Some((flat, is_meant)), _) => self.list(entry, pinned.filter(|_| !is_meant), occurrence, flat),
            (None, Ok(Document::List(_))) => self.list(entry, pinned, occurrence, source),
            (None, Ok(Document::Image(image))) => self.image(entry, source, image),
            (None, Ok(Document::Config(_) | Document::Other(_))) => self.finding(
                FindingCode::NotAnImage,
                format!("{} is `{}`, not an image", entry.source.familiar(), source.source.root.media_type()),
                "Name an image or a list of images.",
            ),
            (None, Err(error)) => {
                let problem = error.to_problem();
                let code = match error {
                    DocumentError::Schema1 => FindingCode::Schema1,
                    DocumentError::Annotation { .. } => FindingCode::AnnotationNotText,
                    _ => FindingCode::SourceFailed,
                };
                self.finding(code, problem.to_string(), problem.hint.unwrap_or_default());
            }
        }
    }

    /// A row whose source is a single image.
    fn image(&mut self, entry: &Entry, read: &ReadSource, image: &ImageManifest) {
        let source = read.source;
        if image.is_artifact() {
            let kind = image.artifact_type.as_deref().unwrap_or(&image.config.media_type);
            return self.finding(
                FindingCode::NotAnImage,
                format!("{} is an artifact of type `{kind}`, not an image", entry.source.familiar()),
                "Name an image or a list of images.",
            );
        }
        if let Some(pinned) = entry.digest.as_ref().filter(|digest| *digest != source.root.digest()) {
            return self.changed(entry, pinned, source);
        }
        if let Some(Err(problem)) = source.configs.get(&image.config.digest)
            && entry.platform.is_none()
        {
            self.finding(
                FindingCode::ConfigUnavailable,
                format!("the platform of {} cannot be read from its config: {problem}", entry.source.familiar()),
                "Set the platform by hand, or try again.",
            );
        }
        let mut descriptor = source.root.descriptor();
        descriptor.platform = read.config(image).map(ImageConfig::platform);
        let mut composed = self.composed(read, descriptor, Role::Image, Some((&source.root, Some(image))));
        override_descriptor(&mut composed.descriptor, entry);
        self.images.push(composed);
    }

    /// A row whose source is a list.
    fn list(&mut self, entry: &Entry, pinned: Option<&Digest>, occurrence: usize, read: &ReadSource) {
        let Some(list) = read.list() else { return };
        let source = read.source;
        let whole = pinned.is_none() && entry.take.is_empty();
        let places: Vec<usize> = match pinned {
            None if whole => (0..list.manifests.len()).collect(),
            None => self.take(entry, read, list),
            Some(digest) => {
                let places = read.places(digest);
                match places.get(occurrence).or(places.last()) {
                    Some(place) => vec![*place],
                    None => return self.changed(entry, digest, source),
                }
            }
        };
        let (attestations, runnable): (Vec<usize>, Vec<usize>) =
            places.iter().partition(|place| read.attests(**place).is_some());
        if entry.platform.is_some() && runnable.len() > 1 {
            self.finding(
                FindingCode::PlatformForMany,
                format!("one platform is set for {} images of {}", runnable.len(), entry.source.familiar()),
                "Take the images as rows of their own to set their platforms.",
            );
        }
        for place in &runnable {
            if self.is_full() {
                return;
            }
            self.child(entry, read, &list.manifests[*place]);
        }
        // An attestation that a row names is meant, whatever becomes of those that come along.
        let mut taken: BTreeSet<usize> = if entry.attestations == Attestations::Keep {
            read.attestations_of(places.iter().copied())
        } else {
            BTreeSet::new()
        };
        if entry.attestations == Attestations::Keep || !whole {
            taken.extend(attestations);
        }
        for place in taken {
            self.attestation(read, list, place);
        }
    }

    fn attestation(&mut self, read: &ReadSource, list: &List, place: usize) {
        let (child, Some(of)) = (&list.manifests[place], read.attests(place)) else { return };
        let occurrence = read.places(&child.digest).binary_search(&place).unwrap_or_default();
        if self.is_full() || !self.attested.insert((child.digest.clone(), occurrence)) {
            return;
        }
        let manifest = read.source.child(&child.digest).map(|manifest| (manifest, read.child_image(&child.digest)));
        let role = Role::Attestation { of: of.clone() };
        let composed = self.composed(read, child.clone(), role, manifest);
        self.attestations.push(composed);
    }

    /// The places of the images that a row takes from a list, in the list's order.
    fn take(&mut self, entry: &Entry, read: &ReadSource, list: &List) -> Vec<usize> {
        let mut taken = BTreeSet::new();
        for wanted in &entry.take {
            let found = read.places_for(wanted).iter().filter(|place| {
                list.manifests[**place].platform.as_ref().is_some_and(|platform| takes(wanted, platform))
            });
            if found.clone().next().is_none() {
                self.finding(
                    FindingCode::PlatformNotFound,
                    format!("{} has no image for {wanted}", entry.source.familiar()),
                    "Take a platform that the list has.",
                );
            }
            taken.extend(found.copied());
        }
        taken.into_iter().collect()
    }

    fn child(&mut self, entry: &Entry, read: &ReadSource, child: &Descriptor) {
        let manifest = match read.source.children.get(&child.digest) {
            Some(Ok(manifest)) => Some((manifest, read.child_image(&child.digest))),
            Some(Err(problem)) => {
                let hint = problem.hint.clone();
                // What is not known cannot be pushed either.
                let code = match FindingCode::of_child(problem) {
                    FindingCode::ChildUnseen => FindingCode::SourceFailed,
                    code => code,
                };
                self.finding(
                    code,
                    format!("{} of {} cannot be had: {problem}", child.digest.short(), entry.source.familiar()),
                    hint.unwrap_or_else(|| {
                        let hint = if problem.is_gone() { "push it again" } else { "try again" };
                        format!("Leave this image out, or {hint}.")
                    }),
                );
                None
            }
            None => {
                self.finding(
                    FindingCode::SourceUnresolved,
                    format!("{} of {} has not been fetched yet", child.digest.short(), entry.source.familiar()),
                    "Wait until it is resolved.",
                );
                None
            }
        };
        let role = Role::of(child, manifest.and_then(|(_, image)| image));
        let mut composed = self.composed(read, child.clone(), role, manifest);
        override_descriptor(&mut composed.descriptor, entry);
        self.images.push(composed);
    }

    /// An entry of the list to be, as its source has it. A manifest comes with its parsed view, when it is an image's.
    fn composed(
        &mut self,
        read: &ReadSource,
        descriptor: Descriptor,
        role: Role,
        manifest: Option<(&RawDocument, Option<&ImageManifest>)>,
    ) -> ComposedEntry {
        let image = manifest.and_then(|(_, image)| image);
        let nested = read.child_list(&descriptor.digest).filter(|_| role == Role::Nested);
        let nested = nested.map(|list| {
            let known = self.below.entry((read.source.reference.clone(), descriptor.digest.clone()));
            Arc::clone(known.or_insert_with(|| Arc::new(below(read, list))))
        });
        ComposedEntry {
            entry: self.row,
            role,
            descriptor,
            from: read.source.reference.repository_only(),
            config_platform: image.and_then(|image| read.config(image)).map(ImageConfig::platform),
            converted_from: None,
            manifest: manifest.map(|(document, _)| document.clone()),
            config: image.and_then(|image| read.config_document(image)).cloned(),
            config_expected: image.is_some_and(|image| image.wanted_config().is_some()),
            blobs: image.map(ImageManifest::blobs).unwrap_or_default(),
            foreign: image.map(ImageManifest::foreign_layers).unwrap_or_default(),
            below: nested,
        }
    }

    fn changed(&mut self, entry: &Entry, pinned: &Digest, source: &Source) {
        self.finding(
            FindingCode::SourceChanged,
            format!(
                "{} was {} when it was added, and is {} now",
                entry.source.familiar(),
                pinned.short(),
                source.root.digest().short()
            ),
            "Take what is there now, or name the source by digest to keep what was there.",
        );
    }
}

/// What the row says of the descriptor goes before what the source says.
fn override_descriptor(descriptor: &mut Descriptor, entry: &Entry) {
    if let Some(platform) = &entry.platform {
        descriptor.platform = Some(platform.clone());
    }
    if let Some(annotations) = &entry.annotations {
        descriptor.annotations = Some(annotations.clone()).filter(|annotations| !annotations.is_empty());
    }
    if let Some(features) = &entry.features
        && let Some(platform) = &mut descriptor.platform
    {
        platform.features.clone_from(features);
    }
}

/// Does somebody who asks for the one platform mean the other? A version that is not asked for may be any.
pub(super) fn takes(wanted: &Platform, platform: &Platform) -> bool {
    let (wanted, platform) = (wanted.normalized(), platform.normalized());
    wanted.os == platform.os
        && wanted.architecture == platform.architecture
        && wanted.variant == platform.variant
        && (wanted.os_version.is_none() || wanted.os_version == platform.os_version)
        && (wanted.os_features.is_empty() || wanted.os_features == platform.os_features)
}
