//! Some rows out of many.

use std::{collections::BTreeSet, time::Duration};

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

/// Which rows are shown. Those that are not sought go at once; those that come back do so from the top, frame by frame. Only
/// rows that come or go hear of it: to ask hundreds whether they do takes longer than a frame.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    /// Of each row, whether it is left out.
    out: StoredValue<Vec<RwSignal<bool>>>,
    /// The places of those that are not; `None` for all of them.
    found: RwSignal<Option<BTreeSet<usize>>>,
    /// Rows before this place are back.
    back: StoredValue<usize>,
}

impl Kept {
    /// All rows.
    pub(crate) fn all() -> Self {
        Self { out: StoredValue::new(Vec::new()), found: RwSignal::new(None), back: StoredValue::new(usize::MAX) }
    }

    /// Notes a row that is made now; whether it is none of those that are shown.
    pub(crate) fn row(self, place: usize) -> RwSignal<bool> {
        let row = RwSignal::new(!self.is_found(place));
        self.out.update_value(|known| {
            known.resize(known.len().max(place + 1), row);
            known[place] = row;
        });
        row
    }

    fn is_found(self, place: usize) -> bool {
        self.found.with_untracked(|found| found.as_ref().is_none_or(|found| found.contains(&place)))
    }

    fn set(self, found: Option<BTreeSet<usize>>) {
        if self.found.with_untracked(|before| *before == found) {
            return;
        }
        self.found.set(found);
        self.turn((0..self.made()).filter(|place| !self.is_found(*place)), true);
        let is_going_on = self.back.get_value() != usize::MAX;
        self.bring_back(0, AT_ONCE);
        if !is_going_on {
            self.go_on();
        }
    }

    /// How many rows are made; those that will be know whether they are found.
    fn made(self) -> usize {
        self.out.with_value(Vec::len)
    }

    fn go_on(self) {
        request_animation_frame(move || {
            let Some(before) = self.back.try_get_value().filter(|back| *back != usize::MAX) else { return };
            self.bring_back(before, EACH_FRAME);
            self.go_on();
        });
    }

    /// Shows the next so many rows that are found, beginning with that place.
    fn bring_back(self, from: usize, count: usize) {
        let all = self.made();
        let back = self.found.with_untracked(|found| rows::after(found.as_ref(), all, from, count));
        self.turn((from..back.min(all)).filter(|place| self.is_found(*place)), false);
        self.back.set_value(back);
    }

    /// Leaves rows out or shows them, where they are not so already.
    fn turn(self, places: impl Iterator<Item = usize>, is_out: bool) {
        self.out.with_value(|known| {
            for row in places.filter_map(|place| known.get(place)) {
                if row.try_get_untracked() == Some(!is_out) {
                    row.set(is_out);
                }
            }
        });
    }

    /// Shows all rows at once: nobody looks for any.
    fn forget(self) {
        // Once the page is left there is nothing to forget.
        if self.found.try_set(None).is_none() {
            self.turn(0..self.made(), false);
        }
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
        kept.set(found);
    });
    let mut note = debounce(PAUSE, move |sought| address.set("filter", sought));
    Effect::new(move |_| note(sought()));
    // A list that is short by now has no field, and nothing is left out of it.
    on_cleanup(move || kept.forget());
    let said = move || {
        let all = view.with(|view| view.as_ref().map_or(0, |view| view.rows.len()));
        rows::shown(kept.found.with(|found| found.as_ref().map(BTreeSet::len)), all)
    };
    view! {
        <p class="hint" role="status" id="rows-shown">{said}</p>
    }
}
