//! A push that did not succeed, and what can be done.

use leptos::prelude::*;
use onetag_shared::api::{Problem, PushJob};

use super::{
    super::{desk::Desk, fixes, way::Way},
    moved::Moved,
    outcome::Outcomes,
    pushing::Pushing,
    stage::{may_send_again, row_at_fault},
};
use crate::components::{Icon, ProblemBox, Shape};

/// It is not there: why, what became of the tags, and what can be done.
#[component]
pub(super) fn Refused(
    /// The draft.
    desk: Desk,
    /// Its push.
    pushing: Pushing,
    /// Why.
    problem: Problem,
    /// The push, when the server has made it: it would give the same answer again.
    #[prop(optional)]
    job: Option<PushJob>,
) -> impl IntoView {
    let conflicts = problem.conflicts.read();
    let is_conflict = !conflicts.is_empty();
    let moved = conflicts.into_iter().map(|conflict| view! { <Moved desk conflict /> }).collect_view();
    let may_send_again = job.is_none() && may_send_again(&problem);
    let at_fault = StoredValue::new(problem.clone());
    let row = Memo::new(move |_| {
        let sent = desk.push.with(|push| push.as_ref().map(|push| push.request.draft.clone()))?;
        desk.history.with(|history| at_fault.with_value(|problem| row_at_fault(problem, &sent, &history.draft)))
    });
    let to_row = move |place: usize| {
        let id = desk.row_ids.with_untracked(|ids| ids.ids().get(place).copied());
        view! {
            <button
                type="button" class="button small" id="to-row"
                on:click=move |_| id.map(Way::to_row).into_iter().for_each(|way| way.go(desk))
            >
                {format!("Go to row {}", place + 1)}
            </button>
        }
    };
    let problem = Problem { detail: fixes::in_words(&problem.detail), ..problem };
    view! {
        <div data-state="failed" id="refused">
            <ProblemBox problem>
                {may_send_again.then(|| view! { <SendAgain desk pushing /> })}
                {move || row.get().map(to_row)}
                <button type="button" class="button small" id="put-away" on:click=move |_| pushing.put_away()>
                    "Back to the draft"
                </button>
            </ProblemBox>
            {is_conflict.then(|| view! { <ul class="conflicts">{moved}</ul> })}
            {job.map(|job| view! { <Outcomes desk job /> })}
            {is_conflict.then(|| view! {
                <p class="hint looked-again">"The tags were looked at again: pushing now replaces what they hold now."</p>
            })}
        </div>
    }
}

/// Nobody has answered yet, and the page was loaded again meanwhile.
#[component]
pub(super) fn Unsent(
    /// The draft.
    desk: Desk,
    /// Its push.
    pushing: Pushing,
) -> impl IntoView {
    view! {
        <div class="problem" id="unsent">
            <Icon shape=Shape::Warning />
            <div class="problem-text">
                <p class="problem-title">"A push was begun, and the page left before the server answered"</p>
                <p class="problem-detail">
                    "It is not known here whether the server has it. Sent again, it is still made only once."
                </p>
                <div class="problem-actions">
                    <SendAgain desk pushing />
                    <button type="button" class="button small" id="put-away" on:click=move |_| pushing.put_away()>
                        "Back to the draft"
                    </button>
                </div>
            </div>
        </div>
    }
}

/// The same push, under the same key.
#[component]
fn SendAgain(
    /// The draft.
    desk: Desk,
    /// Its push.
    pushing: Pushing,
) -> impl IntoView {
    let sent = desk.push.with_untracked(|push| push.as_ref().map(|push| push.request.expected_digest.clone()));
    let is_other = Memo::new(move |_| sent.as_ref().is_some_and(|sent| desk.makes_other_than(sent)));
    view! {
        <button type="button" class="button small" id="send-again" on:click=move |_| pushing.send_again()>
            {move || if is_other.get() { "Send it again, as it was then" } else { "Send it again" }}
        </button>
    }
}
