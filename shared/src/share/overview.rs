//! What others are shown of a reference, in words: for previews, terminals, badges and pages without scripts.

use std::fmt::Write as _;

use super::words;
use crate::{
    check::{Finding, Severity},
    digest::Digest,
    excerpt::Line,
    platform::{Platform, only_for, select},
    reference::Reference,
    source::Source,
    view::{ListView, Row},
};

/// Characters of a sentence of somebody else's that are shown.
const SENTENCE: usize = 400;

/// Platforms that are named in a sentence; of more than three, two are.
const NAMED: usize = 3;

/// A list, or a single image as a list of one, in words.
///
/// Nothing of the texts in it breaks out of its line, whatever a registry put there: control characters and those that turn
/// the direction of writing are spelled out, and long texts are cut. They are no markup: [`crate::markup::escape`] comes
/// after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// What was asked for.
    pub reference: Reference,
    /// What it is: "OCI image index".
    pub kind: String,
    /// It is a list.
    pub is_list: bool,
    /// Digest of its document.
    pub digest: Digest,
    /// Bytes of all distinct blobs of all images.
    pub total_download: u64,
    /// The platforms that it runs on, short (`linux/arm64/v8`), each once, in the list's order. Of images that cannot be
    /// had there are none.
    pub platforms: Vec<String>,
    /// The smallest and the greatest download of one platform.
    pub downloads: Option<(u64, u64)>,
    /// Images that cannot be had.
    pub missing: usize,
    /// Everything in it, attestations folded under their images.
    pub rows: Vec<OverviewRow>,
    /// What the checks say, the worst first.
    pub findings: Vec<OverviewFinding>,
    /// Whether it runs on the platform that was asked about.
    pub on: Option<OnPlatform>,
}

/// An image, or a list in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverviewRow {
    /// Its number in the list that it stands in, from 1.
    pub number: usize,
    /// How many lists it stands in, besides the one that is shown.
    pub depth: usize,
    /// Its platform in full, or what it is when it has none.
    pub name: String,
    /// The platform in words: "64-bit ARM (…)".
    pub words: Option<&'static str>,
    /// Bytes to download.
    pub size: Option<u64>,
    /// Number of layers.
    pub layers: usize,
    /// The day it was made on: `2026-01-02`.
    pub created: Option<String>,
    /// What comes with it: "provenance · SBOM".
    pub with_it: String,
    /// Its digest.
    pub digest: Digest,
    /// Why it cannot be had, in a sentence.
    pub problem: Option<String>,
}

/// What a check says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverviewFinding {
    /// How bad it is.
    pub severity: Severity,
    /// The number of the entry that it is about, from 1.
    pub number: Option<usize>,
    /// What is the matter, in a sentence.
    pub message: String,
    /// What to do, in a sentence.
    pub hint: String,
}

/// Whether it runs on a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnPlatform {
    /// Which, as it was understood.
    pub platform: String,
    /// A client there gets an image, and the image can be had.
    pub runs: bool,
    /// Why, in a sentence.
    pub reason: String,
    /// Bytes that a client there downloads.
    pub size: Option<u64>,
}

impl Overview {
    /// Of a complete source; and whether it runs on a platform, if that is asked.
    pub fn new(source: &Source, on: Option<&Platform>) -> Self {
        let view = ListView::new(source);
        let images = || view.images().filter(|row| row.problem.is_none() && names_platform(row));
        let mut platforms: Vec<String> = Vec::new();
        for platform in images().filter_map(|row| row.platform.as_ref()).map(words::short) {
            if !platforms.contains(&platform) {
                platforms.push(platform);
            }
        }
        let sizes = || images().filter_map(|row| row.size_to_download);
        let mut findings: Vec<OverviewFinding> = view.findings.iter().map(OverviewFinding::of).collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Self {
            reference: source.reference.clone(),
            kind: Line(&view.kind, SENTENCE).to_string(),
            is_list: view.is_list,
            digest: view.digest.clone(),
            total_download: view.total_download,
            downloads: sizes().min().zip(sizes().max()),
            missing: view.rows.iter().filter(|row| row.problem.is_some()).count(),
            rows: view.rows.iter().map(OverviewRow::of).collect(),
            on: on.map(|host| on_platform(host, &view)),
            platforms,
            findings,
        }
    }

    /// Its name, the shortest that means the same: `ubuntu:22.04`. A digest is cut as in tables.
    pub fn name(&self) -> String {
        name(&self.reference)
    }

    /// In one or a few sentences: "demo/app:v1 runs on linux/amd64, linux/arm64/v8 and 3 more. 5 platforms, 61.2 MB."
    pub fn description(&self) -> String {
        let name = self.name();
        let mut text = match self.platforms.as_slice() {
            [] if self.is_list => format!("{name} has no image that says what it runs on. {}.", self.kind),
            [] => format!("{name} does not say what it runs on. {}.", self.kind),
            platforms => {
                let count = words::count(platforms.len(), "platform", "platforms");
                let size = words::size(self.total_download);
                format!("{name} runs on {}. {count}, {size}.", self.platforms_in_words())
            }
        };
        if self.missing > 0 {
            let verb = if self.missing == 1 { "is" } else { "are" };
            let _ = write!(text, " {} {verb} missing.", words::count(self.missing, "image", "images"));
        }
        match &self.on {
            Some(on) => format!("{} on {}. {text}", if on.runs { "Runs" } else { "Does not run" }, on.platform),
            None => text,
        }
    }

    fn platforms_in_words(&self) -> String {
        match self.platforms.as_slice() {
            [one] => one.clone(),
            [first @ .., last] if first.len() < NAMED => format!("{} and {last}", first.join(", ")),
            more => format!("{} and {} more", more[..NAMED - 1].join(", "), more.len() - (NAMED - 1)),
        }
    }
}

/// The name of a reference for people: [`Reference::familiar`], with the digest cut as in tables.
pub fn name(reference: &Reference) -> String {
    let text = reference.without_digest().familiar();
    match reference.digest() {
        Some(digest) => format!("{text}@{}", digest.short()),
        None => text,
    }
}

impl OverviewRow {
    fn of(row: &Row) -> Self {
        Self {
            number: row.index + 1,
            depth: row.depth,
            name: row.name(),
            words: row.platform.as_ref().and_then(Platform::words),
            size: row.size_to_download,
            layers: row.layers.len(),
            created: row.created.as_deref().and_then(words::day),
            with_it: row.with_it(),
            digest: row.digest.clone(),
            problem: row.problem.as_deref().map(|problem| words::sentence(&Line(problem, SENTENCE).to_string())),
        }
    }
}

impl OverviewFinding {
    fn of(finding: &Finding) -> Self {
        let place = finding.pointer.strip_prefix("/manifests/").and_then(|rest| rest.split('/').next());
        Self {
            severity: finding.severity,
            number: place.and_then(|place| place.parse::<usize>().ok()).map(|place| place + 1),
            message: words::sentence(&Line(&finding.message, SENTENCE).to_string()),
            hint: Line(&finding.hint, SENTENCE).to_string(),
        }
    }

    /// How bad it is, in a word.
    pub fn severity_word(&self) -> &'static str {
        match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "note",
        }
    }
}

fn names_platform(row: &Row) -> bool {
    row.platform.as_ref().is_some_and(|platform| !platform.is_empty() && !platform.is_unknown())
}

/// What a client on this platform gets of the list's own entries; attestations are among the places, and never chosen.
fn on_platform(host: &Platform, view: &ListView) -> OnPlatform {
    let places = view.entries().map(|row| row.index + 1).max().unwrap_or(0);
    let mut platforms = vec![Some(Platform::new("unknown", "unknown")); places];
    for row in view.entries().filter(|row| !row.orphan_attestation) {
        platforms[row.index].clone_from(&row.platform);
    }
    let choice = select(host, &platforms);
    let chosen = choice.index.and_then(|index| view.entries().find(|row| row.index == index));
    let problem = chosen.and_then(|row| row.problem.as_deref());
    let reason = match (problem, platforms.as_slice()) {
        (Some(problem), _) => format!("{} That image cannot be had: {problem}", choice.reason),
        (None, [Some(only)]) if !view.is_list && chosen.is_none() => only_for(host, only),
        (None, _) => choice.reason.clone(),
    };
    OnPlatform {
        platform: words::short(host),
        runs: chosen.is_some() && problem.is_none(),
        reason: words::sentence(&Line(&reason, SENTENCE).to_string()),
        size: chosen.and_then(|row| row.size_to_download),
    }
}
