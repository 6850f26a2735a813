//! The source of a row, to edit.

use leptos::prelude::*;
use onetag_shared::{
    list::{Edit, Entry},
    reference::Reference,
};

use super::{
    desk::Desk,
    facts::RowFacts,
    look_again::LookAgain,
    row_details::field_names,
    text_field::{Look, TextField},
    way,
};
use crate::state::row_ids::RowId;

/// Where the image comes from; another reference takes its place.
#[component]
pub(super) fn SourceField(
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
    let read = Callback::new(move |text: String| {
        let source: Reference =
            text.parse().map_err(|wrong: onetag_shared::reference::ReferenceError| wrong.with_suggestion())?;
        let Some((row, index)) = row.get_untracked().zip(place.get_untracked()) else { return Ok(None) };
        // What was seen and picked was so of the old source.
        let entry = Entry { source, digest: None, take: Vec::new(), ..row.entry };
        Ok(Some(Edit::Replace { index, entry: Box::new(entry) }))
    });
    let [name, _] = field_names(id);
    let field_id = way::field_id(&name);
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
                <TextField desk name look shown read />
                <LookAgain desk id row />
            </div>
        </div>
    }
}
