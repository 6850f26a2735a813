//! Fields that differ, as texts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{
    api::FieldChange,
    descriptor::{Annotations, Descriptor},
    document::List,
    media_type::{Kind, MediaType},
    platform::Platform,
};

/// Collects what differs.
#[derive(Default)]
pub(super) struct Fields(Vec<FieldChange>);

impl Fields {
    pub(super) fn done(self) -> Vec<FieldChange> {
        self.0
    }

    /// One field, as texts.
    pub(super) fn text(&mut self, field: &str, before: Option<String>, after: Option<String>) {
        self.push(field, None, before, after);
    }

    /// One of the values of a field.
    pub(super) fn of(&mut self, field: &str, key: &str, before: Option<String>, after: Option<String>) {
        self.push(field, Some(&key.to_owned()), before, after);
    }

    /// One field, as JSON has it. Absent and `null` are the same.
    pub(super) fn value(&mut self, field: &str, before: Option<&Value>, after: Option<&Value>) {
        let there =
            |value: Option<&Value>, text: fn(&Value) -> String| value.filter(|value| !value.is_null()).map(text);
        if before == after {
            return;
        }
        let texts = (there(before, shown), there(after, shown));
        // A text may look like a list, and be none.
        let (old, new) =
            if texts.0 == texts.1 { (there(before, Value::to_string), there(after, Value::to_string)) } else { texts };
        self.text(field, old, new);
    }

    /// A field with many values, each by its key.
    pub(super) fn keyed(&mut self, field: &str, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) {
        for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            self.push(field, Some(key), before.get(key).cloned(), after.get(key).cloned());
        }
    }

    pub(super) fn annotations(&mut self, before: Option<&Annotations>, after: Option<&Annotations>) {
        let none = Annotations::new();
        self.keyed("annotations", before.unwrap_or(&none), after.unwrap_or(&none));
    }

    /// Fields that we do not know, each by its name.
    pub(super) fn unknown(&mut self, before: &Map<String, Value>, after: &Map<String, Value>) {
        for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            self.value(key, before.get(key), after.get(key));
        }
    }

    fn push(&mut self, field: &str, key: Option<&String>, before: Option<String>, after: Option<String>) {
        if before != after {
            self.0.push(FieldChange { field: field.to_owned(), key: key.cloned(), before, after });
        }
    }
}

/// A value as a text: what is one as it is, all else as JSON.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What differs in two lists themselves. An image alone has nothing to say here.
pub(super) fn of_lists(from: Option<&List>, to: Option<&List>) -> Vec<FieldChange> {
    let none = List::default();
    let is_list = from.is_some() && to.is_some();
    let (from, to) = (from.unwrap_or(&none), to.unwrap_or(&none));
    let mut fields = Fields::default();
    if is_list {
        fields.text("mediaType", from.media_type.clone(), to.media_type.clone());
    }
    fields.text("artifactType", from.artifact_type.clone(), to.artifact_type.clone());
    let subject = |list: &List| list.subject.as_ref().map(|subject| subject.digest.to_string());
    fields.text("subject", subject(from), subject(to));
    fields.annotations(from.annotations.as_ref(), to.annotations.as_ref());
    fields.unknown(&from.other, &to.other);
    fields.done()
}

/// What two lists say differently of an entry.
pub(super) fn of_descriptors(from: &Descriptor, to: &Descriptor) -> Vec<FieldChange> {
    let mut fields = Fields::default();
    fields.text("mediaType", Some(from.media_type.clone()), Some(to.media_type.clone()));
    if from.digest == to.digest {
        fields.text("size", Some(from.size.to_string()), Some(to.size.to_string()));
    }
    platforms(&mut fields, from.platform.as_ref(), to.platform.as_ref());
    said(&mut fields, from, to);
    fields.done()
}

/// What descriptors say besides media type, digest, size and platform.
pub(super) fn said(fields: &mut Fields, from: &Descriptor, to: &Descriptor) {
    fields.text("artifactType", from.artifact_type.clone(), to.artifact_type.clone());
    fields.annotations(from.annotations.as_ref(), to.annotations.as_ref());
    let urls = |descriptor: &Descriptor| descriptor.urls.as_ref().map(|urls| Value::from(urls.clone()));
    fields.value("urls", urls(from).as_ref(), urls(to).as_ref());
    fields.text("data", from.data.clone(), to.data.clone());
    fields.unknown(&from.other, &to.other);
}

fn platforms(fields: &mut Fields, from: Option<&Platform>, to: Option<&Platform>) {
    if from == to {
        return;
    }
    let text = |platform: Option<&Platform>| platform.map(ToString::to_string);
    let (before, after) = (text(from), text(to));
    if before == after {
        let json = |platform: Option<&Platform>| serde_json::to_value(platform).ok();
        fields.value("platform", json(from).as_ref(), json(to).as_ref());
    } else {
        fields.text("platform", before, after);
    }
}

/// Is it a matter of form, which means nothing: Docker's name for what OCI has another name for, or no name?
pub(super) fn is_form(change: &FieldChange) -> bool {
    if change.field != "mediaType" {
        return false;
    }
    let kind = |text: &Option<String>| text.as_ref().map(|text| MediaType::new(text).kind());
    match (kind(&change.before), kind(&change.after)) {
        (Some(before), Some(after)) => before == after && before != Kind::Other,
        _ => true,
    }
}
