//! What repositories a registry has.

use serde::{Deserialize, Serialize};

use crate::reference::Registry;

/// What repositories a registry has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Repositories {
    /// The registry that was asked.
    pub registry: Registry,
    /// Their names within it, in alphabetical order: `demo/app`.
    pub repositories: Vec<String>,
    /// Whether these are all of them.
    pub catalogue: CatalogueUse,
}

/// Whether a registry told what repositories it has (`_catalog`, paged).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum CatalogueUse {
    /// All of them.
    Complete,
    /// The first ones; there are more than are read. Siblings among the others are asked for by their likely names.
    Partial,
    /// It tells nobody, or not whoever asks here. Siblings are asked for by their likely names.
    None,
}
