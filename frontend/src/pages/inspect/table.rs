//! The platforms of a list.

use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};
use onetag_shared::view::ListView;

use super::{
    address::Address,
    filter::{GROUP, Kept},
    load::Loading,
    row::PlatformRow,
};
use crate::{
    components::{Measure, bytes_of, later},
    pages::parts,
};

/// Rows that are made at once.
const AT_ONCE: usize = 3 * GROUP;
/// Of more rows than this, some can be looked for.
const FEW: usize = 12;

/// A row for each image, at its final size from the start.
#[component]
pub(super) fn PlatformTable(
    /// What to show.
    view: Memo<Option<ListView>>,
    /// What has arrived.
    loading: Loading,
    /// Where it is kept which rows are unfolded.
    address: Address,
) -> impl IntoView {
    let source = loading.source;
    // Rows that a link has unfolded come with their details, so that what is below does not move.
    let open = Memo::new(move |_| address.open_rows());
    let has_open_rows = !open.read_untracked().is_empty();
    let has_code = RwSignal::new(false);
    if has_open_rows {
        spawn_local(async move {
            parts::fetch_details().await;
            has_code.try_set(true);
        });
    }
    let is_ready =
        Memo::new(move |before| !has_open_rows || before == Some(&true) || has_code.get() && !loading.is_asking.get());
    let count =
        Memo::new(move |_| view.with(|view| view.as_ref().filter(|_| is_ready.get()).map(|view| view.rows.len())));
    let is_list = Memo::new(move |_| view.with(|view| view.as_ref().is_none_or(|view| view.is_list)));
    let is_long = Memo::new(move |_| count.get().is_some_and(|count| count > FEW));
    let kept = Kept::all();
    // Rows before this place are made: all of them at once where a link has unfolded some, or looks for some.
    let is_asked = has_open_rows || address.get("filter").is_some();
    let made = RwSignal::new(if is_asked { usize::MAX } else { AT_ONCE });
    // The others come with frames: to make hundreds, and to lay them out, takes longer than one.
    Effect::new(move |_| {
        if count.get().is_some_and(|count| count > made.get()) {
            request_animation_frame(move || {
                made.try_update(|made| *made = made.saturating_add(GROUP));
            });
        }
    });
    let measure = Memo::new(move |_| {
        view.with(|view| {
            let Some(view) = view else { return Measure::default() };
            let sizes = view.rows.iter().map(|row| bytes_of(&row.layers));
            Measure { scale: sizes.max().unwrap_or(0), shared: view.shared_layers() }
        })
    });
    let body = move || {
        match count.get() {
        None => (0..4).map(|_| view! { <RowToCome /> }).collect_view().into_any(),
        Some(0) => view! {
            <div class="empty" role="row"><span role="cell" aria-colspan="7">"The list is empty: it names no image."</span></div>
        }
        .into_any(),
        Some(count) => (0..count)
            .step_by(GROUP)
            .map(|first| {
                let end = count.min(first + GROUP);
                let is_made = Memo::new(move |_| made.get() > first);
                let rows = move || {
                    let places = first..if is_made.get() { end } else { first };
                    let rows = places.map(|place| {
                        let row = Memo::new(move |_| view.with(|view| view.as_ref()?.rows.get(place).cloned()));
                        view! { <PlatformRow place row source measure address open kept /> }
                    });
                    rows.collect_view()
                };
                view! { <div class="rows" role="rowgroup" style=("--rows", (end - first).to_string())>{rows}</div> }
            })
            .collect_view()
            .into_any(),
    }
    };
    view! {
        {move || is_long.get().then(|| view! { <Filter view kept address count /> })}
        <div class="table platforms" class:is-long=is_long class:is-alone=move || !is_list.get() role="table" aria-label="Platforms" aria-busy=move || count.get().is_none().to_string()>
            <div class="row head" role="row">
                <span class="cell" role="columnheader"><span class="visually-hidden">"Details"</span></span>
                <span class="cell" role="columnheader">"Platform"</span>
                <span class="cell number" role="columnheader">"Size"</span>
                <span class="cell" role="columnheader">"Layers"</span>
                <span class="cell" role="columnheader">"Created"</span>
                <span class="cell" role="columnheader">"Digest"</span>
                <span class="cell" role="columnheader">"With it"</span>
            </div>
            {body}
        </div>
    }
}

/// The field that some of many rows are looked for in. Its code comes when somebody goes there, or with a link that looks.
#[component]
fn Filter(
    /// All rows.
    view: Memo<Option<ListView>>,
    /// Which of them are shown.
    kept: Kept,
    /// Where it is kept what is looked for.
    address: Address,
    /// How many rows there are.
    count: Memo<Option<usize>>,
) -> impl IntoView {
    let words = RwSignal::new(address.get("filter").unwrap_or_default());
    let is_wanted = RwSignal::new(!words.read_untracked().is_empty());
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            words.set(String::new());
        }
    };
    view! {
        <div class="row-filter">
            <label for="row-filter">"Filter"</label>
            <input
                id="row-filter" type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                placeholder="arm64, sha256:…, an annotation" prop:value=words on:keydown=on_key
                on:focus=move |_| if !is_wanted.get_untracked() { is_wanted.set(true) } on:input=move |event| words.set(event_target_value(&event))
            />
            {move || if is_wanted.get() {
                later(move || parts::row_filter(view, kept, address, words))
            } else {
                view! { <p class="hint" id="rows-shown">{move || count.get().map(|rows| format!("{rows} rows"))}</p> }.into_any()
            }}
        </div>
    }
}

/// A row before anything is known of it, at its final size.
#[component]
fn RowToCome() -> impl IntoView {
    view! {
        <div class="row is-waiting" aria-hidden="true">
            <span class="cell"></span>
            <span class="cell platform"></span>
            <span class="cell number"></span>
            <span class="cell layers"></span>
            <span class="cell created"></span>
            <span class="cell" data-label="Digest"></span>
            <span class="cell with-it"></span>
        </div>
    }
}
