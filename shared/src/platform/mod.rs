//! Platforms: what an image runs on (OCI image spec, "Image Index", `platform`).

mod normalize;
mod parse;
mod select;
#[cfg(test)]
mod tests;

pub use parse::{PlatformError, text_list};
pub use select::{Choice, select};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// An operating system and a processor, as named in a list or by a client.
///
/// The fields are kept as they were written: see [`Platform::normalized`] for comparing. Fields of a document that this
/// type does not know are kept in [`Platform::other`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Platform {
    /// Processor, as Go names it: `amd64`, `arm64`, `arm`, `ppc64le`, …
    #[serde(default, deserialize_with = "or_default")]
    pub architecture: String,
    /// Operating system, as Go names it: `linux`, `windows`, …
    #[serde(default, deserialize_with = "or_default")]
    pub os: String,
    /// Version of the operating system; only Windows uses it: `10.0.20348.2582`.
    #[serde(rename = "os.version", default, skip_serializing_if = "Option::is_none")]
    pub os_version: Option<String>,
    /// Features of the operating system that are needed: `win32k`.
    #[serde(rename = "os.features", default, skip_serializing_if = "Vec::is_empty", deserialize_with = "or_default")]
    pub os_features: Vec<String>,
    /// Variant of the processor: `v7` of `arm`, `v3` of `amd64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Features of the processor: reserved by the spec, seen in old Docker lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "or_default")]
    pub features: Vec<String>,
    /// Fields we do not know.
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub other: Map<String, Value>,
}

/// `null` where a value may be left out counts as left out.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Platform {
    /// `unknown/unknown`, as attestations have.
    pub fn is_unknown(&self) -> bool {
        self.os == "unknown" && self.architecture == "unknown"
    }

    /// Do both mean the same, after normalising?
    pub fn same(&self, other: &Self) -> bool {
        self.normalized() == other.normalized()
    }
}
