//! What others are shown of a reference, in words: for previews, terminals, badges and pages without scripts.

use std::fmt::Write as _;

use super::words;
use crate::{
    api::{ClientError, ProblemCode},
    check::{Finding, Severity},
    digest::Digest,
    excerpt::{Excerpt, Line},
    platform::Platform,
    reference::Reference,
    source::{Selecting, Source},
    view::{Absence, Absent, ListView, Row},
};

/// Characters of a sentence of somebody else's that are shown.
const SENTENCE: usize = 400;

/// Characters of what may help: a command with a long name in it.
const WAY_AROUND: usize = 800;

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
    /// How many platforms it runs on; those that differ in the version of an operating system are counted each, so that there may
    /// be more than names.
    pub count: usize,
    /// The smallest and the greatest download of one platform.
    pub downloads: Option<(u64, u64)>,
    /// Images that the registry does not have.
    pub missing: usize,
    /// Images that are not what they should be.
    pub unusable: usize,
    /// Images that could not be looked at, of which nothing is known.
    pub unseen: usize,
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
    /// Its number from 1: `3`; of what is in a list in the list that list's, too: `3-1`.
    pub number: String,
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
    /// What keeps it away; the reason is a sentence.
    pub absent: Option<Absent>,
    /// How bad the worst is that the checks say of it, where nothing keeps it away.
    pub severity: Option<Severity>,
}

/// What a check says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverviewFinding {
    /// How bad it is.
    pub severity: Severity,
    /// The entry that it is about, in words: `entry 1`.
    pub place: Option<String>,
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
    /// Whether a client there gets an image that runs.
    pub runs: Runs,
    /// Why, in a sentence.
    pub reason: String,
    /// Bytes that a client there downloads.
    pub size: Option<u64>,
    /// What clients say, where it does not run or may not.
    pub errors: Vec<ClientError>,
    /// What may help there all the same, in sentences.
    pub around: Option<String>,
}

/// Does it run?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// A client gets an image for its platform, and the image can be had.
    Yes,
    /// It gets one, but the list and the image's own config do not say the same.
    InDoubt,
    /// It gets none, or one that cannot be had.
    No,
    /// What decides it could not be asked.
    Unknown,
}

impl Runs {
    /// In a word or two: "Yes".
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::InDoubt => "In doubt",
            Self::No => "No",
            Self::Unknown => "Not known",
        }
    }
}

impl Overview {
    /// Of a complete source; and whether it runs on a platform, if that is asked.
    pub fn new(source: &Source, on: Option<&Platform>) -> Self {
        let view = ListView::checked(source);
        let images = || view.images().filter(|row| row.runs_somewhere());
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
            missing: view.absent(Absence::Gone),
            unusable: view.absent(Absence::Unusable),
            unseen: view.absent(Absence::Unknown) + view.absent(Absence::Unverifiable),
            rows: view.rows.iter().map(OverviewRow::of).collect(),
            on: on.map(|host| on_platform(host, source, &view)),
            count: view.platforms(),
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
            _ => {
                let count = words::count(self.count, "platform", "platforms");
                let size = words::size(self.total_download);
                // Who goes into a list in the list comes back to no other: not all that is in one is reached.
                let verb = if self.rows.iter().any(|row| row.depth > 0) { "has images for" } else { "runs on" };
                format!("{name} {verb} {}. {count}, {size}.", self.platforms_in_words())
            }
        };
        if self.missing > 0 {
            let verb = if self.missing == 1 { "is" } else { "are" };
            let _ = write!(text, " {} {verb} missing.", words::count(self.missing, "image", "images"));
        }
        if self.unusable > 0 {
            let _ = write!(text, " {} cannot be used.", words::count(self.unusable, "image", "images"));
        }
        if self.unseen > 0 {
            let _ = write!(text, " {} could not be looked at.", words::count(self.unseen, "image", "images"));
        }
        match &self.on {
            Some(on) => {
                let runs = match on.runs {
                    Runs::Yes => "Runs",
                    Runs::InDoubt => "May not run",
                    Runs::No => "Does not run",
                    Runs::Unknown => "Not known whether it runs",
                };
                format!("{runs} on {}. {text}", on.platform)
            }
            None => text,
        }
    }

    fn platforms_in_words(&self) -> String {
        match self.platforms.as_slice() {
            [one] if self.count == 1 => one.clone(),
            [first @ .., last] if first.len() < NAMED && self.count == self.platforms.len() => {
                format!("{} and {last}", first.join(", "))
            }
            more => format!(
                "{} and {} more",
                more[..more.len().min(NAMED - 1)].join(", "),
                self.count.saturating_sub(more.len().min(NAMED - 1))
            ),
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
            number: row.number.clone(),
            depth: row.depth,
            name: row.name(),
            words: row.platform.as_ref().and_then(Platform::words),
            size: row.size_to_download,
            layers: row.layers.len(),
            created: row.created.as_deref().and_then(words::day),
            with_it: row.with_it(),
            digest: row.digest.clone(),
            severity: row.severity().filter(|_| row.absent.is_none()),
            absent: row.absent.as_ref().map(|absent| Absent {
                reason: words::sentence(&Line(&absent.reason, SENTENCE).to_string()),
                ..absent.clone()
            }),
        }
    }
}

impl OverviewFinding {
    fn of(finding: &Finding) -> Self {
        Self {
            severity: finding.severity,
            place: finding.place(),
            message: words::sentence(&Line(&finding.message, SENTENCE).to_string()),
            hint: Line(&finding.hint, SENTENCE).to_string(),
        }
    }

    /// How bad it is, in a word.
    pub fn severity_word(&self) -> &'static str {
        severity_word(self.severity)
    }
}

/// How bad something is, in a word.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What a client on this platform gets of the list's own entries; attestations are among the places, and never chosen.
fn on_platform(host: &Platform, source: &Source, view: &ListView) -> OnPlatform {
    let (selection, reason) = match source.select(host) {
        Selecting::Done(selection) => {
            let reason = selection.reason_alone().to_owned();
            (Some(selection), reason)
        }
        Selecting::Unknown(problem) => {
            let words = host.not_known().filter(|_| problem.code == ProblemCode::InvalidPlatform);
            let words = words.map_or_else(|| problem.to_string(), |error| error.to_string());
            (None, format!("It cannot be told: {words}"))
        }
        Selecting::WantsManifest(wanted) | Selecting::WantsConfig(wanted) => {
            (None, format!("It cannot be told without {}.", wanted.digest))
        }
    };
    let chosen = selection.as_ref().and_then(|selection| selection.descriptor.as_ref());
    let row = chosen.and_then(|image| view.rows.iter().find(|row| row.digest == image.digest));
    let failure = selection.as_ref().and_then(|selection| selection.failure.as_ref());
    let errors = failure.map(|failure| source.client_errors(host, failure)).unwrap_or_default();
    let around = failure.and_then(|failure| source.way_around(host, failure));
    let line = |text: &str| Line(text, SENTENCE).to_string();
    OnPlatform {
        platform: Excerpt(&host.to_string()).to_string(),
        runs: match (&selection, chosen, failure) {
            (None, ..) => Runs::Unknown,
            (Some(_), None, _) => Runs::No,
            (Some(_), Some(_), Some(_)) => Runs::InDoubt,
            (Some(_), Some(_), None) => Runs::Yes,
        },
        reason: words::sentence(&line(&reason)),
        size: row.and_then(|row| row.size_to_download),
        around: around.map(|around| Line(&around, WAY_AROUND).to_string()),
        errors: errors.into_iter().map(|error| ClientError { says: line(&error.says), ..error }).collect(),
    }
}
