//! Fetching what the page shows.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{InspectEvent, Problem},
    digest::Digest,
    reference::Reference,
    source::Source,
};

use crate::{
    api::{self, Abort},
    state::{assemble::Assembly, recent, sources::SourceCache},
};

/// What has arrived, and whether more comes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loading {
    /// What was found so far, every part verified.
    pub(super) source: RwSignal<Option<Source>>,
    /// That is all of it.
    pub(super) is_done: RwSignal<bool>,
    /// An answer is waited for.
    pub(super) is_asking: RwSignal<bool>,
    /// It takes long enough to say so.
    pub(super) is_slow: RwSignal<bool>,
    /// Why there is nothing, or nothing newer.
    pub(super) problem: RwSignal<Option<Problem>>,
    /// What another look at it has shown.
    pub(super) news: RwSignal<Option<News>>,
    cache: SourceCache,
    /// Stops the request that was made last.
    abort: StoredValue<Abort, LocalStorage>,
}

/// What another look at a reference has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// It is what it was.
    Same,
    /// The tag has moved, and was this before.
    Moved(Digest),
}

impl Loading {
    /// Shows what is known, or asks. Ends with the component that calls it.
    pub(super) fn start(reference: &Reference) -> Self {
        let loading = Self {
            source: RwSignal::new(None),
            is_done: RwSignal::new(false),
            is_asking: RwSignal::new(false),
            is_slow: RwSignal::new(false),
            problem: RwSignal::new(None),
            news: RwSignal::new(None),
            cache: SourceCache::from_context(),
            abort: StoredValue::new_local(Abort::new()),
        };
        on_cleanup(move || {
            loading.abort.try_with_value(Abort::abort);
        });
        if let Some(source) = loading.cache.fresh(reference) {
            loading.source.set(Some(source));
            loading.is_done.set(true);
            recent::note(&reference.familiar());
        } else {
            loading.ask(reference);
        }
        loading
    }

    /// Asks again, whatever is known. What is shown stays until there is something newer.
    pub(super) fn again(self, reference: &Reference) {
        self.ask(reference);
    }

    fn ask(self, reference: &Reference) {
        let reference = reference.clone();
        let abort = Abort::new();
        self.abort.update_value(|last| std::mem::replace(last, abort.clone()).abort());
        self.problem.set(None);
        self.news.set(None);
        self.is_slow.set(false);
        self.is_asking.set(true);
        let waits = abort.clone();
        set_timeout(
            move || {
                if !waits.is_aborted() {
                    self.is_slow.try_set(true);
                }
            },
            Duration::from_millis(300),
        );
        // A whole list that is shown is not taken apart to be filled again.
        let fills = !self.is_done.get_untracked();
        spawn_local(async move {
            let mut assembly = Assembly::of(&reference);
            let mut broken = None;
            let take = |event: InspectEvent| {
                if let Err(problem) = assembly.take(event) {
                    broken.get_or_insert(problem);
                }
                if fills && !abort.is_aborted() {
                    self.source.try_set(assembly.source().cloned());
                }
            };
            let answer = api::inspect(&reference, &abort, take).await;
            if abort.is_aborted() {
                return;
            }
            self.is_asking.try_set(false);
            if let Some(problem) = answer.err().or(broken) {
                self.problem.try_set(Some(problem));
            } else if let Some(source) = assembly.into_source() {
                self.show(reference, source);
            }
        });
    }

    /// Shows all of it, and says what is new.
    fn show(self, reference: Reference, source: Source) {
        let shown = self.source.try_with_untracked(|shown| shown.as_ref().map(|shown| shown.root.digest().clone()));
        if self.is_done.try_get_untracked() == Some(true) {
            let before = shown.flatten().filter(|digest| digest != source.root.digest());
            self.news.try_set(Some(before.map_or(News::Same, News::Moved)));
        }
        self.source.try_set(Some(source.clone()));
        self.is_done.try_set(true);
        recent::note(&reference.familiar());
        self.cache.put(reference, Ok(source));
    }
}
