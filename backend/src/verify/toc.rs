//! Layers with a table of contents (eStargz, zstd:chunked): it tells where each file is, so that a program is read out of a
//! layer without the rest of it.
//!
//! Both have the same JSON, described in stargz-snapshotter's `docs/estargz.md` and in containers/storage's
//! `pkg/chunked/internal`. An eStargz layer ends with a footer that says where the table begins; for zstd:chunked an annotation
//! of the layer says it. What digest the table has is in annotations of both, which the manifest's own digest covers.

use std::{
    io::{self, Read},
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use onetag_shared::{
    descriptor::Descriptor,
    digest::Digest,
    program::{EntryKind, HEAD, Outcome, Search},
    reference::Reference,
};
use serde::Deserialize;
use tokio::time::Instant;

use crate::registry::Client;

/// Layers below this are read as a whole: that is one request, and a table costs two or three.
const WORTH_IT: u64 = 1024 * 1024;
/// What is read at the end of an eStargz layer first: the footer, and most often the whole table before it.
const END: u64 = 128 * 1024;
/// Bytes of a table as it is stored.
const MOST_STORED: u64 = 8 * 1024 * 1024;
/// Bytes of all tables of an image, unpacked.
const MOST_UNPACKED: u64 = 32 * 1024 * 1024;
/// What is read of a file: a whole block of zstd, and more than a header takes in gzip.
const OF_FILE: u64 = 160 * 1024;
/// Bytes before a file that are unpacked with it, where several are packed together.
const MOST_BEFORE: u64 = 8 * 1024 * 1024;
/// The length of the footer of an eStargz layer, and where in it the place of the table stands, in hexadecimal.
const FOOTER: usize = 51;
const PLACE: Range<usize> = 16..32;

const STARGZ: &str = "containerd.io/snapshot/stargz/toc.digest";
const CHUNKED_PLACE: &str = "io.github.containers.zstd-chunked.manifest-position";
const CHUNKED_DIGEST: &str = "io.github.containers.zstd-chunked.manifest-checksum";

/// What a layer's descriptor says of its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Announced {
    /// An eStargz layer whose table has this digest, unpacked.
    Stargz(Digest),
    /// A zstd:chunked layer whose table is here, and has this digest as it is stored.
    Chunked(Range<u64>, Digest),
}

/// A table, and the layer that it is of.
#[derive(Clone, Debug)]
pub(super) struct Table {
    layer: Descriptor,
    is_zstd: bool,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
struct Toc {
    entries: Vec<Entry>,
}

/// What is in the layer, in its order.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    #[serde(default)]
    link_name: String,
    #[serde(default)]
    size: u64,
    /// Where what holds the file's first bytes begins.
    #[serde(default)]
    offset: u64,
    /// How far in it, unpacked, these are.
    #[serde(default)]
    inner_offset: u64,
}

/// Reads parts of the layers of an image, and counts their bytes.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    client: &'a Client,
    repository: &'a Reference,
    read: &'a Arc<AtomicU64>,
    /// Bytes of tables, unpacked, that may still be read.
    left: AtomicU64,
}

impl Announced {
    /// What this layer announces, if it is worth reading.
    pub(super) fn of(layer: &Descriptor) -> Option<Self> {
        let annotation = |name: &str| layer.annotations.as_ref()?.get(name);
        if layer.size < WORTH_IT {
            return None;
        }
        if let Some(digest) = annotation(STARGZ) {
            return Some(Self::Stargz(digest.parse().ok()?));
        }
        // Where it begins, how long it is, how long it is unpacked, and 1 for this kind of table.
        let mut numbers = annotation(CHUNKED_PLACE)?.split(':').map(str::parse::<u64>);
        let (start, length) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        let end = start.checked_add(length).filter(|end| *end <= layer.size && length <= MOST_STORED)?;
        Some(Self::Chunked(start..end, annotation(CHUNKED_DIGEST)?.parse().ok()?))
    }
}

impl<'a> Parts<'a> {
    /// Of what is in this repository; `read` grows by what is read.
    pub(super) const fn new(client: &'a Client, repository: &'a Reference, read: &'a Arc<AtomicU64>) -> Self {
        Self { client, repository, read, left: AtomicU64::new(MOST_UNPACKED) }
    }

    /// Gives a search what it wants to look into, as long as it has no outcome and that is in one of these tables.
    pub(super) async fn look_into(&self, search: &mut Search, tables: &[Option<Table>], outcome: &mut Option<Outcome>) {
        while let Some(wanted) = search.wants().filter(|_| outcome.is_none()).cloned() {
            let Some(Some(table)) = tables.get(wanted.depth) else { break };
            *outcome = match self.head(table, search, &wanted.path).await {
                Ok(head) => search.give(&head),
                Err(error) => Some(Outcome::GivenUp(format!("/{} cannot be read: {error}", wanted.path))),
            };
        }
    }

    /// The table of a layer. Where there is none to be had the layer can still be read as a whole.
    pub(super) async fn table(&self, layer: &Descriptor, announced: Announced) -> Option<Table> {
        let (stored, digest, is_zstd) = match announced {
            Announced::Chunked(place, digest) => (self.part(layer, place).await?, digest, true),
            Announced::Stargz(digest) => (self.stargz_table(layer).await?, digest, false),
        };
        let layer = layer.clone();
        let most = self.left.load(Ordering::Relaxed);
        let read = move || {
            let entries =
                if is_zstd { chunked_entries(&stored, &digest, most) } else { stargz_entries(&stored, &digest, most) };
            entries.ok().map(|(entries, bytes)| (Table { layer, is_zstd, entries }, bytes))
        };
        let (table, bytes) = tokio::task::spawn_blocking(read).await.ok().flatten()?;
        self.left.fetch_sub(bytes, Ordering::Relaxed);
        Some(table)
    }

    /// The packed table of an eStargz layer: between where the footer says, and the footer.
    async fn stargz_table(&self, layer: &Descriptor) -> Option<Bytes> {
        let start = layer.size.saturating_sub(END);
        let end = self.part(layer, start..layer.size).await?;
        let begins = table_begins(&end)?;
        let footer = layer.size - FOOTER as u64;
        if begins > footer || footer - begins > MOST_STORED {
            return None;
        }
        if let Some(at) = begins.checked_sub(start) {
            return Some(end.slice(usize::try_from(at).ok()?..end.len() - FOOTER));
        }
        self.part(layer, begins..footer).await
    }

    /// What a file begins with.
    async fn head(&self, table: &Table, search: &Search, path: &str) -> io::Result<Vec<u8>> {
        let nothing = || io::Error::other(format!("its table of contents has no place for {path}"));
        // Of several the last one counts.
        let is_it = |entry: &&Entry| entry.kind == "reg" && search.key(&entry.name) == path;
        let Some(entry) = table.entries.iter().rev().find(is_it) else { return Err(nothing()) };
        if entry.size == 0 {
            return Ok(Vec::new());
        }
        if entry.inner_offset > MOST_BEFORE || entry.offset >= table.layer.size {
            return Err(nothing());
        }
        let end = entry.offset.saturating_add(OF_FILE).saturating_add(entry.inner_offset).min(table.layer.size);
        let part = self.try_part(&table.layer, entry.offset..end).await?;
        let (is_zstd, before) = (table.is_zstd, entry.inner_offset);
        let length = usize::try_from(entry.size).unwrap_or(usize::MAX).min(HEAD);
        tokio::task::spawn_blocking(move || unpacked_head(&part, is_zstd, before, length)).await?
    }

    async fn part(&self, layer: &Descriptor, part: Range<u64>) -> Option<Bytes> {
        self.try_part(layer, part).await.ok()
    }

    async fn try_part(&self, layer: &Descriptor, part: Range<u64>) -> io::Result<Bytes> {
        let bytes = self.client.blob_part(self.repository, layer, part).await;
        let bytes = bytes.map_err(|error| io::Error::other(error.to_problem().detail))?;
        self.read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(bytes)
    }
}

impl Table {
    /// Tells a search what is in the layer, and forgets what is not asked for later.
    pub(super) fn feed(&mut self, search: &mut Search, deadline: Instant) -> Option<Outcome> {
        for entry in &self.entries {
            // Any one of them may be the reason for a look at all places.
            if Instant::now() > deadline {
                return Some(Outcome::GivenUp("its layers could not be looked through in time".to_owned()));
            }
            let kind = match entry.kind.as_str() {
                "reg" => EntryKind::Unread,
                "symlink" => EntryKind::Symlink(&entry.link_name),
                "hardlink" => EntryKind::HardLink(&entry.link_name),
                "dir" => EntryKind::Folder,
                _ => EntryKind::Other,
            };
            if let Some(outcome) = search.entry(&entry.name, kind) {
                return Some(outcome);
            }
        }
        self.entries.retain(|entry| entry.kind == "reg");
        self.entries.shrink_to_fit();
        search.end_layer()
    }
}

/// Where the table of an eStargz layer begins, by the end of the layer: an empty member of gzip with the place in its extra
/// field.
fn table_begins(end: &[u8]) -> Option<u64> {
    let footer = end.get(end.len().checked_sub(FOOTER)?..)?;
    let place = footer.strip_prefix(&[0x1f, 0x8b]).and_then(|_| footer.get(PLACE))?;
    if footer.get(PLACE.end..PLACE.end + 6)? != b"STARGZ" {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(place).ok()?, 16).ok()
}

/// The entries of a table, and how many bytes it has.
type Entries = io::Result<(Vec<Entry>, u64)>;

fn stargz_entries(stored: &[u8], digest: &Digest, most: u64) -> Entries {
    let mut archive = tar::Archive::new(MultiGzDecoder::new(stored).take(most));
    let mut first = archive.entries()?.raw(true).next().ok_or_else(|| io::Error::other("an empty table"))??;
    let mut json = Vec::new();
    first.read_to_end(&mut json)?;
    entries(&json, &json, digest)
}

fn chunked_entries(stored: &[u8], digest: &Digest, most: u64) -> Entries {
    let mut json = Vec::new();
    zstd::Decoder::with_buffer(stored)?.take(most).read_to_end(&mut json)?;
    entries(stored, &json, digest)
}

fn entries(hashed: &[u8], json: &[u8], digest: &Digest) -> Entries {
    digest.verify(hashed).map_err(io::Error::other)?;
    let Toc { mut entries } = serde_json::from_slice(json)?;
    // More of the file before it.
    entries.retain(|entry| entry.kind != "chunk");
    Ok((entries, json.len() as u64))
}

/// So many bytes of what is packed here, after some. What follows them may be cut off.
fn unpacked_head(packed: &[u8], is_zstd: bool, before: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut unpacked: Box<dyn Read + '_> =
        if is_zstd { Box::new(zstd::Decoder::with_buffer(packed)?) } else { Box::new(MultiGzDecoder::new(packed)) };
    if io::copy(&mut unpacked.by_ref().take(before), &mut io::sink())? < before {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut head = vec![0; length];
    unpacked.read_exact(&mut head)?;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use onetag_shared::{
        document::ImageConfig,
        program::{Budget, Command},
    };

    use super::*;

    #[test]
    fn the_footer_says_where_the_table_begins() {
        let footer = |place: &str| {
            let mut footer = vec![0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 26, 0, b'S', b'G', 22, 0];
            footer.extend(format!("{place}STARGZ").into_bytes());
            footer.extend([1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
            footer
        };
        let good = footer("00000000000004d2");
        assert_eq!(table_begins(&good), Some(1234));
        assert_eq!(table_begins(&[b"before it".to_vec(), good.clone()].concat()), Some(1234));
        for bad in [&good[1..], &footer("000000000000-4d2"), &footer("0000000000000xyz"), &[0; 51], b""] {
            assert_eq!(table_begins(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn only_what_is_within_the_layer_is_announced() {
        let announced = |size: u64, annotations: &[(&str, &str)]| {
            let mut layer = Descriptor::new("application/x", Digest::of(b"layer"), size);
            let annotations = annotations.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            layer.annotations = Some(annotations.collect());
            Announced::of(&layer)
        };
        let digest = Digest::of(b"table");
        let table = digest.as_str();
        let large = 2 << 20;
        assert_eq!(announced(large, &[(STARGZ, table)]), Some(Announced::Stargz(digest.clone())));
        assert_eq!(announced(1000, &[(STARGZ, table)]), None, "it is not worth it");
        assert_eq!(announced(large, &[(STARGZ, "none")]), None);
        assert_eq!(announced(large, &[]), None);
        for (place, expected) in [
            ("100:20:70:1", Some(100..120)),
            ("2097152:0:0:1", Some(2_097_152..2_097_152)),
            ("2097152:1:0:1", None),
            ("18446744073709551615:1:0:1", None),
            ("100", None),
            ("a:b", None),
        ] {
            let expected = expected.map(|place| Announced::Chunked(place, digest.clone()));
            assert_eq!(announced(large, &[(CHUNKED_PLACE, place), (CHUNKED_DIGEST, table)]), expected, "{place}");
        }
    }

    #[test]
    fn fuzz_tables() {
        let mut config = ImageConfig::parse(b"{}").unwrap();
        config.entrypoint = vec!["/app".to_owned()];
        let layer = Descriptor::new("application/x", Digest::of(b"layer"), 1 << 20);
        onetag_fuzz::fuzz("toc", &["\"reg\"", "linkName", "STARGZ", "\"offset\":", "..", ".wh."], |bytes| {
            let _ = table_begins(bytes);
            let _ = unpacked_head(bytes, true, 10, HEAD);
            let _ = unpacked_head(bytes, false, 10, HEAD);
            let Ok((entries, _)) = entries(bytes, bytes, &Digest::of(bytes)) else { return };
            let mut table = Table { layer: layer.clone(), is_zstd: false, entries };
            let command = Command::of(&config, "linux").unwrap();
            let mut search = Search::new(command, &config, "linux", Budget::default());
            search.begin_layer();
            // However often it is answered, it comes to an end.
            let mut outcome = table.feed(&mut search, Instant::now() + std::time::Duration::from_mins(1));
            for _ in 0..100 {
                if outcome.is_some() || search.wants().is_none() {
                    return;
                }
                outcome = search.give(b"#!/app");
            }
            panic!("it wants more and more");
        });
    }
}
