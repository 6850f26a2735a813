//! Some rows out of many.

use std::{collections::BTreeSet, ops::Range, time::Duration};

use leptos::{prelude::*, web_sys::Element};
use onetag_shared::view::ListView;

use super::address::Address;
use crate::{dom, text::rows};

/// The address is changed once nothing was typed for this long: browsers allow only so many changes of it.
const PAUSE: Duration = Duration::from_millis(300);

/// Rows that are made, and come and go, together.
pub(super) const GROUP: usize = 10;
/// So many rows are shown with a key, and with each frame after it: to lay out more would take longer than a frame.
const SHOWN: usize = 10;
/// So many come or go: to leave a row out takes a tenth of laying it out.
const TURNED: usize = 100;
/// So many groups are forgotten with a frame.
const FORGOTTEN: usize = 3;

/// The groups of rows on the page, in their order, as `table.rs` makes them. How they are shown is told by their classes alone.
const GROUPS: &str = ".platforms > .rows";
/// A group is shown, but for those of its rows that are left out.
const IN: &str = "rows";
/// It is left out, and keeps its layout: to do this with hundreds of rows takes no longer than a frame.
const OUT: &str = "rows is-out";
/// It is left out, and its layout is forgotten: what has kept its own makes a browser walk through the whole page once it is
/// shown again.
const GONE: &str = "rows is-out is-gone";

/// Which rows are shown. Groups in which none is sought go at once, and their rows do not hear of it; those that come back, and
/// single rows that come or go, do so from the top, frame by frame: to turn hundreds takes longer than a frame.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    /// Of each row, whether it is left out of its group.
    rows: StoredValue<Vec<RwSignal<bool>>>,
    /// The places of those that are not left out; `None` for all of them.
    found: RwSignal<Option<BTreeSet<usize>>>,
    /// Groups before this one are as they should be. `None` once all is done.
    next: StoredValue<Option<usize>>,
}

impl Kept {
    /// All rows.
    pub(crate) fn all() -> Self {
        Self { rows: StoredValue::new(Vec::new()), found: RwSignal::new(None), next: StoredValue::new(None) }
    }

    /// Notes a row that is made now; whether it is none of those that are shown.
    pub(crate) fn row(self, place: usize) -> RwSignal<bool> {
        let row = RwSignal::new(!self.has(place));
        self.rows.update_value(|known| {
            known.resize(known.len().max(place + 1), row);
            known[place] = row;
        });
        row
    }

    fn has(self, place: usize) -> bool {
        self.found.with_untracked(|found| found.as_ref().is_none_or(|found| found.contains(&place)))
    }

    fn has_any(self, group: usize) -> bool {
        self.found
            .with_untracked(|found| found.as_ref().is_none_or(|found| found.range(places(group)).next().is_some()))
    }

    fn set(self, found: Option<BTreeSet<usize>>) {
        if self.found.with_untracked(|before| *before == found) {
            return;
        }
        self.found.set(found);
        let groups = dom::all(GROUPS);
        for (place, group) in groups.iter().enumerate() {
            if group.class_name() == IN && !self.has_any(place) {
                group.set_class_name(OUT);
            }
        }
        let is_going_on = self.next.get_value().is_some();
        self.next.set_value(Some(self.show(&groups, 0)));
        if !is_going_on {
            self.go_on();
        }
    }

    /// What is done with each frame, until nothing is left to do.
    fn go_on(self) {
        request_animation_frame(move || {
            let Some(next) = self.next.try_get_value().flatten() else { return };
            let groups = dom::all(GROUPS);
            let next = self.show(&groups, next);
            let has_forgotten = forget_layout(&groups);
            let next = Some(next).filter(|next| *next < groups.len() || has_forgotten);
            self.next.set_value(next);
            // Nothing goes on beside what the next key begins.
            if next.is_some() {
                self.go_on();
            }
        });
    }

    /// Shows the next groups that have rows which are sought, and turns those of their rows that are not as they should be; the
    /// group that follows.
    fn show(self, groups: &[Element], mut next: usize) -> usize {
        let (mut shown, mut turned) = (0, 0);
        while next < groups.len() {
            if self.has_any(next) {
                let is_in = groups[next].class_name() == IN;
                let rows = self.rows_of(next);
                let wrong: Vec<_> =
                    rows.iter().filter(|(place, row)| row.get_untracked() == self.has(*place)).copied().collect();
                // Where the group itself comes back, so do those of its rows that were not left out.
                let coming = if is_in { &wrong } else { &rows };
                let is_first = shown + turned == 0;
                shown += coming.iter().filter(|(place, _)| self.has(*place)).count();
                turned += wrong.len();
                if !is_first && (shown > SHOWN || turned > TURNED) {
                    break;
                }
                for (place, row) in wrong {
                    row.set(!self.has(place));
                }
                if !is_in {
                    groups[next].set_class_name(IN);
                }
            }
            next += 1;
        }
        next
    }

    /// The rows of a group that are made, with their places.
    fn rows_of(self, group: usize) -> Vec<(usize, RwSignal<bool>)> {
        self.rows.with_value(|rows| {
            let rows = places(group).filter_map(|place| Some((place, *rows.get(place)?)));
            rows.filter(|(_, row)| row.try_get_untracked().is_some()).collect()
        })
    }

    /// Shows all rows at once: nobody looks for any.
    fn forget(self) {
        // Once the page is left there is nothing to forget.
        if self.found.try_set(None).is_some() {
            return;
        }
        self.next.set_value(None);
        for row in self.rows.get_value() {
            if row.try_get_untracked() == Some(true) {
                row.set(false);
            }
        }
        for group in dom::all(GROUPS) {
            group.set_class_name(IN);
        }
    }
}

/// Forgets the layout of the last groups that are left out and have kept it; whether there were any.
fn forget_layout(groups: &[Element]) -> bool {
    let kept = groups.iter().rev().filter(|group| group.class_name() == OUT);
    kept.take(FORGOTTEN).map(|group| group.set_class_name(GONE)).count() > 0
}

/// The places of the rows of a group.
fn places(group: usize) -> Range<usize> {
    group * GROUP..(group + 1) * GROUP
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
