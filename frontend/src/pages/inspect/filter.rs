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
    let texts =
        Memo::new(move |_| view.with(|view| view.as_ref().map(|view| rows::texts(&view.rows)).unwrap_or_default()));
    Effect::new(move |_| {
        let found = texts.with(|texts| rows::kept(texts, &words.read()));
        // Each row hears of it.
        if kept.with_untracked(|kept| *kept != found) {
            kept.set(found);
        }
    });
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let forget = move || {
        if let Some(Some(timer)) = timer.try_update_value(Option::take) {
            timer.clear();
        }
    };
    Effect::new(move |before: Option<()>| {
        words.track();
        forget();
        if before.is_some() {
            let note = move || {
                if let Some(words) = words.try_get_untracked() {
                    address.set("filter", (!words.trim().is_empty()).then_some(words));
                }
            };
            timer.set_value(set_timeout_with_handle(note, PAUSE).ok());
        }
    });
    // A list that is short by now has no field, and nothing is left out of it.
    on_cleanup(move || {
        forget();
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
