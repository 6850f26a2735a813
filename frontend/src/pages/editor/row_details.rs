//! The rest of a row: another source, parts of a list, attestations, annotations.

use leptos::prelude::*;
use onetag_shared::list::{Attestations, Edit, Nested};

use super::{
    desk::Desk,
    facts::{Found, RowFacts},
    parts::Parts,
    row_annotations::RowAnnotations,
    source_field::SourceField,
};
use crate::{components::When, state::row_ids::RowId, text::format};

/// The names of the fields in here.
pub(super) fn field_names(id: RowId) -> [String; 2] {
    [format!("{id}.source"), format!("{id}.annotations")]
}

/// What is not edited often.
#[component]
pub(super) fn RowDetails(
    /// The draft.
    desk: Desk,
    /// Which row.
    id: RowId,
    /// Where it is.
    place: Memo<Option<usize>>,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
) -> impl IntoView {
    let list = Memo::new(move |_| {
        row.with(|row| match row {
            Some(RowFacts { found: Found::List(list), .. }) => Some(list.clone()),
            _ => None,
        })
    });
    let attested = Memo::new(move |_| {
        row.with(|row| match row.as_ref().map(|row| &row.found) {
            Some(Found::Image(image)) => image.attestations,
            Some(Found::List(list)) => list.attestations,
            _ => 0,
        })
    });
    let keeps = move || row.with(|row| row.as_ref().is_some_and(|row| row.entry.attestations == Attestations::Keep));
    let keep = move |event| {
        let attestations = if event_target_checked(&event) { Attestations::Keep } else { Attestations::Drop };
        if let Some(index) = place.get_untracked() {
            desk.edit(Edit::SetAttestations { index, attestations });
        }
    };
    let has_lists = Memo::new(move |_| {
        row.with(|row| match row.as_ref().map(|row| &row.found) {
            Some(Found::Image(image)) => image.inside > 0,
            Some(Found::List(list)) => list.has_lists,
            Some(Found::Waiting | Found::Failed(_)) | None => false,
        })
    });
    let flattens = move || row.with(|row| row.as_ref().is_some_and(|row| row.entry.nested == Nested::Flatten));
    let flatten = move |event| {
        let nested = if event_target_checked(&event) { Nested::Flatten } else { Nested::Keep };
        if let Some(index) = place.get_untracked() {
            desk.edit(Edit::SetNested { index, nested });
        }
    };
    let created = Memo::new(move |_| {
        row.with(|row| match row.as_ref().map(|row| &row.found) {
            Some(Found::Image(image)) => image.created.clone(),
            _ => None,
        })
    });
    view! {
        <div class="row-details" role="row">
            <div role="cell" aria-colspan="6">
                <SourceField desk id place row />
                {move || list.get().map(|list| view! { <Parts desk place row list /> })}
                <Show when=move || has_lists.get()>
                    <label class="check">
                        <input type="checkbox" prop:checked=flattens on:change=flatten />
                        "Take lists in it apart: their images stand in this list themselves"
                    </label>
                </Show>
                <Show when=move || { attested.get() > 0 }>
                    <label class="check">
                        <input type="checkbox" prop:checked=keeps on:change=keep />
                        {move || format!("Keep what attests it ({})", format::count(attested.get(), "attestation", "attestations"))}
                    </label>
                </Show>
                <div class="detail">
                    <h3>"Annotations of the entry"</h3>
                    <RowAnnotations desk id place row />
                </div>
                {move || created.get().map(|time| view! { <p class="hint">"Made "<When time />"."</p> })}
            </div>
        </div>
    }
}
