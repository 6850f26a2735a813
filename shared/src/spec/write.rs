//! A list, written as a spec.

use std::fmt::Write as _;

use crate::{
    descriptor::Descriptor,
    document::RawDocument,
    list::{Draft, Entry, compose},
    platform::Platform,
    reference::Reference,
    source::{ReadSource, Source, Sources},
};

/// There is no list at a reference, but something else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no list")]
pub struct NotAList(pub String);

/// The spec that makes this list again, as far as one can say it; what it cannot say is told in comments.
///
/// Images are named by their digests, so that it means the same tomorrow. A list that was named by its digest alone has
/// no tag to be pushed to: that has to be written in.
pub fn write(source: &Source) -> Result<String, NotAList> {
    let read = ReadSource::new(source);
    let list = read.list().ok_or_else(|| NotAList(source.reference.familiar()))?;
    let repository = source.reference.repository_only();
    let is_left_out = |place: &usize| read.attests(*place).is_some();
    let kept = || (0..list.manifests.len()).filter(|place| !is_left_out(place)).map(|place| &list.manifests[place]);
    let is_list = |descriptor: &Descriptor| read.child_list(&descriptor.digest).is_some();
    let draft = Draft {
        annotations: list.annotations.clone().unwrap_or_default(),
        entries: kept().map(|descriptor| entry(&repository, descriptor, is_list(descriptor))).collect(),
        ..Draft::default()
    };
    let mut text = format!("# {}, which is {}.\n", source.reference.familiar(), source.root.digest());
    let attestations = (0..list.manifests.len()).filter(is_left_out).count();
    if attestations > 0 {
        let _ = writeln!(text, "# Left out: {attestations} of its entries, which are attestations (SBOM, provenance).");
    }
    let described = kept().filter(|descriptor| descriptor.annotations.is_some()).count();
    let nested = kept().filter(|descriptor| is_list(descriptor)).count();
    let losses = [
        (list.artifact_type.is_some(), "its artifactType".to_owned()),
        (list.subject.is_some(), "its subject".to_owned()),
        (described > 0, format!("the annotations of {described} of its entries")),
        (nested > 0, format!("that {nested} of its entries are lists: their images take their place")),
    ];
    for (_, words) in losses.iter().filter(|(is_lost, _)| *is_lost) {
        let _ = writeln!(text, "# A spec cannot say {words}.");
    }
    let is_other = |made: RawDocument| made.digest() != source.root.digest();
    if attestations == 0 && nested == 0 && made(&draft, source, &read).is_some_and(is_other) {
        text.push_str("# What it makes is not this list byte for byte.\n");
    }
    if source.reference.tag().is_none() {
        text.push_str("# The list was named by its digest: put the tag to push to in its place.\n");
    }
    let target = match source.reference.tag() {
        Some(_) => source.reference.without_digest(),
        None => repository.with_digest(source.root.digest().clone()),
    };
    let _ = writeln!(text, "image: {target}");
    if !draft.annotations.is_empty() {
        text.push_str("annotations:\n");
        for (key, value) in &draft.annotations {
            let _ = writeln!(text, "  {}: {}", quoted(key), quoted(value));
        }
    }
    text.push_str(if draft.entries.is_empty() { "manifests: []\n" } else { "manifests:\n" });
    for entry in &draft.entries {
        let _ = writeln!(text, "  - image: {}", entry.source);
        if let Some(platform) = &entry.platform {
            write_platform(&mut text, platform, entry.features.as_deref().unwrap_or_default());
        }
    }
    Ok(text)
}

fn entry(repository: &Reference, descriptor: &Descriptor, is_list: bool) -> Entry {
    let entry = Entry::new(repository.clone().with_digest(descriptor.digest.clone()));
    // The images of a list have platforms of their own.
    let named = descriptor.platform.as_ref().filter(|platform| !platform.is_empty() && !is_list);
    let Some(named) = named else { return entry };
    let platform = Platform {
        features: Vec::new(),
        other: serde_json::Map::new(),
        variant: named.variant.clone().filter(|variant| !variant.is_empty()),
        os_version: named.os_version.clone().filter(|version| !version.is_empty()),
        ..named.clone()
    };
    let features = (!named.features.is_empty()).then(|| named.features.clone());
    Entry { platform: Some(platform), features, ..entry }
}

/// The list that the draft makes of the images in this one, where all of them are there.
fn made(draft: &Draft, source: &Source, read: &ReadSource) -> Option<RawDocument> {
    let mut sources = Sources::default();
    for entry in &draft.entries {
        let digest = entry.source.digest()?;
        let mut image = Source::new(entry.source.clone(), source.children.get(digest)?.as_ref().ok()?.clone());
        if let Some(config) = read.child_image(digest).and_then(|image| image.wanted_config()) {
            let document = source.configs.get(&config.digest)?;
            image.configs.insert(config.digest.clone(), document.clone());
        }
        sources.insert(entry.source.clone(), Ok(image));
    }
    compose(draft, &sources).document
}

fn write_platform(text: &mut String, platform: &Platform, features: &[String]) {
    text.push_str("    platform:\n");
    let fields = [
        ("os", Some(&platform.os)),
        ("architecture", Some(&platform.architecture)),
        ("variant", platform.variant.as_ref()),
        ("osversion", platform.os_version.as_ref()),
    ];
    for (key, value) in fields {
        if let Some(value) = value {
            let _ = writeln!(text, "      {key}: {}", scalar(value));
        }
    }
    for (key, values) in [("osfeatures", platform.os_features.as_slice()), ("features", features)] {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            let _ = writeln!(text, "      {key}: [{}]", values.join(", "));
        }
    }
}

/// A word as it is, where it is a text for every reader of YAML; else in quotes.
fn scalar(text: &str) -> String {
    const OTHERWISE: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let is_word = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && !OTHERWISE.contains(&text);
    if is_word { text.to_owned() } else { quoted(text) }
}

/// In double quotes, with the escapes of YAML 1.2, "Escaped Characters".
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            ' '..='~' => quoted.push(c),
            // Of the others only letters and digits: no line breaks, no marks of direction, nothing unprintable.
            c if c.is_alphanumeric() => quoted.push(c),
            c if u32::from(c) > 0xffff => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(c));
            }
            c => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
        }
    }
    quoted.push('"');
    quoted
}
