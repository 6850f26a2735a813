//! The routes.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};

use crate::{
    components::{Header, LeftOut},
    dom,
    pages::{DiffPage, Editor, GatherPage, Gathers, Inspect, New, NewGather, NotFound, Registries, Start},
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
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=Start />
                    <Route path=path!("/new") view=New />
                    <Route path=path!("/gathers") view=Gathers />
                    <Route path=path!("/gathers/new") view=NewGather />
                    <Route path=path!("/gathers/:id") view=GatherPage />
                    <Route path=path!("/registries") view=Registries />
                    <Route path=path!("/diff") view=DiffPage />
                    <Route path=path!("/d/:id") view=Editor />
                    <Route path=path!("/i/*reference") view=Inspect />
                </Routes>
            </main>
        </Router>
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
