//! Media types of the documents and blobs that registries hold.

mod artifacts;

use std::fmt;

use serde::{Deserialize, Serialize};

/// An OCI image index (OCI image spec, "Image Index").
pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// A Docker manifest list (Docker image manifest version 2, schema 2).
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// An OCI image manifest (OCI image spec, "Image Manifest").
pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// A Docker image manifest, version 2, schema 2.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// An OCI image config (OCI image spec, "Image Configuration").
pub const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// A Docker image config.
pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
/// Docker's retired schema 1, without signatures.
pub const SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+json";
/// Docker's retired schema 1, signed: its digest is not that of its bytes.
pub const SCHEMA1_SIGNED: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";
/// The empty JSON object, which stands where an artifact has no config (OCI image spec, "Guidance for an Empty Descriptor").
pub const OCI_EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// The artifact manifest that the OCI image spec withdrew before 1.1; some registries still hold a few.
pub const OCI_ARTIFACT: &str = "application/vnd.oci.artifact.manifest.v1+json";
/// An in-toto statement: a layer of an attestation manifest.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";
/// The artifact type of the attestation manifests that `BuildKit` writes since 0.31.
pub const DOCKER_ATTESTATION: &str = "application/vnd.docker.attestation.manifest.v1+json";

/// The OCI types of layers; compression follows as `+gzip` or `+zstd`.
const OCI_LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const OCI_FOREIGN_LAYER: &str = "application/vnd.oci.image.layer.nondistributable.v1.tar";
/// The Docker types of layers; compression follows as `.gzip` or `.zstd`.
const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar";
const DOCKER_FOREIGN_LAYER: &str = "application/vnd.docker.image.rootfs.foreign.diff.tar";

/// What to send as `Accept` when asking for a manifest, in one header.
///
/// Without the list types a registry may answer a tag with one image of its list; schema 1 is named so that it can be
/// recognised and refused with words.
pub const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.docker.distribution.manifest.v1+prettyjws, \
    application/vnd.docker.distribution.manifest.v1+json";

/// A media type without its parameters. Types that this crate does not know are kept as they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "application/vnd.oci.image.index.v1+json"))]
#[serde(from = "String", into = "String")]
pub struct MediaType(String);

/// What a media type is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A Docker manifest list or an OCI image index.
    List,
    /// A Docker or OCI image manifest; attestations and artifacts have the OCI one too.
    Image,
    /// Docker's retired schema 1.
    Schema1,
    /// The config of an image.
    Config,
    /// A layer of an image.
    Layer {
        /// It need not be in the registry: its descriptor says where else to get it (Windows base layers of old).
        foreign: bool,
    },
    /// Anything else.
    Other,
}

/// Whose format it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// The Open Container Initiative's.
    Oci,
    /// Docker's.
    Docker,
    /// Neither.
    Other,
}

impl MediaType {
    /// Takes a media type as a document names it: parameters and surrounding white space are dropped.
    pub fn new(text: &str) -> Self {
        let essence = text.split_once(';').map_or(text, |(essence, _)| essence);
        Self(essence.trim().to_owned())
    }

    /// Takes the value of a `Content-Type` header, where upper and lower case mean the same (RFC 9110, section 8.3.1).
    pub fn from_content_type(value: &str) -> Self {
        let mut media_type = Self::new(value);
        media_type.0.make_ascii_lowercase();
        media_type
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is for.
    pub fn kind(&self) -> Kind {
        match self.as_str() {
            OCI_INDEX | DOCKER_LIST => Kind::List,
            OCI_MANIFEST | DOCKER_MANIFEST => Kind::Image,
            SCHEMA1 | SCHEMA1_SIGNED => Kind::Schema1,
            OCI_CONFIG | DOCKER_CONFIG => Kind::Config,
            _ => layer_of(self).map_or(Kind::Other, |(foreign, _)| Kind::Layer { foreign }),
        }
    }

    /// Whose format it is, by its prefix.
    pub fn family(&self) -> Family {
        if self.0.starts_with("application/vnd.oci.") {
            Family::Oci
        } else if self.0.starts_with("application/vnd.docker.") {
            Family::Docker
        } else {
            Family::Other
        }
    }

    /// Is it one that any server uses for any JSON? Old registries do, and then the body has to tell.
    pub fn is_generic(&self) -> bool {
        matches!(
            self.as_str(),
            "" | "application/json" | "text/plain" | "application/octet-stream" | "binary/octet-stream"
        )
    }

    /// What people call it: "OCI image index", "Docker manifest list"; `None` for types that have no such name here.
    pub fn words(&self) -> Option<&'static str> {
        Some(match self.as_str() {
            OCI_INDEX => "OCI image index",
            DOCKER_LIST => "Docker manifest list",
            OCI_MANIFEST => "OCI image manifest",
            DOCKER_MANIFEST => "Docker image manifest",
            OCI_CONFIG => "OCI image config",
            DOCKER_CONFIG => "Docker image config",
            SCHEMA1 => "Docker schema 1 manifest",
            SCHEMA1_SIGNED => "signed Docker schema 1 manifest",
            OCI_EMPTY => "empty descriptor",
            OCI_ARTIFACT => "withdrawn OCI artifact manifest",
            IN_TOTO => "in-toto statement",
            DOCKER_ATTESTATION => "BuildKit attestation",
            _ => match self.kind() {
                Kind::Layer { foreign: false } => "layer",
                Kind::Layer { foreign: true } => "foreign layer",
                _ => return None,
            },
        })
    }
}

/// Of a layer's type, Docker's or OCI's: is it a foreign one, and how is it compressed (`""` when it is not).
pub(crate) fn layer_of(media_type: &MediaType) -> Option<(bool, &str)> {
    [Family::Oci, Family::Docker].into_iter().find_map(|family| {
        [false, true].into_iter().find_map(|foreign| {
            let (name, separator) = family.layer_name(foreign);
            let rest = media_type.as_str().strip_prefix(name)?;
            if rest.is_empty() { Some((foreign, rest)) } else { Some((foreign, rest.strip_prefix(separator)?)) }
        })
    })
}

impl Family {
    /// The type of a layer; Docker's where it is neither's.
    pub(crate) fn layer(self, foreign: bool, compression: &str) -> String {
        let (name, separator) = self.layer_name(foreign);
        if compression.is_empty() { name.to_owned() } else { format!("{name}{separator}{compression}") }
    }

    const fn layer_name(self, foreign: bool) -> (&'static str, char) {
        match (self, foreign) {
            (Self::Oci, false) => (OCI_LAYER, '+'),
            (Self::Oci, true) => (OCI_FOREIGN_LAYER, '+'),
            (_, false) => (DOCKER_LAYER, '.'),
            (_, true) => (DOCKER_FOREIGN_LAYER, '.'),
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for MediaType {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for MediaType {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for MediaType {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<MediaType> for String {
    fn from(media_type: MediaType) -> Self {
        media_type.0
    }
}

impl PartialEq<str> for MediaType {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for MediaType {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn parameters_and_white_space_are_dropped() {
        for text in [
            "application/vnd.oci.image.index.v1+json",
            " application/vnd.oci.image.index.v1+json ",
            "application/vnd.oci.image.index.v1+json; charset=utf-8",
            "application/vnd.oci.image.index.v1+json;charset=utf-8;q=1",
        ] {
            assert_eq!(MediaType::new(text), OCI_INDEX, "{text}");
        }
        assert_eq!(MediaType::from_content_type("Application/VND.OCI.Image.Index.v1+JSON; a=b"), OCI_INDEX);
        assert_eq!(MediaType::new("Made/Up; x").as_str(), "Made/Up");
        assert_eq!(MediaType::new("").as_str(), "");
    }

    #[test]
    fn kinds_and_families() {
        let table = [
            (OCI_INDEX, Kind::List, Family::Oci),
            (DOCKER_LIST, Kind::List, Family::Docker),
            (OCI_MANIFEST, Kind::Image, Family::Oci),
            (DOCKER_MANIFEST, Kind::Image, Family::Docker),
            (OCI_CONFIG, Kind::Config, Family::Oci),
            (DOCKER_CONFIG, Kind::Config, Family::Docker),
            (SCHEMA1, Kind::Schema1, Family::Docker),
            (SCHEMA1_SIGNED, Kind::Schema1, Family::Docker),
            (OCI_EMPTY, Kind::Other, Family::Oci),
            (OCI_ARTIFACT, Kind::Other, Family::Oci),
            (IN_TOTO, Kind::Other, Family::Other),
            (DOCKER_ATTESTATION, Kind::Other, Family::Docker),
            ("application/vnd.oci.image.layer.v1.tar", Kind::Layer { foreign: false }, Family::Oci),
            ("application/vnd.oci.image.layer.v1.tar+gzip", Kind::Layer { foreign: false }, Family::Oci),
            ("application/vnd.oci.image.layer.v1.tar+zstd", Kind::Layer { foreign: false }, Family::Oci),
            ("application/vnd.oci.image.layer.v1.tart", Kind::Other, Family::Oci),
            ("application/vnd.oci.image.layer.nondistributable.v1.tar", Kind::Layer { foreign: true }, Family::Oci),
            (
                "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
                Kind::Layer { foreign: true },
                Family::Oci,
            ),
            ("application/vnd.docker.image.rootfs.diff.tar", Kind::Layer { foreign: false }, Family::Docker),
            ("application/vnd.docker.image.rootfs.diff.tar.gzip", Kind::Layer { foreign: false }, Family::Docker),
            (
                "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                Kind::Layer { foreign: true },
                Family::Docker,
            ),
            ("application/json", Kind::Other, Family::Other),
            ("", Kind::Other, Family::Other),
        ];
        for (text, kind, family) in table {
            let media_type = MediaType::new(text);
            assert_eq!((media_type.kind(), media_type.family()), (kind, family), "{text}");
        }
    }

    #[test]
    fn every_known_manifest_type_is_asked_for() {
        let accepted: Vec<&str> = ACCEPT.split(", ").collect();
        assert_eq!(accepted, [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST, SCHEMA1_SIGNED, SCHEMA1]);
    }

    #[test]
    fn json_is_the_plain_text() {
        let media_type: MediaType = serde_json::from_str("\"text/html; charset=utf-8\"").unwrap();
        assert_eq!(serde_json::to_string(&media_type).unwrap(), "\"text/html\"");
    }
}
