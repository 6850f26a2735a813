//! Findings: what a check says about a list.
//!
//! Registries take most of what is wrong here without a word; clients then fail when they pull. Who finds what:
//!
//! | what is wrong | code | found by |
//! |---|---|---|
//! | a source is not there, is no image, or is in schema 1 | `source-unresolved`, `source-failed`, `not-an-image`, `schema-1` | compose |
//! | a source, or the list that is edited, is not what it was | `source-changed`, `base-unavailable` | compose |
//! | a row asks for what its source does not have | `platform-not-found`, `platform-for-many`, `config-unavailable` | compose |
//! | an image of a list is missing | `child-missing`, `schema-1` | compose, [`check_list`] |
//! | an attestation in a list is missing | `attestation-missing` (warning) | [`check_list`] |
//! | an image of a list could not be looked at | `child-unseen` (warning) | [`check_list`]; for compose it is `source-failed` |
//! | an entry's digest is of an algorithm that is not known here | `unverifiable` (warning) | compose, [`check_list`] |
//! | an annotation is not text | `annotation-not-text` | compose, [`check_list`] |
//! | the list has more bytes or entries than registries and readers take | `too-large` | compose |
//! | content is not in the target, and does not get there | `nested-elsewhere`, `unverifiable-elsewhere` | plan |
//! | an image is converted, loses by it, cannot be; an attestation of one | `converted` (info), `conversion-loses`, `states-original` (warnings), `cannot-convert` | compose |
//! | layers are left where they are, or brought from there | `foreign-layers` (info) | plan |
//! | size, digest or media type differ from the image's own | `child-differs` | rules |
//! | a Docker list holds OCI images, entries without platform, or annotations | `docker-list-holds-oci`, `docker-list-needs-platform`, `docker-list-annotated` | rules |
//! | an OCI index holds Docker images | `index-holds-docker` (info) | rules |
//! | the same digest twice | `repeated-digest` | rules |
//! | a platform without its system or its processor | `incomplete-platform` | rules |
//! | an attestation of nothing | `orphan-attestation` | rules |
//! | the same platform twice, versions, features and compression aside | `duplicate-platform` (warning) | rules |
//! | a platform that is not the config's | `platform-differs` (warning) | rules |
//! | a program that is made for another platform | `program-differs` | looking into layers, on request |
//! | arm without variant, Windows without version | `arm-without-variant`, `windows-without-version` (warnings) | rules |
//! | a list in the list, an entry without platform, no entry at all | `nested-list`, `no-platform`, `empty-list` (warnings) | rules |
//! | a list in the list has nothing for its platform, or images that no machine gets | `nested-without`, `nested-unreached` (warning) | [`check_list`] |
//! | a platform that is none of Go's | `unusual-platform` (warning) | rules |
//!
//! That a tag has moved since it was looked at cannot be found here: the push looks again, and its answer is the problem
//! `conflict` (see [`crate::api::Guard`]).

mod code;
mod facts;
mod nested;
mod rules;
#[cfg(test)]
mod tests;

pub use code::FindingCode;
pub(crate) use nested::check as check_nested;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    api::Problem,
    digest::Digest,
    document::DocumentError,
    list::{Composition, Draft},
    media_type::{DOCKER_LIST, MediaType},
    platform::place_below,
    source::{MAX_DEPTH, ReadSource, Source},
    view::Absence,
};

/// What a check says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable, in kebab case: `duplicate-platform`.
    pub code: FindingCode,
    /// Errors rule out a push; warnings do not.
    pub severity: Severity,
    /// JSON pointer into the draft (`/entries/2`), or into the list for one that is being inspected (`/manifests/2`); for what
    /// is in a list in the list, the pointers to that list and into it, one after the other (`/manifests/0/manifests/2`).
    pub pointer: String,
    /// What is the matter, in a sentence.
    pub message: String,
    /// What to do, in a sentence.
    pub hint: String,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Legal, and probably not meant.
    Warning,
    /// Clients or registries will fail.
    Error,
}

impl Finding {
    /// A finding with its code's severity.
    pub fn new(
        code: FindingCode,
        pointer: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { code, severity: code.severity(), pointer: pointer.into(), message: message.into(), hint: hint.into() }
    }

    /// The entry of an inspected list that it is about: by its index there, then in the list that stands there. Empty for what
    /// is about the list itself, and for a draft's.
    pub fn path(&self) -> Vec<usize> {
        let mut parts = self.pointer.split('/').skip(1);
        let mut path = Vec::new();
        while let (Some("manifests"), Some(index)) = (parts.next(), parts.next().and_then(|index| index.parse().ok())) {
            path.push(index);
        }
        path
    }

    /// The same in words: `entry 1 › entry 3` for one of a list in the list.
    pub fn place(&self) -> Option<String> {
        let path = self.path();
        (!path.is_empty()).then(|| in_words(&path))
    }
}

/// An entry as people count: `entry 1 › entry 3`.
fn in_words(path: &[usize]) -> String {
    path.iter().fold(String::new(), |above, index| place_below(&above, *index))
}

/// Checks the list that a draft makes. The findings that [`crate::list::compose`] made are not repeated.
pub fn check_draft(draft: &Draft, composition: &Composition) -> Vec<Finding> {
    rules::check(&facts::of_draft(draft, composition))
}

/// Checks a list as it is in a registry. Pointers are into the list; of a single image there are no findings, and of what
/// cannot be read only those that [`crate::document`] has a place for.
pub fn check_list(source: &Source) -> Vec<Finding> {
    let read = ReadSource::new(source);
    [check_read(&read), check_nested(&read)].concat()
}

/// The rest, with the source read already.
pub(crate) fn check_read(read: &ReadSource) -> Vec<Finding> {
    if let Err(error @ DocumentError::Annotation { pointer, .. }) = &read.root {
        let message = format!("{error}: clients that read annotations refuse the whole list, and pull nothing from it");
        let hint = "Have the list made again, with texts only.";
        return vec![Finding::new(FindingCode::AnnotationNotText, pointer, message, hint)];
    }
    let mut checked = Checked { findings: Vec::new(), opened: BTreeSet::new() };
    checked.take(read, read.source.root.media_type(), &[]);
    checked.findings
}

struct Checked {
    findings: Vec<Finding>,
    /// Each list in a list is checked once: a few that name each other many times would be endless.
    opened: BTreeSet<Digest>,
}

impl Checked {
    /// Checks the list that stands at this place, and those in it.
    fn take(&mut self, read: &ReadSource, media_type: &MediaType, at: &[usize]) {
        let Some(list) = read.list() else { return };
        for (place, child) in list.manifests.iter().enumerate() {
            if let Some((what, problem)) = read.absent(&child.digest) {
                let pointer = facts::pointer(&[at, &[place]].concat());
                let is_attestation = read.attests(place).is_some();
                self.findings.push(absent(pointer, is_attestation, &[child.digest.short(), what].concat(), problem));
            }
        }
        let above = facts::pointer(at);
        for mut finding in rules::check(&facts::of_list(list, read, *media_type == DOCKER_LIST, at)) {
            finding.pointer.insert_str(0, &above);
            self.findings.push(finding);
        }
        for (place, child) in list.manifests.iter().enumerate() {
            let Some(document) = read.source.child(&child.digest).filter(|_| at.len() < MAX_DEPTH) else { continue };
            if let Some(inside) = read.inside(&child.digest)
                && self.opened.insert(child.digest.clone())
            {
                self.take(&inside, document.media_type(), &[at, &[place]].concat());
            }
        }
    }
}

/// What of an entry cannot be had, or used.
fn absent(pointer: String, is_attestation: bool, what: &str, problem: Problem) -> Finding {
    let (verb, hint) = match Absence::of(&problem) {
        Absence::Unusable => ("used", "Pulls on this platform fail. Have the image built and pushed again."),
        Absence::Gone => ("had", "Push the image again, or take it out of the list."),
        Absence::Unverifiable => ("had", "Use a digest that clients can verify, such as one of SHA-256."),
        Absence::Unknown => ("had", "This says nothing of the image. Look again later."),
    };
    if is_attestation {
        let message = format!("{what}, an attestation, cannot be {verb}: {problem}");
        let hint = "The image can be pulled all the same; what the attestation states cannot be read.";
        return Finding::new(FindingCode::AttestationMissing, pointer, message, hint);
    }
    let message = format!("{what} cannot be {verb}: {problem}");
    Finding::new(FindingCode::of_child(&problem), pointer, message, problem.hint.unwrap_or_else(|| hint.to_owned()))
}
