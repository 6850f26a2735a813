//! What was fetched for a reference: the material that lists are made of.

use std::collections::BTreeMap;

use crate::{
    api::{Inspection, Part, Problem},
    descriptor::Descriptor,
    digest::Digest,
    document::{Document, DocumentError, ImageConfig, RawDocument},
    platform::Platform,
    reference::Reference,
};

/// A reference with its document, and for a list its children, all verified against their digests.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The reference.
    pub reference: Reference,
    /// Its document.
    pub root: RawDocument,
    /// Child manifests by digest, or why one could not be had.
    pub children: BTreeMap<Digest, Result<RawDocument, Problem>>,
    /// Image configs by the digest of their blob, or why one could not be had.
    pub configs: BTreeMap<Digest, Result<RawDocument, Problem>>,
}

impl Source {
    /// Takes an inspection apart and checks every digest in it.
    pub fn from_inspection(inspection: &Inspection) -> Result<Self, DocumentError> {
        let reference = inspection
            .reference
            .parse()
            .map_err(|error: crate::reference::ReferenceError| DocumentError::Shape(error.to_string()))?;
        let root = RawDocument::from_served(&inspection.root)?;
        root.parse()?;
        let mut source = Self { reference, root, children: BTreeMap::new(), configs: BTreeMap::new() };
        if let Some(config) = &inspection.config {
            source.add_config(&source.root.clone(), config)?;
        }
        for child in &inspection.children {
            let manifest = take(&child.manifest)?;
            if let (Ok(manifest), Some(config)) = (&manifest, &child.config) {
                source.add_config(manifest, config)?;
            }
            source.children.insert(child.digest.clone(), manifest);
        }
        Ok(source)
    }

    fn add_config(&mut self, manifest: &RawDocument, config: &Part) -> Result<(), DocumentError> {
        if let Some(descriptor) = wanted_config(manifest) {
            self.configs.insert(descriptor.digest, take(config)?);
        }
        Ok(())
    }

    /// The platform that the config of this image names.
    pub fn config_platform(&self, manifest: &RawDocument) -> Option<Platform> {
        let config = self.configs.get(&wanted_config(manifest)?.digest)?.as_ref().ok()?;
        ImageConfig::parse(config.bytes()).ok().map(|config| config.platform())
    }
}

fn take(part: &Part) -> Result<Result<RawDocument, Problem>, DocumentError> {
    Ok(match part {
        Part::Document(document) => Ok(RawDocument::from_served(document)?),
        Part::Problem(problem) => Err(Problem::clone(problem)),
    })
}

/// The config to fetch for a manifest; none for lists, attestations and artifacts.
pub fn wanted_config(manifest: &RawDocument) -> Option<Descriptor> {
    match manifest.parse() {
        Ok(Document::Image(image)) if !image.is_attestation() && !image.is_artifact() => Some(image.config),
        _ => None,
    }
}

/// Sources by reference, fetched or with the problem that kept them away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources(BTreeMap<Reference, Result<Source, Problem>>);

impl Sources {
    /// Adds or replaces one.
    pub fn insert(&mut self, reference: Reference, source: Result<Source, Problem>) {
        self.0.insert(reference, source);
    }

    /// The one for a reference; `None` when it has not been asked for.
    pub fn get(&self, reference: &Reference) -> Option<&Result<Source, Problem>> {
        self.0.get(reference)
    }
}
