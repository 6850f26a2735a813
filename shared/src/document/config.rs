//! Image configs (OCI image spec, "Image Configuration").

use serde::Deserialize;

use super::{DocumentError, strict};
use crate::platform::Platform;

/// What an image says of itself.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct ImageConfig {
    /// Processor.
    #[serde(default)]
    pub architecture: Option<String>,
    /// Operating system.
    #[serde(default)]
    pub os: Option<String>,
    /// Version of the operating system.
    #[serde(rename = "os.version", default)]
    pub os_version: Option<String>,
    /// Features of the operating system that it needs.
    #[serde(rename = "os.features", default)]
    pub os_features: Option<Vec<String>>,
    /// Variant of the processor.
    #[serde(default)]
    pub variant: Option<String>,
    /// When it was built (RFC 3339), as written.
    #[serde(default)]
    pub created: Option<String>,
}

impl ImageConfig {
    /// Reads the bytes of a config blob.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let object = strict::object(bytes)?;
        serde_json::from_value(object.into()).map_err(|error| DocumentError::Shape(error.to_string()))
    }

    /// All five fields of its platform, as written: nothing is made up, so an arm image without a variant stays so.
    pub fn platform(&self) -> Platform {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Platform {
            architecture: self.architecture.clone().unwrap_or_default(),
            os: self.os.clone().unwrap_or_default(),
            os_version: filled(&self.os_version),
            os_features: self.os_features.clone().unwrap_or_default(),
            variant: filled(&self.variant),
            ..Platform::default()
        }
    }
}
