//! What attestations, SBOMs and signatures say of an image.
//!
//! Reads in-toto statements (v0.1 and v1), bare or in an envelope (DSSE, Sigstore's bundles), with SLSA provenance (v0.2 and
//! v1), SPDX 2.x or `CycloneDX` in them; these SBOMs by themselves; and what cosign and Notation sign. The documents are
//! hostile: what is wanted of them is read and the rest is passed over, lists and texts are cut, and no signature is checked.
//! So all of it is a claim of whoever could write into the repository.

mod form;
mod lenient;
mod provenance;
mod sbom;
#[cfg(test)]
mod tests;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
pub use provenance::{Material, Provenance};
pub use sbom::{Package, Sbom};
use serde::{Deserialize, Serialize};

use self::{
    form::{Outer, Predicate},
    lenient::Object,
};
use crate::{
    api::{Problem, ProblemCode},
    digest::Digest,
    excerpt::Line,
};

/// The largest document that is read, in bytes. SBOMs of large images have some MiB.
pub const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// Packages of an SBOM that are kept; all are counted.
pub const MOST_PACKAGES: usize = 20_000;
/// Materials of a build that are kept; all are counted.
pub const MOST_MATERIALS: usize = 1000;
/// Subjects that are looked at.
const MOST_SUBJECTS: usize = 1000;
/// Subjects that are kept.
const SUBJECTS_KEPT: usize = 20;

/// The most that is shown of a text, in characters.
const SHOWN: usize = 300;

/// Said wherever contents are shown.
pub const CLAIMS: &str = "These are claims of whoever could write into the repository: no signature was checked.";

/// What one document says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// What it states, a URI, where it is an in-toto statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate_type: Option<String>,
    /// What it says that it is about: the first 20.
    pub subjects: Vec<Subject>,
    /// How many these are in all.
    pub subjects_total: usize,
    /// Does it name what it is attached to?
    pub about: About,
    /// Signatures that it comes with. None of them was checked.
    pub signatures: usize,
    /// How the image was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// What is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sbom: Option<Sbom>,
}

/// Kinds of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StatementKind {
    /// How an image was made.
    Provenance,
    /// What is in it.
    Sbom,
    /// That somebody stands for it.
    Signature,
    /// Something else; nothing of it is read.
    Other,
}

/// Is a statement about what it is attached to?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// It names its digest.
    Attached,
    /// It names others only.
    Others,
    /// It names nothing.
    Unsaid,
    /// It is not known what it is attached to.
    Unknown,
}

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its digests, each with its algorithm.
    pub digests: Vec<String>,
}

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Not JSON, or a field stands in it twice.
    #[error("it is not JSON that can be read: {0}")]
    NotJson(String),
    /// The contents of an envelope are not base64.
    #[error("the payload of its envelope is not base64")]
    Payload,
    /// It has more than [`MAX_BYTES`].
    #[error("it has {0} bytes, and at most {MAX_BYTES} are read")]
    TooLarge(u64),
}

impl StatementError {
    /// The problem to show for it.
    pub fn to_problem(&self) -> Problem {
        match self {
            Self::TooLarge(_) => Problem::new(ProblemCode::TooLarge, self.to_string())
                .with_hint("Look at it with another tool, such as `docker buildx imagetools inspect`."),
            Self::NotJson(_) | Self::Payload => Problem::new(ProblemCode::InvalidDocument, self.to_string()),
        }
    }
}

/// Takes base64 in both alphabets' forms of padding: envelopes differ.
const fn base64(alphabet: &alphabet::Alphabet) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

/// A text of others as it is shown: cut where it would fill a page, with what does something to the text around it made
/// visible.
pub fn shown(text: &str) -> String {
    Line(text, SHOWN).to_string()
}

/// Is a document of this media type one that is read here?
pub fn is_readable(media_type: &str) -> bool {
    let lower = media_type.to_ascii_lowercase();
    let lower = lower.split(';').next().unwrap_or_default().trim();
    lower.ends_with("json") || lower.ends_with("+dsse")
}

impl Statement {
    /// Reads a document that is attached to `attached_to`.
    pub fn read(bytes: &[u8], attached_to: Option<&Digest>) -> Result<Self, StatementError> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(StatementError::TooLarge(bytes.len() as u64));
        }
        let mut outer: Outer = parse(bytes)?;
        let mut signatures = outer.signatures.total + usize::from(outer.signature.0.is_some());
        let envelope = outer.bundled.0;
        let payload = match envelope.payload.0 {
            Some(payload) => {
                signatures = envelope.signatures.total;
                Some(payload)
            }
            None => outer.payload.0,
        };
        let is_message = outer.message.0.signature.0.is_some();
        let inner;
        let mut document = bytes;
        if let Some(payload) = payload.filter(|_| outer.kind.0.is_none()) {
            inner = decode(&payload)?;
            document = &inner;
            outer = parse(document)?;
        } else {
            // Without an envelope, what is called signatures is none of ours.
            let is_statement = outer.kind.0.is_some();
            signatures = if is_message {
                1
            } else if is_statement {
                0
            } else {
                signatures
            };
        }
        let signed = outer.critical.0.image.0.digest.0.or(outer.target.0.digest.0);
        let mut subjects: Vec<Subject> = outer
            .subject
            .items
            .into_iter()
            .map(|Object(subject)| Subject { name: subject.name.0, digests: subject.digest.to_texts() })
            .collect();
        let mut subjects_total = outer.subject.total;
        if outer.kind.0.is_none() {
            subjects = signed.iter().map(|digest| Subject { name: None, digests: vec![digest.clone()] }).collect();
            subjects_total = subjects.len();
        }
        let about = about(&subjects, attached_to);
        subjects.truncate(SUBJECTS_KEPT);
        let (predicate_type, predicate) = match outer.kind.0 {
            Some(_) => (outer.predicate_type.0, outer.predicate.0),
            None => (None, parse::<Predicate>(document)?),
        };
        let mut statement = Self {
            kind: kind(predicate_type.as_deref(), &predicate, signed.is_some() || is_message),
            predicate_type,
            subjects,
            subjects_total,
            about,
            signatures,
            provenance: None,
            sbom: None,
        };
        match statement.kind {
            StatementKind::Provenance => statement.provenance = Some(Provenance::read(predicate)),
            StatementKind::Sbom if predicate.spdx_version.0.is_some() => statement.sbom = Some(Sbom::spdx(predicate)),
            StatementKind::Sbom if is_cyclonedx(&predicate) => statement.sbom = Some(Sbom::cyclonedx(predicate)),
            _ => {}
        }
        Ok(statement)
    }

    /// What is wrong with it, in sentences.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.about == About::Others {
            let names = if self.subjects_total == 1 {
                "one subject".to_owned()
            } else {
                format!("{} subjects", self.subjects_total)
            };
            let among = if self.subjects_total > MOST_SUBJECTS {
                format!(
                    "among the first {MOST_SUBJECTS}, which were looked at, the image that it is attached to is not"
                )
            } else {
                "the image that it is attached to is not among them".to_owned()
            };
            warnings.push(format!("It is about something else: it names {names}, and {among}."));
        }
        if self.about == About::Unsaid && self.predicate_type.is_some() {
            warnings.push("It names no subject: it does not say which image it is about.".to_owned());
        }
        if self.kind == StatementKind::Sbom && self.sbom.is_none() {
            warnings.push(
                "It is called an SBOM, but is neither SPDX 2 nor CycloneDX as JSON: nothing of it is read.".to_owned(),
            );
        }
        warnings
    }
}

fn parse<'a, T: Deserialize<'a> + Default>(bytes: &'a [u8]) -> Result<T, StatementError> {
    let Object(value) = serde_json::from_slice(bytes).map_err(|error| {
        // Names of fields are ours; what else serde tells has nothing of the document in it.
        StatementError::NotJson(error.to_string())
    })?;
    Ok(value)
}

fn decode(payload: &str) -> Result<Vec<u8>, StatementError> {
    let alphabet = if payload.contains(['-', '_']) { alphabet::URL_SAFE } else { alphabet::STANDARD };
    base64(&alphabet).decode(payload).map_err(|_| StatementError::Payload)
}

fn about(subjects: &[Subject], attached_to: Option<&Digest>) -> About {
    let mut digests = subjects.iter().flat_map(|subject| &subject.digests).peekable();
    if digests.peek().is_none() {
        return About::Unsaid;
    }
    let Some(attached_to) = attached_to else { return About::Unknown };
    if digests.any(|digest| digest.eq_ignore_ascii_case(attached_to.as_str())) {
        About::Attached
    } else {
        About::Others
    }
}

fn kind(predicate_type: Option<&str>, predicate: &Predicate, is_signed: bool) -> StatementKind {
    match predicate_type.map(str::to_ascii_lowercase) {
        Some(uri) if uri.contains("slsa.dev/provenance") => StatementKind::Provenance,
        Some(uri) if uri.contains("spdx") || uri.contains("cyclonedx") => StatementKind::Sbom,
        Some(uri) if uri.contains("cosign/sign") => StatementKind::Signature,
        None if is_signed => StatementKind::Signature,
        None if predicate.spdx_version.0.is_some() || is_cyclonedx(predicate) => StatementKind::Sbom,
        Some(_) | None => StatementKind::Other,
    }
}

fn is_cyclonedx(predicate: &Predicate) -> bool {
    predicate.bom_format.0.as_deref() == Some("CycloneDX")
}
