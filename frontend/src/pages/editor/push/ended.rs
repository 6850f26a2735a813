//! How a push ended.

use leptos::prelude::*;
use onetag_shared::{
    api::{Conflict, Problem, PushJob},
    commands::pull_commands,
    digest::Digest,
    reference::Reference,
};

use super::{super::desk::Desk, pushing::Pushing};
use crate::components::{Commands, DigestText, Icon, ProblemBox, Shape};

/// It is there.
#[component]
pub(super) fn Done(
    /// The draft.
    desk: Desk,
    /// Its push.
    pushing: Pushing,
    /// As it ended.
    job: PushJob,
) -> impl IntoView {
    let digest = job.digest.clone();
    let is_stale = Memo::new(move |_| {
        desk.plan.with(|plan| plan.document.as_ref().is_none_or(|document| document.digest != digest))
    });
    let first = job.targets.first().map(|target| target.reference.clone());
    let commands = first.as_ref().map(|reference| pull_commands(reference, None)).unwrap_or_default();
    let tags = job
        .targets
        .iter()
        .map(|target| {
            let before = target.before.clone().map(|digest| {
                let at = Some(target.reference.clone());
                view! { <span class="hint">" · it held "<DigestText digest at=at /></span> }
            });
            let name = target.reference.familiar();
            view! { <li><a href=format!("/i/{name}")><code>{name.clone()}</code></a>{before}</li> }
        })
        .collect_view();
    let count = job.targets.len();
    view! {
        <div class="done" data-state="succeeded" id="pushed" data-digest=job.digest.to_string()>
            <div class="done-head">
                <h3><Icon shape=Shape::Check /> "Pushed"</h3>
                <DigestText digest=job.digest.clone() at=first />
                <span class="hint">"read back from the registry and compared"</span>
                <button
                    type="button" class="icon-button" title="Put away" aria-label="Put this result away"
                    on:click=move |_| pushing.put_away()
                >
                    <Icon shape=Shape::Cross />
                </button>
            </div>
            <Show when=move || is_stale.get()>
                <p class="hint">"The draft has changed since this push."</p>
            </Show>
            <p>{if count == 1 { "This tag works on every platform of the list now:" } else { "These tags work on every platform of the list now:" }}</p>
            <ul class="done-tags">{tags}</ul>
            <h3>"Use it"</h3>
            <Commands commands=Signal::stored(commands) />
        </div>
    }
}

/// It is not there, and what can be done.
#[component]
pub(super) fn Refused(
    /// The draft.
    desk: Desk,
    /// Its push.
    pushing: Pushing,
    /// Why.
    problem: Problem,
    /// The same again may go better.
    may_send_again: bool,
) -> impl IntoView {
    let conflicts = problem.conflicts.clone();
    let is_conflict = !conflicts.is_empty();
    let rows = conflicts.into_iter().map(|conflict| view! { <Moved conflict /> }).collect_view();
    view! {
        <div data-state="failed" id="refused">
            <ProblemBox problem>
                {may_send_again.then(|| view! { <SendAgain desk pushing /> })}
                <button type="button" class="button small" id="put-away" on:click=move |_| pushing.put_away()>
                    "Back to the draft"
                </button>
            </ProblemBox>
            {is_conflict.then(|| view! {
                <table class="conflicts">
                    <thead><tr><th scope="col">"Tag"</th><th scope="col">"You saw"</th><th scope="col">"There now"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                <p class="hint">
                    "Nothing was moved. The tags above were looked at again: pushing now replaces what is there now."
                </p>
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
    let is_other = Memo::new(move |_| {
        desk.plan.with(|plan| plan.document.as_ref().map(|document| document.digest.clone())) != sent
    });
    view! {
        <button type="button" class="button small" id="send-again" on:click=move |_| pushing.send_again()>
            {move || if is_other.get() { "Send it again, as it was then" } else { "Send it again" }}
        </button>
    }
}

/// A tag that moved.
#[component]
fn Moved(
    /// From what to what.
    conflict: Conflict,
) -> impl IntoView {
    let at: Option<Reference> = conflict.reference.parse().ok();
    let cell = |digest: Option<Digest>| match digest {
        Some(digest) => view! { <DigestText digest at=at.clone() /> }.into_any(),
        None => view! { <span class="hint">"no such tag"</span> }.into_any(),
    };
    let name = at.as_ref().map_or_else(|| conflict.reference.clone(), Reference::familiar);
    view! { <tr><td><code>{name}</code></td><td>{cell(conflict.expected)}</td><td>{cell(conflict.found)}</td></tr> }
}
