//! The rest of a row: another source, parts of a list, attestations, annotations.

use leptos::prelude::*;
use onetag_shared::{
    descriptor::Annotations,
    list::{Attestations, Edit, Entry},
    reference::Reference,
};

use super::{
    annotations::AnnotationFields,
    desk::Desk,
    facts::{Found, RowFacts},
    parts::Parts,
    text_field::{Look, TextField},
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
    let annotations = Memo::new(move |_| {
        row.with(|row| match row {
            Some(RowFacts { entry: Entry { annotations: Some(annotations), .. }, .. }) => annotations.clone(),
            Some(RowFacts { found: Found::Image(image), .. }) => image.annotations.clone(),
            _ => Annotations::new(),
        })
    });
    let set_annotations = Callback::new(move |annotations| {
        if let Some(index) = place.get_untracked() {
            desk.edit(Edit::SetAnnotations { index, annotations: Some(annotations) });
        }
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
    let created = Memo::new(move |_| {
        row.with(|row| match row.as_ref().map(|row| &row.found) {
            Some(Found::Image(image)) => image.created.clone(),
            _ => None,
        })
    });
    let [_, annotations_name] = field_names(id);
    view! {
        <div class="row-details" role="row">
            <div role="cell" aria-colspan="6">
                <SourceField desk id place row />
                {move || list.get().map(|list| view! { <Parts desk place row list /> })}
                <Show when=move || { attested.get() > 0 }>
                    <label class="check">
                        <input type="checkbox" prop:checked=keeps on:change=keep />
                        {move || format!("Keep what attests it ({})", format::count(attested.get(), "attestation", "attestations"))}
                    </label>
                </Show>
                <div class="detail">
                    <h3>"Annotations of the entry"</h3>
                    <AnnotationFields desk value=annotations on_change=set_annotations name=annotations_name />
                </div>
                {move || created.get().map(|time| view! { <p class="hint">"Made "<When time />"."</p> })}
            </div>
        </div>
    }
}

/// Where the image comes from; another reference takes its place.
#[component]
fn SourceField(
    /// The draft.
    desk: Desk,
    /// Which row.
    id: RowId,
    /// Where it is.
    place: Memo<Option<usize>>,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
) -> impl IntoView {
    let shown =
        Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.entry.source.familiar()).unwrap_or_default()));
    let take = Callback::new(move |text: String| {
        let source: Reference =
            text.parse().map_err(|wrong: onetag_shared::reference::ReferenceError| wrong.with_suggestion())?;
        let Some((row, index)) = row.get_untracked().zip(place.get_untracked()) else { return Ok(()) };
        // What was seen and picked was so of the old source.
        let entry = Entry { source, digest: None, take: Vec::new(), ..row.entry };
        desk.edit(Edit::Replace { index, entry: Box::new(entry) });
        Ok(())
    });
    let [name, _] = field_names(id);
    let field_id = format!("source-{id}");
    let look = Look {
        id: field_id.clone(),
        class: "source-field",
        offers: "",
        label: Signal::derive(move || format!("Source of row {}", place.get().unwrap_or_default() + 1)),
        placeholder: Signal::stored(""),
    };
    view! {
        <div class="detail">
            <label for=field_id>"Source"</label>
            <div class="field-row">
                <TextField desk name look shown take />
                <button type="button" class="button" on:click=move |_| desk.look_again(id)>"Look again"</button>
            </div>
        </div>
    }
}
