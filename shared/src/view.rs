//! What a page shows of a source.

mod rows;

pub(crate) use self::rows::{entries, single};

use std::collections::BTreeSet;

use crate::{
    check::{Finding, check_read},
    descriptor::Annotations,
    digest::Digest,
    document::{Document, ImageConfig},
    excerpt::Excerpt,
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
    /// The images, in the list's order, with their attestations. What is in a list in the list follows it, deeper.
    pub rows: Vec<Row>,
    /// What the checks say; pointers are into the list.
    pub findings: Vec<Finding>,
}

/// An image of a list, or a list in it. An attestation has a row of its own only when its image is not in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its place in the list that it stands in, from 0.
    pub index: usize,
    /// How many lists it stands in, besides the one that is shown: 0 for that one's own entries.
    pub depth: usize,
    /// The platform in the list; for a single image that of its config.
    pub platform: Option<Platform>,
    /// Bytes to download: config and layers; of a list, each blob once of all images in it. `None` until it is there, and
    /// for a list that is shown above already.
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
            Some(_) => rows::of_list(&read),
            None => vec![rows::single(&read)],
        };
        let total_download = rows::download(&read, &rows);
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

    /// The images, in whichever list they stand; neither lists nor attestations.
    pub fn images(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_image())
    }

    /// The entries of the list itself.
    pub fn entries(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.depth == 0)
    }

    /// The layers that several of its images have. [`crate::layers::Sharing`] tells how much that is; this is all that a table
    /// needs, and a page that shows one comes without the rest.
    pub fn shared_layers(&self) -> BTreeSet<Digest> {
        let (mut seen, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for row in self.images() {
            let mut own = BTreeSet::new();
            for (digest, _) in &row.layers {
                if own.insert(digest) && !seen.insert(digest) {
                    shared.insert(digest.clone());
                }
            }
        }
        shared
    }

    /// What is in the list in this row; nothing for a row that is no list.
    pub fn inside(&self, place: usize) -> &[Row] {
        let Some(row) = self.rows.get(place) else { return &[] };
        let below = &self.rows[place + 1..];
        let end = below.iter().position(|inner| inner.depth <= row.depth).unwrap_or(below.len());
        &below[..end]
    }
}

impl Row {
    /// Its platform, or what stands there instead: on one line, and no longer than is read.
    pub fn name(&self) -> String {
        if self.orphan_attestation {
            return "attestation of an image that is not here".to_owned();
        }
        // `unknown/unknown` is what things have that do not run.
        if let Some(platform) = self.platform.as_ref().filter(|platform| !platform.is_empty() && !platform.is_unknown())
        {
            return Excerpt(&platform.to_string()).to_string();
        }
        let media_type = MediaType::new(&self.media_type);
        match media_type.kind() {
            Kind::List => "a list".to_owned(),
            Kind::Image => "no platform".to_owned(),
            _ => media_type.words().map_or_else(|| Excerpt(media_type.as_str()).to_string(), str::to_owned),
        }
    }

    /// What travels with it, in a few words: "provenance · SBOM".
    pub fn with_it(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        for attestation in &self.attestations {
            let types: Vec<String> =
                attestation.predicate_types.iter().map(|kind| Excerpt(predicate(kind)).to_string()).collect();
            for word in if types.is_empty() { vec!["attestation".to_owned()] } else { types } {
                if !words.contains(&word) {
                    words.push(word);
                }
            }
        }
        words.join(" · ")
    }

    /// It is a list in the list.
    pub fn is_list(&self) -> bool {
        MediaType::new(&self.media_type).kind() == Kind::List
    }

    /// It is said for which machines it is, and can be had.
    pub fn runs_somewhere(&self) -> bool {
        let is_named = |platform: &Platform| !platform.is_empty() && !platform.is_unknown();
        self.problem.is_none() && self.platform.as_ref().is_some_and(is_named)
    }

    /// It is neither a list nor an attestation.
    pub fn is_image(&self) -> bool {
        !self.orphan_attestation && !self.is_list()
    }
}

/// A predicate type in a word: "provenance", "SBOM", or the last part of its URI.
pub fn predicate(uri: &str) -> &str {
    if uri.contains("slsa.dev/provenance") {
        "provenance"
    } else if uri.contains("spdx") || uri.contains("cyclonedx") {
        "SBOM"
    } else {
        uri.trim_end_matches('/').rsplit('/').next().unwrap_or(uri)
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{
        document::Document,
        fixtures::{attested_list, image, list_of_lists, list_source, reference, single_source},
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
        assert_eq!(view.shared_layers().into_iter().collect::<Vec<_>>(), [Digest::of(b"shared")]);
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

    #[test]
    fn what_does_not_run_has_no_platform() {
        let mut row = ListView::new(&attested_list()).rows.remove(0);
        row.platform = Some(Platform::new("unknown", "unknown"));
        assert_eq!(row.name(), "no platform");
        row.platform = Some(Platform::new("linux", "unknown"));
        assert_eq!(row.name(), "linux/unknown");
    }

    #[test]
    fn what_is_in_a_list_in_the_list_follows_it() {
        let arm = list_source("example.com/app:arm", &[&image("linux", "arm", Some("v7"))]);
        let inner = list_of_lists("example.com/app:inner", &[&arm]);
        let view = ListView::new(&list_of_lists("example.com/app:outer", &[&attested_list(), &inner, &arm]));
        let shown = |row: &Row| match &row.platform {
            Some(platform) => format!("{}{platform}", "-".repeat(row.depth)),
            None => format!("{}list", "-".repeat(row.depth)),
        };
        let shown: Vec<String> = view.rows.iter().map(shown).collect();
        // The last is known from above.
        assert_eq!(shown, ["list", "-linux/amd64", "-linux/arm64", "list", "-list", "--linux/arm/v7", "list"]);
        assert_eq!(view.rows.iter().map(|row| row.index).collect::<Vec<_>>(), [0, 0, 2, 1, 0, 0, 2]);
        assert!(view.rows[1..3].iter().all(|row| row.attestations.len() == 1 && !row.orphan_attestation));
        assert_eq!((view.entries().count(), view.images().count()), (3, 3));
        assert_eq!(view.inside(0), &view.rows[1..3]);
        assert_eq!(view.inside(3), &view.rows[4..6]);
        assert!([1, 5, 6, 7].into_iter().all(|place| view.inside(place).is_empty()));
        assert_eq!(view.rows[0].size_to_download, Some(ListView::new(&attested_list()).total_download));
        assert_eq!(view.rows[3].size_to_download, view.rows[5].size_to_download);
        assert_eq!(view.rows[6].size_to_download, None);
        // One layer of 1000 bytes is in all three.
        let all: u64 = [0, 3].iter().filter_map(|place| view.rows[*place].size_to_download).sum();
        assert_eq!(view.total_download, all - 1000);
        assert!(view.rows.iter().all(|row| row.complete));
    }

    #[test]
    fn lists_that_name_each_other_many_times_come_to_an_end() {
        let mut list = list_source("example.com/app:v1", &[&image("linux", "amd64", None)]);
        for _ in 0..30 {
            list = list_of_lists("example.com/app:v1", &[&list, &list]);
        }
        let depth = ListView::new(&list).rows.iter().map(|row| row.depth).max();
        assert_eq!(depth, Some(crate::source::MAX_DEPTH));
    }
}
