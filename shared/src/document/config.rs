//! Image configs: what an image runs on and how (OCI image spec, "Image Configuration").

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{DocumentError, parse_json};
use crate::{media_type::OCI_CONFIG, platform::Platform};

/// The parts of an image config that a page shows.
///
/// Only JSON that is none, or not an object, is an error: fields of a wrong type are read as absent, since runtimes
/// differ in what they take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageConfig {
    /// Processor, as Go names it.
    pub architecture: String,
    /// Operating system, as Go names it.
    pub os: String,
    /// Variant of the processor.
    pub variant: Option<String>,
    /// Version of the operating system.
    pub os_version: Option<String>,
    /// Features of the operating system that are needed.
    pub os_features: Vec<String>,
    /// When it was made (RFC 3339).
    pub created: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// The program and its first arguments.
    pub entrypoint: Vec<String>,
    /// The default arguments.
    pub cmd: Vec<String>,
    /// On Windows: what starts is one text, a line as the system takes it.
    pub args_escaped: bool,
    /// `NAME=value` each.
    pub env: Vec<String>,
    /// Labels, by key.
    pub labels: BTreeMap<String, String>,
    /// User, or user and group.
    pub user: Option<String>,
    /// Where the program starts.
    pub working_dir: Option<String>,
    /// `8080/tcp` each.
    pub ports: Vec<String>,
    /// How it was made, first step first.
    pub history: Vec<HistoryEntry>,
}

/// A step in the making of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryEntry {
    /// When (RFC 3339).
    pub created: Option<String>,
    /// By which command.
    pub created_by: Option<String>,
    /// What was noted.
    pub comment: Option<String>,
    /// It made no layer.
    pub empty_layer: bool,
}

impl ImageConfig {
    /// Reads the bytes of a config.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        match parse_json(bytes)? {
            Value::Object(object) => Ok(Self::read(&object)),
            _ => Err(DocumentError::Invalid {
                media_type: OCI_CONFIG.to_owned(),
                problem: "it is not an object".to_owned(),
            }),
        }
    }

    fn read(object: &Map<String, Value>) -> Self {
        let empty = Map::new();
        let run = object.get("config").and_then(Value::as_object).unwrap_or(&empty);
        let labels = run.get("Labels").and_then(Value::as_object).unwrap_or(&empty);
        let ports = run.get("ExposedPorts").and_then(Value::as_object).unwrap_or(&empty);
        let history = object.get("history").and_then(Value::as_array);
        Self {
            architecture: text(object, "architecture").unwrap_or_default(),
            os: text(object, "os").unwrap_or_default(),
            variant: text(object, "variant"),
            os_version: text(object, "os.version"),
            os_features: texts(object, "os.features"),
            created: text(object, "created"),
            author: text(object, "author"),
            entrypoint: texts(run, "Entrypoint"),
            cmd: texts(run, "Cmd"),
            args_escaped: run.get("ArgsEscaped") == Some(&Value::Bool(true)),
            env: texts(run, "Env"),
            labels: labels.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect(),
            user: text(run, "User"),
            working_dir: text(run, "WorkingDir"),
            ports: ports.keys().cloned().collect(),
            history: history.into_iter().flatten().filter_map(Value::as_object).map(HistoryEntry::read).collect(),
        }
    }

    /// The platform it is for: the five fields that configs and lists have in common.
    pub fn platform(&self) -> Platform {
        Platform {
            architecture: self.architecture.clone(),
            os: self.os.clone(),
            os_version: self.os_version.clone(),
            os_features: self.os_features.clone(),
            variant: self.variant.clone(),
            ..Platform::default()
        }
    }
}

impl HistoryEntry {
    fn read(object: &Map<String, Value>) -> Self {
        Self {
            created: text(object, "created"),
            created_by: text(object, "created_by"),
            comment: text(object, "comment"),
            empty_layer: object.get("empty_layer").and_then(Value::as_bool).unwrap_or(false),
        }
    }
}

/// A text that is there and not empty.
fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn texts(object: &Map<String, Value>, key: &str) -> Vec<String> {
    let values = object.get(key).and_then(Value::as_array);
    values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
