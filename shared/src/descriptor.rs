//! Descriptors: pointers to content by digest (OCI image spec, "Content Descriptors").

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    digest::Digest,
    media_type::{Kind, MediaType},
    platform::Platform,
};

/// Annotations: text by key, in key order as Go's encoder writes them.
pub type Annotations = BTreeMap<String, String>;

/// A pointer to content: its media type, digest and size, and in a list the platform it is for.
///
/// Fields that this type does not know are kept in [`Descriptor::other`], so that an edited list loses nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// Media type of the content.
    pub media_type: String,
    /// Digest of the content.
    pub digest: Digest,
    /// Size of the content in bytes.
    pub size: u64,
    /// Other places to get it from; only foreign layers have any. Never fetched with credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urls: Option<Vec<String>>,
    /// Annotations of the pointer, not of the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// The content itself in base64, when it is embedded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// In a list: what it runs on. `null` counts as absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// What kind of artifact it is, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// Fields we do not know.
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub other: Map<String, Value>,
}

impl Descriptor {
    /// Is it a layer that no registry need hold: foreign by its type, and with places to get it from? `urls` of anything
    /// else say nothing, and a foreign layer without any is like all others.
    pub fn is_foreign_layer(&self) -> bool {
        MediaType::new(&self.media_type).kind() == Kind::Layer { foreign: true }
            && self.urls.as_ref().is_some_and(|urls| !urls.is_empty())
    }

    /// Is it a list, as far as is said of it?
    pub fn is_list(&self) -> bool {
        MediaType::new(&self.media_type).kind() == Kind::List
    }

    /// A descriptor of this content and nothing more.
    pub fn new(media_type: impl Into<String>, digest: Digest, size: u64) -> Self {
        Self {
            media_type: media_type.into(),
            digest,
            size,
            urls: None,
            annotations: None,
            data: None,
            platform: None,
            artifact_type: None,
            other: Map::new(),
        }
    }
}
