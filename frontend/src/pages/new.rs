//! `/new`: makes a draft and goes to its page.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::state::drafts::{self, StoredDraft};

/// Shows nothing: "back" from the draft leads to where the person came from.
#[component]
pub(crate) fn New() -> impl IntoView {
    let path = drafts::create(&StoredDraft::default());
    let navigate = use_navigate();
    Effect::new(move |_| navigate(&path, NavigateOptions { replace: true, ..NavigateOptions::default() }));
}
