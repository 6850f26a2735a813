//! manifest-tool's YAML, read.

use serde::{Deserialize, Serialize};

use crate::{list::Draft, reference::Reference};

/// What a spec of `manifest-tool push from-spec` says, as a draft and the tags it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Spec {
    /// The list: a row for each of `manifests`, in their order.
    pub draft: Draft,
    /// The tags to push to: `image` first, then `tags`, in its repository.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub targets: Vec<Reference>,
    /// Where manifest-tool would have done something else, by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<SpecNote>,
}

/// Something to know about a line of a spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SpecNote {
    /// The line, from 1.
    pub line: usize,
    /// What to know.
    pub message: String,
}
