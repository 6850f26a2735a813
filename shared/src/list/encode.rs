//! The bytes of a new list, as Go's encoder would write them.

use std::io;

use serde::Serialize;
use serde_json::{
    Map, Value,
    ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer},
};

use super::Format;
use crate::{
    descriptor::{Annotations, Descriptor},
    document::RawDocument,
    media_type::MediaType,
};

/// What a new list holds.
#[derive(Clone, Debug, PartialEq)]
pub struct NewList<'a> {
    /// Docker list or OCI index.
    pub media_type: MediaType,
    /// `artifactType`.
    pub artifact_type: Option<&'a str>,
    /// The entries.
    pub manifests: Vec<&'a Descriptor>,
    /// `subject`.
    pub subject: Option<&'a Descriptor>,
    /// Annotations; none are written when it is empty.
    pub annotations: &'a Annotations,
    /// Fields we do not know, of the list that was edited.
    pub other: Option<&'a Map<String, Value>>,
}

/// Writes it. Nothing ends in a newline.
pub fn encode(list: &NewList<'_>, format: Format) -> RawDocument {
    let mut top = Map::new();
    top.insert("schemaVersion".to_owned(), 2.into());
    top.insert("mediaType".to_owned(), list.media_type.as_str().into());
    if let Some(artifact_type) = list.artifact_type {
        top.insert("artifactType".to_owned(), artifact_type.into());
    }
    let manifests: Vec<Value> = list.manifests.iter().map(|entry| descriptor(entry, format)).collect();
    top.insert("manifests".to_owned(), manifests.into());
    if let Some(subject) = list.subject {
        top.insert("subject".to_owned(), descriptor(subject, format));
    }
    if !list.annotations.is_empty() {
        top.insert("annotations".to_owned(), annotations(list.annotations));
    }
    for (key, value) in list.other.into_iter().flatten() {
        top.entry(key).or_insert_with(|| value.clone());
    }
    let indent: &[u8] = match format {
        Format::Indented => b"  ",
        Format::Docker => b"   ",
        Format::Compact => b"",
    };
    let mut bytes = Vec::new();
    let value = Value::Object(top);
    // Writing a value to memory cannot fail: its keys are strings and the writer takes everything.
    let written = if format == Format::Compact {
        value.serialize(&mut Serializer::with_formatter(&mut bytes, Go(CompactFormatter)))
    } else {
        value.serialize(&mut Serializer::with_formatter(&mut bytes, Go(PrettyFormatter::with_indent(indent))))
    };
    debug_assert!(written.is_ok());
    RawDocument::made(list.media_type.clone(), bytes)
}

/// A descriptor's fields in the order that the format's tools write them; unknown fields follow.
fn descriptor(entry: &Descriptor, format: Format) -> Value {
    let mut object = Map::new();
    object.insert("mediaType".to_owned(), entry.media_type.as_str().into());
    let digest = Value::from(entry.digest.as_str());
    if format == Format::Docker {
        object.insert("size".to_owned(), entry.size.into());
        object.insert("digest".to_owned(), digest);
    } else {
        object.insert("digest".to_owned(), digest);
        object.insert("size".to_owned(), entry.size.into());
    }
    if let Some(urls) = &entry.urls {
        object.insert("urls".to_owned(), urls.clone().into());
    }
    if let Some(texts) = &entry.annotations {
        object.insert("annotations".to_owned(), annotations(texts));
    }
    if let Some(data) = &entry.data {
        object.insert("data".to_owned(), data.as_str().into());
    }
    if let Some(platform) = &entry.platform {
        object.insert("platform".to_owned(), serde_json::to_value(platform).unwrap_or_default());
    }
    if let Some(artifact_type) = &entry.artifact_type {
        object.insert("artifactType".to_owned(), artifact_type.as_str().into());
    }
    for (key, value) in &entry.other {
        object.entry(key).or_insert_with(|| value.clone());
    }
    object.into()
}

fn annotations(texts: &Annotations) -> Value {
    Value::Object(texts.iter().map(|(key, text)| (key.clone(), text.as_str().into())).collect())
}

/// Any formatter, with the escapes that Go's encoder adds so that JSON can stand in HTML.
struct Go<F>(F);

macro_rules! delegate {
    ($($name:ident($($argument:ident: $type:ty),*);)+) => { $(
        fn $name<W: ?Sized + io::Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
            self.0.$name(writer $(, $argument)*)
        }
    )+ };
}

impl<F: Formatter> Formatter for Go<F> {
    delegate! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(position) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (plain, from) = rest.split_at(position);
            writer.write_all(plain.as_bytes())?;
            let mut chars = from.chars();
            if let Some(c) = chars.next() {
                write!(writer, "\\u{:04x}", u32::from(c))?;
            }
            rest = chars.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}
