//! Platforms: what an image runs on (OCI image spec, "Image Index", `platform`).

mod asked;
mod go;
mod known;
mod machines;
mod normalize;
mod parse;
mod select;
#[cfg(test)]
mod tests;
mod texts;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

pub(crate) use self::select::{chosen, place_below, select_in};
pub use self::{
    known::KNOWN_PLATFORMS,
    machines::{MACHINES, Machine, machine},
    parse::PlatformError,
    select::{Choice, select, select_containers_image},
    texts::{text_list, text_one, text_option},
};

/// An operating system and a processor, as named in a list or by a client.
///
/// The fields are kept as they were written: see [`Platform::normalized`] for comparing. `null` counts as absent. Fields
/// that this type does not know are kept in [`Platform::other`], so that an edited list loses nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Platform {
    /// Processor, as Go names it: `amd64`, `arm64`, `arm`, `ppc64le`, …
    #[serde(default, deserialize_with = "null_is_default")]
    pub architecture: String,
    /// Operating system, as Go names it: `linux`, `windows`, …
    #[serde(default, deserialize_with = "null_is_default")]
    pub os: String,
    /// Version of the operating system; only Windows uses it: `10.0.20348.2582`.
    #[serde(rename = "os.version", default, skip_serializing_if = "Option::is_none")]
    pub os_version: Option<String>,
    /// Features of the operating system that are needed: `win32k`.
    #[serde(
        rename = "os.features",
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_default"
    )]
    pub os_features: Vec<String>,
    /// Variant of the processor: `v7` of `arm`, `v3` of `amd64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Features of the processor: reserved by the spec, seen in old Docker lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_is_default")]
    pub features: Vec<String>,
    /// Fields we do not know, sorted, so that their order on the way here cannot change a digest.
    #[serde(flatten, deserialize_with = "sorted")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub other: Map<String, Value>,
}

impl Platform {
    /// A platform without variant, version and features.
    pub fn new(os: impl Into<String>, architecture: impl Into<String>) -> Self {
        Self { os: os.into(), architecture: architecture.into(), ..Self::default() }
    }

    /// The same with this variant.
    pub fn with_variant(mut self, variant: impl Into<String>) -> Self {
        self.variant = Some(variant.into());
        self
    }

    /// The same with this version of the operating system.
    pub fn with_os_version(mut self, version: impl Into<String>) -> Self {
        self.os_version = Some(version.into());
        self
    }

    /// The variant; absent and empty are the same.
    pub fn variant(&self) -> &str {
        self.variant.as_deref().unwrap_or_default()
    }

    /// The version of the operating system; absent and empty are the same.
    pub fn os_version(&self) -> &str {
        self.os_version.as_deref().unwrap_or_default()
    }

    /// The build of Windows in that, without the revision: `10.0.20348` of `10.0.20348.2582`.
    pub fn os_build(&self) -> String {
        let build: Vec<&str> = self.os_version().split('.').take(3).collect();
        build.join(".")
    }

    /// Does it name neither an operating system nor a processor?
    pub fn is_empty(&self) -> bool {
        self.os.is_empty() && self.architecture.is_empty()
    }

    /// What clients tell platforms apart by: normalised, without what they do not look at.
    pub fn key(&self) -> Self {
        let Self { architecture, os, os_version, os_features, variant, .. } = self.normalized();
        let os_version = os_version.filter(|version| !version.is_empty());
        Self { architecture, os, os_version, os_features, variant, ..Self::default() }
    }

    /// Is it `unknown/unknown`, which says that an entry is not to be run (attestations have it)?
    pub fn is_unknown(&self) -> bool {
        self.os.eq_ignore_ascii_case("unknown") && self.architecture.eq_ignore_ascii_case("unknown")
    }
}

fn null_is_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

fn sorted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    let mut fields = Map::deserialize(deserializer)?;
    fields.sort_keys();
    Ok(fields)
}

/// Do both name one platform? Spelling aside (`x86_64` is `amd64`), every field that clients look at is the same.
pub fn same(a: &Platform, b: &Platform) -> bool {
    a.key() == b.key()
}
