//! A gather, as it becomes complete.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::api::{Gather, GatherPushRequest, Problem};

use crate::{
    api::{self, Abort},
    dom,
};

/// What is known of a gather.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watch {
    /// As it was seen last.
    pub(super) gather: RwSignal<Option<Gather>>,
    /// The time of that look, in seconds since 1970.
    pub(super) now: RwSignal<i64>,
    /// Why nothing more is heard of it.
    pub(super) lost: RwSignal<Option<Problem>>,
    /// There is no such gather.
    pub(super) gone: RwSignal<Option<Problem>>,
    /// Something is being done about it.
    pub(super) is_busy: RwSignal<bool>,
    /// What could not be done about it.
    pub(super) refused: RwSignal<Option<Problem>>,
    id: StoredValue<String>,
    abort: StoredValue<Abort, LocalStorage>,
}

/// What a person does about a gather.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Pushes it.
    Push(GatherPushRequest),
    /// Calls it off.
    Cancel,
}

impl Watch {
    /// Looks at it until nothing can become of it any more. Ends with the component that calls this.
    pub(super) fn start(id: String) -> Self {
        let abort = StoredValue::new_local(Abort::new());
        on_cleanup(move || {
            abort.try_with_value(Abort::abort);
        });
        let watch = Self {
            gather: RwSignal::new(None),
            now: RwSignal::new(dom::now()),
            lost: RwSignal::new(None),
            gone: RwSignal::new(None),
            is_busy: RwSignal::new(false),
            refused: RwSignal::new(None),
            id: StoredValue::new(id),
            abort,
        };
        watch.look();
        watch
    }

    fn look(self) {
        let abort = Abort::new();
        self.abort.update_value(|last| std::mem::replace(last, abort.clone()).abort());
        let id = self.id.get_value();
        spawn_local(async move {
            let lose = |problem: Option<&Problem>| drop(self.lost.try_set(problem.cloned()));
            if let Err(problem) = api::watch_gather(&id, &abort, |gather| self.take(gather), lose).await {
                self.gone.try_set(Some(problem));
            }
        });
    }

    /// What is as it was makes nothing anew.
    fn take(self, gather: Gather) {
        self.now.try_set(dom::now());
        if self.gather.try_with_untracked(|known| known.as_ref() != Some(&gather)) == Some(true) {
            self.gather.try_set(Some(gather));
        }
    }

    /// Does something about it. The button may go with what it was for, so the cursor goes to what has become of it.
    pub(super) fn act(self, act: Act) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.refused.set(None);
        spawn_local(async move {
            let Some(id) = self.id.try_get_value() else { return };
            let done = match act {
                Act::Push(request) => api::push_gather(&id, &request).await,
                Act::Cancel => api::cancel_gather(&id).await,
            };
            self.is_busy.try_set(false);
            match done {
                Ok(gather) => {
                    self.take(gather);
                    dom::focus_next(vec!["#gather-summary".to_owned()]);
                }
                Err(problem) => drop(self.refused.try_set(Some(problem))),
            }
            // What was seen last may be of before.
            if self.gather.try_read_untracked().is_some() {
                self.look();
            }
        });
    }
}
