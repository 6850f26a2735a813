//! The pages, by their paths.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    path,
};

use crate::{
    components::{Header, LeftOut, later},
    dom,
    pages::{Inspect, Name, NotFound, parts},
    state::sources::SourceCache,
};

/// The application.
#[component]
pub(crate) fn App() -> impl IntoView {
    provide_context(SourceCache::new());
    provide_context(LeftOut::new());
    view! {
        <Router>
            <TrueAddress />
            <Header />
            <main id="main" tabindex="-1">
                // One route: the code of each more would be as long as that of a page.
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/*path") view=Page />
                </FlatRoutes>
            </main>
        </Router>
    }
}

/// The page at the path; it stays when only what follows its name changes.
#[component]
fn Page() -> impl IntoView {
    let path = use_location().pathname;
    let name = Memo::new(move |_| Name::of(&path.read()));
    move || match name.get() {
        Name::Inspect => view! { <Inspect /> }.into_any(),
        name => match parts::page(name) {
            Some(page) => later(page),
            None => view! { <NotFound /> }.into_any(),
        },
    }
}

/// Keeps the address true: after "back" and "forward" the router may take a page for the one that it shows already, and
/// show the other without saying so to the browser.
#[component]
fn TrueAddress() -> impl IntoView {
    let path = use_location().pathname;
    Effect::new(move |_| {
        path.track();
        // By then the router has done what it does, and may have gone on to another page.
        set_timeout(
            move || {
                let Some(path) = path.try_get_untracked() else { return };
                if window().location().pathname().is_ok_and(|shown| shown != path) {
                    dom::push_address(&path);
                }
            },
            Duration::ZERO,
        );
    });
}
