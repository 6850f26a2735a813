//! Which layers images have in common, by digest: within one list, and between two references.
//!
//! A digest has one size. Where manifests contradict each other about it, the largest of what they say is counted
//! everywhere, whatever the order, and it is told. Sums that do not fit are as large as fits.

mod between;
#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

pub use self::between::{Already, Between, Pair};
use crate::{
    descriptor::Descriptor,
    digest::Digest,
    document::ImageManifest,
    platform::Platform,
    source::{ReadSource, Source},
    view::{ListView, Row},
};

/// An image of a list, as what a client downloads for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its platform, or what stands there instead.
    pub name: String,
    /// Its platform.
    pub platform: Option<Platform>,
    /// Its config, then its layers, the lowest first; `None` when its manifest is not there.
    pub blobs: Option<Vec<Blob>>,
}

/// A config or a layer, as a manifest names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes, as the manifest has it.
    pub size: u64,
    /// What it is.
    pub kind: BlobKind,
}

/// What a blob is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlobKind {
    /// The image's config.
    Config,
    /// A layer.
    Layer,
    /// A layer that no registry need hold ([`Descriptor::is_foreign_layer`]).
    Foreign,
}

/// What the images of one list have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// Of each image, in their order, what is its own and what others have as well. 0 where its manifest is not there.
    pub images: Vec<Portion>,
    /// The blobs that several images have, the largest first.
    pub shared: Vec<Shared>,
    /// All of them together.
    pub totals: Totals,
}

/// What a client downloads for one image, in bytes. What it names twice is downloaded once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Portion {
    /// All of it.
    pub bytes: u64,
    /// What no other image has.
    pub own: u64,
    /// What at least one other image has.
    pub shared: u64,
}

/// A blob that several images have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes: the largest that is said of it.
    pub size: u64,
    /// Other sizes are said of it, too.
    pub contradicted: bool,
    /// What it is. Foreign only where all say so.
    pub kind: BlobKind,
    /// The images that have it, by their places, ascending.
    pub images: Vec<usize>,
}

/// Images together, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// What is downloaded for all of them, by a machine for each.
    pub each: u64,
    /// The same with each blob counted once: what a mirror downloads.
    pub once: u64,
    /// The difference: what is not stored again because images share it.
    pub saved: u64,
    /// Of `once`, foreign layers: the registry need not hold them.
    pub foreign: u64,
    /// Images whose manifests are not there. They are not counted.
    pub unknown: usize,
}

/// The images of a source. `view` is what is shown of it.
pub fn images(source: &Source, view: &ListView) -> Vec<Image> {
    let read = ReadSource::new(source);
    let image = |row: &Row| {
        let manifest = if view.is_list { read.child_image(&row.digest) } else { read.root_image() };
        Image { name: row.name(), platform: row.platform.clone(), blobs: manifest.map(blobs) }
    };
    view.images().map(image).collect()
}

fn blobs(image: &ImageManifest) -> Vec<Blob> {
    let blob = |descriptor: &Descriptor, kind| Blob { digest: descriptor.digest.clone(), size: descriptor.size, kind };
    let layer = |layer: &Descriptor| {
        let kind = if layer.is_foreign_layer() { BlobKind::Foreign } else { BlobKind::Layer };
        blob(layer, kind)
    };
    std::iter::once(blob(&image.config, BlobKind::Config)).chain(image.layers.iter().map(layer)).collect()
}

impl Image {
    /// Its blobs, each digest once: what a client downloads.
    pub fn distinct(&self) -> impl Iterator<Item = &Blob> {
        let mut seen = BTreeSet::new();
        self.blobs.iter().flatten().filter(move |blob| seen.insert(&blob.digest))
    }
}

/// What all that name a digest say of it.
struct Found {
    size: u64,
    contradicted: bool,
    kind: BlobKind,
    images: Vec<usize>,
    /// How many digests were found before it.
    place: usize,
}

fn find(images: &[Image]) -> BTreeMap<&Digest, Found> {
    let mut found: BTreeMap<&Digest, Found> = BTreeMap::new();
    for (place, image) in images.iter().enumerate() {
        for blob in image.blobs.iter().flatten() {
            let before = found.len();
            let known = found.entry(&blob.digest).or_insert_with(|| Found {
                size: blob.size,
                contradicted: false,
                kind: blob.kind,
                images: Vec::new(),
                place: before,
            });
            known.contradicted |= known.size != blob.size;
            known.size = known.size.max(blob.size);
            known.kind = known.kind.min(blob.kind);
            if known.images.last() != Some(&place) {
                known.images.push(place);
            }
        }
    }
    found
}

/// As many bytes as fit into the number.
fn bytes(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}

impl Sharing {
    /// Compares the images of one list.
    pub fn of(images: &[Image]) -> Self {
        let found = find(images);
        // Sizes that a manifest may name are as large as fits, and there may be many.
        let mut own_and_shared = vec![(0_u128, 0_u128); images.len()];
        let (mut each, mut once, mut foreign) = (0_u128, 0_u128, 0_u128);
        for blob in found.values() {
            let size = u128::from(blob.size);
            once += size;
            each += size * blob.images.len() as u128;
            foreign += if blob.kind == BlobKind::Foreign { size } else { 0 };
            for place in &blob.images {
                let (own, shared) = &mut own_and_shared[*place];
                *if blob.images.len() > 1 { shared } else { own } += size;
            }
        }
        let portion = |(own, shared): (u128, u128)| Portion {
            bytes: bytes(own + shared),
            own: bytes(own),
            shared: bytes(shared),
        };
        let totals = Totals {
            each: bytes(each),
            once: bytes(once),
            saved: bytes(each - once),
            foreign: bytes(foreign),
            unknown: images.iter().filter(|image| image.blobs.is_none()).count(),
        };
        let mut shared: Vec<(&Digest, Found)> = found.into_iter().filter(|(_, blob)| blob.images.len() > 1).collect();
        shared.sort_by_key(|(_, blob)| (Reverse(blob.size), blob.place));
        let shared = shared.into_iter().map(|(digest, Found { size, contradicted, kind, images, .. })| Shared {
            digest: digest.clone(),
            size,
            contradicted,
            kind,
            images,
        });
        Self { images: own_and_shared.into_iter().map(portion).collect(), shared: shared.collect(), totals }
    }
}
