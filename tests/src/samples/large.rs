//! An image with a layer that takes a while to move.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use onetag_shared::platform::Platform;
use serde_json::{Value, json};

use super::{Content, Image, image_of, layer::filler};

const MIB: usize = 1 << 20;

/// An image whose only layer has so many MiB: valid gzip that is not compressed, so that nobody compresses it on the way,
/// and no archive.
///
/// # Panics
/// Never: memory can be written.
pub fn large_image(mib: usize) -> Image {
    let mut image = image_of(Platform::new("linux", "amd64"));
    let piece = filler(11, MIB);
    let mut encoder = GzEncoder::new(Vec::with_capacity((mib + 1) * MIB), Compression::none());
    for _ in 0..mib {
        encoder.write_all(&piece).expect("memory");
    }
    let layer = image.blobs.pop().expect("it has a layer");
    let layer = Content::new(layer.media_type, encoder.finish().expect("memory"));
    let mut manifest: Value = serde_json::from_slice(&image.manifest.bytes).expect("a manifest is JSON");
    manifest["layers"] = json!([layer.descriptor()]);
    image.manifest = Content::json(image.manifest.media_type, &manifest);
    image.blobs.push(layer);
    image
}
