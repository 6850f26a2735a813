//! Gathers: a push that waits for its parts. What has come, what is missing, and what may be done about it.
//!
//! Pure: whoever keeps a gather reads it, lets these functions change it, and writes it back only if nobody else has
//! changed it meanwhile.

mod error;
mod part;
mod request;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use self::{
    error::GatherError,
    part::recognise,
    request::{LONGEST, MOST_PLATFORMS, MOST_SOURCES, MOST_TARGETS, USUAL, begin, check, due},
};
use crate::{
    api::{GatherPushRequest, GatherState, Problem, PushOptions, PushRequest, PushState, PushTarget},
    check::Severity,
    digest::Digest,
    list::{self, Draft, Entry},
    platform::Platform,
    reference::Reference,
    source::Sources,
};

/// A gather.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gathering {
    /// The list without its entries.
    pub draft: Draft,
    /// The tags to move, each with what must be there then.
    pub targets: Vec<PushTarget>,
    /// What else the push may do.
    pub options: PushOptions,
    /// Where parts may come from, as references spell it in full: `ghcr.io/me`. Anywhere when it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// What it waits for, in the order of the list.
    pub expected: Vec<Expected>,
    /// When it is overdue, in milliseconds since 1970.
    pub deadline: i64,
    /// How far it is.
    pub phase: Phase,
}

/// A platform that is waited for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expected {
    /// As it was asked for.
    #[serde(with = "crate::platform::text_one")]
    pub platform: Platform,
    /// What has come.
    pub part: Option<Part>,
}

/// An image that has come for a platform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The row that it will be. Its source is named with its digest.
    pub entry: Entry,
    /// The digest of the image.
    pub image: Digest,
    /// The platform that the list will name.
    #[serde(with = "crate::platform::text_one")]
    pub platform: Platform,
    /// When it came, in milliseconds since 1970.
    pub added_at: i64,
}

/// How far a gather is, as it is kept; see [`Gathering::state`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// It waits for parts.
    Gathering,
    /// Its push was begun.
    Begun {
        /// The push.
        job: String,
        /// The platforms that it was asked to leave out.
        #[serde(with = "crate::platform::text_list")]
        without: Vec<Platform>,
    },
    /// It was to be pushed, and no list could be made of what has come.
    Stuck {
        /// Why.
        problem: Box<Problem>,
        /// The platforms that the push was asked to leave out.
        #[serde(with = "crate::platform::text_list")]
        without: Vec<Platform>,
    },
    /// It was called off.
    Cancelled,
}

/// What adding a part has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// Nothing: it was there already.
    Same,
    /// Nothing was there for this platform.
    New,
    /// Another was there, and is no more.
    Replaced,
}

impl Part {
    /// Would the list be the same with the one as with the other? Wherever they are, and whenever they came.
    fn is_same(&self, other: &Self) -> bool {
        let of = |part: &Self| {
            let Entry { source, digest, platform, annotations, attestations, .. } = part.entry.clone();
            (source.digest().cloned(), digest, platform, annotations, attestations)
        };
        self.image == other.image && of(self) == of(other)
    }
}

impl Gathering {
    /// Where it stands now (in milliseconds since 1970), when its push stands there, and was taken back or not.
    pub fn state(&self, now: i64, push: Option<PushState>, is_undone: bool) -> GatherState {
        match (&self.phase, push) {
            (Phase::Gathering, _) if now >= self.deadline => GatherState::Overdue,
            (Phase::Gathering, _) => GatherState::Open,
            (Phase::Begun { .. }, Some(state)) if is_undone && state.is_final() => GatherState::Undone,
            (Phase::Begun { .. }, Some(PushState::Succeeded)) => GatherState::Pushed,
            (Phase::Begun { .. }, Some(PushState::Conflict | PushState::Failed)) | (Phase::Stuck { .. }, _) => {
                GatherState::Failed
            }
            (Phase::Begun { .. }, _) => GatherState::Pushing,
            (Phase::Cancelled, _) => GatherState::Cancelled,
        }
    }

    /// The push that was begun last.
    pub fn job(&self) -> Option<&str> {
        match &self.phase {
            Phase::Begun { job, .. } => Some(job),
            _ => None,
        }
    }

    /// The platforms that nothing has come for, in order.
    pub fn missing(&self) -> Vec<Platform> {
        let missing = self.expected.iter().filter(|expected| expected.part.is_none());
        missing.map(|expected| expected.platform.clone()).collect()
    }

    /// The platforms that the push was asked to leave out.
    pub fn without(&self) -> &[Platform] {
        match &self.phase {
            Phase::Begun { without, .. } | Phase::Stuck { without, .. } => without,
            Phase::Gathering | Phase::Cancelled => &[],
        }
    }

    /// Refuses a part that may not come from where it is. To be asked before anything is fetched: whoever adds parts may have
    /// fewer rights than the server that looks at them.
    pub fn may_come_from(&self, source: &Reference) -> Result<(), GatherError> {
        let repository = source.repo().to_ascii_lowercase();
        let is_below = |place: &String| {
            let rest = repository.strip_prefix(&place.to_ascii_lowercase());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if self.sources.is_empty() || self.sources.iter().any(is_below) {
            return Ok(());
        }
        Err(GatherError::SourceRefused { source_text: source.to_string(), sources: self.sources.join(", ") })
    }

    /// Adds what has come for the platform at this place, when it stands where `state` says. A gather that failed, or whose
    /// push was taken back, waits again then, and when it misses nothing it is time to push.
    ///
    /// # Panics
    /// When there is no such place.
    pub fn add(&mut self, place: usize, part: Part, replace: bool, state: GatherState) -> Result<Added, GatherError> {
        if state == GatherState::Cancelled {
            return Err(GatherError::Closed(state));
        }
        let expected = &self.expected[place];
        let platform = || expected.platform.to_string();
        let added = match &expected.part {
            Some(there) if there.is_same(&part) => return Ok(Added::Same),
            _ if matches!(state, GatherState::Pushing | GatherState::Pushed) => return Err(GatherError::Closed(state)),
            Some(there) if !replace => {
                let (platform, there, new) = (platform(), &there.entry.source, &part.entry.source);
                return Err(if there.digest() == new.digest() {
                    GatherError::OtherwisePart { platform, there: there.to_string() }
                } else {
                    GatherError::AnotherPart { platform, there: there.to_string(), new: new.to_string() }
                });
            }
            Some(_) => Added::Replaced,
            None => Added::New,
        };
        let has_it = |other: &Expected| other.part.as_ref().is_some_and(|other| other.image == part.image);
        let elsewhere = self.expected.iter().enumerate().find(|(other, expected)| *other != place && has_it(expected));
        if let Some((_, other)) = elsewhere {
            let (image, other) = (part.image.short().to_string(), other.platform.to_string());
            return Err(GatherError::AnotherPlatform { image, platform: platform(), other });
        }
        self.expected[place].part = Some(part);
        self.phase = Phase::Gathering;
        Ok(added)
    }

    /// The platforms that a push goes without that is asked for by hand, in order; `None` when just that push was begun
    /// already, and is at work or has succeeded.
    pub fn to_leave_out(
        &self,
        request: &GatherPushRequest,
        state: GatherState,
    ) -> Result<Option<Vec<Platform>>, GatherError> {
        let mut left_out: Vec<bool> =
            self.expected.iter().map(|expected| request.incomplete && expected.part.is_none()).collect();
        for (index, platform) in request.without.iter().enumerate() {
            match part::place_of(&self.expected, platform) {
                Some(place) => left_out[place] = true,
                None => return Err(part::not_expected(&self.expected, platform, format!("/without/{index}"))),
            }
        }
        let missing = self.expected.iter().zip(&left_out).filter(|(expected, left)| expected.part.is_none() && !**left);
        let missing: Vec<String> = missing.map(|(expected, _)| expected.platform.to_string()).collect();
        if !missing.is_empty() {
            return Err(GatherError::Incomplete(missing.join(", ")));
        }
        let without = self.expected.iter().zip(&left_out).filter(|(_, left)| **left);
        let without: Vec<Platform> = without.map(|(expected, _)| expected.platform.clone()).collect();
        if without.len() == self.expected.len() {
            return Err(GatherError::NothingLeft);
        }
        match state {
            GatherState::Open | GatherState::Overdue | GatherState::Failed | GatherState::Undone => Ok(Some(without)),
            GatherState::Pushing | GatherState::Pushed if self.without() == without => Ok(None),
            GatherState::Pushing | GatherState::Pushed | GatherState::Cancelled => Err(GatherError::Closed(state)),
        }
    }

    /// Calls it off.
    pub fn cancel(&mut self, state: GatherState) -> Result<(), GatherError> {
        if matches!(state, GatherState::Pushing | GatherState::Pushed) {
            return Err(GatherError::TooLate);
        }
        self.phase = Phase::Cancelled;
        Ok(())
    }

    /// The list of what has come, without these platforms.
    pub fn draft(&self, without: &[Platform]) -> Draft {
        let wanted = self.expected.iter().filter(|expected| !without.contains(&expected.platform));
        let entries = wanted.filter_map(|expected| Some(expected.part.as_ref()?.entry.clone())).collect();
        Draft { entries, ..self.draft.clone() }
    }

    /// The push of this draft, when a list can be made of it.
    pub fn push(&self, draft: Draft, sources: &Sources) -> Result<PushRequest, GatherError> {
        let composition = list::compose(&draft, sources);
        // With a part that cannot be had, this would be a shorter list.
        if let Some(error) = composition.findings.iter().find(|finding| finding.severity == Severity::Error) {
            return Err(GatherError::NoList(error.message.clone()));
        }
        let Some(document) = composition.document else {
            return Err(GatherError::NoList("there are none".to_owned()));
        };
        Ok(PushRequest {
            draft,
            expected_digest: document.digest().clone(),
            targets: self.targets.clone(),
            options: self.options.clone(),
        })
    }
}
