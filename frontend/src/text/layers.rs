//! Layers as pictures and sentences: which have a letter, how bars are divided, how much is there already.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use onetag_shared::{
    digest::Digest,
    layers::{Between, BlobKind, Image, Portion, Shared, Sharing, Totals},
    share::sum,
};

use super::format::{count, size};

/// Shared layers beyond these have no letter.
const LETTERS: usize = 26;
/// Letters in a sentence, and platforms that are named in one.
const NAMED: usize = 6;
/// The width of a bar that is full, in units of its drawing: hundredths of a percent.
pub(crate) const FULL: u32 = 10_000;
/// A layer that is narrower is drawn together with its like.
const TINY: u32 = 30;
/// What is drawn is at least that wide: a layer of one byte is still a layer.
pub(crate) const LEAST: u32 = 60;
/// A bar has about that many pieces, besides those with a letter.
const PIECES: u32 = 40;

/// The layers that several images have, the largest first, each with what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Legend {
    /// The layers; the first of them have letters.
    pub(crate) layers: Vec<Shared>,
    places: BTreeMap<Digest, usize>,
}

/// A piece of a bar: a layer, or small ones together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where it begins, of [`FULL`].
    pub(crate) at: u32,
    /// How wide it is.
    pub(crate) width: u32,
    /// Its place in the legend, where it has a letter.
    pub(crate) place: Option<usize>,
    /// All of it is in the legend.
    pub(crate) is_shared: bool,
    /// What it is, in words.
    pub(crate) words: String,
}

impl Legend {
    /// Of what was compared, the layers that one of the first images has. Configs have no letters: they are small.
    pub(crate) fn of(sharing: Sharing, first: usize) -> Self {
        let of_these = |shared: &Shared| shared.images.first().is_some_and(|place| *place < first);
        let layers = sharing.shared.into_iter().filter(|shared| shared.kind != BlobKind::Config && of_these(shared));
        let layers: Vec<Shared> = layers.collect();
        let places = layers.iter().enumerate().map(|(place, shared)| (shared.digest.clone(), place)).collect();
        Self { layers, places }
    }

    /// The place of a layer that has a letter.
    pub(crate) fn place(&self, digest: &Digest) -> Option<usize> {
        self.places.get(digest).copied().filter(|place| *place < LETTERS)
    }

    /// The letter at a place.
    pub(crate) fn letter(place: usize) -> Option<char> {
        let number = u8::try_from(place).ok().filter(|_| place < LETTERS)?;
        Some(char::from(b'A' + number))
    }

    /// The letters of those layers of an image that are among these: "A, C", or nothing.
    fn letters(&self, image: &Image, among: &BTreeSet<Digest>) -> String {
        let layers = image.distinct().filter(|blob| among.contains(&blob.digest));
        let places: BTreeSet<usize> = layers.filter_map(|blob| self.places.get(&blob.digest).copied()).collect();
        let letters = places.iter().filter_map(|place| Self::letter(*place)).map(String::from);
        listed(letters.collect())
    }

    /// How the bar of an image is divided, where `scale` bytes are the whole width.
    pub(crate) fn pieces(&self, image: &Image, scale: u64) -> Vec<Piece> {
        let mut bar = Bar { scale, pieces: Vec::new(), end: 0, small: Vec::new() };
        for blob in image.distinct().filter(|blob| blob.kind != BlobKind::Config) {
            let place = self.places.get(&blob.digest).copied();
            let size = place.map_or(blob.size, |place| self.layers[place].size);
            bar.add(&blob.digest, size, place);
        }
        bar.flush();
        let mut pieces = bar.pieces;
        // What is narrow stands a little beyond its place: it is drawn last, so that nothing hides it.
        pieces.sort_by_key(|piece| Reverse(piece.width));
        pieces
    }
}

/// A bar that is being divided.
struct Bar {
    scale: u64,
    pieces: Vec<Piece>,
    /// Bytes so far.
    end: u128,
    /// Layers that are drawn together: where they begin and end, and whether they are shared.
    small: Vec<(u128, u128, bool, Digest)>,
}

impl Bar {
    fn at(&self, bytes: u128) -> u32 {
        let at = bytes.saturating_mul(u128::from(FULL)) / u128::from(self.scale.max(1));
        u32::try_from(at).unwrap_or(FULL).min(FULL)
    }

    fn add(&mut self, digest: &Digest, bytes: u64, place: Option<usize>) {
        let (begin, end) = (self.end, self.end + u128::from(bytes));
        self.end = end;
        if let Some(letter) = place.and_then(Legend::letter) {
            self.flush();
            self.push(begin, end, place, true, format!("{letter} · {} · {}", digest.short(), size(bytes)));
            return;
        }
        let grain = if self.pieces.len() > PIECES as usize { FULL / PIECES } else { TINY };
        let is_wide = |bar: &Self, begin| bar.at(end) - bar.at(begin) >= grain;
        if is_wide(self, begin) {
            self.flush();
        }
        self.small.push((begin, end, place.is_some(), digest.clone()));
        let first = self.small.first().map_or(begin, |small| small.0);
        if is_wide(self, first) {
            self.flush();
        }
    }

    /// Draws the layers that wait as one piece.
    fn flush(&mut self) {
        let small = std::mem::take(&mut self.small);
        let (Some((begin, .., digest)), Some((_, end, ..))) = (small.first(), small.last()) else { return };
        let is_shared = small.iter().all(|small| small.2);
        let bytes = size(u64::try_from(end - begin).unwrap_or(u64::MAX));
        let words = match (small.len(), is_shared) {
            (1, true) => format!("{} · {bytes} · in several", digest.short()),
            (1, false) => format!("{} · {bytes} · only here", digest.short()),
            (number, _) => format!("{number} layers · {bytes}"),
        };
        self.push(*begin, *end, None, is_shared, words);
    }

    fn push(&mut self, begin: u128, end: u128, place: Option<usize>, is_shared: bool, words: String) {
        let width = (self.at(end) - self.at(begin)).max(LEAST);
        self.pieces.push(Piece { at: self.at(begin).min(FULL - width), width, place, is_shared, words });
    }
}

/// A part of a width, for a drawing: `12.34%`.
pub(crate) fn percent(part: u32) -> String {
    format!("{}.{:02}%", part / 100, part % 100)
}

/// What all images take: "61.2 MB to download for all 5 platforms together, 48.0 MB stored: 13.2 MB are shared."
pub(crate) fn totals(totals: &Totals, images: usize) -> String {
    let Totals { each, once, saved, foreign, unknown } = *totals;
    let mut sentences = Vec::new();
    match (images - unknown, saved) {
        (0, _) => {}
        (1, _) => sentences.push(format!("{} to download.", size(once))),
        (known, 0) => {
            sentences
                .push(format!("{} to download for all {known} platforms together, which share nothing.", size(each)));
        }
        (known, _) => {
            let [each, once, saved] = sum([once, saved]);
            sentences.push(format!(
                "{each} to download for all {known} platforms together, {once} stored: {saved} are shared."
            ));
        }
    }
    if foreign > 0 {
        sentences.push(format!("{} of it are foreign layers, which the registry need not hold.", size(foreign)));
    }
    if unknown > 0 {
        sentences.push(format!("Not counted: {} that could not be had.", count(unknown, "platform", "platforms")));
    }
    sentences.join(" ")
}

/// What an image takes: "12.3 MB: 8.1 MB shared (A, B), 4.2 MB its own". `shared` is what several images of its list have.
///
/// Where another reference stands beside it, that may have what no other image of this one has.
pub(crate) fn portion(
    portion: &Portion,
    image: &Image,
    legend: &Legend,
    (shared, is_compared): (&BTreeSet<Digest>, bool),
) -> String {
    if image.blobs.is_none() {
        return "not had".to_owned();
    }
    let letters = legend.letters(image, shared);
    let letters = if letters.is_empty() { letters } else { format!(" ({letters})") };
    let [bytes, common, own] = sum([portion.shared, portion.own]);
    let common = if portion.shared > 0 { format!("{common} shared{letters}, ") } else { String::new() };
    let whose = if is_compared { "in no other platform here" } else { "its own" };
    format!("{bytes}: {common}{own} {whose}")
}

/// Which images these are: "all 5 platforms", or their names.
pub(crate) fn whose(places: &[usize], images: &[Image]) -> String {
    if places.len() == images.len() && places.len() > 2 {
        return format!("all {} platforms", places.len());
    }
    listed(places.iter().filter_map(|place| images.get(*place)).map(|image| image.name.clone()).collect())
}

/// The first of them, and how many more there are.
pub(crate) fn listed(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let names = names.join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}

/// What who has one reference has of another: "A client that has X has 12.1 MB of 15.0 MB of Y already (linux/amd64: …)."
pub(crate) fn already([has, gets]: [&str; 2], between: &Between, images: &[Image]) -> String {
    let pairs = between.pairs.iter().take(3);
    let mut pairs: Vec<String> =
        pairs.filter_map(|pair| Some(format!("{}: {}", images.get(pair.to)?.name, pair.already.in_words()))).collect();
    let more = between.pairs.len().saturating_sub(pairs.len());
    pairs.extend((more > 0).then(|| format!("{more} more below")));
    let pairs = if pairs.is_empty() { String::new() } else { format!(" ({})", pairs.join(", ")) };
    format!("A client that has {has} has {} of {gets} already{pairs}.", between.whole.in_words())
}

#[cfg(test)]
mod tests {
    use onetag_shared::layers::{Already, Blob};

    use super::*;

    /// An image with a config of one byte and layers of these names and sizes.
    fn image(name: &str, layers: &[(&str, u64)]) -> Image {
        let blob = |name: &str, size, kind| Blob { digest: Digest::of(name.as_bytes()), size, kind };
        let layers = layers.iter().map(|(name, size)| blob(name, *size, BlobKind::Layer));
        let config = blob(&format!("config of {name}"), 1, BlobKind::Config);
        let blobs = Some(std::iter::once(config).chain(layers).collect());
        Image { name: name.to_owned(), platform: name.parse().ok(), blobs }
    }

    fn legend(images: &[Image], first: usize) -> Legend {
        Legend::of(Sharing::of(images), first)
    }

    /// Where each piece is, in order, with its letter, or `+` for what is shared without one.
    fn drawn(legend: &Legend, image: &Image, scale: u64) -> Vec<(u32, u32, char)> {
        let sign = |piece: &Piece| match piece.place.and_then(Legend::letter) {
            Some(letter) => letter,
            None => {
                if piece.is_shared {
                    '+'
                } else {
                    '-'
                }
            }
        };
        let mut pieces: Vec<_> =
            legend.pieces(image, scale).iter().map(|piece| (piece.at, piece.width, sign(piece))).collect();
        pieces.sort_unstable();
        pieces
    }

    #[test]
    fn shared_layers_have_letters_and_small_ones_are_drawn_together() {
        let images = [
            image("linux/amd64", &[("base", 600), ("tools", 200), ("own", 200)]),
            image("linux/arm64", &[("base", 600), ("tools", 200)]),
            image("linux/386", &[("own 1", 1), ("own 2", 1), ("tools", 200), ("base", 600), ("own 3", 100)]),
            image("linux/s390x", &[]),
        ];
        let legend = legend(&images, images.len());
        assert_eq!(legend.layers.len(), 2);
        assert_eq!(drawn(&legend, &images[0], 1000), [(0, 6000, 'A'), (6000, 2000, 'B'), (8000, 2000, '-')]);
        assert_eq!(drawn(&legend, &images[1], 1000), [(0, 6000, 'A'), (6000, 2000, 'B')]);
        let expected = [(0, LEAST, '-'), (20, 2000, 'B'), (2020, 6000, 'A'), (8020, 1000, '-')];
        assert_eq!(drawn(&legend, &images[2], 1000), expected);
        assert_eq!(drawn(&legend, &images[3], 1000), []);
        let narrow = legend.pieces(&images[2], 1000).pop().unwrap();
        assert_eq!((narrow.width, narrow.words.as_str()), (LEAST, "2 layers · 2 B"), "what is narrow is drawn last");
        let among = |number: usize| legend.layers.iter().take(number).map(|shared| shared.digest.clone()).collect();
        assert_eq!(legend.letters(&images[2], &among(2)), "A, B");
        assert_eq!(legend.letters(&images[2], &among(1)), "A");
        assert_eq!(legend.letters(&images[3], &among(2)), "");
    }

    #[test]
    fn bars_are_bounded_whatever_is_in_them() {
        let many: Vec<(String, u64)> = (0..5000).map(|n| (format!("layer {n}"), 1 + n % 7)).collect();
        let many: Vec<(&str, u64)> = many.iter().map(|(name, size)| (name.as_str(), *size)).collect();
        for number in [1, 40, 127, 5000] {
            let layers = &many[..number];
            let bytes = layers.iter().map(|(_, size)| size).sum();
            for with_other in [false, true] {
                let images =
                    [image("linux/amd64", layers), image("linux/arm64", if with_other { layers } else { &[] })];
                let legend = legend(&images, 2);
                for scale in [bytes, 0, 1, u64::MAX] {
                    let pieces = legend.pieces(&images[0], scale);
                    assert!(!pieces.is_empty() && pieces.len() <= 150, "{number}: {}", pieces.len());
                    assert!(pieces.iter().all(|piece| piece.at + piece.width <= FULL && piece.width >= LEAST));
                }
            }
        }
        let huge = image("linux/amd64", &[("a", u64::MAX), ("b", u64::MAX), ("c", u64::MAX)]);
        let pieces = drawn(&Legend::default(), &huge, u64::MAX);
        assert_eq!(pieces, [(0, FULL, '-'), (FULL - LEAST, LEAST, '-')]);
        assert_eq!(percent(FULL), "100.00%");
        assert_eq!(percent(5), "0.05%");
    }

    #[test]
    fn of_another_reference_only_what_this_one_has_is_told() {
        let images = [
            image("linux/amd64", &[("mine", 5)]),
            image("linux/amd64", &[("mine", 5), ("theirs", 9)]),
            image("linux/arm64", &[("theirs", 9)]),
        ];
        let legend = legend(&images, 1);
        assert_eq!(legend.layers.iter().map(|shared| shared.size).collect::<Vec<_>>(), [5]);
        assert_eq!(Legend::letter(25), Some('Z'));
        assert_eq!((Legend::letter(26), Legend::letter(1000)), (None, None));
    }

    #[test]
    fn sentences() {
        let images = [
            image("linux/amd64", &[("base", 6_000_000), ("own", 1_000_000)]),
            image("linux/arm64", &[("base", 6_000_000)]),
            Image { blobs: None, ..image("linux/386", &[]) },
        ];
        let sharing = Sharing::of(&images);
        assert_eq!(
            totals(&sharing.totals, 3),
            "13.0 MB to download for all 2 platforms together, 7.0 MB stored: 6.0 MB are shared. Not counted: 1 platform that could not be had."
        );
        let legend = legend(&images, 3);
        let shared = sharing.shared.iter().map(|shared| shared.digest.clone()).collect();
        let words = |place: usize| portion(&sharing.images[place], &images[place], &legend, (&shared, false));
        assert_eq!(words(0), "7.0 MB: 6.0 MB shared (A), 1.0 MB its own");
        assert_eq!(words(1), "6.0 MB: 6.0 MB shared (A), 1 B its own");
        assert_eq!(words(2), "not had");
        let alone = Totals { each: 9, once: 9, foreign: 4, ..Totals::default() };
        assert_eq!(
            totals(&alone, 1),
            "9 B to download. 4 B of it are foreign layers, which the registry need not hold."
        );
        assert_eq!(
            totals(&alone, 2).split('.').next(),
            Some("9 B to download for all 2 platforms together, which share nothing")
        );
        assert_eq!(whose(&[0, 1, 2], &images), "all 3 platforms");
        assert_eq!(whose(&[0, 1], &images[..2]), "linux/amd64, linux/arm64");
        let many: Vec<Image> = (0..9).map(|n| image(&format!("linux/{n}"), &[])).collect();
        assert_eq!(
            whose(&[0, 1, 2, 3, 4, 5, 6, 7], &many),
            "linux/0, linux/1, linux/2, linux/3, linux/4, linux/5 and 2 more"
        );
        let between = Between::of(&images, &images[..1]);
        assert_eq!(
            already(["app:v1", "app:v2"], &between, &images[..1]),
            "A client that has app:v1 has all of 7.0 MB of app:v2 already (linux/amd64: all of 7.0 MB)."
        );
        let between = Between::of(&images[..1], &images[1..2]);
        assert_eq!(
            already(["app:v1", "app:v2"], &between, &images[1..2]),
            "A client that has app:v1 has nearly all of 6.0 MB of app:v2 already."
        );
        for (there, all, words) in [(0, 0, "nothing of 0 B"), (0, 9, "nothing of 9 B"), (5, 9, "5 B of 9 B")] {
            assert_eq!(Already { there, all }.in_words(), words);
        }
        let between = Between::of(&many, &many);
        assert!(already(["a", "b"], &between, &many).ends_with(", linux/2: all of 1 B, 6 more below)."));
    }
}
