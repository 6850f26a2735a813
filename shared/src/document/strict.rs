//! JSON that every reader reads alike.
//!
//! Go matches field names without regard to case and takes the last of two; others do not. A document that plays on
//! that can be one thing to a scanner and another to a client (CVE-2021-41190), so it is refused.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use super::DocumentError;

/// Fields of manifests and lists; a key that differs from one only by case is a trap.
const FIELDS: &[&str] = &[
    "schemaVersion",
    "mediaType",
    "artifactType",
    "manifests",
    "config",
    "layers",
    "subject",
    "annotations",
    "fsLayers",
    "history",
    "signatures",
];

/// The object that these bytes are.
pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, DocumentError> {
    let Strict(value) = serde_json::from_slice(bytes).map_err(|error| DocumentError::Json(error.to_string()))?;
    let Value::Object(object) = value else {
        return Err(DocumentError::Json("a document is an object, in braces".to_owned()));
    };
    for key in object.keys() {
        if let Some(field) = FIELDS.iter().find(|field| field.eq_ignore_ascii_case(key) && *field != key) {
            return Err(DocumentError::Json(format!(
                "`{key}` would be read as `{field}` by some and skipped by others"
            )));
        }
    }
    Ok(object)
}

/// Refuses a list with an image's fields, and an image with a list's.
pub(super) fn refuse_mixed(object: &Map<String, Value>, is_list: bool) -> Result<(), DocumentError> {
    let foreign: &[&str] =
        if is_list { &["config", "layers", "fsLayers", "history"] } else { &["manifests", "fsLayers"] };
    match foreign.iter().find(|field| object.contains_key(**field)) {
        Some(field) => Err(DocumentError::Contradiction(format!(
            "it has `{field}`, which no {} has: it could be read as two different things",
            if is_list { "list" } else { "image" }
        ))),
        None => Ok(()),
    }
}

/// A value none of whose objects has a key twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            let Strict(value) = fields.next_value()?;
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!("the key `{key}` is there twice")));
            }
            object.insert(key, value);
        }
        Ok(object.into())
    }
}
