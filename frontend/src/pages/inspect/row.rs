//! One image of a list.

use leptos::prelude::*;
use onetag_shared::{source::Source, view::Row};

use super::{
    address::{Address, has_row},
    filter::Kept,
    lasting::Lasting,
};
use crate::{
    components::{DigestText, Icon, LayerBar, Measure, Shape, Size, When, later, signs},
    pages::parts,
};

/// A row, and below it, when it is unfolded, the details.
#[component]
pub(super) fn PlatformRow(
    /// Its place in the table.
    place: usize,
    /// What to show.
    row: Memo<Option<Row>>,
    /// Where it comes from.
    source: RwSignal<Option<Source>>,
    /// What layer bars have in common.
    measure: Memo<Measure>,
    /// Where it is kept whether it is unfolded.
    address: Address,
    /// The numbers of all that are.
    open: Memo<String>,
    /// Which rows are shown.
    kept: Kept,
) -> impl IntoView {
    let is_out = kept.row(place);
    let is_open = Memo::new(move |_| {
        row.with(|row| row.as_ref().is_some_and(|row| open.with(|open| has_row(open, &row.number))))
    });
    let toggle = Callback::new(move |()| {
        if let Some(row) = row.get_untracked() {
            address.set_open(&row.number, !is_open.get_untracked());
        }
    });
    view! {
        {move || row.get().map(|row| view! { <Cells row source measure is_open toggle is_out /> })}
        {move || (is_open.get() && !is_out.get()).then_some({
            move || row.get().map(|row| later(move || parts::details(row.clone(), source)))
        })}
    }
}

#[component]
fn Cells(
    /// What to show.
    row: Row,
    /// Where it comes from.
    source: RwSignal<Option<Source>>,
    /// What layer bars have in common.
    measure: Memo<Measure>,
    /// The details are shown.
    is_open: Memo<bool>,
    /// Shows or hides them.
    toggle: Callback<()>,
    /// It is none of those that are looked for.
    is_out: RwSignal<bool>,
) -> impl IntoView {
    let (name, own, digest) = (row.name(), row.with_it(), row.digest.clone());
    let referrers = expect_context::<Lasting>().referrers;
    let with_it = move || {
        let mut words = own.clone();
        referrers.with(|known| {
            for (_, found) in known.iter().filter(|(of, _)| *of == digest) {
                if !words.is_empty() {
                    words += " · ";
                }
                words += found;
            }
        });
        words
    };
    let at = source.with_untracked(|source| source.as_ref().map(|source| source.reference.clone()));
    let (is_missing, is_unseen) = (row.is_missing(), row.absent.is_some() && !row.is_missing());
    let words = row.platform.as_ref().and_then(onetag_shared::platform::Platform::words);
    // What keeps it away is said in the row.
    let severity = row.severity().filter(|_| row.absent.is_none() && row.complete);
    let sign = severity.is_some().then(|| {
        let (name, word, shape) = signs(severity);
        view! { <span class="sign" data-severity=name title=word><Icon shape /><span class="visually-hidden">{word}</span></span> }
    });
    let label = format!("Details of {name}");
    let middle = match row.absent {
        Some(absent) => view! {
            <span class="cell missing" role="cell">
                <Icon shape={if is_missing { Shape::Cross } else { Shape::Warning }} /> {absent.kind.word()}
            </span>
            <span class="cell reason" role="cell" aria-colspan="2" title=absent.reason>{absent.short}</span>
        }
        .into_any(),
        None => view! {
            <span class="cell number" role="cell" data-label="Size">
                {row.size_to_download.map(|bytes| view! { <Size bytes /> })}
            </span>
            <span class="cell layers" role="cell" data-label="Layers">
                {(!row.layers.is_empty()).then(|| {
                    let layers = row.layers.clone();
                    move || view! { <LayerBar layers=layers.clone() measure /> }
                })}
            </span>
            <span class="cell created" role="cell" data-label="Created">{row.created.map(|time| view! { <When time /> })}</span>
        }
        .into_any(),
    };
    view! {
        <div
            class="row"
            class:is-missing=is_missing
            class:is-unseen=is_unseen
            class:is-waiting=!row.complete
            class:is-out=move || is_out.get()
            class:is-inside={row.depth > 0}
            style=("--depth", row.depth.to_string())
            role="row"
            id=["row-", &row.number].concat()
            data-row
            data-platform=name.clone()
            data-digest=row.digest.to_string()
        >
            <span class="cell" role="cell">
                <button
                    type="button"
                    class="icon-button unfold"
                    aria-expanded=move || is_open.get().to_string()
                    aria-label=label
                    on:click=move |_| toggle.run(())
                >
                    <Icon shape=Shape::Right />
                </button>
                <span class="entry-number">{row.number.clone()}</span>
            </span>
            <span class="cell platform" role="cell" title=words>
                {(row.depth > 0).then(|| view! { <span class="visually-hidden">"in that list: "</span> })}
                {name.clone()} {sign}
            </span>
            {middle}
            <span class="cell" role="cell" data-label="Digest"><DigestText digest=row.digest.clone() at /></span>
            <span class="cell with-it" role="cell">{with_it}</span>
        </div>
    }
}
