//! A path that leads nowhere.

use leptos::prelude::*;

use crate::dom;

/// Says so, and where to go instead.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    dom::arrive();
    dom::set_title("Nothing here");
    view! {
        <section class="page narrow">
            <h1>"There is no such page"</h1>
            <p>
                "Pages about images are at " <code>"/i/REFERENCE"</code> ", as in "
                <a href="/i/alpine:3.20"><code>"/i/alpine:3.20"</code></a> ". Or go " <a href="/">"to the start"</a> "."
            </p>
        </section>
    }
}
