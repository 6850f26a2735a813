//! Bytes with their media type and digest.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{Document, DocumentError, ImageConfig, MAX_DOCUMENT_BYTES, manifest, parse_json, recognise::body_type};
use crate::{
    api::ServedDocument,
    descriptor::Descriptor,
    digest::Digest,
    media_type::{Kind, MediaType},
};

/// The exact bytes of a document with their media type and digest. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawDocument {
    media_type: MediaType,
    digest: Digest,
    bytes: Arc<[u8]>,
}

impl RawDocument {
    /// Bytes we made ourselves; their digest is computed (sha256).
    pub fn new(media_type: MediaType, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self { media_type, digest: Digest::of(&bytes), bytes }
    }

    /// Bytes that must have this digest.
    pub fn verified(
        media_type: MediaType,
        bytes: impl Into<Arc<[u8]>>,
        digest: &Digest,
    ) -> Result<Self, DocumentError> {
        let bytes = bytes.into();
        if bytes.len() > MAX_DOCUMENT_BYTES {
            return Err(too_large(bytes.len()));
        }
        digest.verify(&bytes)?;
        Ok(Self::checked(media_type, bytes, digest.clone()))
    }

    /// Bytes that have been found to have this digest.
    pub(super) fn checked(media_type: MediaType, bytes: Arc<[u8]>, digest: Digest) -> Self {
        Self { media_type, digest, bytes }
    }

    /// The bytes of a small blob, such as a config: they must have the descriptor's size and digest.
    pub fn of_blob(descriptor: &Descriptor, bytes: impl Into<Arc<[u8]>>) -> Result<Self, DocumentError> {
        let bytes = bytes.into();
        if bytes.len() as u64 != descriptor.size {
            return Err(DocumentError::Size {
                digest: descriptor.digest.clone(),
                expected: descriptor.size,
                actual: bytes.len() as u64,
            });
        }
        Self::verified(MediaType::new(&descriptor.media_type), bytes, &descriptor.digest)
    }

    /// What it is.
    pub fn media_type(&self) -> &MediaType {
        &self.media_type
    }

    /// The digest of the bytes.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, shared.
    pub fn shared_bytes(&self) -> Arc<[u8]> {
        Arc::clone(&self.bytes)
    }

    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// What it is, where that is not what a list says of it: clients refuse to pull it then.
    pub fn differs_from(&self, listed: &Descriptor) -> Option<String> {
        let media_type = self.media_type();
        if self.digest() != &listed.digest {
            Some(format!("in truth {}", self.digest()))
        } else if self.size() != listed.size {
            Some(format!("{} bytes long, but the list says {}", self.size(), listed.size))
        } else if *media_type != *listed.media_type.as_str() && !media_type.is_generic() {
            Some(format!("`{media_type}`, but the list says `{}`", listed.media_type))
        } else {
            None
        }
    }

    /// A descriptor of it: media type, digest and size.
    pub fn descriptor(&self) -> Descriptor {
        Descriptor::new(self.media_type.as_str(), self.digest.clone(), self.size())
    }

    /// The parsed view.
    pub fn parse(&self) -> Result<Document, DocumentError> {
        let value = parse_json(&self.bytes)?;
        let media_type = if self.media_type.is_generic() {
            body_type(&value).unwrap_or_else(|| self.media_type.clone())
        } else {
            self.media_type.clone()
        };
        let kind = media_type.kind();
        match (kind, value) {
            (Kind::Schema1, _) => Err(DocumentError::Schema1),
            (Kind::List, Value::Object(object)) => {
                manifest::refuse_ambiguity(&object)?;
                manifest::read(object, &media_type).map(|list| Document::List(Box::new(list)))
            }
            (Kind::Image, Value::Object(object)) => {
                manifest::refuse_ambiguity(&object)?;
                manifest::read(object, &media_type).map(|image| Document::Image(Box::new(image)))
            }
            (Kind::Config, Value::Object(_)) => {
                ImageConfig::parse(&self.bytes).map(|config| Document::Config(Box::new(config)))
            }
            (Kind::List | Kind::Image | Kind::Config, _) => Err(DocumentError::Invalid {
                media_type: media_type.to_string(),
                problem: "it is not an object".to_owned(),
            }),
            (Kind::Layer { .. } | Kind::Other, value) => Ok(Document::Other(value)),
        }
    }

    /// The form it has in the API's answers.
    pub fn to_served(&self) -> ServedDocument {
        let text = std::str::from_utf8(&self.bytes).ok().map(str::to_owned);
        let base64 = text.is_none().then(|| STANDARD.encode(&self.bytes));
        ServedDocument {
            media_type: self.media_type.to_string(),
            digest: self.digest.clone(),
            size: self.size(),
            text,
            base64,
        }
    }

    /// Takes a document out of an answer of the API; its size and digest are checked.
    pub fn from_served(served: &ServedDocument) -> Result<Self, DocumentError> {
        let bytes = match (&served.text, &served.base64) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(base64)) => STANDARD.decode(base64).map_err(|_| DocumentError::NoBytes)?,
            _ => return Err(DocumentError::NoBytes),
        };
        Self::of_blob(&Descriptor::new(served.media_type.as_str(), served.digest.clone(), served.size), bytes)
    }
}

pub(super) fn too_large(size: usize) -> DocumentError {
    DocumentError::TooLarge { size: size as u64, limit: MAX_DOCUMENT_BYTES as u64 }
}
