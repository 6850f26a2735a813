//! What attestations say.

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::{digest::Digest, reference::Reference, statement::Statement};

/// What an attestation, or something else that is about an image, says. All of it is a claim of whoever could write into the
/// repository: no signature is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Attestations {
    /// What was asked for, in full.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reference: Reference,
    /// The digest of its manifest.
    pub digest: Digest,
    /// What it is attached to: what the question names, else its manifest's `subject`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Digest>,
    /// Were signatures checked? They never are.
    pub verified: bool,
    /// What is wrong with the manifest, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Its layers, in order.
    pub layers: Vec<AttestationLayer>,
}

/// What one layer says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AttestationLayer {
    /// Its digest.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Statement>,
    /// What is wrong with that, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Why it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Box<Problem>>,
}
