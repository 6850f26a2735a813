//! What two references have in common.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::{Image, bytes, find};
use crate::{digest::Digest, platform::Platform, share::size};

/// What a client that has one reference has of another already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Between {
    /// Of all images of the other, when it has all of the one: each blob counted once.
    pub whole: Already,
    /// Of each image of the other, when it has the one's image for the same platform, in the other's order.
    pub pairs: Vec<Pair>,
}

/// How much is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Already {
    /// Bytes that are there.
    pub there: u64,
    /// Bytes of all of it.
    pub all: u64,
}

impl Already {
    /// "12.1 MB of 15.0 MB", "all of 15.0 MB".
    pub fn in_words(&self) -> String {
        let (part, whole) = (size(self.there), size(self.all));
        match part == whole {
            _ if self.there == 0 => format!("nothing of {whole}"),
            _ if self.there == self.all => format!("all of {whole}"),
            // What is rounded must not seem to be all.
            true => format!("nearly all of {whole}"),
            false => format!("{part} of {whole}"),
        }
    }
}

/// Images of two references for one platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Place of the image that a client has.
    pub from: usize,
    /// Place of the image that it gets.
    pub to: usize,
    /// How much of that it has.
    pub already: Already,
}

impl Between {
    /// What a client that has `from` has of `to` already.
    ///
    /// Images are for the same platform when clients cannot tell the two apart ([`Platform::key`]); of several, the first
    /// goes with the first. Images without a platform go with each other, and images whose manifest is not there with none.
    pub fn of(from: &[Image], to: &[Image]) -> Self {
        let sizes = sizes(from, to);
        let has: Vec<BTreeSet<&Digest>> = from.iter().map(digests).collect();
        let gets: Vec<BTreeSet<&Digest>> = to.iter().map(digests).collect();
        let pairs = pairs(from, to).into_iter().map(|(from, to)| Pair {
            from,
            to,
            already: already(gets[to].iter().copied(), &has[from], &sizes),
        });
        let pairs = pairs.collect();
        let all: BTreeSet<&Digest> = gets.into_iter().flatten().collect();
        let has: BTreeSet<&Digest> = has.into_iter().flatten().collect();
        Self { whole: already(all.into_iter(), &has, &sizes), pairs }
    }
}

/// The size of each digest: the largest that either side says.
fn sizes<'a>(from: &'a [Image], to: &'a [Image]) -> BTreeMap<&'a Digest, u64> {
    let mut sizes: BTreeMap<&Digest, u64> = BTreeMap::new();
    for (digest, found) in find(from).into_iter().chain(find(to)) {
        let size = sizes.entry(digest).or_default();
        *size = found.size.max(*size);
    }
    sizes
}

fn digests(image: &Image) -> BTreeSet<&Digest> {
    image.blobs.iter().flatten().map(|blob| &blob.digest).collect()
}

fn already<'a>(
    gets: impl Iterator<Item = &'a Digest>,
    has: &BTreeSet<&Digest>,
    sizes: &BTreeMap<&Digest, u64>,
) -> Already {
    let (mut there, mut all) = (0_u128, 0_u128);
    for digest in gets {
        let size = u128::from(sizes.get(digest).copied().unwrap_or_default());
        all += size;
        there += if has.contains(digest) { size } else { 0 };
    }
    Already { there: bytes(there), all: bytes(all) }
}

/// Which image of `from` goes with which of `to`.
fn pairs(from: &[Image], to: &[Image]) -> Vec<(usize, usize)> {
    let known = |(_, image): &(usize, &Image)| image.blobs.is_some();
    let key = |image: &Image| image.platform.as_ref().map(Platform::key);
    let mut waiting: HashMap<Option<Platform>, VecDeque<usize>> = HashMap::new();
    for (place, image) in from.iter().enumerate().filter(known) {
        waiting.entry(key(image)).or_default().push_back(place);
    }
    let pair = |(place, image): (usize, &Image)| Some((waiting.get_mut(&key(image))?.pop_front()?, place));
    to.iter().enumerate().filter(known).filter_map(pair).collect()
}
