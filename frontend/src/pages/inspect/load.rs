//! Fetching what the page shows.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{InspectEvent, Problem},
    reference::Reference,
    source::Source,
};

use crate::{
    api::{self, Abort},
    state::{assemble::Assembly, recent, sources::SourceCache},
};

/// What has arrived, and whether more comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loading {
    /// What was found so far, every part verified.
    pub(super) source: RwSignal<Option<Source>>,
    /// Nothing more comes.
    pub(super) is_done: RwSignal<bool>,
    /// It takes long enough to say so.
    pub(super) is_slow: RwSignal<bool>,
    /// Why there is nothing.
    pub(super) problem: RwSignal<Option<Problem>>,
    cache: SourceCache,
    abort: StoredValue<Abort, LocalStorage>,
}

impl Loading {
    /// Shows what is known, or asks. Ends with the component that calls it.
    pub(super) fn start(reference: &Reference) -> Self {
        let loading = Self {
            source: RwSignal::new(None),
            is_done: RwSignal::new(false),
            is_slow: RwSignal::new(false),
            problem: RwSignal::new(None),
            cache: SourceCache::from_context(),
            abort: StoredValue::new_local(Abort::on_cleanup()),
        };
        if let Some(source) = loading.cache.fresh(reference) {
            loading.source.set(Some(source));
            loading.is_done.set(true);
        } else {
            loading.ask(reference);
        }
        loading
    }

    /// Asks again, whatever is known.
    pub(super) fn again(self, reference: &Reference) {
        self.is_done.set(false);
        self.is_slow.set(false);
        self.ask(reference);
    }

    fn ask(self, reference: &Reference) {
        let reference = reference.clone();
        let abort = self.abort.get_value();
        self.problem.set(None);
        set_timeout(
            move || {
                self.is_slow.try_set(true);
            },
            Duration::from_millis(300),
        );
        spawn_local(async move {
            let mut assembly = Assembly::default();
            let mut broken = None;
            let take = |event: InspectEvent| {
                if let Err(problem) = assembly.take(event) {
                    broken.get_or_insert(problem);
                }
                self.source.try_set(assembly.source().cloned());
            };
            let answer = api::inspect(&reference, &abort, take).await;
            if abort.is_aborted() {
                return;
            }
            if let Some(problem) = answer.err().or(broken) {
                self.problem.try_set(Some(problem));
                return;
            }
            self.is_done.try_set(true);
            if let Some(source) = assembly.into_source() {
                recent::note(&reference.familiar());
                self.cache.put(reference, Ok(source));
            }
        });
    }
}
