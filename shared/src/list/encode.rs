//! The bytes of a new list, as the tools that people use write them.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::Format;
use crate::{
    descriptor::Descriptor,
    document::{ImageManifest, List, RawDocument, exact_number},
    media_type::{DOCKER_MANIFEST, MediaType, OCI_INDEX, OCI_MANIFEST},
};

/// Writes a list. Its `media_type` decides what it is; absent means an OCI index, and it is written in any case.
///
/// The bytes are those of Go's encoder, which all the known tools use: `<`, `>`, `&`, U+2028 and U+2029 are escaped in
/// texts, and there is no line feed at the end. Unknown fields come last, in the order they were read in, and numbers in
/// them are written as they were.
pub fn encode(list: &List, format: Format) -> RawDocument {
    let media_type = list.media_type.as_deref().unwrap_or(OCI_INDEX);
    let mut object = Map::new();
    object.insert("schemaVersion".to_owned(), json!(2));
    object.insert("mediaType".to_owned(), json!(media_type));
    if let Some(artifact_type) = &list.artifact_type {
        object.insert("artifactType".to_owned(), json!(artifact_type));
    }
    let manifests = list.manifests.iter().map(|descriptor| descriptor_value(descriptor, format)).collect();
    object.insert("manifests".to_owned(), Value::Array(manifests));
    if let Some(subject) = &list.subject {
        object.insert("subject".to_owned(), descriptor_value(subject, format));
    }
    if let Some(annotations) = list.annotations.as_ref().filter(|annotations| !annotations.is_empty()) {
        object.insert("annotations".to_owned(), json!(annotations));
    }
    for (key, value) in &list.other {
        object.entry(key.clone()).or_insert_with(|| value.clone());
    }
    let indent = match format {
        Format::Indented => Some("  "),
        Format::Docker => Some("   "),
        Format::Compact => None,
    };
    let mut text = String::new();
    write_value(&mut text, &Value::Object(object), indent, 0);
    RawDocument::new(MediaType::new(media_type), text.into_bytes())
}

/// Writes an image's manifest, in one line: OCI's in the order of the image spec, Docker's in that of containers/image.
/// Absent, its media type is OCI's.
pub(crate) fn encode_image(image: &ImageManifest) -> RawDocument {
    let media_type = image.media_type.as_deref().unwrap_or(OCI_MANIFEST);
    let order = if media_type == DOCKER_MANIFEST { Format::Docker } else { Format::Compact };
    let mut object = Map::new();
    object.insert("schemaVersion".to_owned(), json!(2));
    object.insert("mediaType".to_owned(), json!(media_type));
    if let Some(artifact_type) = &image.artifact_type {
        object.insert("artifactType".to_owned(), json!(artifact_type));
    }
    object.insert("config".to_owned(), descriptor_value(&image.config, order));
    let layers = image.layers.iter().map(|layer| descriptor_value(layer, order)).collect();
    object.insert("layers".to_owned(), Value::Array(layers));
    if let Some(subject) = &image.subject {
        object.insert("subject".to_owned(), descriptor_value(subject, order));
    }
    if let Some(annotations) = image.annotations.as_ref().filter(|annotations| !annotations.is_empty()) {
        object.insert("annotations".to_owned(), json!(annotations));
    }
    for (key, value) in &image.other {
        object.entry(key.clone()).or_insert_with(|| value.clone());
    }
    let mut text = String::new();
    write_value(&mut text, &Value::Object(object), None, 0);
    RawDocument::new(MediaType::new(media_type), text.into_bytes())
}

fn descriptor_value(descriptor: &Descriptor, format: Format) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(key.to_owned(), value);
        }
    };
    put("mediaType", Some(json!(descriptor.media_type)));
    if format == Format::Docker {
        put("size", Some(json!(descriptor.size)));
        put("digest", Some(json!(descriptor.digest)));
    } else {
        put("digest", Some(json!(descriptor.digest)));
        put("size", Some(json!(descriptor.size)));
    }
    put("urls", descriptor.urls.as_ref().filter(|urls| !urls.is_empty()).map(|urls| json!(urls)));
    put("annotations", descriptor.annotations.as_ref().filter(|a| !a.is_empty()).map(|a| json!(a)));
    put("data", descriptor.data.as_ref().map(|data| json!(data)));
    put("platform", descriptor.platform.as_ref().map(|platform| json!(platform)));
    put("artifactType", descriptor.artifact_type.as_ref().map(|kind| json!(kind)));
    for (key, value) in &descriptor.other {
        object.entry(key.clone()).or_insert_with(|| value.clone());
    }
    Value::Object(object)
}

/// Depth is bounded by that of what was parsed.
fn write_value(out: &mut String, value: &Value, indent: Option<&str>, depth: usize) {
    match value {
        Value::Object(object) if !object.is_empty() => {
            if let Some(number) = exact_number(object) {
                out.push_str(number);
                return;
            }
            out.push('{');
            for (position, (key, value)) in object.iter().enumerate() {
                separate(out, position, indent, depth + 1);
                write_text(out, key);
                out.push_str(if indent.is_some() { ": " } else { ":" });
                write_value(out, value, indent, depth + 1);
            }
            new_line(out, indent, depth);
            out.push('}');
        }
        Value::Array(values) if !values.is_empty() => {
            out.push('[');
            for (position, value) in values.iter().enumerate() {
                separate(out, position, indent, depth + 1);
                write_value(out, value, indent, depth + 1);
            }
            new_line(out, indent, depth);
            out.push(']');
        }
        Value::String(text) => write_text(out, text),
        Value::Object(_) => out.push_str("{}"),
        Value::Array(_) => out.push_str("[]"),
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
    }
}

fn separate(out: &mut String, position: usize, indent: Option<&str>, depth: usize) {
    if position > 0 {
        out.push(',');
    }
    new_line(out, indent, depth);
}

fn new_line(out: &mut String, indent: Option<&str>, depth: usize) {
    if let Some(indent) = indent {
        out.push('\n');
        for _ in 0..depth {
            out.push_str(indent);
        }
    }
}

/// A text with Go's escapes (`encoding/json`, with HTML escaping on, as is its default).
fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a `String` cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}
