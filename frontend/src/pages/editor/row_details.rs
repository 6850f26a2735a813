//! The rest of a row: another source, parts of a list, attestations, annotations.

use leptos::prelude::*;
use onetag_shared::{
    descriptor::Annotations,
    digest::Digest,
    list::{Attestations, Edit, Entry},
    platform::Platform,
    reference::Reference,
};

use super::{
    annotations::AnnotationFields,
    desk::Desk,
    facts::{Found, ListFacts, RowFacts},
};
use crate::{components::When, text::format};

/// What is not edited often.
#[component]
pub(super) fn RowDetails(
    /// The draft.
    desk: Desk,
    /// Which row.
    place: usize,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
) -> impl IntoView {
    let found = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.found.clone())));
    let take = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.entry.take.clone()).unwrap_or_default()));
    let annotations = Signal::derive(move || {
        row.with(|row| match row {
            Some(RowFacts { entry: Entry { annotations: Some(annotations), .. }, .. }) => annotations.clone(),
            Some(RowFacts { found: Found::Image(image), .. }) => image.annotations.clone(),
            _ => Annotations::new(),
        })
    });
    let set_annotations = Callback::new(move |annotations| {
        desk.edit(Edit::SetAnnotations { index: place, annotations: Some(annotations) });
    });
    let attested = move || {
        row.with(|row| match row.as_ref().map(|row| &row.found) {
            Some(Found::Image(image)) => image.attestations,
            Some(Found::List(list)) => list.attestations,
            _ => 0,
        })
    };
    let keeps = move || row.with(|row| row.as_ref().is_some_and(|row| row.entry.attestations == Attestations::Keep));
    view! {
        <div class="row-details" role="row">
            <div role="cell">
                <SourceField desk place row />
                {move || match found.get() {
                    Some(Found::List(list)) => Some(view! { <Parts desk place row list take /> }),
                    _ => None,
                }}
                <Show when=move || { attested() > 0 }>
                    <label class="check">
                        <input
                            type="checkbox"
                            prop:checked=keeps
                            on:change=move |event| {
                                let keep = event_target_checked(&event);
                                let attestations = if keep { Attestations::Keep } else { Attestations::Drop };
                                desk.edit(Edit::SetAttestations { index: place, attestations });
                            }
                        />
                        {move || format!("Keep what attests it ({})", format::count(attested(), "attestation", "attestations"))}
                    </label>
                </Show>
                <div class="detail">
                    <h3>"Annotations of the entry"</h3>
                    <AnnotationFields value=annotations on_change=set_annotations name=format!("row-{place}") />
                </div>
                {move || found.with(|found| match found {
                    Some(Found::Image(image)) => image.created.clone(),
                    _ => None,
                }).map(|time| view! { <p class="hint">"Made "<When time />"."</p> })}
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
    place: usize,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
) -> impl IntoView {
    let shown =
        Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.entry.source.familiar()).unwrap_or_default()));
    let error = RwSignal::new(None::<String>);
    let commit = move |text: &str| {
        if text.trim() == shown.get_untracked() {
            return error.set(None);
        }
        match text.trim().parse::<Reference>() {
            Ok(source) => {
                error.set(None);
                let Some(old) = row.get_untracked().map(|row| row.entry) else { return };
                // What was seen and picked was so of the old source.
                let entry = Entry { source, digest: None, take: Vec::new(), ..old };
                desk.edit(Edit::Replace { index: place, entry: Box::new(entry) });
            }
            Err(wrong) => error.set(Some(wrong.with_suggestion())),
        }
    };
    let id = format!("source-{place}");
    view! {
        <div class="detail">
            <label for=id.clone()>"Source"</label>
            <div class="field-row">
                <input
                    type="text" id=id autocomplete="off" autocapitalize="none" spellcheck="false"
                    prop:value=shown
                    aria-invalid=move || error.read().is_some().to_string()
                    on:change=move |event| commit(&event_target_value(&event))
                />
                <button type="button" class="button" on:click=move |_| desk.look_again(place)>"Look again"</button>
            </div>
            {move || error.get().map(|error| view! { <p class="field-error" role="alert">{error}</p> })}
        </div>
    }
}

/// Which images of a list to take.
#[component]
fn Parts(
    /// The draft.
    desk: Desk,
    /// Which row.
    place: usize,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
    /// The list.
    list: ListFacts,
    /// The platforms that are taken; none for all.
    take: Memo<Vec<Platform>>,
) -> impl IntoView {
    let platforms: Vec<Platform> = list.images.iter().filter_map(|(_, platform)| platform.clone()).collect();
    let all = StoredValue::new(platforms.clone());
    let boxes = platforms
        .into_iter()
        .map(|platform| {
            let name = platform.to_string();
            let this = platform.clone();
            let is_taken = move || take.with(|take| take.is_empty() || take.contains(&this));
            let choose = move |event| {
                let is_wanted = event_target_checked(&event);
                let mut taken = take.get_untracked();
                if taken.is_empty() {
                    taken = all.get_value();
                }
                if is_wanted {
                    taken.push(platform.clone());
                } else {
                    taken.retain(|other| *other != platform);
                }
                // All of them is the same as no choice; none of them is no row.
                if taken.len() == all.with_value(Vec::len) {
                    taken.clear();
                } else if taken.is_empty() {
                    return desk.edit(Edit::Remove { index: place, count: 1 });
                }
                desk.edit(Edit::SetTake { index: place, take: taken });
            };
            view! { <label class="check"><input type="checkbox" prop:checked=is_taken on:change=choose /><code>{name}</code></label> }
        })
        .collect_view();
    let images: Vec<Digest> = list.images.into_iter().map(|(digest, _)| digest).collect();
    let count = images.len();
    let split = move |_| {
        let Some(old) = row.get_untracked().map(|row| row.entry) else { return };
        let entries = images
            .iter()
            .map(|digest| Entry { digest: Some(digest.clone()), take: Vec::new(), platform: None, ..old.clone() })
            .collect();
        desk.edit(Edit::Batch {
            edits: vec![Edit::Remove { index: place, count: 1 }, Edit::Add { index: place, entries }],
        });
    };
    view! {
        <fieldset class="detail">
            <legend>"Images of this list to take"</legend>
            <div class="checks">{boxes}</div>
            <button type="button" class="button small" on:click=split>{format!("Make {count} rows of it, to edit each")}</button>
        </fieldset>
    }
}
