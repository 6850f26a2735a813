//! A problem, beside what it is about.

use leptos::prelude::*;
use onetag_shared::api::{Problem, ProblemCode, RegistryAnswer};

use super::{Icon, Prose, Shape};
use crate::text::format::{self, sentence};

/// What went wrong, what to do, and one click away what the registry said.
#[component]
pub(crate) fn ProblemBox(
    /// The problem.
    problem: Problem,
    /// Buttons: the next step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let Problem { title, detail, hint, registry, code, .. } = problem;
    // Who is locked out has to see the server's own page, which asks for the key and leads back here.
    let is_locked_out = code == ProblemCode::AccessKeyRequired;
    let enter = is_locked_out.then(|| {
        let reload = |_| {
            window().location().reload().ok();
        };
        view! { <button type="button" class="button small" on:click=reload>"Enter the access key"</button> }
    });
    let has_actions = is_locked_out || children.is_some();
    view! {
        <div class="problem" role="alert" data-code=code.as_str()>
            <Icon shape=Shape::Warning />
            <div class="problem-text">
                <p class="problem-title">{title}</p>
                <p class="problem-detail"><Prose text=sentence(&detail) /></p>
                {hint.map(|hint| view! { <p class="problem-hint"><Prose text=hint /></p> })}
                {registry.map(|answer| view! { <OwnWords answer /> })}
                {has_actions.then(|| view! {
                    <div class="problem-actions">{enter}{children.map(|children| children())}</div>
                })}
            </div>
        </div>
    }
}

/// The registry's own words. They are text, whatever they look like.
#[component]
fn OwnWords(
    /// What it answered.
    answer: RegistryAnswer,
) -> impl IntoView {
    let RegistryAnswer { host, status, errors, body } = answer;
    let summary = match status {
        Some(status) => format!("{host} answered {status}"),
        None => format!("{host} did not answer"),
    };
    let has_words = !errors.is_empty() || body.is_some();
    if !has_words {
        return view! { <p class="problem-registry">{summary}</p> }.into_any();
    }
    let errors =
        errors.into_iter().map(|error| view! { <li><code>{error.code}</code>" "{error.message}</li> }).collect_view();
    view! {
        <details class="problem-registry">
            <summary>{summary}</summary>
            <ul>{errors}</ul>
            {body.map(|body| view! {
                <pre tabindex="0" aria-label="The registry's answer">{body.clone()}</pre>
                <p class="hint">{format::exact_size(body.len() as u64)}" shown"</p>
            })}
        </details>
    }
    .into_any()
}
