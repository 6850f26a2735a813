//! Sources: what a reference names, fetched and verified.

mod clients;
mod failure;
mod nested;
mod read;
mod select;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use self::read::{ReadSource, ReadSources};
pub use self::{
    failure::Failure,
    nested::{MAX_DEPTH, NestedLists, Places},
    select::{Selecting, Selection},
};

use crate::{
    api::{Child, Inspection, Part, Problem, ProblemCode},
    descriptor::Descriptor,
    digest::{Digest, VerifyError},
    document::{Document, DocumentError, ImageConfig, ImageManifest, List, RawDocument, attested_digest},
    reference::{Reference, ReferenceError},
};

/// What a reference names: its document, for a list the documents of its entries, and the configs of the images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it was found.
    pub reference: Reference,
    /// The document there.
    pub root: RawDocument,
    /// Of a list: the entries' manifests by digest, and those of the lists in it (see [`NestedLists`]), or why they cannot
    /// be had.
    pub children: BTreeMap<Digest, Result<RawDocument, Problem>>,
    /// Image configs by their blob's digest, or why they cannot be had.
    pub configs: BTreeMap<Digest, Result<RawDocument, Problem>>,
}

/// Why an answer of the API is not a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Its reference is none.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// One of its documents is not what it says.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The document of a child is another than the list names.
    #[error("entry {index} of the list is {expected}, but the answer has {found} there")]
    WrongChild {
        /// Place in the list.
        index: usize,
        /// The digest that the list names, or `nothing`.
        expected: String,
        /// The digest in the answer.
        found: Digest,
    },
}

impl SourceError {
    /// The problem to show for it.
    pub fn to_problem(&self) -> Problem {
        match self {
            Self::Reference(error) => Problem::new(ProblemCode::InvalidReference, error.to_string()),
            Self::Document(error) => error.to_problem(),
            Self::WrongChild { .. } => Problem::new(ProblemCode::DigestMismatch, self.to_string()),
        }
    }
}

impl Source {
    /// A source of which only the root is there yet.
    pub fn new(reference: Reference, root: RawDocument) -> Self {
        Self { reference, root, children: BTreeMap::new(), configs: BTreeMap::new() }
    }

    /// Takes an answer of the API; every digest in it is verified.
    pub fn from_inspection(inspection: &Inspection) -> Result<Self, SourceError> {
        let reference: Reference = inspection.reference.parse()?;
        let mut source = Self::new(reference, RawDocument::from_served(&inspection.root)?);
        if let Document::List(list) = source.root.parse()? {
            source.take_children(&list, &inspection.children)?;
        } else {
            let root = source.root.clone();
            source.take_config(&root, inspection.config.as_ref())?;
        }
        Ok(source)
    }

    fn take_children(&mut self, list: &List, children: &[Child]) -> Result<(), SourceError> {
        for child in children {
            let named = list.manifests.get(child.index).map(|descriptor| &descriptor.digest);
            if named != Some(&child.digest) {
                return Err(SourceError::WrongChild {
                    index: child.index,
                    expected: named.map_or_else(|| "nothing".to_owned(), ToString::to_string),
                    found: child.digest.clone(),
                });
            }
            let manifest = take_part(&child.manifest, &child.digest)?;
            if let Ok(manifest) = &manifest {
                self.take_config(manifest, child.config.as_ref())?;
                if let Some(list) = nested::list_of(manifest).filter(|_| !child.children.is_empty()) {
                    self.take_children(&list, &child.children)?;
                }
            }
            self.children.insert(child.digest.clone(), manifest);
        }
        Ok(())
    }

    fn take_config(&mut self, manifest: &RawDocument, part: Option<&Part>) -> Result<(), SourceError> {
        if let (Some(descriptor), Some(part)) = (wanted_config(manifest), part) {
            let config = take_part(part, &descriptor.digest)?;
            self.configs.insert(descriptor.digest, config);
        }
        Ok(())
    }

    /// The list, when it is one.
    pub fn list(&self) -> Option<List> {
        match self.root.parse() {
            Ok(Document::List(list)) => Some(*list),
            _ => None,
        }
    }

    /// The entries that are not fetched yet, of the list and of the lists in it, each digest once.
    pub fn wanted_children(&self) -> Vec<Descriptor> {
        let mut seen = BTreeSet::new();
        let mut wanted: Vec<Descriptor> = self.lists().into_iter().flat_map(|list| list.manifests).collect();
        wanted.retain(|child| !self.children.contains_key(&child.digest) && seen.insert(child.digest.clone()));
        wanted
    }

    /// The configs that are not fetched yet, of the manifests that are, each digest once.
    pub fn wanted_configs(&self) -> Vec<Descriptor> {
        let mut seen = BTreeSet::new();
        let manifests =
            std::iter::once(&self.root).chain(self.children.values().filter_map(|child| child.as_ref().ok()));
        let mut wanted: Vec<Descriptor> = manifests.filter_map(wanted_config).collect();
        wanted.retain(|config| !self.configs.contains_key(&config.digest) && seen.insert(config.digest.clone()));
        wanted
    }

    /// What is still to fetch: child manifests first, and when they are all there, configs.
    pub fn wanted(&self) -> Vec<Descriptor> {
        let children = self.wanted_children();
        if children.is_empty() { self.wanted_configs() } else { children }
    }

    /// A child's manifest, when it was had.
    pub fn child(&self, digest: &Digest) -> Option<&RawDocument> {
        self.children.get(digest)?.as_ref().ok()
    }

    /// The parsed manifest of a child, when it was had and is one of an image.
    pub fn child_image(&self, digest: &Digest) -> Option<ImageManifest> {
        image_of(self.child(digest)?)
    }

    /// The config document of an image's manifest, when it was had.
    pub fn config_document(&self, manifest: &RawDocument) -> Option<&RawDocument> {
        self.configs.get(&wanted_config(manifest)?.digest)?.as_ref().ok()
    }

    /// The config of an image's manifest, when it was had and can be read.
    pub fn config_of(&self, manifest: &RawDocument) -> Option<ImageConfig> {
        ImageConfig::parse(self.config_document(manifest)?.bytes()).ok()
    }

    /// The image that an entry of this list attests; `None` for entries that are no attestations.
    pub fn attests(&self, descriptor: &Descriptor) -> Option<Digest> {
        attested_digest(descriptor, self.child_image(&descriptor.digest).as_ref())
    }
}

/// The config to fetch for a manifest. Attestations and artifacts need none, nor do lists.
pub fn wanted_config(manifest: &RawDocument) -> Option<Descriptor> {
    image_of(manifest)?.wanted_config().cloned()
}

pub(crate) fn image_of(document: &RawDocument) -> Option<ImageManifest> {
    match document.parse() {
        Ok(Document::Image(image)) => Some(*image),
        _ => None,
    }
}

/// Takes a part that should have this digest. A digest that cannot be verified keeps this part away, not the rest.
fn take_part(part: &Part, digest: &Digest) -> Result<Result<RawDocument, Problem>, SourceError> {
    let served = match part {
        Part::Problem(problem) => return Ok(Err((**problem).clone())),
        Part::Document(served) => served,
    };
    match RawDocument::from_served(served) {
        Ok(document) if document.digest() == digest => Ok(Ok(document)),
        Ok(document) => Err(DocumentError::Digest(VerifyError::Mismatch {
            expected: digest.clone(),
            actual: document.digest().clone(),
        })
        .into()),
        Err(error @ DocumentError::Digest(VerifyError::Unverifiable(_))) => Ok(Err(error.to_problem())),
        Err(error) => Err(error.into()),
    }
}

/// Sources by reference: each fetched, or the problem that kept it away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(BTreeMap<Reference, Result<Source, Problem>>);

impl Sources {
    /// Puts in what was found at a reference; returns what was known before.
    pub fn insert(&mut self, reference: Reference, source: Result<Source, Problem>) -> Option<Result<Source, Problem>> {
        self.0.insert(reference, source)
    }

    /// What is known of a reference; `None` when it was not looked at.
    pub fn get(&self, reference: &Reference) -> Option<&Result<Source, Problem>> {
        self.0.get(reference)
    }

    /// The source at a reference, when it was had.
    pub fn source(&self, reference: &Reference) -> Option<&Source> {
        self.get(reference)?.as_ref().ok()
    }

    /// Forgets a reference.
    pub fn remove(&mut self, reference: &Reference) -> Option<Result<Source, Problem>> {
        self.0.remove(reference)
    }

    /// All of them, by reference.
    pub fn iter(&self) -> impl Iterator<Item = (&Reference, &Result<Source, Problem>)> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{
        api::Child,
        fixtures::{attested_list, image, list_of_lists, single_source},
    };

    /// The answer that the API gives for a complete source.
    fn inspection(source: &Source) -> Inspection {
        let config = |manifest: &RawDocument| Some(Part::Document(source.config_document(manifest)?.to_served()));
        Inspection {
            reference: source.reference.to_string(),
            root: source.root.to_served(),
            config: config(&source.root),
            children: children(source, source.list()),
        }
    }

    fn children(source: &Source, list: Option<List>) -> Vec<Child> {
        let child = |(index, child): (usize, Descriptor)| {
            let manifest = source.child(&child.digest).unwrap();
            Child {
                index,
                digest: child.digest,
                manifest: Part::Document(manifest.to_served()),
                config: source.config_document(manifest).map(|config| Part::Document(config.to_served())),
                children: children(source, nested::list_of(manifest)),
            }
        };
        list.into_iter().flat_map(|list| list.manifests).enumerate().map(child).collect()
    }

    #[test]
    fn what_the_api_answers_is_the_source_again() {
        let nested = list_of_lists("example.com/app:nested", &[&attested_list()]);
        for source in [nested, attested_list(), single_source("example.com/app:v1", &image("linux", "amd64", None))] {
            assert_eq!(Source::from_inspection(&inspection(&source)).unwrap(), source);
        }
    }

    #[test]
    fn lies_about_digests_are_found() {
        let good = inspection(&attested_list());
        let mut wrong_child = good.clone();
        wrong_child.children[0].manifest = good.children[1].manifest.clone();
        let mut wrong_place = good.clone();
        wrong_place.children[0].index = 7;
        let mut wrong_config = good.clone();
        wrong_config.children[0].config = good.children[2].config.clone();
        let mut wrong_bytes = good.clone();
        wrong_bytes.root.text = Some("{}".to_owned());
        for lie in [wrong_child, wrong_place, wrong_config, wrong_bytes] {
            let error = Source::from_inspection(&lie).unwrap_err();
            assert_eq!(error.to_problem().code, ProblemCode::DigestMismatch, "{error}");
        }
    }

    #[test]
    fn children_are_wanted_first_and_configs_only_of_images() {
        let full = attested_list();
        let mut source = Source::new(full.reference.clone(), full.root.clone());
        assert_eq!(source.wanted().len(), 4);
        source.children.clone_from(&full.children);
        assert_eq!(source.wanted_children(), []);
        assert_eq!(source.wanted().len(), 2);
        source.configs.clone_from(&full.configs);
        assert_eq!(source.wanted(), []);
    }
}
