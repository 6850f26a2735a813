//! Some rows out of many.

use std::{collections::BTreeSet, time::Duration};

use leptos::{ev::KeyboardEvent, prelude::*};
use onetag_shared::view::ListView;

use super::address::Address;
use crate::text::rows;

/// The address is changed once nothing was typed for this long: browsers allow only so many changes of it.
const PAUSE: Duration = Duration::from_millis(300);

/// The places of the rows that are shown; `None` for all of them.
pub(crate) type Kept = RwSignal<Option<BTreeSet<usize>>>;

/// A field for what a row has to have. What stands in it is part of the link.
#[component]
pub(crate) fn RowFilter(
    /// All rows.
    view: Memo<Option<ListView>>,
    /// Which of them are shown.
    kept: Kept,
    /// Where it is kept what stands in the field.
    address: Address,
) -> impl IntoView {
    let words = RwSignal::new(address.get("filter").unwrap_or_default());
    let sought = move || Some(words.get()).filter(|words| !words.trim().is_empty());
    let texts =
        Memo::new(move |_| view.with(|view| view.as_ref().map(|view| rows::texts(&view.rows)).unwrap_or_default()));
    Effect::new(move |_| {
        // Rows change with each image that arrives: they are read only where something is looked for.
        let found = sought().and_then(|words| texts.with(|texts| rows::kept(texts, &words)));
        // Each row hears of it.
        if kept.with_untracked(|kept| *kept != found) {
            kept.set(found);
        }
    });
    let mut note = debounce(PAUSE, move |sought| address.set("filter", sought));
    Effect::new(move |_| note(sought()));
    // A list that is short by now has no field, and nothing is left out of it.
    on_cleanup(move || {
        kept.try_set(None);
    });
    let said = move || {
        let all = view.with(|view| view.as_ref().map_or(0, |view| view.rows.len()));
        rows::shown(kept.with(|kept| kept.as_ref().map(BTreeSet::len)), all)
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            words.set(String::new());
        }
    };
    view! {
        <label for="row-filter">"Filter"</label>
        <input
            id="row-filter" type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
            placeholder="arm64, sha256:…, an annotation" bind:value=words on:keydown=on_key
        />
        <p class="hint" role="status" id="rows-shown">{said}</p>
    }
}
