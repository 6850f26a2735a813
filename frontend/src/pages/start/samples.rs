//! Sample images, where the server has some: the main job in the first minute.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::reference::Reference;

use super::Going;
use crate::{api, pages::parts, text::format};

/// Offers to make a list of the samples. Without samples there is nothing to see.
#[component]
pub(super) fn Samples(
    /// Leads to a new draft.
    going: Going,
) -> impl IntoView {
    let samples = RwSignal::new(Vec::<Reference>::new());
    spawn_local(async move {
        if let Ok(about) = api::about().await {
            samples.try_set(about.samples.iter().filter_map(|sample| sample.parse().ok()).collect());
        }
    });
    let open = move |_| going.to(parts::edit_references(samples.get_untracked()));
    let text = move || {
        let samples = samples.read();
        let registry = samples.first().map(|sample| sample.registry().to_string()).unwrap_or_default();
        format!(
            "No registry at hand? {} in {registry}: ",
            match samples.len() {
                1 => "One sample image is".to_owned(),
                number => format!("{} are", format::count(number, "sample image", "sample images")),
            }
        )
    };
    view! {
        <p class="samples" class:is-empty=move || samples.read().is_empty()>
            <Show when=move || !samples.read().is_empty()>
                {text}
                <button type="button" class="link" id="open-samples" on:click=open>"make one tag of them"</button>
            </Show>
        </p>
    }
}
