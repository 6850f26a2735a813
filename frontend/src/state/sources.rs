//! What was found at references: each is fetched once, for every page that wants it.

use std::collections::{BTreeMap, BTreeSet};

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{InspectEvent, Problem},
    reference::Reference,
    source::{Source, Sources},
};

use super::assemble::Assembly;
use crate::{
    api::{self, Abort},
    dom,
};

/// How long an answer about a tag is shown again without asking, in seconds.
const FRESH: i64 = 60;

/// The sources that were fetched since the page was loaded. Shared by all pages; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SourceCache {
    /// Complete ones, and problems.
    pub(crate) sources: RwSignal<Sources>,
    /// Those that are being fetched.
    pub(crate) waiting: RwSignal<BTreeSet<Reference>>,
    fetched_at: StoredValue<BTreeMap<Reference, i64>>,
}

impl SourceCache {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self {
            sources: RwSignal::new(Sources::default()),
            waiting: RwSignal::new(BTreeSet::new()),
            fetched_at: StoredValue::new(BTreeMap::new()),
        }
    }

    /// The one that the application provides.
    pub(crate) fn from_context() -> Self {
        expect_context()
    }

    /// Fetches a reference unless what is known of it is fresh, or it is on its way. A problem that it had is forgotten.
    pub(crate) fn want(self, reference: &Reference) {
        let is_known = self.sources.with_untracked(|sources| sources.source(reference).is_some());
        if !is_known || !self.is_fresh(reference) {
            self.again(reference);
        }
    }

    /// Is it on its way?
    pub(crate) fn is_waiting(self, reference: &Reference) -> bool {
        self.waiting.with_untracked(|waiting| waiting.contains(reference))
    }

    /// Fetches a reference again, whatever is known of it.
    pub(crate) fn fetch(self, reference: &Reference) {
        let reference = reference.clone();
        self.waiting.update(|waiting| {
            waiting.insert(reference.clone());
        });
        spawn_local(async move {
            let mut assembly = Assembly::default();
            let mut broken = None;
            let take = |event: InspectEvent| {
                if let Err(problem) = assembly.take(event) {
                    broken.get_or_insert(problem);
                }
            };
            let answer = api::inspect(&reference, &Abort::new(), take).await;
            let result = match answer.err().or(broken) {
                Some(problem) => Err(problem),
                None => assembly.into_source().ok_or_else(nothing),
            };
            self.put(reference, result);
        });
    }

    /// Fetches a reference again; a problem that it had is forgotten at once.
    pub(crate) fn again(self, reference: &Reference) {
        if self.sources.with_untracked(|sources| matches!(sources.get(reference), Some(Err(_)))) {
            self.sources.update(|sources| {
                sources.remove(reference);
            });
        }
        if !self.is_waiting(reference) {
            self.fetch(reference);
        }
    }

    /// Keeps what was found.
    pub(crate) fn put(self, reference: Reference, result: Result<Source, Problem>) {
        self.fetched_at.update_value(|times| {
            times.insert(reference.clone(), dom::now());
        });
        self.waiting.update(|waiting| {
            waiting.remove(&reference);
        });
        self.sources.update(|sources| {
            sources.insert(reference, result);
        });
    }

    /// What was found at a reference, if it is still true.
    pub(crate) fn fresh(self, reference: &Reference) -> Option<Source> {
        let is_fresh = self.is_fresh(reference);
        self.sources.with_untracked(|sources| sources.source(reference).filter(|_| is_fresh).cloned())
    }

    /// Is what was found still true? What a digest names never changes; a tag moves.
    pub(crate) fn is_fresh(self, reference: &Reference) -> bool {
        let fetched_at = self.fetched_at.with_value(|times| times.get(reference).copied());
        fetched_at.is_some_and(|at| reference.digest().is_some() || dom::now() - at < FRESH)
    }
}

fn nothing() -> Problem {
    Problem::new(onetag_shared::api::ProblemCode::Internal, "the server's answer was empty")
}
