//! The routes.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    components::{Header, LeftOut},
    pages::{Editor, Inspect, New, NotFound, Start},
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
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=Start />
                    <Route path=path!("/new") view=New />
                    <Route path=path!("/d/:id") view=Editor />
                    <Route path=path!("/i/*reference") view=Inspect />
                </Routes>
            </main>
        </Router>
    }
}
