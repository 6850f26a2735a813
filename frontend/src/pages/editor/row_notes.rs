//! What is the matter with a row, and what can be done about it.

use leptos::prelude::*;
use onetag_shared::{api::Problem, check::Finding, list::Edit, reference::Reference};

use super::{
    desk::Desk,
    facts::{Found, RowFacts},
    fixes::{self, Act, Fix},
    platform, row,
    source_problem::SourceProblem,
};
use crate::{components::FindingItem, dom, state::row_ids::RowId};

/// Why its source cannot be had; else what the checks say.
#[component]
pub(super) fn RowNotes(
    /// The draft.
    desk: Desk,
    /// Which row.
    id: RowId,
    /// Where it is.
    place: Memo<Option<usize>>,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
) -> impl IntoView {
    let findings = Memo::new(move |_| row.with(|row| row.as_ref().map(said).unwrap_or_default()));
    let failed = Memo::new(move |_| {
        row.with(|row| match row {
            Some(RowFacts { found: Found::Failed(problem), entry, .. }) => {
                Some((entry.source.clone(), (**problem).clone()))
            }
            _ => None,
        })
    });
    view! {
        {move || findings.get().into_iter().map(|finding| view! { <RowFinding desk id place row finding /> }).collect_view()}
        {move || failed.get().map(|(reference, problem)| view! { <FailedRow desk id reference problem /> })}
    }
}

/// What the checks say, without what the row says already by its looks.
fn said(row: &RowFacts) -> Vec<Finding> {
    use onetag_shared::check::FindingCode::SourceUnresolved;
    if matches!(row.found, Found::Failed(_)) {
        return Vec::new();
    }
    let mut findings: Vec<Finding> =
        row.findings.iter().filter(|finding| finding.code != SourceUnresolved).cloned().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

#[component]
fn RowFinding(
    /// The draft.
    desk: Desk,
    /// Which row.
    id: RowId,
    /// Where it is.
    place: Memo<Option<usize>>,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
    /// What the checks say.
    finding: Finding,
) -> impl IntoView {
    let index = place.get_untracked().unwrap_or_default();
    let fixes =
        row.with_untracked(|row| row.as_ref().map(|row| fixes::fixes(index, row, &finding)).unwrap_or_default());
    let finding = fixes::for_people(&finding);
    let buttons = fixes
        .into_iter()
        .map(|Fix { label, act }| {
            view! { <button type="button" class="link fix" on:click=move |_| perform(desk, id, act.clone())>{label}</button> }
        })
        .collect_view();
    view! {
        <div class="row-note" role="row">
            <div role="cell" aria-colspan="6"><FindingItem finding>{buttons}</FindingItem></div>
        </div>
    }
}

/// Does what a button says. The button goes with its finding, so the focus goes back to the row.
fn perform(desk: Desk, id: RowId, act: Act) {
    let place = desk.place(id).get_untracked();
    match act {
        Act::Edit(edit) => {
            if matches!(*edit, Edit::SetPlatform { .. }) {
                desk.typing.update(|typing| {
                    typing.texts.remove(&platform::field_name(id));
                });
            }
            desk.edit(*edit);
        }
        Act::LookAgain => desk.look_again(id),
        Act::TakeNew => {
            if let Some(index) = place {
                desk.edit(Edit::SetDigest { index, digest: None });
            }
            desk.look_again(id);
        }
        Act::BringForeign => {
            desk.options.update(|options| options.foreign_layers = true);
            return dom::focus_next(vec!["#bring-foreign".to_owned()]);
        }
    }
    match place {
        Some(place) if desk.place(id).get_untracked().is_none() => row::focus_after_removal(place),
        _ => focus_row(id),
    }
}

fn focus_row(id: RowId) {
    dom::focus_next(vec![format!("[data-id='{id}'] .platform-field"), format!("[data-id='{id}'] .remove")]);
}

/// A source that cannot be had, and what can be done.
#[component]
fn FailedRow(
    /// The draft.
    desk: Desk,
    /// Which row.
    id: RowId,
    /// What was asked for.
    reference: Reference,
    /// Why there is nothing.
    problem: Problem,
) -> impl IntoView {
    view! {
        <div class="row-note" role="row">
            <div role="cell" aria-colspan="6">
                <SourceProblem desk reference problem on_retry=Callback::new(move |()| focus_row(id))>
                    <button type="button" class="button small" on:click=move |_| row::remove(desk, id)>"Remove the row"</button>
                </SourceProblem>
            </div>
        </div>
    }
}
