//! A source that cannot be had.

use leptos::prelude::*;
use onetag_shared::{api::Problem, reference::Reference};

use super::desk::Desk;
use crate::components::ProblemBox;

/// Why, and another try.
#[component]
pub(super) fn SourceProblem(
    /// The draft.
    desk: Desk,
    /// What was asked for.
    reference: Reference,
    /// Why there is nothing.
    problem: Problem,
    /// Called after another try was begun: the problem goes, and its buttons with it.
    #[prop(optional)]
    on_retry: Option<Callback<()>>,
    /// More buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let retried = move || {
        if let Some(on_retry) = on_retry {
            on_retry.run(());
        }
    };
    let retry = move |_| {
        desk.cache.again(&reference);
        retried();
    };
    let offered = problem.setting.as_ref().map(|offer| offer.registry.clone()).unwrap_or_default();
    // It may be what other rows lack, too.
    let on_allowed = Callback::new(move |()| {
        desk.cache.allowed(&offered);
        retried();
    });
    view! {
        <ProblemBox problem on_allowed>
            <button type="button" class="button small" on:click=retry>"Try again"</button>
            {children.map(|children| children())}
        </ProblemBox>
    }
}
