//! One row of the draft.

use leptos::{ev::KeyboardEvent, prelude::*};
use onetag_shared::list::{Edit, Entry};

use super::{
    desk::Desk,
    facts::{Found, ListFacts, Member, RowFacts},
    parts,
    platform::{InConfig, PlatformField},
    row_details::{self, RowDetails},
    row_notes::RowNotes,
};
use crate::{
    components::{DigestText, Icon, Shape, Size},
    dom,
    state::row_ids::RowId,
    text::format,
};

/// A row, what the checks say of it below, and below that, when it is unfolded, the rest.
#[component]
pub(super) fn ImageRow(
    /// The draft.
    desk: Desk,
    /// Which row.
    id: RowId,
) -> impl IntoView {
    let row = desk.row(id);
    let place = desk.place(id);
    // What is unfinished is not hidden.
    let is_open = RwSignal::new(
        desk.typing.with_untracked(|typing| row_details::field_names(id).iter().any(|name| typing.has_any(name))),
    );
    let on_key = move |event: KeyboardEvent| {
        if !event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowUp" => shift(desk, id, -1),
            "ArrowDown" => shift(desk, id, 1),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div class="image" role="rowgroup" data-id=id data-place=place on:keydown=on_key>
            <div
                class="row"
                role="row"
                class:is-waiting=move || row.with(|row| row.as_ref().is_some_and(|row| row.found == Found::Waiting))
                class:is-missing=move || row.with(|row| matches!(row, Some(RowFacts { found: Found::Failed(_), .. })))
            >
                <span class="cell place" role="cell">{move || place.get().map(|place| place + 1)}</span>
                <Cells desk id place row />
                <Actions desk id place is_open />
            </div>
            <RowNotes desk id place row />
            <Show when=move || is_open.get()><RowDetails desk id place row /></Show>
        </div>
    }
}

#[component]
fn Cells(
    /// The draft.
    desk: Desk,
    /// Which row.
    id: RowId,
    /// Where it is.
    place: Memo<Option<usize>>,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
) -> impl IntoView {
    // The field is made once: whatever arrives or changes, what has the focus keeps it.
    let list = Memo::new(move |_| {
        row.with(|row| match row {
            Some(RowFacts { found: Found::List(list), entry, .. }) => Some(names(list, entry)),
            _ => None,
        })
    });
    let source = Memo::new(move |_| {
        row.with(|row| {
            let RowFacts { entry, found, .. } = row.as_ref()?;
            let digest = match found {
                Found::Image(image) => Some(image.digest.clone()),
                Found::List(list) => Some(list.digest.clone()),
                Found::Waiting | Found::Failed(_) => entry.digest.clone(),
            };
            Some((entry.source.clone(), digest))
        })
    });
    let size = Memo::new(move |_| {
        row.with(|row| match row.as_ref().map(|row| &row.found) {
            Some(Found::Image(image)) => image.size,
            Some(Found::List(list)) => Some(list.size),
            Some(Found::Waiting | Found::Failed(_)) | None => None,
        })
    });
    view! {
        <span class="cell platform" role="cell">
            <Show when=move || list.read().is_none()><PlatformField desk id place row /></Show>
            {move || list.get().map(|names| view! { <ListPlatforms names /> })}
        </span>
        <span class="cell config" role="cell" data-label="In its config"><InConfig row /></span>
        <span class="cell source" role="cell" data-label="Source">
            {move || source.get().map(|(source, digest)| {
                let name = source.without_digest().familiar();
                view! {
                    <a class="source-name" href=format!("/i/{}", source.familiar()) title=source.to_string()>{name}</a>
                    {digest.map(|digest| view! { <DigestText digest at=Some(source) /> })}
                }
            })}
        </span>
        <span class="cell number" role="cell" data-label="Size">{move || size.get().map(|bytes| view! { <Size bytes /> })}</span>
    }
}

/// The platforms of the images that a row takes of a list.
fn names(list: &ListFacts, entry: &Entry) -> Vec<String> {
    parts::taken(list, entry).map(Member::name).collect()
}

#[component]
fn ListPlatforms(
    /// Of its images.
    names: Vec<String>,
) -> impl IntoView {
    let all = names.join(", ");
    view! {
        <span class="many-platforms" title=all.clone()>
            <span class="hint">{format::count(names.len(), "image", "images")}": "</span>
            {all.clone()}
        </span>
    }
}

#[component]
fn Actions(
    /// The draft.
    desk: Desk,
    /// Which row.
    id: RowId,
    /// Where it is.
    place: Memo<Option<usize>>,
    /// The details are shown.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let number = move || place.get().unwrap_or_default() + 1;
    let is_first = move || place.get() == Some(0);
    let is_last = move || desk.rows.with(|rows| number() >= rows.len());
    view! {
        <span class="cell row-actions" role="cell">
            <button
                type="button" class="icon-button up" title="Move up (Alt+↑)"
                aria-label=move || format!("Move row {} up", number())
                disabled=is_first on:click=move |_| shift(desk, id, -1)
            >
                <Icon shape=Shape::Up />
            </button>
            <button
                type="button" class="icon-button down" title="Move down (Alt+↓)"
                aria-label=move || format!("Move row {} down", number())
                disabled=is_last on:click=move |_| shift(desk, id, 1)
            >
                <Icon shape=Shape::Down />
            </button>
            <button
                type="button" class="icon-button remove" title="Remove" aria-label=move || format!("Remove row {}", number())
                on:click=move |_| remove(desk, id)
            >
                <Icon shape=Shape::Cross />
            </button>
            <button
                type="button" class="icon-button unfold" title="Source, annotations, attestations"
                aria-label=move || format!("More about row {}", number())
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                <Icon shape=Shape::Right />
            </button>
        </span>
    }
}

/// Moves a row one place, and the focus with it.
fn shift(desk: Desk, id: RowId, by: isize) {
    let Some(place) = desk.place(id).get_untracked() else { return };
    let rows = desk.rows.with_untracked(Vec::len);
    let Some(to) = place.checked_add_signed(by).filter(|to| *to < rows) else { return };
    // What is being typed belongs to the row as it is now: leaving the field commits it.
    dom::blur();
    desk.edit(Edit::Move { from: place, to });
    // At either end the button that was pressed is switched off.
    let (pressed, other) = if by < 0 { (".up", ".down") } else { (".down", ".up") };
    dom::focus_next(vec![format!("[data-id='{id}'] {pressed}"), format!("[data-id='{id}'] {other}")]);
}

/// Takes a row out. The focus goes to the row that is there now, or to the field that adds some.
pub(super) fn remove(desk: Desk, id: RowId) {
    let Some(index) = desk.place(id).get_untracked() else { return };
    desk.edit(Edit::Remove { index, count: 1 });
    focus_after_removal(index);
}

/// Puts the focus on the row that is now where one was taken out.
pub(super) fn focus_after_removal(index: usize) {
    dom::focus_next(vec![
        format!("[data-place='{index}'] .remove"),
        format!("[data-place='{}'] .remove", index.saturating_sub(1)),
        "#paste".to_owned(),
    ]);
}
