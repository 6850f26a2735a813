//! Sources, read once.

mod flat;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Source, Sources, image_of, nested::list_of};
use crate::{
    api::Problem,
    descriptor::Descriptor,
    digest::Digest,
    document::{Document, DocumentError, ImageConfig, ImageManifest, List, RawDocument, attested_digest},
    list::{Draft, Nested},
    platform::Platform,
    reference::Reference,
};

/// A source with its documents parsed and its list indexed.
///
/// Whoever looks at every entry of a list would otherwise parse every document for each of them. Made for one run of a
/// function and dropped after it: a parsed view is several times as large as the bytes.
pub(crate) struct ReadSource<'a> {
    pub(crate) source: &'a Source,
    pub(crate) root: Result<Document, DocumentError>,
    parts: Arc<Parts<'a>>,
    /// For each entry of the list, the image that it attests.
    attested: Vec<Option<Digest>>,
    /// Where each digest stands in the list.
    places: BTreeMap<Digest, Vec<usize>>,
    /// Where the attestations of each digest stand in the list.
    attestations: BTreeMap<Digest, Vec<usize>>,
    /// Where the images for each system and processor stand in the list.
    platforms: BTreeMap<Machine, Vec<usize>>,
}

/// The documents below the root, read.
#[derive(Default)]
struct Parts<'a> {
    images: BTreeMap<&'a Digest, ImageManifest>,
    configs: BTreeMap<&'a Digest, ImageConfig>,
    /// The lists in the list.
    lists: BTreeMap<&'a Digest, List>,
}

/// System, processor and variant, in their one spelling.
type Machine = (String, String, Option<String>);

fn machine(platform: &Platform) -> Machine {
    let Platform { os, architecture, variant, .. } = platform.normalized();
    (os, architecture, variant)
}

impl<'a> ReadSource<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        let children = source.children.iter().filter_map(|(digest, child)| Some((digest, child.as_ref().ok()?)));
        let images = children.clone().filter_map(|(digest, child)| Some((digest, image_of(child)?))).collect();
        let lists = children.filter_map(|(digest, child)| Some((digest, list_of(child)?))).collect();
        let configs = source
            .configs
            .iter()
            .filter_map(|(digest, config)| Some((digest, ImageConfig::parse(config.as_ref().ok()?.bytes()).ok()?)))
            .collect();
        let parts = Arc::new(Parts { images, configs, lists });
        Self::indexed(source, source.root.parse(), parts)
    }

    fn indexed(source: &'a Source, root: Result<Document, DocumentError>, parts: Arc<Parts<'a>>) -> Self {
        let mut read = Self {
            source,
            root,
            parts,
            attested: Vec::new(),
            places: BTreeMap::new(),
            attestations: BTreeMap::new(),
            platforms: BTreeMap::new(),
        };
        read.index();
        read
    }

    fn index(&mut self) {
        let Ok(Document::List(list)) = &self.root else { return };
        for (place, child) in list.manifests.iter().enumerate() {
            let of = attested_digest(child, self.parts.images.get(&child.digest));
            self.places.entry(child.digest.clone()).or_default().push(place);
            match &of {
                Some(of) => self.attestations.entry(of.clone()).or_default().push(place),
                None => {
                    if let Some(platform) = &child.platform {
                        self.platforms.entry(machine(platform)).or_default().push(place);
                    }
                }
            }
            self.attested.push(of);
        }
    }

    /// The list, when it is one.
    pub(crate) fn list(&self) -> Option<&List> {
        match &self.root {
            Ok(Document::List(list)) => Some(list),
            _ => None,
        }
    }

    /// The root's manifest, when it is one of an image.
    pub(crate) fn root_image(&self) -> Option<&ImageManifest> {
        match &self.root {
            Ok(Document::Image(image)) => Some(image),
            _ => None,
        }
    }

    /// The configs of all manifests that are there, fetched or not.
    pub(crate) fn wanted_configs(&self) -> impl Iterator<Item = &Descriptor> {
        self.root_image().into_iter().chain(self.parts.images.values()).filter_map(ImageManifest::wanted_config)
    }

    /// The manifest of a child, when it was had and is one of an image.
    pub(crate) fn child_image(&self, digest: &Digest) -> Option<&ImageManifest> {
        self.parts.images.get(digest)
    }

    /// Why an entry of a list cannot be had, or what was had cannot be used: its manifest, or its config, which is said.
    pub(crate) fn absent(&self, digest: &Digest) -> Option<(&'static str, Problem)> {
        let document = match self.source.children.get(digest)? {
            Err(problem) => return Some(("", problem.clone())),
            Ok(document) => document,
        };
        match self.child_image(digest) {
            Some(image) => self.config_absent(image).map(|problem| ("'s config", problem)),
            None if self.child_list(digest).is_none() => Some(("", document.parse().err()?.to_problem())),
            None => None,
        }
    }

    /// The same for the config of an image.
    pub(crate) fn config_absent(&self, image: &ImageManifest) -> Option<Problem> {
        let wanted = image.wanted_config()?;
        match self.source.configs.get(&wanted.digest)? {
            Err(problem) => Some(problem.clone()),
            Ok(_) if self.parts.configs.contains_key(&wanted.digest) => None,
            Ok(document) => Some(ImageConfig::parse(document.bytes()).err()?.to_problem()),
        }
    }

    /// A list in the list, when it was had.
    pub(crate) fn child_list(&self, digest: &Digest) -> Option<&List> {
        self.parts.lists.get(digest)
    }

    /// A list in the list as if it were the source's own, when it was had.
    pub(crate) fn inside(&self, digest: &Digest) -> Option<Self> {
        let list = self.child_list(digest)?;
        Some(Self::indexed(self.source, Ok(Document::List(Box::new(list.clone()))), self.parts.clone()))
    }

    /// The config document of an image, when it was had.
    pub(crate) fn config_document(&self, image: &ImageManifest) -> Option<&'a RawDocument> {
        image.wanted_config().and_then(|config| self.source.configs.get(&config.digest)?.as_ref().ok())
    }

    /// The config of an image, when it was had and can be read.
    pub(crate) fn config(&self, image: &ImageManifest) -> Option<&ImageConfig> {
        image.wanted_config().and_then(|config| self.parts.configs.get(&config.digest))
    }

    /// The image that the entry at this place attests; `None` for what is no attestation.
    pub(crate) fn attests(&self, place: usize) -> Option<&Digest> {
        self.attested.get(place)?.as_ref()
    }

    /// Where a digest stands in the list, first place first.
    pub(crate) fn places(&self, digest: &Digest) -> &[usize] {
        self.places.get(digest).map_or(&[], Vec::as_slice)
    }

    /// Where images stand that may be for this platform: versions and features of the system are not looked at.
    pub(crate) fn places_for(&self, platform: &Platform) -> &[usize] {
        self.platforms.get(&machine(platform)).map_or(&[], Vec::as_slice)
    }

    /// Where the attestations stand that speak of one of these places, and those that speak of such an attestation.
    pub(crate) fn attestations_of(&self, places: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut next: Vec<usize> = places.into_iter().collect();
        // Each place is followed once, so that attestations that speak of each other come to an end.
        let mut followed = BTreeSet::new();
        while let Some(place) = next.pop() {
            let Some(child) = self.list().and_then(|list| list.manifests.get(place)) else { continue };
            if !followed.insert(&child.digest) {
                continue;
            }
            for attestation in self.attestations.get(&child.digest).into_iter().flatten() {
                found.insert(*attestation);
                next.push(*attestation);
            }
        }
        found
    }
}

/// The sources of a draft, each read once.
pub(crate) struct ReadSources<'a> {
    read: BTreeMap<&'a Reference, ReadSource<'a>>,
    /// Those whose lists in the list are taken apart: all of them, or only one.
    flat: Vec<ReadSource<'a>>,
    /// By row, which of these it takes from, and whether it names that list by its digest.
    flat_rows: BTreeMap<usize, (usize, bool)>,
}

impl<'a> ReadSources<'a> {
    pub(crate) fn of(draft: &'a Draft, sources: &'a Sources) -> Self {
        let named = draft.references();
        let named: BTreeSet<&Reference> = named.collect();
        let had = sources.iter().filter(|(reference, _)| named.contains(reference));
        let read: BTreeMap<&Reference, ReadSource> =
            had.filter_map(|(reference, source)| Some((reference, ReadSource::new(source.as_ref().ok()?)))).collect();
        let (mut flat, mut flat_rows, mut known) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        for (row, entry) in draft.entries.iter().enumerate().filter(|(_, entry)| entry.nested == Nested::Flatten) {
            let Some(source) = read.get(&entry.source) else { continue };
            let of = source.nested_of(entry);
            let place = *known.entry((&entry.source, of)).or_insert_with(|| {
                flat.push(source.flattened(of)?);
                Some(flat.len() - 1)
            });
            flat_rows.extend(place.map(|place| (row, (place, of.is_some()))));
        }
        Self { read, flat, flat_rows }
    }

    /// What a row takes from, where it wants lists in the list taken apart; and whether it wants all of that: it may name
    /// such a list by its digest.
    pub(crate) fn flattened(&self, row: usize) -> Option<(&ReadSource<'a>, bool)> {
        let (place, is_named) = self.flat_rows.get(&row)?;
        Some((self.flat.get(*place)?, *is_named))
    }

    pub(crate) fn get(&self, reference: &Reference) -> Option<&ReadSource<'a>> {
        self.read.get(reference)
    }
}
