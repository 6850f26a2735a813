//! The pages, by their paths.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{
    components::Router,
    hooks::use_location,
    location::{BrowserUrl, LocationProvider as _},
};

use crate::{
    components::{Header, LeftOut, later},
    dom,
    pages::{Name, parts},
    state::sources::SourceCache,
};

/// The application.
#[component]
pub(crate) fn App() -> impl IntoView {
    provide_context(SourceCache::new());
    provide_context(LeftOut::new());
    view! {
        <Router>
            <Header />
            <main id="main" tabindex="-1">
                <Page />
            </main>
            <p class="visually-hidden" role="status" id="announced"></p>
        </Router>
    }
}

/// The page at the path; it stays when only what follows its name changes.
///
/// The router has no routes: a path here is a name and a text, and what chooses among routes would weigh as much as a page.
#[component]
fn Page() -> impl IntoView {
    let path = use_location().pathname;
    // Without routes nobody else says that the page of a link that was clicked may stand in the address.
    let browser = use_context::<BrowserUrl>();
    Effect::new(move |_| {
        path.track();
        if let Some(browser) = &browser {
            browser.ready_to_complete();
        }
        set_timeout(move || keep_true(path), Duration::ZERO);
    });
    let name = Memo::new(move |_| Name::of(&path.read()));
    move || later(parts::page(name.get()))
}

/// Keeps the address true: after "back" and "forward" the router may take a page for the one that it shows already, and
/// show the other without saying so to the browser. By now it has done what it does, and may have gone on to another page.
fn keep_true(path: Memo<String>) {
    let Some(path) = path.try_get_untracked() else { return };
    if window().location().pathname().is_ok_and(|shown| shown != path) {
        dom::push_address(&path);
    }
}
