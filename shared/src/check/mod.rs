//! Findings: what a check says about a list.

mod rules;

pub use rules::check_draft;

use serde::{Deserialize, Serialize};

/// What a check says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable, in kebab case: `duplicate-platform`.
    pub code: FindingCode,
    /// Errors rule out a push; warnings do not.
    pub severity: Severity,
    /// JSON pointer into the draft: `/entries/2`.
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

macro_rules! finding_codes {
    ($($variant:ident, $severity:ident, $doc:literal;)+) => {
        /// The kinds of finding. The text form is the variant's name in kebab case and never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "kebab-case")]
        pub enum FindingCode {
            $(#[doc = $doc] $variant,)+
        }

        impl FindingCode {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// How bad it is, always.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }
        }
    };
}

finding_codes! {
    SourceProblem, Error, "A source cannot be had, or cannot be in a list.";
    SourceChanged, Error, "A source is not what the draft pinned.";
    NothingTaken, Error, "An entry takes nothing out of its list.";
    PlatformForMany, Error, "One platform is set for an entry that takes several images.";
    RepeatedDigest, Error, "The same image is in the list twice.";
    PlatformIncomplete, Error, "A platform lacks its operating system or its architecture.";
    OrphanAttestation, Error, "An attestation belongs to no image of the list.";
    DockerListOciChild, Error, "A Docker list points to an OCI image.";
    DockerListAnnotations, Error, "A Docker list has annotations or other fields that only OCI has.";
    DockerListPlatform, Error, "An entry of a Docker list has no platform.";
    ListTooLarge, Error, "The list is larger than registries take.";
    CrossRegistrySource, Error, "A source is in another registry than a target.";
    EmptyList, Warning, "The list has no entries.";
    DuplicatePlatform, Warning, "Two entries are for the same platform.";
    PlatformDiffers, Warning, "The platform is not the one in the image's config.";
    ArmWithoutVariant, Warning, "An arm entry does not say which arm.";
    WindowsWithoutVersion, Warning, "A Windows entry does not say which Windows.";
    NestedList, Warning, "An entry is itself a list.";
    NoPlatform, Warning, "An entry has no platform.";
}

impl Finding {
    /// A finding of this kind.
    pub fn new(
        code: FindingCode,
        pointer: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { code, severity: code.severity(), pointer: pointer.into(), message: message.into(), hint: hint.into() }
    }
}
