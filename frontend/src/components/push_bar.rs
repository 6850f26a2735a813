//! How far a push has come.

use leptos::prelude::*;
use onetag_shared::api::{Problem, ProblemCode, PushJob};

use super::ProblemBox;
use crate::text::format;

/// Steps and bytes, and what is being done.
#[component]
pub(crate) fn PushBar(
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
            {lost.map(|problem| view! { <ContactLost problem /> })}
        </div>
    }
}

/// Nothing is heard of the push, which is no failure.
#[component]
pub(crate) fn ContactLost(
    /// Why.
    problem: Problem,
) -> impl IntoView {
    // This one lasts until the person does something about it.
    if problem.code == ProblemCode::AccessKeyRequired {
        return view! { <ProblemBox problem /> }.into_any();
    }
    view! {
        <p class="contact-lost" id="contact-lost" title=problem.to_string()>
            "Contact with Onetag's server is lost, so that is the last that is known. The server goes on by itself; this page asks it again every few seconds."
        </p>
    }
    .into_any()
}
