//! `/`: one field, what was begun, what was looked at.

mod drafts;
mod samples;

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use onetag_shared::reference::ReferenceError;

use self::{drafts::DraftList, samples::Samples};
use crate::{
    dom,
    state::{
        drafts::{StoredDraft, create},
        recent,
    },
    text::paste,
};

/// The start page.
#[component]
pub(crate) fn Start() -> impl IntoView {
    dom::set_title("");
    view! {
        <div class="page narrow start">
            <h1>"One tag, every architecture."</h1>
            <p class="lead">"See what a tag holds. Make one tag of many images, check it, and push it: pointers move, layers stay."</p>
            <ReferenceForm />
            <p class="start-actions">
                <a class="button" id="new-list" href="/new">"New list"</a>
                <span class="hint">"To edit a list that is in a registry, inspect it first."</span>
            </p>
            <Samples />
            <DraftList />
            <Recent />
        </div>
    }
}

/// The field: one reference is inspected, several make a list.
#[component]
fn ReferenceForm() -> impl IntoView {
    let text = RwSignal::new(String::new());
    let error = RwSignal::new(None::<ReferenceError>);
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let pasted = paste::read(&text.get_untracked());
        match (pasted.references.as_slice(), pasted.rejected.first()) {
            ([reference], None) => navigate(&format!("/i/{}", reference.familiar()), NavigateOptions::default()),
            ([_, ..], None) => {
                navigate(&create(&StoredDraft::of_references(pasted.references)), NavigateOptions::default());
            }
            (_, Some(rejected)) => error.set(Some(rejected.clone())),
            // Nothing typed yet.
            ([], None) => error.set(text.get_untracked().parse::<onetag_shared::reference::Reference>().err()),
        }
    };
    let several = move || paste::read(&text.get()).references.len() > 1;
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
                    on:input=move |_| error.set(None)
                />
                <button id="inspect-button" class="button primary large" type="submit">
                    {move || if several() { "Make a list" } else { "Inspect" }}
                </button>
            </div>
            <div id="reference-error" aria-live="polite">
                {move || error.get().map(|error| view! {
                    <p class="field-error">
                        {error.to_string()}"."
                        {error.suggestion().map(|suggestion| view! {
                            " Did you mean "
                            <button
                                type="button"
                                class="link"
                                on:click={
                                    let suggestion = suggestion.clone();
                                    move |_| {
                                        text.set(suggestion.clone());
                                        dom::focus("#reference-input");
                                    }
                                }
                            >
                                <code>{suggestion.clone()}</code>
                            </button>
                            "?"
                        })}
                    </p>
                })}
            </div>
        </form>
    }
}

/// The references that were inspected last.
#[component]
fn Recent() -> impl IntoView {
    let references = RwSignal::new(recent::all());
    let forget = move |_| {
        recent::clear();
        references.set(Vec::new());
    };
    let items = move || {
        let link = |reference: String| view! { <li><a href=format!("/i/{reference}")>{reference.clone()}</a></li> };
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
