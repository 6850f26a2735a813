//! `/`: one field, what was begun, what was looked at.

mod drafts;
mod going;
mod samples;

use leptos::{
    ev::{ClipboardEvent, Event, SubmitEvent},
    prelude::*,
};
use onetag_shared::{
    paste::Meaning,
    reference::{Reference, ReferenceError},
};

pub(crate) use self::drafts::DraftList;
use self::{
    drafts::draft_list,
    going::{Failure, Going},
    samples::Samples,
};
use crate::{
    components::{LeftOut, Mistyped},
    dom,
    pages::parts,
    state::{recent, saved},
};

/// Under which name the history keeps what stands in the field.
const KEPT: &str = "reference";

/// The start page.
#[component]
pub(crate) fn Start() -> impl IntoView {
    dom::set_title("");
    dom::arrive();
    let going = Going::new();
    view! {
        <div class="page narrow start">
            <h1>"One tag, every architecture."</h1>
            <p class="lead">"See what a tag holds. Make one tag of many images, check it, and push it: pointers move, layers stay."</p>
            <ReferenceForm going />
            <Failure going />
            <p class="start-actions">
                <a class="button" id="new-list" href="/new">"New list"</a>
                <a class="button quiet" id="new-gather" href="/gathers/new" title="A list whose images CI jobs add one by one">"New gather"</a>
                <span class="hint">"To edit a list that is in a registry, inspect it first."</span>
            </p>
            <Samples going />
            {draft_list()}
            {saved()}
            <Recent />
        </div>
    }
}

/// The field: one reference is inspected, several make a list.
#[component]
fn ReferenceForm(
    /// Leads to a new draft.
    going: Going,
) -> impl IntoView {
    let text = RwSignal::new(dom::kept_in_history(KEPT).unwrap_or_default());
    Effect::new(move |before: Option<()>| {
        text.track();
        if before.is_some() {
            dom::keep_in_history(KEPT, &text.read_untracked());
        }
    });
    let error = RwSignal::new(None::<ReferenceError>);
    let left_out = LeftOut::from_context();
    // The field has one line; what was pasted may have had more, which mean something as long as nobody changes it.
    let (coming, lines) = (StoredValue::new(String::new()), RwSignal::new((String::new(), String::new())));
    let on_paste = move |event: ClipboardEvent| {
        coming.set_value(event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default());
    };
    let on_input = move |event: Event| {
        error.set(None);
        let (whole, shown) = (coming.get_value(), event_target_value(&event));
        coming.set_value(String::new());
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        if whole.trim().contains('\n') && letters(&whole) == letters(&shown) {
            lines.set((shown, whole));
        }
    };
    let meaning = move || {
        let host = window().location().host().unwrap_or_default();
        let (text, (shown, whole)) = (text.get(), lines.get());
        Meaning::of(if text == shown { &whole } else { &text }, &host)
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match untrack(meaning) {
            Meaning::Page(page) => going.there(&page.path()),
            Meaning::List(pasted) => going.to(parts::edit_pasted(*pasted, left_out)),
            Meaning::Nothing(refused) => error.set(Some(refused)),
        }
    };
    let on_suggestion = Callback::new(move |suggestion| {
        text.set(suggestion);
        dom::focus("#reference-input");
    });
    let several = move || meaning().is_several();
    view! {
        <form class="reference-form" on:submit=submit novalidate>
            <label for="reference-input">"Image reference"</label>
            <div class="field-row">
                <input
                    id="reference-input"
                    class="large"
                    type="text"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    autofocus
                    placeholder="alpine:3.20, ghcr.io/you/app:v1, localhost:5000/app@sha256:…"
                    aria-describedby="reference-error"
                    aria-invalid=move || error.read().is_some().to_string()
                    bind:value=text
                    on:paste=on_paste
                    on:input=on_input
                />
                <button id="inspect-button" class="button primary large" type="submit">
                    {move || if several() { "Make a list" } else { "Inspect" }}
                </button>
            </div>
            <div id="reference-error" aria-live="polite">
                <Mistyped error on_suggestion />
            </div>
        </form>
    }
}

/// The repositories that were saved here.
fn saved() -> Option<AnyView> {
    let repositories = saved::all();
    if repositories.is_empty() {
        return None;
    }
    let links = repositories.into_iter().map(|name| view! { <li><a href=format!("/r/{name}")>{name.clone()}</a></li> });
    Some(
        view! {
            <section class="start-section" aria-labelledby="saved-heading">
                <div class="section-head"><h2 id="saved-heading">"Saved repositories"</h2></div>
                <ul class="recent mono" id="saved">{links.collect_view()}</ul>
            </section>
        }
        .into_any(),
    )
}

/// The references that were inspected last.
#[component]
fn Recent() -> impl IntoView {
    let references = RwSignal::new(recent::all());
    let forget = move |_| {
        recent::clear();
        references.set(Vec::new());
        dom::focus("#reference-input");
    };
    let items = move || {
        let link = |reference: String| {
            let repository = reference.parse::<Reference>().ok().map(|reference| reference.familiar_repo());
            let tags = repository.map(|repository| {
                let name = format!("All tags of {repository}");
                view! { <a class="all-tags" href=format!("/r/{repository}") aria-label=name>"all tags"</a> }
            });
            view! { <li><a href=format!("/i/{reference}")>{reference.clone()}</a> {tags}</li> }
        };
        references.get().into_iter().map(link).collect_view()
    };
    view! {
        <Show when=move || !references.read().is_empty()>
            <section class="start-section" aria-labelledby="recent-heading">
                <div class="section-head">
                    <h2 id="recent-heading">"Recent"</h2>
                    <button type="button" class="button quiet" on:click=forget>"Forget these"</button>
                </div>
                <ul class="recent mono">{items}</ul>
            </section>
        </Show>
    }
}
