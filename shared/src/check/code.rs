//! The kinds of finding.

use serde::{Deserialize, Serialize};

use super::Severity;
use crate::{
    api::{Problem, ProblemCode},
    view::Absence,
};

macro_rules! finding_codes {
    ($($variant:ident, $code:literal, $severity:ident, $title:literal;)+) => {
        /// The kinds of finding. The text form is the variant's name in kebab case and never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum FindingCode {
            $(#[doc = $title] #[serde(rename = $code)] $variant,)+
        }

        impl FindingCode {
            /// Every code there is, for documentation and tests.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The text form: `duplicate-platform`, `child-missing`, …
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// How bad it is.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// The kind of finding in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

finding_codes! {
    // Where the rows come from.
    SourceUnresolved, "source-unresolved", Error, "The source has not been looked at yet";
    SourceFailed, "source-failed", Error, "The source cannot be had";
    SourceChanged, "source-changed", Error, "The source is not what it was when it was added";
    BaseUnavailable, "base-unavailable", Error, "The list that is being edited cannot be had";
    Schema1, "schema-1", Error, "The image is in Docker's retired schema 1 format";
    AnnotationNotText, "annotation-not-text", Error, "An annotation is not text";
    NotAnImage, "not-an-image", Error, "The source is an artifact, not an image";
    ConfigUnavailable, "config-unavailable", Error, "The platform is not known, since the config cannot be had";
    PlatformNotFound, "platform-not-found", Error, "The source has no image for a platform that is taken";
    PlatformForMany, "platform-for-many", Error, "One platform is set for several images";
    ChildMissing, "child-missing", Error, "An image of the list cannot be had";
    // How they get there.
    UnverifiableElsewhere, "unverifiable-elsewhere", Error, "What cannot be verified is not brought into another repository";
    NestedElsewhere, "nested-elsewhere", Error, "A list in the list cannot be brought into another repository";
    // What becomes of images that are not of the list's kind.
    CannotConvert, "cannot-convert", Error, "An image cannot be converted to the list's kind";
    ConversionLoses, "conversion-loses", Warning, "An image loses something by being converted";
    StatesOriginal, "states-original", Warning, "An attestation states something of what an image was before";
    Converted, "converted", Info, "An image is converted, and has another digest";
    // What clients and registries refuse.
    ChildDiffers, "child-differs", Error, "Size or media type differ from the image's own";
    DockerListHoldsOci, "docker-list-holds-oci", Error, "A Docker list holds an OCI image";
    DockerListNeedsPlatform, "docker-list-needs-platform", Error, "An entry of a Docker list has no platform";
    DockerListAnnotated, "docker-list-annotated", Error, "A Docker list has fields that only OCI has";
    RepeatedDigest, "repeated-digest", Error, "The same image stands in the list twice";
    IncompletePlatform, "incomplete-platform", Error, "A platform lacks its system or its processor";
    OrphanAttestation, "orphan-attestation", Error, "An attestation is about an image that is not in the list";
    TooLarge, "too-large", Error, "The list is too large";
    // What is legal and probably not meant.
    AttestationMissing, "attestation-missing", Warning, "An attestation of the list cannot be had";
    ChildUnseen, "child-unseen", Warning, "An image of the list could not be looked at";
    Unverifiable, "unverifiable", Warning, "The digest of an entry cannot be verified";
    DuplicatePlatform, "duplicate-platform", Warning, "Two images are for the same platform";
    ProgramDiffers, "program-differs", Error, "The program is made for another platform";
    PlatformDiffers, "platform-differs", Warning, "The platform is not the one in the image's config";
    ArmWithoutVariant, "arm-without-variant", Warning, "An arm image does not say for which version";
    WindowsWithoutVersion, "windows-without-version", Warning, "A Windows image does not say for which version";
    UnusualPlatform, "unusual-platform", Warning, "A platform that no known client asks for";
    NestedList, "nested-list", Warning, "A list is in the list";
    NestedWithout, "nested-without", Error, "A list in the list has no image for its platform";
    NestedUnreached, "nested-unreached", Warning, "No machine gets an image of a list in the list";
    NoPlatform, "no-platform", Warning, "An entry has no platform";
    EmptyList, "empty-list", Warning, "The list is empty";
    // What is worth knowing.
    IndexHoldsDocker, "index-holds-docker", Info, "An OCI index holds Docker images";
    ForeignLayers, "foreign-layers", Info, "Layers of an image are kept elsewhere";
}

impl FindingCode {
    /// What to say of a list's child that cannot be had for this reason.
    pub(crate) fn of_child(problem: &Problem) -> Self {
        match Absence::of(problem) {
            _ if problem.code == ProblemCode::Schema1 => Self::Schema1,
            Absence::Unverifiable => Self::Unverifiable,
            Absence::Unknown => Self::ChildUnseen,
            Absence::Gone | Absence::Unusable => Self::ChildMissing,
        }
    }
}

impl std::fmt::Display for FindingCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
