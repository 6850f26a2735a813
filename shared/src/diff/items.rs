//! The entries of a list as they are compared.

use crate::{
    api::{EntryKind, EntrySide},
    descriptor::Descriptor,
    digest::Digest,
    document::{ImageManifest, RawDocument, is_statement, predicate_type},
    excerpt::Excerpt,
    media_type::{Kind, MediaType},
    platform::Platform,
    source::ReadSource,
    view::{self, Absence, Row},
};

/// An entry, or the one image that is a list of one.
pub(super) struct Item<'r> {
    pub(super) row: Row,
    pub(super) kind: EntryKind,
    pub(super) key: Key,
    /// Its platform in the list, else in its config.
    pub(super) platform: Option<Platform>,
    /// What the list says of it; nothing is said of an image that stands alone.
    pub(super) descriptor: Option<&'r Descriptor>,
    /// Its manifest, when it was had and is one of an image.
    pub(super) image: Option<&'r ImageManifest>,
    pub(super) config: Option<&'r RawDocument>,
    pub(super) statements: Vec<Statement>,
}

/// What an attestation of an image states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// The attestation's manifest.
    pub(super) manifest: Digest,
    /// What is stated, as a URI, when it is known.
    pub(super) predicate: Option<String>,
    /// The statement; the manifest, when it could not be had.
    pub(super) digest: Digest,
}

/// What an entry is for: entries of two lists that are for the same are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// Clients on this platform.
    Platform(Box<Platform>),
    /// Clients of this kind of artifact; or something without a platform that has this media type.
    Kind(String),
    /// Nobody that is known: its image is not in the list.
    Attestation,
}

/// The entries of a list, attestations folded under their images; or the one image.
pub(super) fn of<'r>(read: &'r ReadSource) -> Vec<Item<'r>> {
    match read.list() {
        Some(list) => view::entries(read)
            .into_iter()
            .map(|row| {
                let descriptor = &list.manifests[row.index];
                let image = read.child_image(&descriptor.digest);
                item(read, row, Some(descriptor), image)
            })
            .collect(),
        None => vec![item(read, view::single(read), None, read.root_image())],
    }
}

fn item<'r>(
    read: &'r ReadSource,
    row: Row,
    descriptor: Option<&'r Descriptor>,
    image: Option<&'r ImageManifest>,
) -> Item<'r> {
    let kind = kind(&row, image);
    let is_named = |platform: &Platform| !platform.is_empty();
    let of_config = || row.config.as_ref().map(crate::document::ImageConfig::platform);
    let platform = row.platform.clone().filter(is_named).or_else(|| of_config().filter(is_named));
    let key = match (&kind, &platform) {
        (EntryKind::Attestation, _) => Key::Attestation,
        (_, Some(platform)) => Key::Platform(Box::new(platform.key())),
        (_, None) => Key::Kind(kind_of_artifact(&row, descriptor, image)),
    };
    let statements = row.attestations.iter().flat_map(|attestation| {
        let manifest = &attestation.digest;
        let named = read.child_image(manifest).map(|image| statements(manifest, image)).unwrap_or_default();
        let whole = || Statement { manifest: manifest.clone(), predicate: None, digest: manifest.clone() };
        if named.is_empty() { vec![whole()] } else { named }
    });
    Item {
        kind,
        key,
        platform,
        descriptor,
        image,
        config: image.and_then(|image| read.config_document(image)),
        statements: statements.collect(),
        row,
    }
}

fn kind(row: &Row, image: Option<&ImageManifest>) -> EntryKind {
    if row.orphan_attestation {
        EntryKind::Attestation
    } else if row.is_list() {
        EntryKind::List
    } else if image.map_or(MediaType::new(&row.media_type).kind() != Kind::Image, ImageManifest::is_artifact) {
        EntryKind::Artifact
    } else {
        EntryKind::Image
    }
}

/// What tells entries without a platform apart.
fn kind_of_artifact(row: &Row, descriptor: Option<&Descriptor>, image: Option<&ImageManifest>) -> String {
    let said = descriptor.and_then(|descriptor| descriptor.artifact_type.clone());
    let own = || {
        image
            .filter(|image| image.is_artifact())
            .map(|image| image.artifact_type.clone().unwrap_or_else(|| image.config.media_type.clone()))
    };
    said.or_else(own).unwrap_or_else(|| match MediaType::new(&row.media_type).kind() {
        // Docker's and OCI's are the same kind of thing.
        Kind::List => "list".to_owned(),
        Kind::Image => "image".to_owned(),
        _ => row.media_type.clone(),
    })
}

/// The statements in an attestation.
fn statements(digest: &Digest, manifest: &ImageManifest) -> Vec<Statement> {
    let statement = |layer: &Descriptor| Statement {
        manifest: digest.clone(),
        predicate: predicate_type(layer).cloned(),
        digest: layer.digest.clone(),
    };
    manifest.layers.iter().filter(|layer| is_statement(layer)).map(statement).collect()
}

impl Item<'_> {
    pub(super) fn digest(&self) -> &Digest {
        &self.row.digest
    }

    /// Its name, with nothing in it that breaks out of its line.
    pub(super) fn name(&self) -> String {
        let name = match &self.platform {
            Some(platform) if self.kind != EntryKind::Attestation => platform.to_string(),
            _ => self.row.name(),
        };
        Excerpt(&name).to_string()
    }

    pub(super) fn side(&self) -> EntrySide {
        EntrySide {
            index: self.row.index,
            digest: self.row.digest.clone(),
            size: self.row.size_to_download,
            problem: self.row.absent.as_ref().map(|absent| absent.reason.clone()),
            unknown: self.row.absent.as_ref().is_some_and(|absent| absent.kind == Absence::Unknown),
        }
    }
}
