//! What differs in two image configs (OCI image spec, "Image Configuration").

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::fields::{Fields, shown};
use crate::{
    api::FieldChange,
    document::{RawDocument, parse_json},
};

/// Fields of how it runs that are one value, by their names here.
const RUN: [(&str, &str); 8] = [
    ("Entrypoint", "entrypoint"),
    ("Cmd", "cmd"),
    ("User", "user"),
    ("WorkingDir", "workingDir"),
    ("StopSignal", "stopSignal"),
    ("Healthcheck", "healthcheck"),
    ("Shell", "shell"),
    ("OnBuild", "onBuild"),
];

/// Fields of it that are many, each by its key.
const KEYED: [(&str, &str); 3] = [("Labels", "labels"), ("ExposedPorts", "ports"), ("Volumes", "volumes")];

/// A config as JSON, when it is an object.
pub(super) fn read(document: &RawDocument) -> Option<Map<String, Value>> {
    match parse_json(document.bytes()) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// What differs, field by field. How an image was made is told by its number of steps, and contents are the layers' matter.
pub(super) fn changes(from: &Map<String, Value>, to: &Map<String, Value>) -> Vec<FieldChange> {
    let mut fields = Fields::default();
    let empty = Map::new();
    let run = |config: &Map<String, Value>| config.get("config").and_then(Value::as_object).unwrap_or(&empty).clone();
    let (run_from, run_to) = (run(from), run(to));
    for (key, name) in RUN {
        fields.value(name, filled(run_from.get(key)), filled(run_to.get(key)));
    }
    fields.keyed("env", &env(&run_from), &env(&run_to));
    for (key, name) in KEYED {
        fields.keyed(name, &keyed(&run_from, key), &keyed(&run_to, key));
    }
    let is_other = |key: &str| key != "Env" && !RUN.iter().chain(&KEYED).any(|(known, _)| *known == key);
    fields.unknown(&only(&run_from, is_other), &only(&run_to, is_other));
    let is_other = |key: &str| !matches!(key, "config" | "rootfs" | "history");
    fields.unknown(&only(from, is_other), &only(to, is_other));
    history(&mut fields, from.get("history"), to.get("history"));
    fields.done()
}

/// The digests of what the layers unpack to.
pub(super) fn contents(config: &Map<String, Value>) -> Option<&Vec<Value>> {
    config.get("rootfs")?.get("diff_ids")?.as_array().filter(|contents| !contents.is_empty())
}

/// Empty means the same as absent in these.
fn filled(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    })
}

fn only(object: &Map<String, Value>, is_kept: impl Fn(&str) -> bool) -> Map<String, Value> {
    let kept = object.iter().filter(|(key, value)| is_kept(key) && filled(Some(value)).is_some());
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Variables by their names; of two with one name the later counts.
fn env(run: &Map<String, Value>) -> BTreeMap<String, String> {
    let variables = run.get("Env").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    variables
        .map(|text| text.split_once('=').unwrap_or((text, "")))
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .collect()
}

fn keyed(run: &Map<String, Value>, key: &str) -> BTreeMap<String, String> {
    let values = run.get(key).and_then(Value::as_object).into_iter().flatten();
    values.map(|(key, value)| (key.clone(), shown(value))).collect()
}

/// Its steps are told by their number: line by line they would bury the rest.
fn history(fields: &mut Fields, before: Option<&Value>, after: Option<&Value>) {
    if before == after {
        return;
    }
    let steps = |history: Option<&Value>| {
        history.and_then(Value::as_array).map(|steps| crate::share::count(steps.len(), "step", "steps"))
    };
    let (before, mut after) = (steps(before), steps(after));
    if before == after {
        after = after.map(|steps| format!("{steps}, others"));
    }
    fields.text("history", before, after);
}
