//! What a page shows of a source.

use crate::{
    check::{Finding, check_list},
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    document::{ImageConfig, ImageManifest, RawDocument, predicate_types},
    media_type::{Kind, MediaType},
    platform::Platform,
    source::{Source, image_of},
};

/// A list, or a single image shown as a list of one.
#[derive(Clone, Debug, PartialEq)]
pub struct ListView {
    /// What it is, in words: "OCI image index".
    pub kind: String,
    /// Its media type.
    pub media_type: String,
    /// It is a list.
    pub is_list: bool,
    /// Its digest.
    pub digest: Digest,
    /// Size of its own document in bytes.
    pub size: u64,
    /// Bytes of all distinct blobs of all images, attestations left out: what a full mirror downloads.
    pub total_download: u64,
    /// Its annotations.
    pub annotations: Annotations,
    /// The images, in the list's order, with their attestations.
    pub rows: Vec<Row>,
    /// What the checks say; pointers are into the list.
    pub findings: Vec<Finding>,
}

/// An image of a list. An attestation has a row of its own only when its image is not in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its place in the list, from 0.
    pub index: usize,
    /// The platform in the list; for a single image that of its config.
    pub platform: Option<Platform>,
    /// Bytes to download: config and layers. `None` until the manifest is there.
    pub size_to_download: Option<u64>,
    /// Digest and size of each layer, lowest first.
    pub layers: Vec<(Digest, u64)>,
    /// When it was made (RFC 3339).
    pub created: Option<String>,
    /// Its digest.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// Its annotations in the list.
    pub annotations: Annotations,
    /// Its config, when that is there.
    pub config: Option<ImageConfig>,
    /// Its attestations.
    pub attestations: Vec<AttestationView>,
    /// It is an attestation whose image is not in the list.
    pub orphan_attestation: bool,
    /// Why its manifest or config cannot be had, in words.
    pub problem: Option<String>,
    /// Manifest, and config where there should be one, are there or known to be missing.
    pub complete: bool,
}

/// An attestation of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationView {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Its digest.
    pub digest: Digest,
    /// What it states, as URIs: `https://slsa.dev/provenance/v1`. Empty until its manifest is there.
    pub predicate_types: Vec<String>,
}

impl ListView {
    /// What to show of a source, complete or not.
    pub fn new(source: &Source) -> Self {
        let list = source.list();
        let rows = match &list {
            Some(list) => rows(source, &list.manifests),
            None => vec![single(source)],
        };
        let mut seen = std::collections::BTreeSet::new();
        let manifests: Vec<ImageManifest> = if list.is_some() {
            rows.iter().filter_map(|row| source.child_image(&row.digest)).collect()
        } else {
            image_of(&source.root).into_iter().collect()
        };
        let total_download = manifests
            .iter()
            .flat_map(|image| std::iter::once(&image.config).chain(&image.layers))
            .filter(|blob| seen.insert(blob.digest.clone()))
            .fold(0_u64, |total, blob| total.saturating_add(blob.size));
        let media_type = source.root.media_type();
        Self {
            kind: media_type.words().map_or_else(|| media_type.to_string(), str::to_owned),
            media_type: media_type.to_string(),
            is_list: list.is_some(),
            digest: source.root.digest().clone(),
            size: source.root.size(),
            total_download,
            annotations: match list {
                Some(list) => list.annotations.unwrap_or_default(),
                None => image_of(&source.root).and_then(|image| image.annotations).unwrap_or_default(),
            },
            rows,
            findings: check_list(source),
        }
    }
}

fn single(source: &Source) -> Row {
    let config = source.config_of(&source.root);
    let mut row = row(source, 0, &source.root.descriptor(), Some(&source.root));
    row.platform = config.map(|config| config.platform());
    row.complete = source.wanted_configs().is_empty();
    row
}

fn rows(source: &Source, manifests: &[Descriptor]) -> Vec<Row> {
    let attested: Vec<Option<Digest>> = manifests.iter().map(|child| source.attests(child)).collect();
    let mut rows: Vec<Row> = Vec::new();
    for (index, child) in manifests.iter().enumerate() {
        let orphan = attested[index].as_ref().map(|of| !manifests.iter().any(|image| image.digest == *of));
        if orphan != Some(false) {
            let mut row = row(source, index, child, source.child(&child.digest));
            row.orphan_attestation = orphan.is_some();
            rows.push(row);
        }
    }
    for (index, child) in manifests.iter().enumerate() {
        let Some(of) = &attested[index] else { continue };
        if let Some(row) = rows.iter_mut().find(|row| row.digest == *of) {
            let manifest = source.child_image(&child.digest);
            row.attestations.push(AttestationView {
                index,
                digest: child.digest.clone(),
                predicate_types: manifest.as_ref().map(predicate_types).unwrap_or_default(),
            });
        }
    }
    rows
}

fn row(source: &Source, index: usize, descriptor: &Descriptor, manifest: Option<&RawDocument>) -> Row {
    let image = manifest.and_then(image_of);
    let config = manifest.and_then(|manifest| source.config_of(manifest));
    let wanted = image.as_ref().filter(|image| !image.is_artifact()).map(|image| &image.config.digest);
    let config_part = wanted.map(|digest| source.configs.get(digest));
    let child_problem = source.children.get(&descriptor.digest).and_then(|child| child.as_ref().err());
    let config_problem = config_part.flatten().and_then(|config| config.as_ref().err());
    let unread = config_part.flatten().is_some_and(Result::is_ok) && config.is_none();
    let is_nested = MediaType::new(&descriptor.media_type).kind() == Kind::List;
    Row {
        index,
        platform: descriptor.platform.clone(),
        size_to_download: image.as_ref().map(|image| {
            let blobs = std::iter::once(&image.config).chain(&image.layers);
            blobs.fold(0_u64, |total, blob| total.saturating_add(blob.size))
        }),
        layers: image.iter().flat_map(|image| &image.layers).map(|l| (l.digest.clone(), l.size)).collect(),
        created: config.as_ref().and_then(|config| config.created.clone()),
        digest: descriptor.digest.clone(),
        media_type: descriptor.media_type.clone(),
        annotations: descriptor.annotations.clone().unwrap_or_default(),
        config,
        attestations: Vec::new(),
        orphan_attestation: false,
        problem: child_problem
            .or(config_problem)
            .map(ToString::to_string)
            .or_else(|| unread.then(|| "The image's config is not valid JSON".to_owned())),
        complete: child_problem.is_some()
            || (manifest.is_some() && (is_nested || config_part.is_none_or(|config| config.is_some()))),
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{
        document::Document,
        fixtures::{attested_list, image, list_source, reference, single_source},
    };

    #[test]
    fn attestations_are_folded_under_their_image() {
        let view = ListView::new(&attested_list());
        assert_eq!(view.kind, "OCI image index");
        assert_eq!(view.rows.iter().map(|row| row.index).collect::<Vec<_>>(), [0, 2]);
        for (row, (index, form)) in view.rows.iter().zip([(1, "old"), (3, "new")]) {
            assert_eq!(row.attestations.len(), 1, "{form}");
            assert_eq!(row.attestations[0].index, index, "{form}");
            assert_eq!(row.attestations[0].predicate_types, ["https://slsa.dev/provenance/v1"], "{form}");
            assert!(row.complete && row.problem.is_none() && !row.orphan_attestation, "{form}");
            assert_eq!(row.created.as_deref(), Some("2026-01-02T03:04:05Z"));
        }
        assert_eq!(view.findings, []);
    }

    #[test]
    fn downloads_count_each_blob_once_in_the_total() {
        let source = attested_list();
        let view = ListView::new(&source);
        let (first, second) = (view.rows[0].size_to_download.unwrap(), view.rows[1].size_to_download.unwrap());
        // The two images share one layer of 1000 bytes.
        assert_eq!(view.total_download, first + second - 1000);
    }

    #[test]
    fn an_image_is_a_list_of_one() {
        let source = single_source("example.com/app:arm", &image("linux", "arm", Some("v6")));
        let view = ListView::new(&source);
        assert!(!view.is_list);
        assert_eq!(view.rows.len(), 1);
        assert_eq!(view.rows[0].platform.as_ref().unwrap().to_string(), "linux/arm/v6");
        assert!(view.rows[0].complete);
        assert!(matches!(source.root.parse(), Ok(Document::Image(_))));
    }

    #[test]
    fn what_is_missing_is_said_beside_its_row() {
        use crate::api::{Problem, ProblemCode};
        let (one, two) = (image("linux", "amd64", None), image("linux", "arm64", None));
        let mut source = list_source("example.com/app:v1", &[&one, &two]);
        let problem = Problem::new(ProblemCode::ManifestUnknown, "gone");
        source.children.insert(one.manifest.digest().clone(), Err(problem.clone()));
        source.configs.clear();
        let view = ListView::new(&source);
        assert_eq!(view.rows[0].problem.as_deref(), Some(problem.to_string().as_str()));
        assert!(view.rows[0].complete && !view.rows[1].complete);
        assert_eq!(view.findings[0].pointer, "/manifests/0");
        assert_eq!(reference("example.com/app:v1"), source.reference);
    }
}
