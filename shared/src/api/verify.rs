//! Whether the programs in an image are made for the platforms that it promises.

use serde::{Deserialize, Serialize};

use crate::{digest::Digest, platform::Platform, reference::Reference};

/// `POST /verify`: what the program of each image says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// What was asked for, in full.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// Its digest.
    pub digest: Digest,
    /// Its images, in the order of the list, those of lists in the list where these stand; attestations are not asked.
    pub images: Vec<VerifiedImage>,
}

/// What the program of one image says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VerifiedImage {
    /// The image's digest.
    pub digest: Digest,
    /// The platform that the list says, or for a single image its config.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// Does the program fit?
    pub verdict: Verdict,
    /// Why, in words.
    pub words: String,
    /// What was found: scripts, each run by the next, and the program last.
    pub programs: Vec<FoundProgram>,
    /// Bytes that were read of its layers, as they are stored.
    pub bytes_read: u64,
}

/// Does a program fit the platform of its image?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As far as its header tells.
    Matches,
    /// It is made for something else.
    Contradicts,
    /// It could not be told.
    Unknown,
}

/// A file of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FoundProgram {
    /// Its path in the image, links followed.
    pub path: String,
    /// The layer that it is in.
    pub layer: Digest,
    /// What it is: "ELF, 64-bit, little-endian, arm64".
    pub what: String,
    /// The operating system that it is made for, as far as its header tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// The architecture that it is made for, as far as its header tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
}
