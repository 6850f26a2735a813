//! Layers: tar archives in gzip, the same bytes each time.

use std::io::Write as _;

use bytes::Bytes;
use flate2::{Compression, GzBuilder};
use onetag_shared::digest::Digest;

/// A layer as it is stored, and the digest of what is inside the gzip.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) bytes: Bytes,
    pub(super) diff_id: Digest,
    /// How it came about, for the image's history.
    pub(super) created_by: &'static str,
}

/// A file of a layer: path, mode, content. Its folders come with it.
pub(super) struct File<'a> {
    pub(super) path: &'a str,
    pub(super) mode: u32,
    pub(super) content: Vec<u8>,
}

impl Layer {
    pub(super) fn new(created_by: &'static str, files: &[File<'_>]) -> Self {
        let tar = tar(files);
        let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::new(6));
        gzip.write_all(&tar).expect("memory takes every write");
        let bytes = gzip.finish().expect("memory takes every write");
        Self { bytes: bytes.into(), diff_id: Digest::of(&tar), created_by }
    }
}

fn tar(files: &[File<'_>]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut folders: Vec<String> = Vec::new();
    for file in files {
        for (slash, _) in file.path.match_indices('/') {
            let folder = file.path[..=slash].to_owned();
            if !folders.contains(&folder) {
                append(&mut archive, tar::EntryType::Directory, &folder, 0o755, &[]);
                folders.push(folder);
            }
        }
        append(&mut archive, tar::EntryType::Regular, file.path, file.mode, &file.content);
    }
    archive.into_inner().expect("memory takes every write")
}

fn append(archive: &mut tar::Builder<Vec<u8>>, kind: tar::EntryType, path: &str, mode: u32, content: &[u8]) {
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(content.len() as u64);
    header.set_mtime(super::CREATED_UNIX);
    header.set_uid(0);
    header.set_gid(0);
    archive.append_data(&mut header, path, content).expect("the paths are short, and memory takes every write");
}

/// Bytes that do not compress, so that layers have a size worth showing. The same for the same seed.
pub(super) fn filler(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(|| {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    })
    .flatten()
    .take(length)
    .collect()
}
