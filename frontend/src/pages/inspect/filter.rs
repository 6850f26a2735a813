//! Some rows out of many.

use std::{collections::BTreeSet, ops::Range, time::Duration};

use leptos::prelude::*;
use onetag_shared::view::ListView;

use super::address::Address;
use crate::text::rows;

/// The address is changed once nothing was typed for this long: browsers allow only so many changes of it.
const PAUSE: Duration = Duration::from_millis(300);

/// So many rows come back with a key, ...
const AT_ONCE: usize = 10;
/// ... and so many with each frame after it: to lay out more would take longer than a frame.
const EACH_FRAME: usize = 10;

/// Which rows are shown. Those that are not sought go at once; those that come back do so from the top, frame by frame.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    /// Their places; `None` for all of them.
    found: RwSignal<Option<BTreeSet<usize>>>,
    /// Rows before this place are back.
    back: RwSignal<usize>,
}

impl Kept {
    /// All rows.
    pub(crate) fn all() -> Self {
        Self { found: RwSignal::new(None), back: RwSignal::new(usize::MAX) }
    }

    /// Whether a row is none of those that are shown, and was none of them before.
    pub(crate) fn is_out(self, place: usize, was_out: bool) -> bool {
        let is_found = self.found.with(|found| found.as_ref().is_none_or(|found| found.contains(&place)));
        !is_found || was_out && self.back.get() <= place
    }

    /// How many of the rows at these places are shown once all are back.
    pub(crate) fn count(self, places: Range<usize>) -> usize {
        self.found.with(|found| found.as_ref().map_or(places.len(), |found| found.range(places.clone()).count()))
    }

    fn set(self, found: Option<BTreeSet<usize>>, all: usize) {
        // Each row hears of it.
        if self.found.with_untracked(|before| *before == found) {
            return;
        }
        let is_going_on = self.back.get_untracked() != usize::MAX;
        self.back.set(rows::after(found.as_ref(), all, 0, AT_ONCE));
        self.found.set(found);
        if !is_going_on {
            self.go_on(all);
        }
    }

    fn go_on(self, all: usize) {
        request_animation_frame(move || {
            let Some(before) = self.back.try_get_untracked().filter(|back| *back != usize::MAX) else { return };
            self.back.set(self.found.with_untracked(|found| rows::after(found.as_ref(), all, before, EACH_FRAME)));
            self.go_on(all);
        });
    }
}

/// Looks for the rows that have what stands in the field, and says how many do. What is looked for is part of the link.
#[component]
pub(crate) fn RowFilter(
    /// All rows.
    view: Memo<Option<ListView>>,
    /// Which of them are shown.
    kept: Kept,
    /// Where it is kept what stands in the field.
    address: Address,
    /// What stands in it.
    words: RwSignal<String>,
) -> impl IntoView {
    let sought = move || Some(words.get()).filter(|words| !words.trim().is_empty());
    let texts =
        Memo::new(move |_| view.with(|view| view.as_ref().map(|view| rows::texts(&view.rows)).unwrap_or_default()));
    Effect::new(move |_| {
        // Rows change with each image that arrives: they are read only where something is looked for.
        let found = sought().and_then(|words| texts.with(|texts| rows::kept(texts, &words)));
        kept.set(found, view.with_untracked(|view| view.as_ref().map_or(0, |view| view.rows.len())));
    });
    let mut note = debounce(PAUSE, move |sought| address.set("filter", sought));
    Effect::new(move |_| note(sought()));
    // A list that is short by now has no field, and nothing is left out of it.
    on_cleanup(move || {
        kept.found.try_set(None);
    });
    let said = move || {
        let all = view.with(|view| view.as_ref().map_or(0, |view| view.rows.len()));
        rows::shown(kept.found.with(|found| found.as_ref().map(BTreeSet::len)), all)
    };
    view! {
        <p class="hint" role="status" id="rows-shown">{said}</p>
    }
}
