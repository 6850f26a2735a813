//! A path that names no image.

use leptos::prelude::*;
use onetag_shared::reference::ReferenceError;

use crate::dom;

/// Says so, and what was meant.
#[component]
pub(crate) fn NoReference(
    /// Why.
    error: ReferenceError,
) -> impl IntoView {
    dom::set_title("Not a reference");
    dom::arrive();
    let suggestion = error.suggestion();
    view! {
        <section class="page narrow">
            <h1>"That is not an image reference"</h1>
            <p class="field-error">{error.to_string()}"."</p>
            <p>
                {suggestion.map(|suggestion| view! {
                    "Did you mean " <a href=format!("/i/{suggestion}")><code>{suggestion.clone()}</code></a> "? "
                })}
                "Or " <a href="/">"type another"</a> "."
            </p>
        </section>
    }
}
