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
    /// How often each was asked for: only the answer to the last question counts.
    asked: StoredValue<BTreeMap<Reference, u32>>,
}

impl Holdings {
    /// Asks for each tag as it is typed, once the typing pauses; for those that are there at the beginning, at once.
    pub(super) fn watch(targets: Memo<Vec<Target>>) -> Self {
        let holdings = Self { known: RwSignal::new(BTreeMap::new()), asked: StoredValue::new(BTreeMap::new()) };
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let stop = move || {
            if let Some(handle) = timer.try_get_value().flatten() {
                handle.clear();
            }
        };
        Effect::new(move |is_later: Option<()>| {
            let unknown: Vec<Reference> = targets.with(|targets| {
                let known = holdings.known.read_untracked();
                targets.iter().filter_map(Target::tag).filter(|tag| !known.contains_key(tag)).cloned().collect()
            });
            stop();
            let ask = move || {
                for reference in &unknown {
                    holdings.ask(reference);
                }
            };
            if is_later.is_none() {
                ask();
            } else {
                timer.set_value(set_timeout_with_handle(ask, PAUSE).ok());
            }
        });
        on_cleanup(stop);
        holdings
    }

    /// Asks, whatever is known.
    pub(super) fn ask(self, reference: &Reference) {
        let reference = reference.clone();
        if self.known.try_update(|known| known.insert(reference.clone(), Held::Asking)).is_none() {
            return;
        }
        let number = self.asked.try_update_value(|asked| {
            let number = asked.entry(reference.clone()).or_default();
            *number += 1;
            *number
        });
        spawn_local(async move {
            let held = match api::resolve(&reference, &Abort::new()).await {
                Ok(Some(resolution)) => Held::There(resolution),
                Ok(None) => Held::Absent,
                Err(problem) => Held::Unknown(Box::new(problem)),
            };
            if self.asked.try_with_value(|asked| asked.get(&reference).copied()).flatten() == number {
                self.known.try_update(|known| known.insert(reference, held));
            }
        });
    }

    /// What a tag holds.
    pub(super) fn get(self, reference: &Reference) -> Option<Held> {
        self.known.with(|known| known.get(reference).cloned())
    }
}
