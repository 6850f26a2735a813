//! What was found at references: each is fetched once, for every page that wants it.

mod shelf;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{InspectEvent, Problem, ProblemCode},
    reference::Reference,
    source::{Source, Sources},
    view::ListView,
};

use self::shelf::Shelf;
use super::assemble::Assembly;
use crate::{
    api::{self, Abort},
    dom,
};

/// What was found at a reference, or why nothing was.
type Answer = Result<Source, Problem>;

/// Sources by reference, each read once for all that show it.
pub(crate) type Views = BTreeMap<Reference, Arc<ListView>>;

/// The sources that were fetched since the page was loaded. Shared by all pages; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SourceCache {
    /// Complete ones, and problems.
    pub(crate) sources: RwSignal<Sources>,
    /// Those that are being fetched.
    pub(crate) waiting: RwSignal<BTreeSet<Reference>>,
    /// What there is to show of each source. It changes with the sources, and whoever reads it watches those.
    views: StoredValue<Views>,
    shelf: StoredValue<Shelf>,
    running: StoredValue<BTreeMap<Reference, Abort>, LocalStorage>,
    /// What came and is not among the sources yet.
    arrived: StoredValue<Vec<(Reference, Answer)>>,
}

impl SourceCache {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self {
            sources: RwSignal::new(Sources::default()),
            waiting: RwSignal::new(BTreeSet::new()),
            views: StoredValue::new(Views::new()),
            shelf: StoredValue::new(Shelf::default()),
            running: StoredValue::new_local(BTreeMap::new()),
            arrived: StoredValue::new(Vec::new()),
        }
    }

    /// The one that the application provides.
    pub(crate) fn from_context() -> Self {
        expect_context()
    }

    /// Keeps a reference for a page, and fetches it as [`Self::want`] does. The page lets go of it by [`Self::release`].
    pub(crate) fn hold(self, reference: &Reference) {
        self.shelf.update_value(|shelf| shelf.hold(reference));
        self.want(reference);
    }

    /// Lets go of a reference. What nobody else waits for is asked for no more.
    pub(crate) fn release(self, reference: &Reference) {
        let is_unwanted = self.shelf.try_update_value(|shelf| shelf.release(reference)) == Some(true);
        if !is_unwanted {
            return;
        }
        if let Some(abort) = self.running.try_update_value(|running| running.remove(reference)).flatten() {
            abort.abort();
            self.waiting.update(|waiting| {
                waiting.remove(reference);
            });
        }
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

    /// Fetches a reference again; a problem that it had is forgotten at once.
    pub(crate) fn again(self, reference: &Reference) {
        if self.is_waiting(reference) {
            return;
        }
        if self.sources.with_untracked(|sources| matches!(sources.get(reference), Some(Err(_)))) {
            self.sources.update(|sources| {
                sources.remove(reference);
            });
        }
        self.fetch(reference);
    }

    /// Fetches again all that was refused for lack of a setting that this registry has now.
    pub(crate) fn allowed(self, registry: &str) {
        let refused: Vec<Reference> = self.sources.with_untracked(|sources| {
            let is_of =
                |problem: &Problem| problem.setting.as_ref().is_some_and(|setting| setting.registry == registry);
            let refused = sources.iter().filter(|(_, answer)| answer.as_ref().is_err_and(is_of));
            refused.map(|(reference, _)| reference.clone()).collect()
        });
        for reference in &refused {
            self.again(reference);
        }
    }

    fn fetch(self, reference: &Reference) {
        let reference = reference.clone();
        let abort = Abort::new();
        self.running.update_value(|running| {
            running.insert(reference.clone(), abort.clone());
        });
        self.waiting.update(|waiting| {
            waiting.insert(reference.clone());
        });
        spawn_local(async move {
            let mut assembly = Assembly::of(&reference);
            let mut broken = None;
            let take = |event: InspectEvent| {
                if let Err(problem) = assembly.take(event) {
                    broken.get_or_insert(problem);
                }
            };
            let answer = api::inspect(&reference, &abort, take).await;
            if abort.is_aborted() {
                return;
            }
            let result = match answer.err().or(broken) {
                Some(problem) => Err(problem),
                None => assembly.into_source().ok_or_else(nothing),
            };
            self.arrive(reference, result);
        });
    }

    /// Takes what came, a few at once when many are on their way: what is made of them is made anew for each gulp.
    fn arrive(self, reference: Reference, result: Answer) {
        self.running.update_value(|running| {
            running.remove(&reference);
        });
        self.arrived.update_value(|arrived| arrived.push((reference, result)));
        match (self.arrived.with_value(Vec::len), self.running.with_value(BTreeMap::len)) {
            (_, 0) => self.swallow(),
            (1, more) => set_timeout(move || self.swallow(), Duration::from_millis(more.min(500) as u64)),
            _ => {}
        }
    }

    /// Puts what came among the sources.
    fn swallow(self) {
        let arrived = self.arrived.try_update_value(std::mem::take).unwrap_or_default();
        if arrived.is_empty() {
            return;
        }
        let now = dom::now();
        self.waiting.update(|waiting| {
            // One that was asked for again meanwhile is still on its way.
            let is_running = |reference: &Reference| self.running.with_value(|running| running.contains_key(reference));
            for (reference, _) in arrived.iter().filter(|(reference, _)| !is_running(reference)) {
                waiting.remove(reference);
            }
        });
        let mut given_up = Vec::new();
        self.shelf.update_value(|shelf| {
            for (reference, _) in &arrived {
                given_up.extend(shelf.note(reference, now));
            }
        });
        self.views.update_value(|views| {
            for (reference, answer) in &arrived {
                match answer {
                    Ok(source) => views.insert(reference.clone(), Arc::new(ListView::new(source))),
                    Err(_) => views.remove(reference),
                };
            }
            views.retain(|reference, _| !given_up.contains(reference));
        });
        self.sources.update(|sources| {
            for (reference, answer) in arrived {
                sources.insert(reference, answer);
            }
            for reference in &given_up {
                sources.remove(reference);
            }
        });
    }

    /// Keeps what a page has found.
    pub(crate) fn put(self, reference: Reference, result: Answer) {
        self.arrived.update_value(|arrived| arrived.push((reference, result)));
        self.swallow();
    }

    /// What was found at a reference, if it is still true.
    pub(crate) fn fresh(self, reference: &Reference) -> Option<Source> {
        let is_fresh = self.is_fresh(reference);
        self.sources.with_untracked(|sources| sources.source(reference).filter(|_| is_fresh).cloned())
    }

    /// Is what was found still true? What a digest names never changes; a tag moves.
    pub(crate) fn is_fresh(self, reference: &Reference) -> bool {
        self.shelf.with_value(|shelf| shelf.is_fresh(reference, dom::now()))
    }

    /// A tag was moved: what was found there is no longer true.
    pub(crate) fn moved(self, tag: &Reference) {
        self.shelf.update_value(|shelf| shelf.moved(tag));
    }

    /// Reads the views of the sources. It does not watch them.
    pub(crate) fn with_views<T>(self, read: impl FnOnce(&Views) -> T) -> T {
        self.views.with_value(read)
    }
}

fn nothing() -> Problem {
    Problem::new(ProblemCode::Internal, "the server's answer was empty")
}
