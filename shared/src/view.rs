//! What a page shows of a source.

use std::collections::BTreeSet;

use crate::{
    check::{Finding, check_read},
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    document::{Document, ImageConfig, ImageManifest, predicate_types},
    media_type::{Kind, MediaType},
    platform::Platform,
    source::{ReadSource, Source},
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
        let read = ReadSource::new(source);
        let rows = match read.list() {
            Some(list) => rows(&read, &list.manifests),
            None => vec![single(&read)],
        };
        let mut seen = BTreeSet::new();
        let images = rows.iter().filter_map(|row| read.child_image(&row.digest)).chain(read.root_image());
        let total_download = images
            .flat_map(|image| std::iter::once(&image.config).chain(&image.layers))
            .filter(|blob| seen.insert(&blob.digest))
            .fold(0_u64, |total, blob| total.saturating_add(blob.size));
        let media_type = source.root.media_type();
        let annotations = match &read.root {
            Ok(Document::List(list)) => list.annotations.clone(),
            Ok(Document::Image(image)) => image.annotations.clone(),
            _ => None,
        };
        Self {
            kind: media_type.words().map_or_else(|| media_type.to_string(), str::to_owned),
            media_type: media_type.to_string(),
            is_list: read.list().is_some(),
            digest: source.root.digest().clone(),
            size: source.root.size(),
            total_download,
            annotations: annotations.unwrap_or_default(),
            findings: check_read(&read),
            rows,
        }
    }
}

fn single(read: &ReadSource) -> Row {
    let config = read.root_image().and_then(|image| read.config(image));
    let platform = config.map(ImageConfig::platform);
    let complete = read.wanted_configs().all(|config| read.source.configs.contains_key(&config.digest));
    Row { platform, complete, ..row(read, 0, &read.source.root.descriptor(), read.root_image()) }
}

fn rows(read: &ReadSource, manifests: &[Descriptor]) -> Vec<Row> {
    let images = (0..manifests.len()).filter(|index| read.attests(*index).is_none());
    let folded = read.attestations_of(images);
    let mut rows: Vec<Row> = manifests
        .iter()
        .enumerate()
        .filter(|(index, _)| !folded.contains(index))
        .map(|(index, child)| Row {
            orphan_attestation: read.attests(index).is_some(),
            ..row(read, index, child, read.child_image(&child.digest))
        })
        .collect();
    // An image that stands in the list twice has its attestations in its first row.
    let mut seen = BTreeSet::new();
    for row in rows.iter_mut().filter(|row| !row.orphan_attestation) {
        if !seen.insert(&manifests[row.index].digest) {
            continue;
        }
        let attestation = |index: usize| AttestationView {
            index,
            digest: manifests[index].digest.clone(),
            predicate_types: read.child_image(&manifests[index].digest).map(predicate_types).unwrap_or_default(),
        };
        row.attestations = read.attestations_of([row.index]).into_iter().map(attestation).collect();
    }
    rows
}

fn row(read: &ReadSource, index: usize, descriptor: &Descriptor, image: Option<&ImageManifest>) -> Row {
    let config = image.and_then(|image| read.config(image)).cloned();
    let wanted = image.and_then(ImageManifest::wanted_config);
    let config_part = wanted.map(|config| read.source.configs.get(&config.digest));
    let child = read.source.children.get(&descriptor.digest);
    let child_problem = child.and_then(|child| child.as_ref().err());
    let config_problem = config_part.flatten().and_then(|config| config.as_ref().err());
    let unread = config_part.flatten().is_some_and(Result::is_ok) && config.is_none();
    let is_nested = MediaType::new(&descriptor.media_type).kind() == Kind::List;
    Row {
        index,
        platform: descriptor.platform.clone(),
        size_to_download: image.map(|image| {
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
            || (child.is_some_and(Result::is_ok) && (is_nested || config_part.is_none_or(|config| config.is_some()))),
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
