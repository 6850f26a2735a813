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
    /// More buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <ProblemBox problem>
            <button type="button" class="button small" on:click=move |_| desk.cache.again(&reference)>"Try again"</button>
            {children.map(|children| children())}
        </ProblemBox>
    }
}
