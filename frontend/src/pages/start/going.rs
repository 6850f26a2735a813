//! The way to a new draft, whose code may have to be fetched first.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use onetag_shared::api::Problem;

use crate::components::ProblemBox;

/// Leads to other pages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Going {
    navigate: StoredValue<Navigate, LocalStorage>,
    failure: RwSignal<Option<Problem>>,
}

type Navigate = Box<dyn Fn(&str)>;

impl Going {
    /// From this page.
    pub(super) fn new() -> Self {
        let navigate = use_navigate();
        let navigate: Navigate = Box::new(move |path| navigate(path, NavigateOptions::default()));
        Self { navigate: StoredValue::new_local(navigate), failure: RwSignal::new(None) }
    }

    /// To this path.
    pub(super) fn there(self, path: &str) {
        self.navigate.try_with_value(|navigate| navigate(path));
    }

    /// To a draft that is made by code that may have to be fetched.
    pub(super) fn to(self, draft: impl Future<Output = Result<String, Problem>> + 'static) {
        self.failure.set(None);
        spawn_local(async move {
            match draft.await {
                Ok(path) => self.there(&path),
                Err(problem) => drop(self.failure.try_set(Some(problem))),
            }
        });
    }
}

/// Why there is no way.
#[component]
pub(super) fn Failure(
    /// What was tried.
    going: Going,
) -> impl IntoView {
    move || going.failure.get().map(|problem| view! { <ProblemBox problem /> })
}
