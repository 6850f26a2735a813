//! Differences in words. Nothing of a document's texts is in them.

use super::shown::cannot;
use crate::{
    api::{Diff, DiffVerdict, EntryChange, EntryDiff, EntryKind, EntrySide, FieldChange, LayersDiff},
    share::{count, size},
    view::predicate,
};

/// Fields that are named in a row; of more, the number is said.
const NAMED: usize = 4;

/// What became of an entry, in a word.
pub fn change_word(change: EntryChange) -> &'static str {
    match change {
        EntryChange::Added => "added",
        EntryChange::Removed => "removed",
        EntryChange::Replaced => "replaced",
        EntryChange::Metadata => "metadata",
        EntryChange::Rewritten => "rewritten",
        EntryChange::Moved => "moved",
        EntryChange::Unchanged => "unchanged",
    }
}

/// A field's name as people say it: "working directory". Fields that this does not know are not named here.
pub fn field_words(field: &str) -> Option<&'static str> {
    Some(match field {
        "mediaType" => "media type",
        "artifactType" => "artifact type",
        "annotations" => "annotation",
        "platform" => "platform",
        "subject" => "subject",
        "size" => "size",
        "urls" => "URLs",
        "data" => "embedded data",
        "layers" => "layer",
        "config" => "config",
        "entrypoint" => "entrypoint",
        "cmd" => "command",
        "env" => "env",
        "labels" => "label",
        "user" => "user",
        "ports" => "port",
        "volumes" => "volume",
        "workingDir" => "working directory",
        "stopSignal" => "stop signal",
        "healthcheck" => "health check",
        "shell" => "shell",
        "onBuild" => "on build",
        "created" => "created",
        "author" => "author",
        "history" => "history",
        "rootfs" => "contents of the layers",
        "os" => "os",
        "architecture" => "architecture",
        "variant" => "variant",
        "os.version" => "os.version",
        "os.features" => "os.features",
        "attestation" => "attestation",
        _ => return None,
    })
}

/// The whole difference in a few sentences.
pub(super) fn summary(diff: &Diff, order_matters: bool) -> String {
    let mut sentences = vec![match diff.verdict {
        DiffVerdict::Identical => "Both are the same, byte for byte.".to_owned(),
        DiffVerdict::Rewritten => rewritten(diff),
        DiffVerdict::Different => counts(diff),
    }];
    let totals = &diff.totals;
    if diff.verdict == DiffVerdict::Different {
        match (totals.new_bytes, totals.gone_bytes) {
            (0, 0) => {}
            (new, 0) => sentences.push(format!("{} of layers are new.", size(new))),
            (0, gone) => sentences.push(format!("{} of layers are gone.", size(gone))),
            (new, gone) => sentences.push(format!("{} of layers are new, {} are gone.", size(new), size(gone))),
        }
        let list: Vec<&FieldChange> = diff.list.iter().filter(|change| !super::fields::is_form(change)).collect();
        if !list.is_empty() {
            sentences.push(format!("Of the list itself: {}.", fields(list.into_iter())));
        }
        if order_matters {
            sentences.push("Entries for one platform stand in another order, and clients take the first.".to_owned());
        }
    }
    let unseen = totals.missing + totals.unknown;
    if unseen > 0 {
        let (what, verb) = (count(unseen, "entry", "entries"), if unseen == 1 { "is" } else { "are" });
        sentences.push(format!("{what} could not be had in full, and {verb} compared by digest."));
    }
    sentences.join(" ")
}

fn rewritten(diff: &Diff) -> String {
    if diff.from.is_list != diff.to.is_list {
        let (from, to) = if diff.to.is_list { ("alone", "in a list") } else { ("in a list", "alone") };
        return format!("The same image: {from} there, {to} here.");
    }
    let what = if diff.to.is_list { "images" } else { "image" };
    format!("The same {what} in other bytes: nothing differs that means something.")
}

/// "2 platforms replaced, 1 added; 3 unchanged."
fn counts(diff: &Diff) -> String {
    let totals = &diff.totals;
    let is_image = |entry: &EntryDiff| entry.kind == EntryKind::Image;
    let is_list_said = |entry: &EntryDiff| !entry.entries.is_empty() && super::is_said_otherwise(entry);
    let are_images = every(&diff.entries, &is_image) && !any(&diff.entries, &is_list_said);
    let (one, many) = if are_images { ("platform", "platforms") } else { ("entry", "entries") };
    let mut parts: Vec<String> = Vec::new();
    for (number, word) in [
        (totals.replaced, "replaced"),
        (totals.added, "added"),
        (totals.removed, "removed"),
        (totals.metadata, "with other metadata"),
        (totals.rewritten, "in other bytes"),
        (totals.moved, "moved into another list"),
    ] {
        match (number, parts.is_empty()) {
            (0, _) => {}
            (_, true) => parts.push(format!("{} {word}", count(number, one, many))),
            (_, false) => parts.push(format!("{number} {word}")),
        }
    }
    match (parts.is_empty(), totals.unchanged) {
        (true, 0) => "Neither has an entry.".to_owned(),
        (true, unchanged) => format!("{} unchanged.", count(unchanged, one, many)),
        (false, 0) => format!("{}.", parts.join(", ")),
        (false, unchanged) => format!("{}; {unchanged} unchanged.", parts.join(", ")),
    }
}

fn every(entries: &[EntryDiff], is: &impl Fn(&EntryDiff) -> bool) -> bool {
    entries.iter().all(|entry| if entry.entries.is_empty() { is(entry) } else { every(&entry.entries, is) })
}

/// Of the entries and of those in them.
fn any(entries: &[EntryDiff], is: &impl Fn(&EntryDiff) -> bool) -> bool {
    entries.iter().any(|entry| is(entry) || any(&entry.entries, is))
}

/// What became of an entry, in a few words.
pub(super) fn entry(entry: &EntryDiff) -> String {
    let mut parts = Vec::new();
    match entry.change {
        EntryChange::Added | EntryChange::Removed => {
            let side = entry.to.as_ref().or(entry.from.as_ref());
            parts.extend(side.and_then(|side| side.size).map(size));
            if !entry.entries.is_empty() {
                parts.push(count(entry.entries.len(), "entry", "entries"));
            }
        }
        EntryChange::Unchanged => {}
        EntryChange::Rewritten => parts.push("the same image in other bytes".to_owned()),
        EntryChange::Moved | EntryChange::Replaced | EntryChange::Metadata => {
            if entry.change == EntryChange::Moved {
                parts.push("the same image in another list".to_owned());
            }
            parts.extend(entry.layers.as_ref().map(layers));
            if !entry.config.is_empty() {
                parts.push(format!("config: {}", fields(entry.config.iter())));
            }
            let said = entry.descriptor.iter().chain(&entry.manifest);
            let said: Vec<&FieldChange> = said.filter(|change| !super::fields::is_form(change)).collect();
            if !said.is_empty() {
                parts.push(fields(said.into_iter()));
            }
            if !entry.entries.is_empty() {
                let other = entry.entries.iter().filter(|entry| entry.change != EntryChange::Unchanged).count();
                let all = count(entry.entries.len(), "entry", "entries");
                // What it had besides may stand elsewhere now, and is told there.
                parts.push(if other == 0 { format!("its {all} unchanged") } else { format!("{other} of its {all}") });
            }
            if !entry.attestations.is_empty() {
                parts.push(attestations(&entry.attestations));
            }
            if parts.is_empty() {
                parts.push("another digest".to_owned());
            }
        }
    }
    let problem = |side: &Option<EntrySide>| side.as_ref().filter(|side| side.problem.is_some()).map(cannot);
    match (problem(&entry.from), problem(&entry.to)) {
        (None, None) => {}
        (Some(old), Some(new)) if old == new => parts.push(format!("{new} on either side")),
        (Some(old), Some(new)) => parts.push(format!("{new}; the old one {old}")),
        (None, Some(new)) => parts.push(new.to_owned()),
        (Some(old), None) => parts.push(format!("the old one {old}")),
    }
    parts.join("; ")
}

fn layers(layers: &LayersDiff) -> String {
    if layers.same_files {
        return "the same files, compressed anew".to_owned();
    }
    let sum = |layers: &[crate::api::LayerSide]| {
        size(layers.iter().fold(0_u64, |total, layer| total.saturating_add(layer.size)))
    };
    let mut parts = Vec::new();
    if !layers.added.is_empty() {
        parts.push(format!("{} new ({})", count(layers.added.len(), "layer", "layers"), sum(&layers.added)));
    }
    if !layers.removed.is_empty() {
        let number = layers.removed.len();
        let number = if parts.is_empty() { count(number, "layer", "layers") } else { number.to_string() };
        parts.push(format!("{number} gone ({})", sum(&layers.removed)));
    }
    if layers.kept > 0 {
        parts.push(format!("{} kept", layers.kept));
    }
    if layers.reordered {
        parts.push("layers in another order".to_owned());
    }
    parts.join(", ")
}

/// The names of fields, each once: "created, label".
fn fields<'a>(changes: impl Iterator<Item = &'a FieldChange>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for change in changes {
        let name = field_words(&change.field).unwrap_or("other fields");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.split_at_checked(NAMED) {
        Some((first, more)) if more.len() > 1 => format!("{} and {} more", first.join(", "), more.len()),
        _ => names.join(", "),
    }
}

/// "its provenance and SBOM changed".
fn attestations(changes: &[FieldChange]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for change in changes {
        let what = match change.key.as_deref().map(predicate) {
            Some("provenance") => "provenance",
            Some("SBOM") => "SBOM",
            _ => "attestation",
        };
        let how = match (&change.before, &change.after) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => "changed",
        };
        let part = format!("its {what} {how}");
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.join(", ")
}
