//! What a page shows of a source.

mod rows;
#[cfg(test)]
mod tests;

pub(crate) use self::rows::{entries, single};

use std::collections::BTreeSet;

use crate::{
    api::{Problem, ProblemCode, VerifiedImage},
    check::{Finding, FindingCode, Severity, check_nested, check_read},
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
    /// What the checks say; pointers are into the list. What [`ListView::nested`] finds is not among them.
    pub findings: Vec<Finding>,
}

/// An image of a list, or a list in it. An attestation has a row of its own only when its image is not in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its place in the list that it stands in, from 0.
    pub index: usize,
    /// Its place in the list that is shown, as people count: `3`, and `1-2` for the second entry of a list that is the first.
    pub number: String,
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
    /// Of what is nothing to run: its type, as `application/vnd.cncf.helm.config.v1+json`.
    pub artifact_type: Option<String>,
    /// What keeps its manifest or config away.
    pub absent: Option<Absent>,
    /// What the checks say of it and of its attestations.
    pub findings: Vec<Finding>,
    /// Manifest, and config where there should be one, are there or known to be missing.
    pub complete: bool,
}

/// Why an image cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// What that says of the image.
    pub kind: Absence,
    /// Why, in words.
    pub reason: String,
    /// The same in short, and what it means for who pulls: "The registry answers 404. Pulls fail."
    pub short: String,
}

impl AttestationView {
    /// What it states, in a few words: "provenance, SBOM".
    pub fn name(&self) -> String {
        let kinds: Vec<&str> = self.predicate_types.iter().map(|kind| predicate(kind)).collect();
        if kinds.is_empty() { "attestation".to_owned() } else { kinds.join(", ") }
    }
}

/// What it says of an image that it cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The registry does not have it: nobody can pull it.
    Gone,
    /// Its digest cannot be verified here.
    Unverifiable,
    /// The registry has something there that is not what it should be.
    Unusable,
    /// Nothing: the registry could not be asked, or did not answer.
    Unknown,
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
    /// What keeps its manifest away.
    pub absent: Option<Absence>,
}

impl ListView {
    /// What to show of a source, complete or not.
    pub fn new(source: &Source) -> Self {
        Self::of(&ReadSource::new(source))
    }

    /// The same with what else the checks say of lists in the list.
    pub(crate) fn checked(source: &Source) -> Self {
        let read = ReadSource::new(source);
        let mut view = Self::of(&read);
        view.take(&nested(&read));
        view
    }

    fn of(read: &ReadSource) -> Self {
        let source = read.source;
        let rows = match read.list() {
            Some(_) => rows::of_list(read),
            None => vec![rows::single(read)],
        };
        let total_download = rows::download(read, &rows);
        let media_type = source.root.media_type();
        let mut kind = in_words(media_type);
        let (annotations, artifact) = match &read.root {
            Ok(Document::List(list)) => (list.annotations.clone(), list.artifact_type.as_deref()),
            Ok(Document::Image(image)) => (image.annotations.clone(), image.artifact_kind()),
            _ => (None, None),
        };
        if let Some(artifact) = artifact {
            kind = [&kind, " (", &in_words(&MediaType::new(artifact)), ")"].concat();
        }
        let (mut rows, findings) = (rows, check_read(read));
        rows::mark(&mut rows, &findings);
        Self {
            kind,
            media_type: media_type.to_string(),
            is_list: read.list().is_some(),
            digest: source.root.digest().clone(),
            size: source.root.size(),
            total_download,
            annotations: annotations.unwrap_or_default(),
            findings,
            rows,
        }
    }

    /// What else the checks say of lists in the list, each with the number of its row. A page asks once all is there.
    pub fn nested(source: &Source) -> Vec<(String, Finding)> {
        nested(&ReadSource::new(source))
    }

    /// What was found in the layers of an image for this platform, as findings of each row that says so: its program is made for
    /// another one, in sentences. With each is the number of its row.
    pub fn contradiction(&self, image: &VerifiedImage) -> Vec<(String, Finding)> {
        let hint = "Build the image again for its platform, or name the right one in the list.";
        let rows = self.rows.iter().filter(|row| row.digest == image.digest && row.platform == image.platform);
        let found = rows.map(|row| {
            let pointer = if self.is_list { pointer(&row.number) } else { String::new() };
            let words = image.words.trim_end_matches('.');
            (row.number.clone(), Finding::new(FindingCode::ProgramDiffers, pointer, words, hint))
        });
        found.collect()
    }

    /// Takes findings that other checks made, each with the number of its row.
    pub fn take(&mut self, found: &[(String, Finding)]) {
        for (number, finding) in found {
            self.findings.push(finding.clone());
            if let Some(row) = self.rows.iter_mut().find(|row| row.number == *number) {
                row.findings.push(finding.clone());
            }
        }
    }

    /// The images, in whichever list they stand; neither lists nor attestations.
    pub fn images(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_image())
    }

    /// How many platforms it is for, each counted once; those that differ in the version of an operating system are counted each.
    pub fn platforms(&self) -> usize {
        let mut names: Vec<String> = Vec::new();
        for platform in self.images().filter(|row| row.runs_somewhere()).filter_map(|row| row.platform.as_ref()) {
            let name = platform.normalized().to_string();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.len()
    }

    /// How many rows are kept away in this way.
    pub fn absent(&self, kind: Absence) -> usize {
        self.rows.iter().filter(|row| row.absent.as_ref().is_some_and(|absent| absent.kind == kind)).count()
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
            Kind::Image => match &self.artifact_type {
                Some(kind) => in_words(&MediaType::new(kind)),
                None => "no platform".to_owned(),
            },
            _ => in_words(&media_type),
        }
    }

    /// What travels with it, in a few words: "provenance · SBOM".
    pub fn with_it(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        for attestation in &self.attestations {
            let types: Vec<String> =
                attestation.predicate_types.iter().map(|kind| Excerpt(predicate(kind)).to_string()).collect();
            let unnamed = || match attestation.absent {
                Some(absence) => ["attestation (", absence.word(), ")"].concat(),
                None => "attestation".to_owned(),
            };
            for word in if types.is_empty() { vec![unnamed()] } else { types } {
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

    /// How bad the worst is that the checks say of it.
    pub fn severity(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// It is said for which machines it is, and nothing says that it cannot be had, or that none of them gets it.
    pub fn runs_somewhere(&self) -> bool {
        let is_named = |platform: &Platform| !platform.is_empty() && !platform.is_unknown();
        let is_unreached = self.findings.iter().any(|finding| finding.code == FindingCode::NestedUnreached);
        !is_unreached && !self.is_missing() && self.platform.as_ref().is_some_and(is_named)
    }

    /// It cannot be had, as far as is known.
    pub fn is_missing(&self) -> bool {
        self.absent.as_ref().is_some_and(|absent| absent.kind != Absence::Unknown)
    }

    /// It is neither a list nor an attestation.
    pub fn is_image(&self) -> bool {
        !self.orphan_attestation && !self.is_list()
    }
}

fn nested(read: &ReadSource) -> Vec<(String, Finding)> {
    check_nested(read).into_iter().map(|finding| (number(&finding.path()), finding)).collect()
}

/// The number of the row of an entry that stands there: `3-1` for the first of a list that is the third.
pub(crate) fn number(path: &[usize]) -> String {
    path.iter().map(|index| (index + 1).to_string()).collect::<Vec<_>>().join("-")
}

/// Where an entry with this number stands: `3-1` is `/manifests/2/manifests/0`.
fn pointer(number: &str) -> String {
    let indices = number.split('-').filter_map(|number| number.parse::<usize>().ok());
    indices.flat_map(|number| ["/manifests/".to_owned(), number.saturating_sub(1).to_string()]).collect()
}

/// What people call a media type, or what it is; no longer than is read.
fn in_words(media_type: &MediaType) -> String {
    let known = media_type.words().or_else(|| media_type.artifact_words());
    known.map_or_else(|| Excerpt(media_type.as_str()).to_string(), str::to_owned)
}

impl Absence {
    /// What this reason says.
    pub(crate) fn of(problem: &Problem) -> Self {
        match problem.code {
            _ if problem.is_gone() => Self::Gone,
            ProblemCode::Unverifiable => Self::Unverifiable,
            ProblemCode::DigestMismatch | ProblemCode::InvalidDocument | ProblemCode::Schema1 => Self::Unusable,
            _ => Self::Unknown,
        }
    }

    /// In a word or two.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gone => "missing",
            Self::Unverifiable => "unverifiable",
            Self::Unusable => "unusable",
            Self::Unknown => "unknown",
        }
    }
}

impl Absent {
    fn of(problem: &Problem) -> Self {
        let kind = Absence::of(problem);
        let means = if kind == Absence::Unknown { "This says nothing of the image." } else { "Pulls fail." };
        Self { kind, reason: problem.to_string(), short: [&in_short(problem), ". ", means].concat() }
    }
}

/// What keeps something away, in few words.
pub(crate) fn in_short(problem: &Problem) -> String {
    let kind = Absence::of(problem);
    let config = if problem.code == ProblemCode::BlobUnknown { " for its config" } else { "" };
    let status = problem.registry.as_ref().and_then(|answer| answer.status).map(|status| status.to_string());
    match (kind, &status) {
        (Absence::Gone, Some(status)) => ["The registry answers ", status, config].concat(),
        _ => problem.code.title().to_owned(),
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
