//! What differs inside of two images.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    config,
    fields::{self, Fields},
    items::Item,
};
use crate::{
    api::{FieldChange, LayerSide, LayersDiff},
    descriptor::Descriptor,
    digest::Digest,
    document::ImageManifest,
};

/// What differs inside.
#[derive(Default)]
pub(super) struct ImageDiff {
    pub(super) manifest: Vec<FieldChange>,
    pub(super) config: Vec<FieldChange>,
    pub(super) layers: Option<LayersDiff>,
    /// Layers and config say the same.
    pub(super) is_same: bool,
}

/// Compares two images as far as they could be had.
pub(super) fn compare(from: &Item, to: &Item) -> ImageDiff {
    let is_same = from.digest() == to.digest();
    let (Some(before), Some(after)) = (from.image, to.image) else {
        return ImageDiff { is_same, ..ImageDiff::default() };
    };
    if is_same {
        return ImageDiff { is_same, ..ImageDiff::default() };
    }
    let configs = from.config.and_then(config::read).zip(to.config.and_then(config::read));
    let is_config_same =
        before.config.digest == after.config.digest || configs.as_ref().is_some_and(|(from, to)| from == to);
    let mut layers = layers(before, after);
    let mut changes = Vec::new();
    if let Some((from, to)) = &configs
        && !is_config_same
    {
        changes = config::changes(from, to);
        let contents = [config::contents(from), config::contents(to)];
        if layers.is_none() && contents[0] != contents[1] {
            let text = |contents: Option<&Vec<Value>>| contents.map(|all| fields::shown(&all.clone().into()));
            changes.push(FieldChange {
                field: "rootfs".to_owned(),
                key: None,
                before: text(contents[0]),
                after: text(contents[1]),
            });
        }
    }
    if let (Some(layers), Some((from, to))) = (&mut layers, &configs) {
        let (from, to) = (contents_of(from, before), contents_of(to, after));
        layers.same_files = from.is_some() && from == to;
    }
    // What is absent, `null` or empty is one thing in most fields, and so is the order of variables.
    let is_config_same = is_config_same || configs.is_some() && changes.is_empty();
    let manifest = manifest(before, after, !is_config_same && configs.is_none());
    ImageDiff { manifest, config: changes, is_same: is_config_same && layers.is_none(), layers }
}

/// What the layers of an image unpack to, where its config names that of each.
fn contents_of<'a>(config: &'a Map<String, Value>, image: &ImageManifest) -> Option<&'a Vec<Value>> {
    config::contents(config).filter(|contents| contents.len() == image.layers.len())
}

/// What differs in two manifests besides which layers there are.
fn manifest(from: &ImageManifest, to: &ImageManifest, with_config: bool) -> Vec<FieldChange> {
    let mut fields = Fields::default();
    fields.text("mediaType", from.media_type.clone(), to.media_type.clone());
    fields.text("artifactType", from.artifact_type.clone(), to.artifact_type.clone());
    let subject = |image: &ImageManifest| image.subject.as_ref().map(|subject| subject.digest.to_string());
    fields.text("subject", subject(from), subject(to));
    fields.annotations(from.annotations.as_ref(), to.annotations.as_ref());
    fields.unknown(&from.other, &to.other);
    fields.of("mediaType", "config", Some(from.config.media_type.clone()), Some(to.config.media_type.clone()));
    if with_config {
        fields.text("config", Some(from.config.digest.to_string()), Some(to.config.digest.to_string()));
    }
    let kept = from.layers.iter().zip(&to.layers).filter(|(from, to)| from.digest == to.digest);
    let mut types = BTreeSet::new();
    for (before, after) in kept {
        if types.insert((&before.media_type, &after.media_type)) {
            fields.of("mediaType", "layers", Some(before.media_type.clone()), Some(after.media_type.clone()));
        }
        let said = |descriptor: &Descriptor| Descriptor { media_type: String::new(), ..descriptor.clone() };
        if said(before) != said(after) {
            let text = |layer| serde_json::to_string(layer).ok();
            fields.of("layers", before.digest.as_str(), text(before), text(after));
        }
    }
    fields.done()
}

/// Compares layers by their digests, each as often as it is there; `None` when they are the same in the same order.
fn layers(from: &ImageManifest, to: &ImageManifest) -> Option<LayersDiff> {
    let (kept_from, removed) = apart(&from.layers, &to.layers);
    let (kept_to, added) = apart(&to.layers, &from.layers);
    let digests = |layers: &[&Descriptor]| layers.iter().map(|layer| layer.digest.clone()).collect::<Vec<Digest>>();
    let reordered = digests(&kept_from) != digests(&kept_to);
    if added.is_empty() && removed.is_empty() && !reordered {
        return None;
    }
    let side = |layers: Vec<&Descriptor>| -> Vec<LayerSide> {
        layers.into_iter().map(|layer| LayerSide { digest: layer.digest.clone(), size: layer.size }).collect()
    };
    Some(LayersDiff {
        kept: kept_to.len(),
        kept_bytes: kept_to.iter().fold(0, |total, layer| total.saturating_add(layer.size)),
        reordered,
        same_files: false,
        added: side(added),
        removed: side(removed),
    })
}

/// The layers that the other has as well, and those that it has not.
fn apart<'a>(layers: &'a [Descriptor], other: &[Descriptor]) -> (Vec<&'a Descriptor>, Vec<&'a Descriptor>) {
    let mut there: BTreeMap<&Digest, usize> = BTreeMap::new();
    for layer in other {
        *there.entry(&layer.digest).or_default() += 1;
    }
    layers.iter().partition(|layer| {
        there.get_mut(&layer.digest).is_some_and(|left| {
            let is_there = *left > 0;
            *left = left.saturating_sub(1);
            is_there
        })
    })
}
