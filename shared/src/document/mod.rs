//! Documents as they were served: bytes first, and a parsed view of them.

mod config;
mod error;
mod manifest;
mod strict;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};

pub use config::ImageConfig;
pub use error::DocumentError;
pub(crate) use manifest::attested;
pub use manifest::{ImageManifest, List};

use crate::{
    api::ServedDocument,
    descriptor::Descriptor,
    digest::{Algorithm, Digest},
    media_type::{DOCKER_MANIFEST, Kind, MediaType, OCI_INDEX, OCI_MANIFEST, SCHEMA1, SCHEMA1_SIGNED},
};

/// Largest manifest or config that is read: what registries must take (OCI distribution spec, "Pushing Manifests").
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A document as it was served. The digest is of these bytes, and nothing re-serialises them. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawDocument {
    media_type: MediaType,
    digest: Digest,
    bytes: Arc<[u8]>,
}

/// A parsed view of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// An OCI image index or a Docker manifest list.
    List(List),
    /// An image, or an artifact in the form of one.
    Image(ImageManifest),
}

impl RawDocument {
    /// A document that we made.
    pub fn made(media_type: MediaType, bytes: Vec<u8>) -> Self {
        let digest = Digest::of(&bytes);
        Self { media_type, digest, bytes: bytes.into() }
    }

    /// Recognises what a registry served as a manifest: by the descriptor that pointed to it, then by its content type,
    /// then by its body; where they contradict each other it is refused (OCI image spec, "Image Index").
    ///
    /// `expected` is the digest it was asked for by, where it was; the descriptor's counts too.
    pub fn recognise(
        descriptor: Option<&Descriptor>,
        content_type: Option<&str>,
        expected: Option<&Digest>,
        bytes: Vec<u8>,
    ) -> Result<Self, DocumentError> {
        if bytes.len() > MAX_BYTES {
            return Err(DocumentError::TooLarge(bytes.len()));
        }
        if let Some(descriptor) = descriptor
            && descriptor.size != bytes.len() as u64
        {
            return Err(DocumentError::Size { expected: descriptor.size, actual: bytes.len() as u64 });
        }
        let expected = descriptor.map(|descriptor| &descriptor.digest).or(expected);
        let digest = match expected {
            Some(expected) => {
                if expected.algorithm() != Algorithm::Unverifiable {
                    expected.verify(&bytes)?;
                }
                expected.clone()
            }
            None => Digest::of(&bytes),
        };
        let value = strict::object(&bytes)?;
        let named = value.get("mediaType").and_then(|name| name.as_str()).map(MediaType::new);
        let served = content_type.map(MediaType::from_content_type).filter(|served| !served.is_generic());
        let pointed = descriptor.map(|descriptor| MediaType::new(&descriptor.media_type)).filter(|t| !t.is_generic());
        let media_type =
            [&pointed, &served, &named].into_iter().flatten().next().cloned().unwrap_or_else(|| by_body(&value));
        for (whose, other) in [("its content type is", &served), ("its body says", &named)] {
            if let Some(other) = other
                && *other != media_type
            {
                return Err(DocumentError::Contradiction(format!("it should be {media_type}, but {whose} {other}")));
            }
        }
        if media_type.kind() == Kind::Schema1 {
            return Err(DocumentError::Schema1);
        }
        let document = Self { media_type, digest, bytes: bytes.into() };
        document.parse()?;
        Ok(document)
    }

    /// A blob such as a config: its bytes must have the descriptor's digest and size.
    pub fn of_blob(descriptor: &Descriptor, bytes: Vec<u8>) -> Result<Self, DocumentError> {
        if descriptor.size != bytes.len() as u64 {
            return Err(DocumentError::Size { expected: descriptor.size, actual: bytes.len() as u64 });
        }
        descriptor.digest.verify(&bytes)?;
        Ok(Self {
            media_type: MediaType::new(&descriptor.media_type),
            digest: descriptor.digest.clone(),
            bytes: bytes.into(),
        })
    }

    /// The media type.
    pub const fn media_type(&self) -> &MediaType {
        &self.media_type
    }

    /// The digest of the bytes.
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The bytes, as served.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A descriptor that points to it.
    pub fn descriptor(&self) -> Descriptor {
        Descriptor::new(self.media_type.as_str(), self.digest.clone(), self.bytes.len() as u64)
    }

    /// The parsed view.
    pub fn parse(&self) -> Result<Document, DocumentError> {
        let value = strict::object(&self.bytes)?;
        let is_list = match self.media_type.kind() {
            Kind::List => true,
            Kind::Schema1 => return Err(DocumentError::Schema1),
            _ => by_body(&value).kind() == Kind::List,
        };
        strict::refuse_mixed(&value, is_list)?;
        let wrong = |error: serde_json::Error| DocumentError::Shape(error.to_string());
        Ok(if is_list {
            Document::List(serde_json::from_value(value.into()).map_err(wrong)?)
        } else {
            Document::Image(serde_json::from_value(value.into()).map_err(wrong)?)
        })
    }

    /// For an answer of the API.
    pub fn to_served(&self) -> ServedDocument {
        let text = std::str::from_utf8(&self.bytes).ok().map(str::to_owned);
        let base64 = text.is_none().then(|| STANDARD.encode(&self.bytes));
        ServedDocument {
            media_type: self.media_type.to_string(),
            digest: self.digest.clone(),
            size: self.bytes.len() as u64,
            text,
            base64,
        }
    }

    /// From an answer of the API; the bytes must have the digest and the size that it names.
    pub fn from_served(served: &ServedDocument) -> Result<Self, DocumentError> {
        let bytes = match (&served.text, &served.base64) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(base64)) => STANDARD
                .decode(base64)
                .map_err(|error| DocumentError::Shape(format!("its base64 is broken: {error}")))?,
            (None, None) => return Err(DocumentError::Shape("it came without its bytes".to_owned())),
        };
        Self::of_blob(&Descriptor::new(served.media_type.clone(), served.digest.clone(), served.size), bytes)
    }
}

/// What a body without a type of its own is.
fn by_body(value: &serde_json::Map<String, serde_json::Value>) -> MediaType {
    let text = if value.get("schemaVersion").and_then(serde_json::Value::as_u64) == Some(1) {
        if value.contains_key("signatures") { SCHEMA1_SIGNED } else { SCHEMA1 }
    } else if value.contains_key("manifests") {
        OCI_INDEX
    } else {
        let config = value.get("config").and_then(|config| config.get("mediaType")).and_then(|name| name.as_str());
        if config == Some(crate::media_type::DOCKER_CONFIG) { DOCKER_MANIFEST } else { OCI_MANIFEST }
    };
    MediaType::new(text)
}
