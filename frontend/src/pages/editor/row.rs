//! One row of the draft.

use leptos::{ev::KeyboardEvent, prelude::*};
use onetag_shared::{
    check::Finding,
    list::{Edit, Entry},
};

use super::{
    desk::Desk,
    facts::{Found, ImageFacts, ListFacts, RowFacts},
    fixes::{self, Act, Fix},
    platform::PlatformField,
    row_details::RowDetails,
    source_problem::SourceProblem,
};
use crate::{
    components::{DigestText, FindingItem, Icon, Shape, Size},
    dom,
    text::format,
};

/// A row, what the checks say of it below, and below that, when it is unfolded, the rest.
#[component]
pub(super) fn ImageRow(
    /// The draft.
    desk: Desk,
    /// Which row.
    place: usize,
) -> impl IntoView {
    let row = desk.row(place);
    let is_open = RwSignal::new(false);
    let on_key = move |event: KeyboardEvent| {
        if !event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowUp" => shift(desk, place, -1),
            "ArrowDown" => shift(desk, place, 1),
            _ => return,
        }
        event.prevent_default();
    };
    let findings = Memo::new(move |_| row.with(|row| row.as_ref().map(said).unwrap_or_default()));
    view! {
        <div class="image" role="rowgroup" data-place=place on:keydown=on_key>
            <div
                class="row"
                role="row"
                class:is-waiting=move || row.with(|row| row.as_ref().is_some_and(|row| row.found == Found::Waiting))
                class:is-missing=move || row.with(|row| matches!(row, Some(RowFacts { found: Found::Failed(_), .. })))
            >
                <span class="cell place" role="cell">{place + 1}</span>
                <Cells desk place row />
                <Actions desk place is_open />
            </div>
            {move || findings.get().into_iter().map(|finding| view! { <RowFinding desk place row finding /> }).collect_view()}
            {move || row.with(|row| match row {
                Some(RowFacts { found: Found::Failed(problem), entry, .. }) => {
                    Some(view! { <div class="row-note" role="row"><div role="cell"><FailedRow desk place entry=entry.clone() problem=(**problem).clone() /></div></div> })
                }
                _ => None,
            })}
            <Show when=move || is_open.get()><RowDetails desk place row /></Show>
        </div>
    }
}

/// What the checks say, without what the row says already by its looks.
fn said(row: &RowFacts) -> Vec<Finding> {
    use onetag_shared::check::FindingCode::SourceUnresolved;
    if matches!(row.found, Found::Failed(_)) {
        return Vec::new();
    }
    let mut findings: Vec<Finding> =
        row.findings.iter().filter(|finding| finding.code != SourceUnresolved).cloned().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

#[component]
fn Cells(
    /// The draft.
    desk: Desk,
    /// Which row.
    place: usize,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
) -> impl IntoView {
    // Only what the cells show makes them anew: a finding that comes or goes must not take the focus out of a field.
    let shown = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| (row.entry.clone(), row.found.clone()))));
    let platform = Memo::new(move |_| {
        shown.with(|shown| {
            shown.as_ref().map(|(entry, found)| match found {
                Found::Image(image) => (entry.platform.clone(), Some((**image).clone()), None),
                Found::List(list) => (None, None, Some(list.clone())),
                Found::Waiting | Found::Failed(_) => (entry.platform.clone(), None, None),
            })
        })
    });
    let source =
        Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|(entry, found)| (entry.clone(), found.clone()))));
    view! {
        <span class="cell platform" role="cell">
            {move || platform.get().map(|(set, image, list)| match list {
                Some(list) => view! { <ListPlatforms list /> }.into_any(),
                None => view! { <PlatformField desk place set image /> }.into_any(),
            })}
        </span>
        <span class="cell config" role="cell" data-label="In its config">
            {move || platform.get().and_then(|(set, image, _)| image.map(|image| in_config(set.as_ref(), &image)))}
        </span>
        <span class="cell source" role="cell" data-label="Source">
            {move || source.get().map(|(entry, found)| view! { <SourceCell entry found /> })}
        </span>
        <span class="cell number" role="cell" data-label="Size">
            {move || shown.with(|shown| shown.as_ref().and_then(|(_, found)| match found {
                Found::Image(image) => image.size,
                Found::List(list) => Some(list.size),
                Found::Waiting | Found::Failed(_) => None,
            })).map(|bytes| view! { <Size bytes /> })}
        </span>
    }
}

/// "same", or what the config says.
fn in_config(set: Option<&onetag_shared::platform::Platform>, image: &ImageFacts) -> AnyView {
    match &image.config {
        None => view! { <span class="hint">"not read"</span> }.into_any(),
        Some(config) if set.or(image.natural.as_ref()) == Some(config) => {
            view! { <span class="hint">"same"</span> }.into_any()
        }
        Some(config) => view! { <code>{config.to_string()}</code> }.into_any(),
    }
}

#[component]
fn ListPlatforms(
    /// The list.
    list: ListFacts,
) -> impl IntoView {
    let names: Vec<String> = list
        .images
        .iter()
        .map(|(_, platform)| platform.as_ref().map_or_else(|| "no platform".to_owned(), ToString::to_string))
        .collect();
    view! {
        <span class="many-platforms">
            <span class="hint">{format::count(names.len(), "image", "images")}": "</span>
            {names.join(", ")}
        </span>
    }
}

#[component]
fn SourceCell(
    /// The row.
    entry: Entry,
    /// What was found.
    found: Found,
) -> impl IntoView {
    let name = entry.source.without_digest().familiar();
    let href = format!("/i/{}", entry.source.familiar());
    let digest = match found {
        Found::Image(image) => Some(image.digest),
        Found::List(list) => Some(list.digest),
        Found::Waiting | Found::Failed(_) => entry.digest.clone(),
    };
    let at = Some(entry.source.clone());
    view! {
        <a class="source-name" href=href title=entry.source.to_string()>{name}</a>
        {digest.map(|digest| view! { <DigestText digest at=at /> })}
    }
}

#[component]
fn Actions(
    /// The draft.
    desk: Desk,
    /// Which row.
    place: usize,
    /// The details are shown.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let number = place + 1;
    let last = move || desk.rows.with(|rows| place + 1 >= rows.len());
    let remove = move |_| {
        desk.edit(Edit::Remove { index: place, count: 1 });
        // The focus goes to the row that is there now, or to the field that adds some.
        let rows = desk.rows.with_untracked(Vec::len);
        match rows.checked_sub(1) {
            Some(last) => dom::focus(&format!("[data-place='{}'] .remove", place.min(last))),
            None => dom::focus("#paste"),
        }
    };
    view! {
        <span class="cell row-actions" role="cell">
            <button
                type="button" class="icon-button up" title="Move up (Alt+↑)" aria-label=format!("Move row {number} up")
                disabled=place == 0 on:click=move |_| shift(desk, place, -1)
            >
                <Icon shape=Shape::Up />
            </button>
            <button
                type="button" class="icon-button down" title="Move down (Alt+↓)" aria-label=format!("Move row {number} down")
                disabled=last on:click=move |_| shift(desk, place, 1)
            >
                <Icon shape=Shape::Down />
            </button>
            <button
                type="button" class="icon-button remove" title="Remove" aria-label=format!("Remove row {number}") on:click=remove
            >
                <Icon shape=Shape::Cross />
            </button>
            <button
                type="button" class="icon-button unfold" title="Source, annotations, attestations"
                aria-label=format!("More about row {number}") aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                <Icon shape=Shape::Right />
            </button>
        </span>
    }
}

/// Moves a row one place, and the focus with it.
fn shift(desk: Desk, place: usize, by: isize) {
    let rows = desk.rows.with_untracked(Vec::len);
    let Some(to) = place.checked_add_signed(by).filter(|to| *to < rows) else { return };
    // What is being typed belongs to the row as it is now: leaving the field commits it.
    dom::blur();
    desk.edit(Edit::Move { from: place, to });
    // At either end the button that was pressed is switched off.
    let button = match (by < 0, to == 0, to + 1 == rows) {
        (true, false, _) | (false, _, true) => ".up",
        _ => ".down",
    };
    dom::focus(&format!("[data-place='{to}'] {button}"));
}

#[component]
fn RowFinding(
    /// The draft.
    desk: Desk,
    /// Which row.
    place: usize,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
    /// What the checks say.
    finding: Finding,
) -> impl IntoView {
    let fixes =
        row.with_untracked(|row| row.as_ref().map(|row| fixes::fixes(place, row, &finding)).unwrap_or_default());
    let finding = Finding { message: fixes::in_words(&finding.message), ..finding };
    let buttons = fixes
        .into_iter()
        .map(|Fix { label, act }| {
            view! { <button type="button" class="link fix" on:click=move |_| perform(desk, place, act.clone())>{label}</button> }
        })
        .collect_view();
    view! {
        <div class="row-note" role="row"><div role="cell"><FindingItem finding>{buttons}</FindingItem></div></div>
    }
}

fn perform(desk: Desk, place: usize, act: Act) {
    match act {
        Act::Edit(edit) => desk.edit(*edit),
        Act::LookAgain => desk.look_again(place),
        Act::TakeNew => {
            desk.edit(Edit::SetDigest { index: place, digest: None });
            desk.look_again(place);
        }
    }
}

/// A source that cannot be had, and what can be done.
#[component]
fn FailedRow(
    /// The draft.
    desk: Desk,
    /// Which row.
    place: usize,
    /// The row.
    entry: Entry,
    /// Why.
    problem: onetag_shared::api::Problem,
) -> impl IntoView {
    view! {
        <SourceProblem desk reference=entry.source problem>
            <button type="button" class="button small" on:click=move |_| desk.edit(Edit::Remove { index: place, count: 1 })>
                "Remove the row"
            </button>
        </SourceProblem>
    }
}
