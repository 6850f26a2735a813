//! What the tags hold that a list shall be pushed to.

use std::{collections::BTreeMap, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Guard, Problem, Resolution},
    reference::Reference,
};

use crate::{
    api::{self, Abort},
    text::target::Target,
};

/// How long to wait for the next letter before the registry is asked.
const PAUSE: Duration = Duration::from_millis(400);

/// What a tag holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Held {
    /// It is being asked for.
    Asking,
    /// There is no such tag.
    Absent,
    /// This.
    There(Resolution),
    /// That could not be found out.
    Unknown(Box<Problem>),
}

impl Held {
    /// The guard that says: what was seen is still there. `None` while it is not known.
    pub(super) fn guard(&self) -> Option<Guard> {
        match self {
            Self::Absent => Some(Guard::Absent),
            Self::There(resolution) => Some(Guard::Digest(resolution.digest.clone())),
            Self::Asking | Self::Unknown(_) => None,
        }
    }
}

/// What each tag holds, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holdings {
    /// By tag, in full.
    pub(super) known: RwSignal<BTreeMap<Reference, Held>>,
    /// The tags as they were when the typing paused.
    pub(super) settled: RwSignal<Vec<Reference>>,
    /// The last question about each: only its answer counts.
    asking: StoredValue<BTreeMap<Reference, Abort>, LocalStorage>,
}

impl Holdings {
    /// Asks for each tag as it is typed, once the typing pauses; for those that are there at the beginning, at once.
    pub(super) fn watch(targets: Memo<Vec<Target>>) -> Self {
        let holdings = Self {
            known: RwSignal::new(BTreeMap::new()),
            settled: RwSignal::new(Vec::new()),
            asking: StoredValue::new_local(BTreeMap::new()),
        };
        let settle = move |tags: Vec<Reference>| {
            holdings.settled.set(tags.clone());
            let is_known = |tag: &Reference| holdings.known.with_untracked(|known| known.contains_key(tag));
            for tag in tags.iter().filter(|tag| !is_known(tag)) {
                holdings.ask(tag);
            }
        };
        let mut settle_later = debounce(PAUSE, settle);
        Effect::new(move |is_later: Option<()>| {
            let tags: Vec<Reference> =
                targets.with(|targets| targets.iter().filter_map(Target::tag).cloned().collect());
            holdings.forget_all_but(&tags);
            if is_later.is_none() { settle(tags) } else { settle_later(tags) }
        });
        on_cleanup(move || {
            for abort in holdings.asking.try_get_value().unwrap_or_default().values() {
                abort.abort();
            }
        });
        holdings
    }

    /// Asks, whatever is known.
    pub(super) fn ask(self, reference: &Reference) {
        let reference = reference.clone();
        if self.known.try_update(|known| known.insert(reference.clone(), Held::Asking)).is_none() {
            return;
        }
        let abort = Abort::new();
        let before = self.asking.try_update_value(|asking| asking.insert(reference.clone(), abort.clone())).flatten();
        if let Some(before) = before {
            before.abort();
        }
        spawn_local(async move {
            let held = match api::resolve(&reference, &abort).await {
                Ok(Some(resolution)) => Held::There(resolution),
                Ok(None) => Held::Absent,
                Err(problem) => Held::Unknown(Box::new(problem)),
            };
            if !abort.is_aborted() {
                self.known.try_update(|known| known.insert(reference, held));
            }
        });
    }

    /// What is named no more is asked for no more, and is asked for again when it comes back: it may have moved.
    fn forget_all_but(self, tags: &[Reference]) {
        let is_gone = |tag: &Reference| !tags.contains(tag);
        let gone: Vec<Reference> =
            self.known.with_untracked(|known| known.keys().filter(|tag| is_gone(tag)).cloned().collect());
        if gone.is_empty() {
            return;
        }
        self.asking.update_value(|asking| {
            for abort in gone.iter().filter_map(|tag| asking.remove(tag)) {
                abort.abort();
            }
        });
        self.known.update(|known| known.retain(|tag, _| !is_gone(tag)));
    }

    /// What a tag holds.
    pub(super) fn get(self, reference: &Reference) -> Option<Held> {
        self.known.with(|known| known.get(reference).cloned())
    }
}
