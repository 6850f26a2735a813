//! What the checks say.

use leptos::prelude::*;
use onetag_shared::check::Finding;

use crate::components::FindingList;

/// What the checks say.
#[component]
pub(crate) fn FindingPanel(
    /// The findings.
    findings: Vec<Finding>,
    /// What is checked is a list.
    is_list: bool,
) -> impl IntoView {
    if findings.is_empty() && !is_list {
        return view! { <p class="empty">"These checks are for lists, and this is none."</p> }.into_any();
    }
    if findings.is_empty() {
        return view! { <p class="all-well">"Every check of the list passes. Programs are checked on request, below the platforms."</p> }.into_any();
    }
    view! { <FindingList findings place=Finding::place /> }.into_any()
}
