//! The line at the top of every page.

use leptos::prelude::*;

use super::{Icon, Shape};
use crate::{dom, state::scheme::Scheme};

/// The way home, to a new list, and to the other colours.
#[component]
pub(crate) fn Header() -> impl IntoView {
    let scheme = RwSignal::new(Scheme::stored());
    let choose = move |_| {
        scheme.update(|scheme| *scheme = scheme.next());
        scheme.get_untracked().choose();
    };
    let name = move || format!("Colours: {}", scheme.get().name());
    view! {
        <header class="site">
            <a
                class="skip"
                href="#main"
                on:click=|event| {
                    event.prevent_default();
                    dom::focus("#main");
                }
            >
                "Skip to the content"
            </a>
            <a class="wordmark" href="/" aria-label="Onetag, start page">
                <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                    <path
                        d="M2.8 9.3V3.8a1 1 0 0 1 1-1h5.5a1 1 0 0 1 .7.3l7 7a1 1 0 0 1 0 1.4l-5.5 5.5a1 1 0 0 1-1.4 0l-7-7a1 1 0 0 1-.3-.7z"
                        fill="none"
                        stroke="currentColor"
                        stroke-width="1.6"
                        stroke-linejoin="round"
                    />
                    <circle cx="6.8" cy="6.8" r="1.5" fill="currentColor" />
                </svg>
                <span>"onetag"</span>
            </a>
            <nav aria-label="Main">
                <a href="/new" id="nav-new">"New list"</a>
                <a href="/gathers" id="nav-gathers">"Gathers"</a>
                <a href="/registries" id="nav-registries">"Registries"</a>
                <a href="/api/v1/docs" rel="external">"API"</a>
                <button type="button" class="icon-button" id="scheme-button" aria-label=name title=name on:click=choose>
                    {move || {
                        let shape = match scheme.get() {
                            Scheme::Auto => Shape::Contrast,
                            Scheme::Light => Shape::Sun,
                            Scheme::Dark => Shape::Moon,
                        };
                        view! { <Icon shape /> }
                    }}
                </button>
            </nav>
        </header>
    }
}
