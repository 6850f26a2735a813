//! Why something cannot be done with a gather.

use super::{MOST_PLATFORMS, MOST_SOURCES, MOST_TARGETS};
use crate::{
    api::{GatherState, Problem, ProblemCode},
    check::{Finding, FindingCode},
};

/// Why something cannot be done with a gather. Platforms and references are in it as text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatherError {
    /// None, or too many.
    #[error("the gather names {0} platforms, and waits for 1 to {MOST_PLATFORMS}")]
    PlatformCount(usize),
    /// No machine has it.
    #[error("a gather cannot wait for the platform `{platform}`, which no machine has")]
    NoMachine {
        /// Place in the request.
        index: usize,
        /// The platform.
        platform: String,
    },
    /// Two of its platforms are one.
    #[error("the gather names {platform} after {other}, which is the same platform")]
    PlatformTwice {
        /// Place in the request.
        index: usize,
        /// The platform there.
        platform: String,
        /// The one before it.
        other: String,
    },
    /// There is no tag to move.
    #[error("the gather names no tag to put the list at")]
    NoTargets,
    /// Too many tags.
    #[error("the gather names {0} tags, and moves {MOST_TARGETS} at most")]
    TargetCount(usize),
    /// A target that cannot be moved.
    #[error("{reference} names a digest, and a digest cannot be moved")]
    TargetIsDigest {
        /// Place in the request.
        index: usize,
        /// The target.
        reference: String,
    },
    /// Two of its targets are one.
    #[error("the gather names {reference} twice")]
    TargetTwice {
        /// Place in the request.
        index: usize,
        /// The target.
        reference: String,
    },
    /// Too many places for parts to come from.
    #[error("the gather names {0} places for parts to come from, and knows {MOST_SOURCES} at most")]
    SourceCount(usize),
    /// No place for parts to come from.
    #[error("`{text}` is neither a registry nor a repository that parts could come from")]
    NoSource {
        /// Place in the request.
        index: usize,
        /// What is there.
        text: String,
    },
    /// A part from elsewhere.
    #[error("the gather takes no part from {source_text}, but from {sources}")]
    SourceRefused {
        /// What was named.
        source_text: String,
        /// Where parts may come from.
        sources: String,
    },
    /// A deadline that is none.
    #[error("{words}")]
    Deadline {
        /// What is wrong with it.
        words: &'static str,
        /// The field.
        at: &'static str,
    },
    /// A source without an image.
    #[error("{0} holds no image")]
    NoImage(String),
    /// Nothing waits for this platform.
    #[error("the gather does not wait for {platform}, but for {expected}")]
    NotExpected {
        /// The platform.
        platform: String,
        /// Those that are waited for.
        expected: String,
        /// The place in the request that it comes from.
        at: String,
    },
    /// It cannot be seen which platform a part is for.
    #[error("{words}")]
    Unclear {
        /// What there is to see.
        words: String,
        /// The platforms that are waited for.
        expected: String,
    },
    /// The image contradicts what was said of it.
    #[error("{source_text} says that it is for {own}, and came for {wanted}")]
    WrongPlatform {
        /// What was named.
        source_text: String,
        /// The image's platform.
        own: String,
        /// The one that was said.
        wanted: String,
    },
    /// What rules out a push of this part.
    #[error("{}", .0.message)]
    Finding(Box<Finding>),
    /// Another part has come for this platform.
    #[error("{new} is for {platform}, and for that {there} came already")]
    AnotherPart {
        /// The platform.
        platform: String,
        /// What has come.
        there: String,
        /// What comes now.
        new: String,
    },
    /// The same has come, to be treated in another way.
    #[error("{there} came for {platform} already, with other annotations or attestations")]
    OtherwisePart {
        /// The platform.
        platform: String,
        /// What has come.
        there: String,
    },
    /// The image has come for another platform.
    #[error("the image {image} is to be for {platform}, and came for {other} already")]
    AnotherPlatform {
        /// The image, by its digest.
        image: String,
        /// The platform that it comes for now.
        platform: String,
        /// The other.
        other: String,
    },
    /// Parts are missing that the push was not told to do without.
    #[error("nothing has come for {0}")]
    Incomplete(String),
    /// All of it was to be left out.
    #[error("nothing would be left to push")]
    NothingLeft,
    /// No list can be made of the parts.
    #[error("no list can be made of the parts: {0}")]
    NoList(String),
    /// It stands where this cannot be done any more.
    #[error("{}", match .0 {
        GatherState::Cancelled => "the gather was cancelled",
        GatherState::Pushed => "the gather has been pushed",
        _ => "the gather's push has begun",
    })]
    Closed(GatherState),
    /// It cannot be called off any more.
    #[error("the gather's push has begun, so that it cannot be cancelled")]
    TooLate,
}

impl GatherError {
    /// The problem to show for it.
    pub fn to_problem(&self) -> Problem {
        let problem = Problem::new(self.code(), self.to_string()).with_hint(self.hint());
        match self.pointer() {
            Some(pointer) => problem.at(pointer),
            None => problem,
        }
    }

    fn code(&self) -> ProblemCode {
        match self {
            Self::PlatformCount(_)
            | Self::PlatformTwice { .. }
            | Self::TargetCount(_)
            | Self::TargetTwice { .. }
            | Self::SourceCount(_)
            | Self::Deadline { .. } => ProblemCode::InvalidRequest,
            Self::NoMachine { .. } => ProblemCode::InvalidPlatform,
            Self::NoTargets => ProblemCode::NoTargets,
            Self::TargetIsDigest { .. } => ProblemCode::TargetIsDigest,
            Self::NoSource { .. } => ProblemCode::InvalidReference,
            Self::SourceRefused { .. } => ProblemCode::SourceRefused,
            Self::NoImage(_) => ProblemCode::NotAnImage,
            Self::NotExpected { .. } => ProblemCode::NotExpected,
            Self::Unclear { .. } => ProblemCode::PlatformUnclear,
            Self::WrongPlatform { .. } => ProblemCode::WrongPlatform,
            Self::Finding(finding) => match finding.code {
                FindingCode::NotAnImage => ProblemCode::NotAnImage,
                FindingCode::Schema1 => ProblemCode::Schema1,
                _ => ProblemCode::DraftHasErrors,
            },
            Self::AnotherPart { .. } | Self::OtherwisePart { .. } | Self::AnotherPlatform { .. } => {
                ProblemCode::PartConflict
            }
            Self::Incomplete(_) => ProblemCode::GatherIncomplete,
            Self::NothingLeft => ProblemCode::EmptyDraft,
            Self::NoList(_) => ProblemCode::DraftHasErrors,
            Self::Closed(_) | Self::TooLate => ProblemCode::GatherClosed,
        }
    }

    /// What to do next.
    fn hint(&self) -> String {
        let hint = match self {
            Self::PlatformCount(_) => "Name each platform that a job will add, such as linux/amd64.",
            Self::NoMachine { .. } => "Write it as in linux/arm64.",
            Self::PlatformTwice { .. } => "Name each platform once.",
            Self::NoTargets => "Name at least one target, such as ghcr.io/you/app:v1.",
            Self::TargetCount(_) => "Name fewer tags.",
            Self::TargetIsDigest { .. } => "Name a tag, without @ and what follows it.",
            Self::TargetTwice { .. } => "Name each tag once.",
            Self::SourceCount(_) => "Name a registry rather than many of its repositories.",
            Self::NoSource { .. } => "Write it as references do, without a tag: ghcr.io, or ghcr.io/you/app.",
            Self::SourceRefused { .. } => {
                "Push the image to one of these first, or make a gather that takes parts from there."
            }
            Self::Deadline { .. } => {
                "Give `deadline` as a time of the next seven days, such as 2026-11-26T12:00:00Z, or `expiresIn` in \
                 seconds, 1 to 604800."
            }
            Self::NoImage(_) => "Name an image, or a list that has it.",
            Self::NotExpected { .. } => "Name one of these, or make a gather that waits for the other.",
            Self::Unclear { expected, .. } => {
                return format!("Say in `platform` which it shall be: the gather waits for {expected}.");
            }
            Self::WrongPlatform { .. } => {
                "Build it for the right platform; where what it says is known to be wrong, send \"relabel\": true."
            }
            Self::Finding(finding) if finding.code == FindingCode::DockerListHoldsOci => {
                "Make a gather with \"convert\": \"list-type\", which has images made into the list's kind, or one with \
                 \"listType\": \"oci\"; or build an image of the list's kind."
            }
            Self::Finding(finding) => &finding.hint,
            Self::AnotherPart { .. } | Self::OtherwisePart { .. } => {
                "Send it with \"replace\": true if it shall take the place of the other."
            }
            Self::AnotherPlatform { .. } => {
                "Each platform has an image of its own. Look at what this job builds, and at its platform."
            }
            Self::Incomplete(_) => {
                "Wait for it, or name in `without` what the list shall do without; \"incomplete\": true is all of it."
            }
            Self::NothingLeft => "Add at least one part, or cancel the gather.",
            Self::NoList(_) => "Replace the part that is at fault, or where its registry was, push the gather again.",
            Self::Closed(GatherState::Cancelled) => "Make a new gather.",
            Self::Closed(GatherState::Pushed) => {
                "Make a new gather, or push the image to the tag with \"merge\": true among the push's options."
            }
            Self::Closed(_) => "Wait for its end: GET the gather with ?wait=60.",
            Self::TooLate => "A push can be taken back: POST /api/v1/pushes/{id}/undo with the id of its push.",
        };
        hint.to_owned()
    }

    /// The place in the request's body.
    fn pointer(&self) -> Option<String> {
        Some(match self {
            Self::PlatformCount(_) => "/platforms".to_owned(),
            Self::NoMachine { index, .. } | Self::PlatformTwice { index, .. } => format!("/platforms/{index}"),
            Self::NoTargets | Self::TargetCount(_) => "/targets".to_owned(),
            Self::TargetIsDigest { index, .. } | Self::TargetTwice { index, .. } => format!("/targets/{index}/ref"),
            Self::SourceCount(_) => "/sources".to_owned(),
            Self::NoSource { index, .. } => format!("/sources/{index}"),
            Self::Deadline { at, .. } => (*at).to_owned(),
            Self::NotExpected { at, .. } => at.clone(),
            Self::Unclear { .. } | Self::WrongPlatform { .. } => "/platform".to_owned(),
            Self::SourceRefused { .. }
            | Self::NoImage(_)
            | Self::Finding(_)
            | Self::AnotherPart { .. }
            | Self::OtherwisePart { .. }
            | Self::AnotherPlatform { .. } => "/source".to_owned(),
            Self::Incomplete(_) | Self::NothingLeft | Self::NoList(_) | Self::Closed(_) | Self::TooLate => return None,
        })
    }
}
