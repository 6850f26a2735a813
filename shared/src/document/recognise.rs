//! What kind of document bytes are: by the descriptor that led there, then the content type, then the body.

use serde_json::Value;

use super::{DocumentError, MAX_DOCUMENT_BYTES, RawDocument, manifest::refuse_ambiguity, parse_json, raw::too_large};
use crate::{
    descriptor::Descriptor,
    digest::Digest,
    media_type::{DOCKER_CONFIG, DOCKER_MANIFEST, Kind, MediaType, OCI_INDEX, OCI_MANIFEST, SCHEMA1, SCHEMA1_SIGNED},
};

/// Makes a document of the bytes of a manifest that a registry served.
///
/// The parent's descriptor decides what it is, else the content type, else the body; two that disagree are an error.
/// Content types that any JSON may have (`application/json`, `text/plain`) say nothing. Size and digest are checked
/// against the descriptor and the expected digest, where there are any.
pub fn recognise(
    descriptor: Option<&Descriptor>,
    content_type: Option<&str>,
    bytes: impl Into<Vec<u8>>,
    expected: Option<&Digest>,
) -> Result<RawDocument, DocumentError> {
    let bytes: Vec<u8> = bytes.into();
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(too_large(bytes.len()));
    }
    let header = content_type.map(MediaType::from_content_type).filter(|header| !header.is_generic());
    // Before any digest is looked at: that of a signed schema 1 manifest is not that of its bytes.
    let described = descriptor.map(|descriptor| MediaType::new(&descriptor.media_type));
    let body = parse_json(&bytes);
    let own = body.as_ref().ok().and_then(body_type);
    if [&described, &header, &own].into_iter().flatten().any(|media_type| media_type.kind() == Kind::Schema1) {
        return Err(DocumentError::Schema1);
    }
    if let Some(descriptor) = descriptor.filter(|descriptor| descriptor.size != bytes.len() as u64) {
        return Err(DocumentError::Size {
            digest: descriptor.digest.clone(),
            expected: descriptor.size,
            actual: bytes.len() as u64,
        });
    }
    let computed = Digest::of(&bytes);
    for digest in expected.into_iter().chain(descriptor.map(|descriptor| &descriptor.digest)) {
        if *digest != computed {
            digest.verify(&bytes)?;
        }
    }
    let digest = expected.or(descriptor.map(|descriptor| &descriptor.digest)).cloned().unwrap_or(computed);

    let body = body?;
    let media_type = decide(described, header, &body)?;
    if let Value::Object(object) = &body
        && matches!(media_type.kind(), Kind::List | Kind::Image)
    {
        refuse_ambiguity(object)?;
    }
    Ok(RawDocument::checked(media_type, bytes.into(), digest))
}

/// The media type that all who have a word in it agree on.
fn decide(described: Option<MediaType>, header: Option<MediaType>, body: &Value) -> Result<MediaType, DocumentError> {
    let described = described.filter(|described| !described.is_generic());
    let own = own_type(body);
    let words: Vec<(&'static str, MediaType)> = [("descriptor", described), ("content type", header), ("body", own)]
        .into_iter()
        .filter_map(|(who, media_type)| Some((who, media_type?)))
        .collect();
    let Some((who, media_type)) = words.first().cloned() else {
        return body_type(body).ok_or_else(|| DocumentError::Invalid {
            media_type: "manifest".to_owned(),
            problem: "neither the registry nor the document says what it is".to_owned(),
        });
    };
    let contradiction = |second_source: &'static str, second: String| DocumentError::Contradiction {
        first_source: who,
        first: media_type.to_string(),
        second_source,
        second,
    };
    if let Some((second, other)) = words.iter().find(|(_, other)| *other != media_type) {
        return Err(contradiction(second, other.to_string()));
    }
    // A body without a word of its own still has a shape.
    let has = |key: &str| body.get(key).is_some();
    let odd = match media_type.kind() {
        Kind::List => !has("manifests"),
        Kind::Image => has("manifests") && !has("config"),
        _ => false,
    };
    match shape(body) {
        _ if !odd => Ok(media_type),
        Some(other) => Err(contradiction("shape of the body", other.to_string())),
        None => Err(DocumentError::Invalid {
            media_type: media_type.to_string(),
            problem: "it has no `manifests`".to_owned(),
        }),
    }
}

fn own_type(body: &Value) -> Option<MediaType> {
    body.get("mediaType")?.as_str().map(MediaType::new).filter(|own| !own.is_generic())
}

/// What the body alone says: its `mediaType`, else its shape.
pub(super) fn body_type(body: &Value) -> Option<MediaType> {
    let object = body.as_object()?;
    if object.get("schemaVersion").and_then(Value::as_u64) == Some(1) {
        return Some(MediaType::new(if object.contains_key("signatures") { SCHEMA1_SIGNED } else { SCHEMA1 }));
    }
    if let Some(own) = own_type(body) {
        return Some(own);
    }
    shape(body)
}

/// What the fields of the body say.
fn shape(body: &Value) -> Option<MediaType> {
    if body.get("manifests").is_some() {
        return Some(MediaType::new(OCI_INDEX));
    }
    let config = body.get("config")?.get("mediaType")?.as_str()?;
    Some(MediaType::new(if config == DOCKER_CONFIG { DOCKER_MANIFEST } else { OCI_MANIFEST }))
}
