//! What clients say where an image does not run.

use leptos::prelude::*;
use onetag_shared::{
    platform::Platform,
    source::{Failure, Source},
};

use crate::components::Prose;

/// The words of each client, to recognise them by.
#[component]
pub(crate) fn ClientErrors(
    /// What is looked at.
    source: RwSignal<Option<Source>>,
    /// The machine.
    host: Platform,
    /// What is the matter there.
    failure: Failure,
) -> impl IntoView {
    let around = source.with_untracked(|source| source.as_ref()?.way_around(&host, &failure));
    let errors = source.with_untracked(|source| source.as_ref().map(|source| source.client_errors(&host, &failure)));
    let errors = errors.unwrap_or_default().into_iter().map(|error| {
        view! {
            <div>
                <dt>{error.client}" "<span class="hint">{error.when.words()}</span></dt>
                <dd><code>{error.says}</code></dd>
            </div>
        }
    });
    view! {
        <dl class="facts" id="client-errors">{errors.collect_view()}</dl>
        {around.map(|text| view! { <p id="way-around"><Prose text /></p> })}
    }
}
