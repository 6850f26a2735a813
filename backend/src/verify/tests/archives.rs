//! Layers of each kind.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use onetag_shared::{descriptor::Descriptor, digest::Digest};
use serde_json::{Value, json};

/// A file: its path and what is in it.
pub(super) type File<'a> = (&'a str, &'a [u8]);

/// A layer, as it is stored, and what its manifest says of it.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) bytes: Vec<u8>,
    pub(super) descriptor: Descriptor,
}

impl Layer {
    fn new(bytes: Vec<u8>, annotations: &[(&str, String)]) -> Self {
        let mut descriptor =
            Descriptor::new("application/vnd.oci.image.layer.v1.tar+gzip", Digest::of(&bytes), bytes.len() as u64);
        let annotations = annotations.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
        descriptor.annotations = Some(annotations.collect());
        Self { bytes, descriptor }
    }

    pub(super) fn gzip(files: &[File<'_>]) -> Self {
        let parts: Vec<u8> = files.iter().flat_map(|file| [header(file), payload(file)].concat()).collect();
        Self::new(gzip(&[parts, END.to_vec()].concat()), &[])
    }

    pub(super) fn zstd(files: &[File<'_>]) -> Self {
        let parts: Vec<u8> = files.iter().flat_map(|file| [header(file), payload(file)].concat()).collect();
        Self::new(zstd(&[parts, END.to_vec()].concat()), &[])
    }

    /// An eStargz layer; `lie` is said of its table.
    pub(super) fn stargz(files: &[File<'_>], lie: Option<Digest>) -> Self {
        let (mut bytes, entries) = packed(files, gzip);
        let table = json!({ "version": 1, "entries": entries }).to_string();
        let place = bytes.len();
        let file = ("stargz.index.json", table.as_bytes());
        bytes.extend(gzip(&[header(&file), payload(&file), END.to_vec()].concat()));
        bytes.extend([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 26, 0, b'S', b'G', 22, 0]);
        bytes.extend(format!("{place:016x}STARGZ").into_bytes());
        bytes.extend([1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
        let digest = lie.unwrap_or_else(|| Digest::of(table.as_bytes()));
        Self::new(bytes, &[("containerd.io/snapshot/stargz/toc.digest", digest.to_string())])
    }

    /// A zstd:chunked layer.
    pub(super) fn chunked(files: &[File<'_>]) -> Self {
        let (mut bytes, entries) = packed(files, zstd);
        bytes.extend(zstd(END));
        let table = json!({ "version": 1, "entries": entries }).to_string();
        let packed = zstd(table.as_bytes());
        bytes.extend([0x50, 0x2a, 0x4d, 0x18]);
        bytes.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        let position = format!("{}:{}:{}:1", bytes.len(), packed.len(), table.len());
        let digest = Digest::of(&packed).to_string();
        bytes.extend(packed);
        let annotations = [
            ("io.github.containers.zstd-chunked.manifest-position", position),
            ("io.github.containers.zstd-chunked.manifest-checksum", digest),
        ];
        Self::new(bytes, &annotations)
    }
}

/// Two blocks of zeros end an archive.
const END: &[u8] = &[0; 1024];

/// Each file packed by itself, and where.
fn packed(files: &[File<'_>], pack: fn(&[u8]) -> Vec<u8>) -> (Vec<u8>, Vec<Value>) {
    let (mut bytes, mut entries) = (Vec::new(), Vec::new());
    for file in files {
        bytes.extend(pack(&header(file)));
        entries.push(json!({ "name": file.0, "type": "reg", "size": file.1.len(), "offset": bytes.len() }));
        bytes.extend(pack(&payload(file)));
    }
    (bytes, entries)
}

fn header((path, content): &File<'_>) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_path(path).unwrap();
    header.set_size(content.len() as u64);
    header.set_mode(0o755);
    header.set_cksum();
    header.as_bytes().to_vec()
}

fn payload((_, content): &File<'_>) -> Vec<u8> {
    let mut payload = content.to_vec();
    payload.resize(payload.len().next_multiple_of(512), 0);
    payload
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}
