//! The push: what it will do, how far it has come, how it ended.

mod ended;
mod moved;
mod outcome;
mod pushing;
mod ready;
mod refused;
mod stage;
mod undo;

use leptos::prelude::*;
use onetag_shared::api::{Problem, ProblemCode, PushJob, PushState};

use self::{
    ended::Done,
    pushing::Pushing,
    ready::Reason,
    refused::{Refused, Unsent},
    stage::Stage,
};
use super::{desk::Desk, options};
use crate::{
    components::{ContactLost, PushBar},
    text::{format, push::in_a_line},
};

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
        if !is_off.get_untracked() {
            pushing.start();
        }
    };
    let said = Memo::new(move |_| pushing.stage.with(in_words));
    view! {
        <div class="push-line">
            <p class="transfer hint">{move || desk.plan.with(|plan| in_a_line(&plan.transfer, &options::in_effect(desk)))}</p>
            <p class="why-not" id="why-not" role="status">
                {move || (!is_busy.get()).then(|| reason.get()).flatten().map(|reason| view! { <WhyNot desk reason /> })}
            </p>
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
                Stage::Checking(tags) => view! { <p class="hint">{checking(tags)}</p> }.into_any(),
                Stage::Changed => view! { <p class="push-changed" id="changed">{CHANGED}</p> }.into_any(),
                Stage::Asking(lost) => view! {
                    <p class="hint">"Asking the server how far the push is …"</p>
                    {lost.map(|problem| view! { <ContactLost problem=*problem /> })}
                }
                .into_any(),
                Stage::Unsent => view! { <Unsent desk pushing /> }.into_any(),
                Stage::Job(job, lost) => view! { <Job desk pushing job=*job lost=lost.map(|lost| *lost) /> }.into_any(),
                Stage::Refused(problem) => view! { <Refused desk pushing problem=*problem /> }.into_any(),
            }}
        </div>
    }
}

/// What keeps the draft from being pushed, and the way there.
#[component]
fn WhyNot(
    /// The draft.
    desk: Desk,
    /// The first reason.
    reason: Reason,
) -> impl IntoView {
    let Reason { words, way } = reason;
    view! {
        {words}
        {way.map(|way| view! {
            " " <button type="button" class="link" id="go-there" on:click=move |_| way.clone().go(desk)>"Go there"</button>
        })}
    }
}

/// Said when the list is not the one that was shown when the button was pressed.
const CHANGED: &str =
    "Nothing was pushed: the list has become another one meanwhile. Look at what it is now, then push that.";

fn checking(tags: usize) -> String {
    match tags {
        0 => "Handing the push to the server …".to_owned(),
        tags => format!("Looking once more at {}, seen a while ago …", format::count(tags, "tag", "tags")),
    }
}

/// What is said aloud: each stage once. Problems speak for themselves.
fn in_words(stage: &Stage) -> String {
    match stage {
        Stage::Idle | Stage::Refused(_) => String::new(),
        Stage::Changed => CHANGED.to_owned(),
        Stage::Checking(_) | Stage::Sending | Stage::Asking(None) => "Pushing.".to_owned(),
        Stage::Asking(Some(_)) => "Contact with the server is lost.".to_owned(),
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
        PushState::Queued | PushState::Running => view! { <PushBar job lost /> }.into_any(),
        PushState::Succeeded => view! { <Done desk pushing job /> }.into_any(),
        PushState::Conflict | PushState::Failed => {
            let problem = job.problem.clone();
            let problem =
                problem.map_or_else(|| Problem::new(ProblemCode::Internal, "the push failed"), |problem| *problem);
            view! { <Refused desk pushing problem job /> }.into_any()
        }
    }
}
