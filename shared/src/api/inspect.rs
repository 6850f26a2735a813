//! Answers about what is in a registry: inspect, resolve, tags, select.

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::{descriptor::Descriptor, digest::Digest, platform::Platform};

/// Everything about a reference: the document it names, and for a list every child with its config.
///
/// The answer carries served bytes, not our reading of them: whoever gets it can hash them and compare
/// (see [`crate::source::Source::from_inspection`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// The reference in full: registry, repository, tag and digest as they were asked for.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The document the reference names.
    pub root: ServedDocument,
    /// For an image: its config.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Part>,
    /// For a list: one for each entry of `manifests`, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Child>,
}

/// One entry of a list, fetched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Child {
    /// Its place in the list's `manifests`, from 0.
    pub index: usize,
    /// The digest its descriptor names.
    pub digest: Digest,
    /// The manifest, or why it could not be had.
    pub manifest: Part,
    /// The config, for an image whose manifest was had. Attestations and artifacts have none here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Part>,
    /// For a list in the list: one for each of its entries. None where the same list stands somewhere before, and none of
    /// lists that stand too deep or are too long (see [`crate::source::NestedLists`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub children: Vec<Self>,
}

/// A document, or the problem that kept it away. A child that cannot be had never fails the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// It was served, and its bytes have the digest that was asked for.
    Document(ServedDocument),
    /// It could not be had.
    Problem(Box<Problem>),
}

/// A document as it was served: its exact bytes, as `text` or, when they are not UTF-8, as `base64`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ServedDocument {
    /// The media type: the descriptor's, else the content type, else what the body says.
    pub media_type: String,
    /// The digest of the bytes.
    pub digest: Digest,
    /// Number of bytes.
    pub size: u64,
    /// The bytes, when they are UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The bytes in standard base64, when they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

/// One event of a streamed inspection; the SSE event's name is the variant's, in camel case.
/// Order: `root`, then `manifest` and `config` parts as they arrive, those of lists in the list after the list that they
/// are in, then `done`. A `problem` ends the stream instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum InspectEvent {
    /// The document the reference names.
    Root {
        /// The reference in full.
        #[serde(rename = "ref")]
        reference: String,
        /// Its document.
        root: ServedDocument,
    },
    /// A child manifest of the list arrived (or cannot be had).
    Manifest {
        /// Place in the list's `manifests`.
        index: usize,
        /// The manifest.
        part: Part,
    },
    /// An image config arrived.
    Config {
        /// Place in the list's `manifests`; absent for the config of a root that is an image.
        index: Option<usize>,
        /// The config.
        part: Part,
    },
    /// A manifest of a list in the list arrived (or cannot be had).
    NestedManifest {
        /// Place in the list's `manifests`, then in those of the list that stands there, and so on: two or more.
        path: Vec<usize>,
        /// The manifest.
        part: Part,
    },
    /// The config of an image of a list in the list arrived.
    NestedConfig {
        /// As with `nestedManifest`.
        path: Vec<usize>,
        /// The config.
        part: Part,
    },
    /// Nothing more comes.
    Done,
    /// The reference could not be inspected.
    Problem(Box<Problem>),
}

/// `GET /resolve`: what a reference names, by one `HEAD`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Resolution {
    /// The reference in full.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Digest of the document.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
}

/// `GET /tags`: one page of a repository's tags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TagPage {
    /// The repository in full.
    pub repo: String,
    /// Tags in the registry's order.
    pub tags: Vec<TagSummary>,
    /// Pass as `cursor` for the next page; `null` on the last.
    pub next: Option<String>,
    /// Names on this page that are no tags, and were left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ignored: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields so")]
pub(super) fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// One tag of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TagSummary {
    /// The tag.
    pub tag: String,
    /// With `platforms=true`: what it points to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// With `platforms=true`: media type of what it points to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// With `platforms=true`: the platforms of its list (attestations left out), or of its single image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platforms: Option<Vec<Platform>>,
    /// With `platforms=true`: when it was made, as the list, its images or the first of them say (RFC 3339, as far as who
    /// made them kept to that).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// With `platforms=true`: why they could not be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Box<Problem>>,
}

impl TagSummary {
    /// Of a tag that was not looked at.
    pub fn of(tag: String) -> Self {
        Self { tag, digest: None, media_type: None, platforms: None, created: None, problem: None }
    }
}

/// `GET /select`: which entry a client on a platform gets, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SelectAnswer {
    /// The reference in full.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The platform asked for, as it was understood.
    pub platform: Platform,
    /// Place of the chosen entry in the list; `null` when the client gets none, 0 for a single image.
    pub index: Option<usize>,
    /// Where the image stands when lists in the list are looked into: its place in the list, then in the list that stands
    /// there, and so on. Empty for a single image, and when the client gets none.
    #[serde(default)]
    pub path: Vec<usize>,
    /// The image that the client gets.
    pub descriptor: Option<Descriptor>,
    /// The reason, in sentences. Entries are counted from 1 there, and `entry 1 › entry 2` is the second of a list that is
    /// the first.
    pub reason: String,
    /// What clients say, where the image does not run or may not.
    #[serde(default)]
    pub errors: Vec<ClientError>,
    /// What may help there all the same, in sentences: an image for another processor, which an emulator runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way_around: Option<String>,
}

/// What a client says where an image does not run: words to recognise it by, not all that it prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientError {
    /// Which: "Docker", "containerd, Kubernetes", "Podman".
    pub client: String,
    /// When: as it pulls, or as the container starts.
    pub when: ClientMoment,
    /// Its words.
    pub says: String,
}

/// When a client says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ClientMoment {
    /// As it pulls.
    Pull,
    /// As the container starts.
    Run,
}

impl ClientMoment {
    /// In words, after the name of a client.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Pull => "as it pulls",
            Self::Run => "as the container starts",
        }
    }
}

/// `GET /about`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// The server's version.
    pub version: String,
    /// Sample references that are ready to be made into a list (`make run` fills a local registry with them).
    #[serde(default)]
    pub samples: Vec<String>,
}
