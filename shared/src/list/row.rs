//! One row of a draft: what it puts into the list.

use super::{Attestations, ComposedEntry, Entry, Role};
use crate::{
    check::{Finding, FindingCode},
    descriptor::Descriptor,
    document::{Document, List, RawDocument, attested},
    media_type::{Kind, MediaType},
    source::{Source, Sources},
};

/// The images of a row, and their attestations.
pub(super) fn resolve(index: usize, entry: &Entry, sources: &Sources) -> Result<Vec<ComposedEntry>, Finding> {
    let at = format!("/entries/{index}");
    let source = match sources.get(&entry.source) {
        Some(Ok(source)) => source,
        Some(Err(problem)) => {
            let hint = problem.hint.clone().unwrap_or_else(|| "Check the reference.".to_owned());
            let message = format!("{}: {}", problem.title, problem.detail);
            return Err(Finding::new(FindingCode::SourceProblem, at, message, hint));
        }
        None => {
            let message = format!("{} has not been looked at yet.", entry.source);
            return Err(Finding::new(FindingCode::SourceProblem, at, message, "Wait until it is, or try again."));
        }
    };
    match source.root.parse() {
        Ok(Document::Image(image)) => {
            if entry.digest.as_ref().is_some_and(|digest| digest != source.root.digest()) {
                return Err(changed(&at, entry, source));
            }
            if image.is_artifact() {
                let message = format!("{} is an artifact, not an image: no client can run it.", entry.source);
                return Err(Finding::new(FindingCode::SourceProblem, at, message, "Name an image."));
            }
            let mut descriptor = source.root.descriptor();
            descriptor.platform = source.config_platform(&source.root);
            let mut composed = vec![composed(index, entry, source, descriptor, Role::Image, Some(&source.root))];
            annotate(entry, &mut composed);
            Ok(composed)
        }
        Ok(Document::List(list)) => from_list(index, &at, entry, source, &list),
        Err(error) => Err(Finding::new(FindingCode::SourceProblem, at, error.to_string(), "Name another image.")),
    }
}

fn changed(at: &str, entry: &Entry, source: &Source) -> Finding {
    let pinned = entry.digest.as_ref().map_or("", |digest| digest.short());
    Finding::new(
        FindingCode::SourceChanged,
        at,
        format!("{} was {pinned} and is now {}.", entry.source, source.root.digest().short()),
        "Look at the new image, then take it or name the old one by its digest.",
    )
}

fn from_list(
    index: usize,
    at: &str,
    entry: &Entry,
    source: &Source,
    list: &List,
) -> Result<Vec<ComposedEntry>, Finding> {
    let whole = entry.digest.as_ref().is_none_or(|digest| digest == source.root.digest());
    let is_taken = |child: &&Descriptor| {
        attested(child).is_none()
            && (whole || entry.digest.as_ref() == Some(&child.digest))
            && (entry.take.is_empty()
                || child
                    .platform
                    .as_ref()
                    .is_some_and(|platform| entry.take.iter().any(|wanted| wanted.same(platform))))
    };
    let images: Vec<&Descriptor> = list.manifests.iter().filter(is_taken).collect();
    if images.is_empty() {
        if !whole {
            return Err(changed(at, entry, source));
        }
        let message = format!("{} has no image for what this entry takes.", entry.source);
        return Err(Finding::new(FindingCode::NothingTaken, at, message, "Take other platforms."));
    }
    if images.len() > 1 && entry.platform.is_some() {
        return Err(Finding::new(
            FindingCode::PlatformForMany,
            format!("{at}/platform"),
            format!("One platform is set, but the entry takes {} images.", images.len()),
            "Take one image for each entry, or leave the platform out.",
        ));
    }
    let row = |child: &Descriptor, role: Role| {
        let manifest = source.children.get(&child.digest).and_then(|manifest| manifest.as_ref().ok());
        composed(index, entry, source, child.clone(), role, manifest)
    };
    let mut rows = Vec::new();
    for child in &images {
        if let Some(Err(problem)) = source.children.get(&child.digest) {
            let message = format!("{} of {} cannot be had: {}", child.digest.short(), entry.source, problem.detail);
            return Err(Finding::new(FindingCode::SourceProblem, at, message, "Leave it out, or push it again."));
        }
        let is_nested = MediaType::new(&child.media_type).kind() == Kind::List;
        rows.push(row(child, if is_nested { Role::Nested } else { Role::Image }));
    }
    annotate(entry, &mut rows);
    if entry.attestations == Attestations::Keep {
        for child in &images {
            for attestation in list.attestations_of(&child.digest) {
                rows.push(row(attestation, Role::Attestation { of: child.digest.to_string() }));
            }
        }
    }
    Ok(rows)
}

/// What the row sets goes over what the source says.
fn annotate(entry: &Entry, rows: &mut [ComposedEntry]) {
    for row in rows {
        let descriptor = &mut row.descriptor;
        if let Some(platform) = &entry.platform {
            descriptor.platform = Some(platform.clone());
        }
        if let Some(annotations) = &entry.annotations {
            descriptor.annotations = (!annotations.is_empty()).then(|| annotations.clone());
        }
        if let (Some(features), Some(platform)) = (&entry.features, &mut descriptor.platform) {
            platform.features.clone_from(features);
        }
    }
}

fn composed(
    index: usize,
    entry: &Entry,
    source: &Source,
    descriptor: Descriptor,
    role: Role,
    manifest: Option<&RawDocument>,
) -> ComposedEntry {
    let mut blobs: Vec<Descriptor> = Vec::new();
    if let Some(Ok(Document::Image(image))) = manifest.map(RawDocument::parse) {
        for blob in std::iter::once(image.config).chain(image.layers) {
            if !blobs.iter().any(|known| known.digest == blob.digest) {
                blobs.push(blob);
            }
        }
    }
    ComposedEntry {
        entry: index,
        role,
        descriptor,
        from: entry.source.repository_only(),
        config_platform: manifest.and_then(|manifest| source.config_platform(manifest)),
        manifest: manifest.cloned(),
        blobs,
    }
}
