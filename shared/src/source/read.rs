//! Sources, read once.

use std::collections::{BTreeMap, BTreeSet};

use super::{Source, Sources, image_of};
use crate::{
    descriptor::Descriptor,
    digest::Digest,
    document::{Document, DocumentError, ImageConfig, ImageManifest, List, RawDocument, attested_digest},
    list::Draft,
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
    images: BTreeMap<&'a Digest, ImageManifest>,
    configs: BTreeMap<&'a Digest, ImageConfig>,
    /// For each entry of the list, the image that it attests.
    attested: Vec<Option<Digest>>,
    /// Where each digest stands in the list.
    places: BTreeMap<Digest, Vec<usize>>,
    /// Where the attestations of each digest stand in the list.
    attestations: BTreeMap<Digest, Vec<usize>>,
    /// Where the images for each system and processor stand in the list.
    platforms: BTreeMap<Machine, Vec<usize>>,
}

/// System, processor and variant, in their one spelling.
type Machine = (String, String, Option<String>);

fn machine(platform: &Platform) -> Machine {
    let Platform { os, architecture, variant, .. } = platform.normalized();
    (os, architecture, variant)
}

impl<'a> ReadSource<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        let images = source
            .children
            .iter()
            .filter_map(|(digest, child)| Some((digest, image_of(child.as_ref().ok()?)?)))
            .collect();
        let configs = source
            .configs
            .iter()
            .filter_map(|(digest, config)| Some((digest, ImageConfig::parse(config.as_ref().ok()?.bytes()).ok()?)))
            .collect();
        let mut read = Self {
            source,
            root: source.root.parse(),
            images,
            configs,
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
            let of = attested_digest(child, self.images.get(&child.digest));
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
        self.root_image().into_iter().chain(self.images.values()).filter_map(ImageManifest::wanted_config)
    }

    /// The manifest of a child, when it was had and is one of an image.
    pub(crate) fn child_image(&self, digest: &Digest) -> Option<&ImageManifest> {
        self.images.get(digest)
    }

    /// The config document of an image, when it was had.
    pub(crate) fn config_document(&self, image: &ImageManifest) -> Option<&'a RawDocument> {
        image.wanted_config().and_then(|config| self.source.configs.get(&config.digest)?.as_ref().ok())
    }

    /// The config of an image, when it was had and can be read.
    pub(crate) fn config(&self, image: &ImageManifest) -> Option<&ImageConfig> {
        image.wanted_config().and_then(|config| self.configs.get(&config.digest))
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
pub(crate) struct ReadSources<'a>(BTreeMap<&'a Reference, ReadSource<'a>>);

impl<'a> ReadSources<'a> {
    pub(crate) fn of(draft: &Draft, sources: &'a Sources) -> Self {
        let named = draft.entries.iter().map(|entry| &entry.source).chain(&draft.base);
        let named: BTreeSet<&Reference> = named.collect();
        let had = sources.iter().filter(|(reference, _)| named.contains(reference));
        Self(had.filter_map(|(reference, source)| Some((reference, ReadSource::new(source.as_ref().ok()?)))).collect())
    }

    pub(crate) fn get(&self, reference: &Reference) -> Option<&ReadSource<'a>> {
        self.0.get(reference)
    }
}
