//! A layer: an archive in tar's format, plain or compressed, read entry by entry.

use std::{
    io::{self, BufRead, BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::bufread::MultiGzDecoder;
use onetag_shared::program::{EntryKind, HEAD, Outcome, Search};
use tar::{Archive, EntryType};
use tokio::time::Instant;

/// Bytes of a name, or of what else is said about an entry before it.
const MOST_EXTENSION: u64 = 1024 * 1024;
/// Memory that unpacking may take: a power of two of bytes. What most encoders need is far less.
const WINDOW: u32 = 27;

/// Bytes that may still be unpacked.
#[derive(Clone, Debug)]
pub(super) struct Left(Arc<AtomicU64>);

/// Bytes that may still be unpacked, of an image and of all images together.
#[derive(Clone, Debug)]
pub(super) struct Unpacked {
    image: Left,
    all: Left,
    /// When unpacking ends: a thread is not stopped by who waits for it.
    deadline: Instant,
}

impl Left {
    pub(super) fn of(most: u64) -> Self {
        Self(Arc::new(AtomicU64::new(most)))
    }

    /// The same for one image of them.
    pub(super) fn with(&self, most: u64, deadline: Instant) -> Unpacked {
        Unpacked { image: Self::of(most), all: self.clone(), deadline }
    }

    /// So many less; `false` where there are not so many.
    fn take(&self, bytes: u64) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok()
    }
}

/// What comes out of a compressed layer, up to the limit.
struct Limited<'a> {
    inner: Box<dyn Read + 'a>,
    left: &'a Unpacked,
}

impl Read for Limited<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() > self.left.deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let length = self.inner.read(buffer)?;
        if self.left.image.take(length as u64) && self.left.all.take(length as u64) {
            Ok(length)
        } else {
            Err(io::Error::other("it unpacks to more bytes than are looked at"))
        }
    }
}

/// Feeds what is in a layer to a search, until that has seen enough.
pub(super) fn feed(search: &mut Search, layer: impl Read, left: &Unpacked) -> io::Result<Option<Outcome>> {
    let mut layer = BufReader::with_capacity(64 * 1024, layer);
    // Media types are sometimes wrong about it; the first bytes are not.
    let inner: Box<dyn Read + '_> = match layer.fill_buf()? {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(layer)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            let mut decoder = zstd::Decoder::with_buffer(layer)?;
            decoder.window_log_max(WINDOW)?;
            Box::new(decoder)
        }
        _ => Box::new(layer),
    };
    let mut archive = Archive::new(Limited { inner, left });
    let (mut path, mut link) = (None, None);
    // The entries as they are: the library would take names of any length into memory.
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        match kind {
            EntryType::GNULongName => path = Some(name(&extension(&mut entry)?)),
            EntryType::GNULongLink => link = Some(name(&extension(&mut entry)?)),
            EntryType::XHeader => {
                for record in tar::PaxExtensions::new(&extension(&mut entry)?) {
                    let record = record?;
                    match record.key_bytes() {
                        b"path" => path = Some(name(record.value_bytes())),
                        b"linkpath" => link = Some(name(record.value_bytes())),
                        b"size" => return Err(io::Error::other("it has a file whose size its header cannot hold")),
                        _ => {}
                    }
                }
            }
            EntryType::XGlobalHeader => {}
            _ => {
                let path = path.take().unwrap_or_else(|| name(&entry.path_bytes()));
                let target = link.take().or_else(|| entry.link_name_bytes().map(|target| name(&target)));
                let target = target.unwrap_or_default();
                let mut head = Vec::new();
                let kind = match kind {
                    EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                        entry.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
                        EntryKind::File(&head)
                    }
                    EntryType::Symlink => EntryKind::Symlink(&target),
                    EntryType::Link => EntryKind::HardLink(&target),
                    EntryType::Directory => EntryKind::Folder,
                    _ => EntryKind::Other,
                };
                if let Some(outcome) = search.entry(&path, kind) {
                    return Ok(Some(outcome));
                }
                // What is in a layer above decides first.
                if search.wants().is_some() {
                    return Ok(None);
                }
            }
        }
    }
    Ok(search.end_layer())
}

/// What is said about the entry that follows.
fn extension(entry: &mut (impl Read + ?Sized)) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    entry.take(MOST_EXTENSION + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_EXTENSION {
        return Err(io::Error::other("a name in it is longer than any"));
    }
    Ok(bytes)
}

fn name(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, time::Duration};

    use flate2::{Compression, write::GzEncoder};
    use onetag_shared::{
        document::ImageConfig,
        program::{Budget, Command},
    };

    use super::*;

    fn search(entrypoint: &str) -> Search {
        let mut config = ImageConfig::parse(b"{}").unwrap();
        config.entrypoint = vec![entrypoint.to_owned()];
        let command = Command::of(&config, "linux").unwrap();
        Search::new(command, &config, "linux", Budget::default())
    }

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (path, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            archive.append_data(&mut header, path, *content).unwrap();
        }
        archive.into_inner().unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn fed(entrypoint: &str, layer: &[u8], most: u64) -> io::Result<Option<Outcome>> {
        feed(&mut search(entrypoint), layer, &Left::of(u64::MAX).with(most, Instant::now() + Duration::from_mins(1)))
    }

    #[test]
    fn every_packing_is_read() {
        let long = format!("{}/app", "folder/".repeat(40));
        let plain = archive(&[("etc/x", b"x"), (&long, b"MZ")]);
        let (first, second) = plain.split_at(700);
        let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 3).unwrap();
        // Frames that are skipped, as in zstd:chunked and eStargz-like layers; and several members.
        let skipped = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        for (name, layer) in [
            ("plain", plain.clone()),
            ("gzip", gzip(&plain)),
            ("gzip of two members", [gzip(first), gzip(second)].concat()),
            ("zstd", zstd(&plain)),
            ("zstd of two frames", [&skipped[..], &zstd(first), &skipped, &zstd(second)].concat()),
        ] {
            let found = fed(&format!("/{long}"), &layer, 1 << 20).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(found, Some(Outcome::Found), "{name}");
            assert_eq!(fed("/nowhere", &layer, 1 << 20).unwrap(), None, "{name}");
        }
    }

    #[test]
    fn no_more_is_unpacked_than_it_takes() {
        let zeros = vec![0; 8 << 20];
        let layer = gzip(&archive(&[("app", b"MZ"), ("zeros", &zeros)]));
        assert_eq!(fed("/app", &layer, 128 << 10).unwrap(), Some(Outcome::Found));
        let bomb = fed("/nowhere", &layer, 4 << 20).unwrap_err();
        assert!(bomb.to_string().contains("unpacks to more"), "{bomb}");
    }

    #[test]
    fn what_is_no_archive_is_an_error() {
        let cut = gzip(&archive(&[("x", &[7; 4096]), ("app", b"MZ")]));
        for (name, layer) in [
            ("text", b"this is no archive at all, but it is longer than a block of one. ".repeat(20)),
            ("gzip of text", gzip(&b"nor is this one, which is packed. ".repeat(40))),
            ("cut", cut[..cut.len() / 2].to_vec()),
            ("damaged zstd", [&[0x28, 0xb5, 0x2f, 0xfd][..], &[0xff; 64]].concat()),
        ] {
            assert!(fed("/nowhere", &layer, 1 << 20).is_err(), "{name}");
        }
        // Nothing at all is an empty layer.
        assert_eq!(fed("/nowhere", b"", 1 << 20).unwrap(), None);
    }

    #[test]
    fn names_and_records_have_an_end() {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(EntryType::XHeader);
        header.set_size(2 << 20);
        header.set_path("pax").unwrap();
        header.set_cksum();
        let layer = [header.as_bytes(), &vec![b'1'; 2 << 20][..]].concat();
        let error = fed("/nowhere", &layer, 16 << 20).unwrap_err();
        assert!(error.to_string().contains("longer than any"), "{error}");
    }

    #[test]
    fn fuzz_layers() {
        onetag_fuzz::fuzz("layer", &["ustar", ".wh.", "..", "\x1f\x30", "path=", "\0\0\0\0"], |bytes| {
            let _ = fed("/bin/nowhere", bytes, 16 << 20);
        });
    }
}
