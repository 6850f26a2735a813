//! What the rows of a draft stand for: descriptors of the list to be.

use std::collections::BTreeMap;

use super::{Attestations, ComposedEntry, Draft, Entry, Role};
use crate::{
    api::ProblemCode,
    check::{Finding, FindingCode},
    descriptor::Descriptor,
    digest::Digest,
    document::{Document, ImageManifest, List, RawDocument},
    media_type::{Kind, MediaType},
    platform::Platform,
    source::{Source, Sources, image_of, wanted_config},
};

/// All rows of a draft, expanded: first what runs, then the attestations, each in the order of the rows.
pub(super) struct Rows {
    pub(super) entries: Vec<ComposedEntry>,
    pub(super) findings: Vec<Finding>,
}

pub(super) fn expand(draft: &Draft, sources: &Sources) -> Rows {
    let mut rows = Expander { row: 0, images: Vec::new(), attestations: Vec::new(), findings: Vec::new() };
    // How often a row has taken this digest from this list: a list may hold it twice, for two platforms.
    let mut taken: BTreeMap<(String, &Digest), usize> = BTreeMap::new();
    for (row, entry) in draft.entries.iter().enumerate() {
        rows.row = row;
        let occurrence = entry.digest.as_ref().map_or(0, |digest| {
            let count = taken.entry((entry.source.to_string(), digest)).or_default();
            *count += 1;
            *count - 1
        });
        rows.entry(entry, occurrence, sources);
    }
    let mut entries = rows.images;
    entries.append(&mut rows.attestations);
    Rows { entries, findings: rows.findings }
}

struct Expander {
    row: usize,
    images: Vec<ComposedEntry>,
    attestations: Vec<ComposedEntry>,
    findings: Vec<Finding>,
}

impl Expander {
    fn finding(&mut self, code: FindingCode, message: impl Into<String>, hint: impl Into<String>) {
        self.findings.push(Finding::new(code, format!("/entries/{}", self.row), message, hint));
    }

    fn entry(&mut self, entry: &Entry, occurrence: usize, sources: &Sources) {
        let source = match sources.get(&entry.source) {
            Some(Ok(source)) => source,
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
        };
        match source.root.parse() {
            Ok(Document::List(list)) => self.list(entry, occurrence, source, &list),
            Ok(Document::Image(image)) => self.image(entry, source, &image),
            Ok(Document::Config(_) | Document::Other(_)) => self.finding(
                FindingCode::NotAnImage,
                format!("{} is `{}`, not an image", entry.source.familiar(), source.root.media_type()),
                "Name an image or a list of images.",
            ),
            Err(error) => {
                let problem = error.to_problem();
                let code =
                    if problem.code == ProblemCode::Schema1 { FindingCode::Schema1 } else { FindingCode::SourceFailed };
                self.finding(code, problem.to_string(), problem.hint.unwrap_or_default());
            }
        }
    }

    /// A row whose source is a single image.
    fn image(&mut self, entry: &Entry, source: &Source, image: &ImageManifest) {
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
        descriptor.platform = source.config_of(&source.root).map(|config| config.platform());
        let mut composed = composed(self.row, source, descriptor, Role::Image, Some(&source.root));
        override_descriptor(&mut composed.descriptor, entry);
        self.images.push(composed);
    }

    /// A row whose source is a list.
    fn list(&mut self, entry: &Entry, occurrence: usize, source: &Source, list: &List) {
        let pinned = entry.digest.as_ref().filter(|digest| *digest != source.root.digest());
        let mut picked: Vec<&Descriptor> = match pinned {
            None => list.manifests.iter().collect(),
            Some(digest) => {
                let matching: Vec<&Descriptor> =
                    list.manifests.iter().filter(|child| child.digest == *digest).collect();
                match matching.get(occurrence).or(matching.last()) {
                    Some(child) => vec![*child],
                    None => return self.changed(entry, digest, source),
                }
            }
        };
        let attested = |child: &Descriptor| source.attests(child);
        if pinned.is_none() && !entry.take.is_empty() {
            picked.retain(|child| attested(child).is_none());
            self.take(entry, &mut picked);
        }
        let runnable: Vec<&Descriptor> = picked.iter().copied().filter(|child| attested(child).is_none()).collect();
        if entry.platform.is_some() && runnable.len() > 1 {
            self.finding(
                FindingCode::PlatformForMany,
                format!("one platform is set for {} images of {}", runnable.len(), entry.source.familiar()),
                "Take the images as rows of their own to set their platforms.",
            );
        }
        for child in &runnable {
            self.child(entry, source, child);
        }
        let whole = pinned.is_none() && entry.take.is_empty();
        for child in &list.manifests {
            let Some(of) = attested(child) else { continue };
            let by_itself = pinned == Some(&child.digest);
            let follows = runnable.iter().any(|image| image.digest == of);
            let orphan = whole && !list.manifests.iter().any(|image| image.digest == of);
            let wanted = by_itself || (entry.attestations == Attestations::Keep && (follows || orphan));
            if wanted && !self.attestations.iter().any(|seen| seen.descriptor.digest == child.digest) {
                let manifest = source.child(&child.digest);
                self.attestations.push(composed(self.row, source, child.clone(), Role::Attestation { of }, manifest));
            }
        }
    }

    fn take(&mut self, entry: &Entry, picked: &mut Vec<&Descriptor>) {
        for wanted in &entry.take {
            if !picked.iter().any(|child| child.platform.as_ref().is_some_and(|platform| takes(wanted, platform))) {
                self.finding(
                    FindingCode::PlatformNotFound,
                    format!("{} has no image for {wanted}", entry.source.familiar()),
                    "Take a platform that the list has.",
                );
            }
        }
        picked.retain(|child| {
            child.platform.as_ref().is_some_and(|platform| entry.take.iter().any(|wanted| takes(wanted, platform)))
        });
    }

    fn child(&mut self, entry: &Entry, source: &Source, child: &Descriptor) {
        let manifest = match source.children.get(&child.digest) {
            Some(Ok(manifest)) => Some(manifest),
            Some(Err(problem)) => {
                let hint = problem.hint.clone();
                self.finding(
                    FindingCode::ChildMissing,
                    format!("{} of {} cannot be had: {problem}", child.digest.short(), entry.source.familiar()),
                    hint.unwrap_or_else(|| "Leave this image out, or push it again.".to_owned()),
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
        let role = if MediaType::new(&child.media_type).kind() == Kind::List {
            Role::Nested
        } else if manifest.and_then(image_of).is_some_and(|image| image.is_artifact()) {
            Role::Artifact
        } else {
            Role::Image
        };
        let mut composed = composed(self.row, source, child.clone(), role, manifest);
        override_descriptor(&mut composed.descriptor, entry);
        self.images.push(composed);
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

fn composed(
    entry: usize,
    source: &Source,
    descriptor: Descriptor,
    role: Role,
    manifest: Option<&RawDocument>,
) -> ComposedEntry {
    let config = manifest.and_then(|manifest| source.config_document(manifest));
    ComposedEntry {
        entry,
        role,
        descriptor,
        from: source.reference.repository_only(),
        config_platform: manifest.and_then(|m| source.config_of(m)).map(|config| config.platform()),
        manifest: manifest.cloned(),
        config: config.cloned(),
        config_expected: manifest.and_then(wanted_config).is_some(),
        blobs: manifest.and_then(image_of).map(|image| image.blobs()).unwrap_or_default(),
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
