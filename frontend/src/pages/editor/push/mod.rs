//! The push: what it will do, how far it has come, how it ended.

mod ended;
mod pushing;
mod ready;

use leptos::prelude::*;
use onetag_shared::api::{Problem, ProblemCode, PushJob, PushState};

use self::{
    ended::{Done, Refused, Unsent},
    pushing::{Pushing, Stage, may_send_again},
};
use super::desk::Desk;
use crate::text::format;

/// What a push would do, and the button that does it; then how it goes.
#[component]
pub(super) fn PushPanel(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    let pushing = Pushing::of(desk);
    let reason = Memo::new(move |_| ready::why_not(desk));
    let is_busy = Memo::new(move |_| pushing.stage.with(Stage::is_busy));
    let is_off = Memo::new(move |_| is_busy.get() || reason.read().is_some());
    let start = move |_| {
        if let Some(request) = ready::request(desk).filter(|_| !is_off.get_untracked()) {
            pushing.start(request);
        }
    };
    let said = Memo::new(move |_| pushing.stage.with(in_words));
    view! {
        <div class="push-line">
            <p class="transfer hint">{move || desk.plan.with(|plan| ready::transfer(&plan.transfer))}</p>
            <p class="why-not" id="why-not" role="status">{move || (!is_busy.get()).then(|| reason.get()).flatten()}</p>
            // Switched off for good the button would lose the focus while a push is under way.
            <button
                type="button"
                id="push"
                class="button primary large"
                aria-describedby="why-not"
                aria-disabled=move || is_off.get().to_string()
                on:click=start
            >
                {move || if is_busy.get() { "Pushing …" } else { "Push" }}
            </button>
        </div>
        <p class="visually-hidden" role="status">{said}</p>
        <div id="push-outcome">
            {move || match pushing.stage.get() {
                Stage::Idle => ().into_any(),
                Stage::Sending => view! { <p class="hint">"Handing the push to the server …"</p> }.into_any(),
                Stage::Asking => view! { <p class="hint">"Asking the server how far the push is …"</p> }.into_any(),
                Stage::Unsent => view! { <Unsent desk pushing /> }.into_any(),
                Stage::Job(job, lost) => view! { <Job desk pushing job=*job lost=lost.map(|lost| *lost) /> }.into_any(),
                Stage::Refused(problem) => {
                    let may_send_again = may_send_again(&problem);
                    view! { <Refused desk pushing problem=*problem may_send_again /> }.into_any()
                }
            }}
        </div>
    }
}

/// What is said aloud: each stage once. Problems speak for themselves.
fn in_words(stage: &Stage) -> String {
    match stage {
        Stage::Idle | Stage::Refused(_) => String::new(),
        Stage::Sending | Stage::Asking => "Pushing.".to_owned(),
        Stage::Unsent => "A push was begun and not answered.".to_owned(),
        Stage::Job(job, lost) => match (job.state, lost) {
            (PushState::Queued | PushState::Running, None) => "Pushing.".to_owned(),
            (PushState::Queued | PushState::Running, Some(_)) => "Contact with the server is lost.".to_owned(),
            (PushState::Succeeded, _) => format!("Pushed to {}.", format::count(job.targets.len(), "tag", "tags")),
            (PushState::Conflict | PushState::Failed, _) => String::new(),
        },
    }
}

#[component]
fn Job(
    /// The draft.
    desk: Desk,
    /// Its push.
    pushing: Pushing,
    /// As far as it has come.
    job: PushJob,
    /// Why nothing more is heard of it.
    lost: Option<Problem>,
) -> impl IntoView {
    match job.state {
        PushState::Queued | PushState::Running => view! { <Bar job lost /> }.into_any(),
        PushState::Succeeded => view! { <Done desk pushing job /> }.into_any(),
        PushState::Conflict | PushState::Failed => {
            let problem =
                job.problem.map_or_else(|| Problem::new(ProblemCode::Internal, "the push failed"), |problem| *problem);
            // The server has made this one: it would give the same answer again.
            view! { <Refused desk pushing problem may_send_again=false /> }.into_any()
        }
    }
}

/// How far it has come.
#[component]
fn Bar(
    /// The push.
    job: PushJob,
    /// Why nothing more is heard of it.
    lost: Option<Problem>,
) -> impl IntoView {
    let progress = job.progress;
    let bytes = (progress.bytes_total > 0)
        .then(|| format!(" · {} of {}", format::size(progress.bytes_done), format::size(progress.bytes_total)));
    view! {
        <div class="push-progress" data-state="running">
            <progress
                max=progress.steps_total.max(1).to_string()
                value=progress.steps_done.to_string()
                aria-label="Progress of the push"
            ></progress>
            <p class="hint">
                {format!("{} of {} steps", progress.steps_done, progress.steps_total)}
                {bytes}
                {(!progress.doing.is_empty()).then(|| format!(" · {}", progress.doing))}
            </p>
            {lost.map(|problem| view! {
                <p class="contact-lost" id="contact-lost" title=problem.detail>
                    "Contact with Onetag's server is lost, so that is the last that is known. The server goes on by itself; this page asks it again every few seconds."
                </p>
            })}
        </div>
    }
}
