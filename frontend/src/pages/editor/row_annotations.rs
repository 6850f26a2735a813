//! The annotations of a row's entry.

use leptos::prelude::*;
use onetag_shared::{descriptor::Annotations, list::Edit};

use super::{
    annotations::AnnotationFields,
    desk::Desk,
    facts::{Found, RowFacts},
    row_details::field_names,
};
use crate::state::row_ids::RowId;

/// What the row stands for, as far as annotations go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// One image, with annotations of its own.
    Image,
    /// Several images, each with its own.
    List {
        /// The row says others for all of them.
        is_set: bool,
    },
    /// That is not known: what is typed now would take the place of what the image has.
    Unknown,
}

/// To edit, when the row is one image. Those of several images would all become the same.
#[component]
pub(super) fn RowAnnotations(
    /// The draft.
    desk: Desk,
    /// Which row.
    id: RowId,
    /// Where it is.
    place: Memo<Option<usize>>,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
) -> impl IntoView {
    let kind = Memo::new(move |_| {
        row.with(|row| match row {
            Some(RowFacts { found: Found::Image(_), .. }) => Kind::Image,
            Some(RowFacts { found: Found::List(_), entry, .. }) => Kind::List { is_set: entry.annotations.is_some() },
            Some(RowFacts { found: Found::Waiting | Found::Failed(_), .. }) | None => Kind::Unknown,
        })
    });
    let value = Memo::new(move |_| row.with(|row| row.as_ref().map(RowFacts::annotations).unwrap_or_default()));
    let set = move |annotations: Option<Annotations>| {
        if let Some(index) = place.get_untracked() {
            desk.edit(Edit::SetAnnotations { index, annotations });
        }
    };
    move || match kind.get() {
        Kind::Image => {
            let [_, name] = field_names(id);
            let on_change = Callback::new(move |annotations| set(Some(annotations)));
            view! { <AnnotationFields desk value on_change name /> }.into_any()
        }
        Kind::List { is_set: false } => view! {
            <p class="hint">"Each image of this list keeps its own. To edit them, make a row of each first."</p>
        }
        .into_any(),
        Kind::List { is_set: true } => view! {
            <p>
                "This row gives all images of the list the same annotations, in place of their own. "
                <button type="button" class="link" on:click=move |_| set(None)>"Let each keep its own"</button>
            </p>
        }
        .into_any(),
        Kind::Unknown => view! { <p class="hint">"To edit once the image is there."</p> }.into_any(),
    }
}
