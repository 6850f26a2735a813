//! What is the matter with the list as a whole, and what can be done about it.

use leptos::prelude::*;
use onetag_shared::check::Finding;

use super::{
    desk::Desk,
    fixes::{self, Act, Fix},
};
use crate::{components::FindingItem, dom};

/// Is it about something that is set here?
pub(super) fn is_of_settings(finding: &Finding) -> bool {
    matches!(finding.pointer.as_str(), "/annotations" | "/artifactType" | "/subject")
}

/// What the checks say of what is set here.
#[component]
pub(super) fn ListFindings(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    let findings = Memo::new(move |_| {
        let is_shown = |finding: &&Finding| is_of_settings(finding);
        desk.plan.with(|plan| plan.findings.iter().filter(is_shown).cloned().collect::<Vec<_>>())
    });
    // The button goes with its finding, so the focus goes to what it has set.
    let perform = move |act: Act| {
        if let Act::Edit(edit) = act {
            desk.edit(*edit);
        }
        dom::focus_next(vec!["#list-type".to_owned()]);
    };
    let button = move |Fix { label, act }| {
        view! { <button type="button" class="link fix" on:click=move |_| perform(act.clone())>{label}</button> }
    };
    let item = move |finding: Finding| {
        let fixes = fixes::of_list(&finding);
        // What a button says need not be said before it.
        let is_said = fixes.iter().any(|fix| finding.hint.trim_end_matches('.') == fix.label);
        let hint = if is_said { String::new() } else { finding.hint.clone() };
        let buttons = fixes.into_iter().map(button).collect_view();
        view! { <FindingItem finding=Finding { hint, ..finding }>{buttons}</FindingItem> }
    };
    view! { <div id="list-findings">{move || findings.get().into_iter().map(item).collect_view()}</div> }
}
