//! A problem, beside what it is about.

use leptos::prelude::*;
use onetag_shared::api::{Problem, ProblemCode, RegistryAnswer};

use super::{Icon, Prose, Shape, allow::AllowAddress};
use crate::text::{
    format::{self, sentence},
    registries::page_of,
};

/// What went wrong, what to do, and one click away what the registry said.
#[component]
pub(crate) fn ProblemBox(
    /// The problem.
    problem: Problem,
    /// Called after what kept it from working was allowed here; without it, the page is loaded again.
    #[prop(optional)]
    on_allowed: Option<Callback<()>>,
    /// Leads to the settings of the registry that it is about, where they may be the cause.
    #[prop(default = true)]
    leads_to_settings: bool,
    /// Buttons: the next step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let Problem { title, detail, hint, registry, code, setting, .. } = problem;
    // Who is locked out has to see the server's own page, which asks for the key and leads back here.
    let is_locked_out = code == ProblemCode::AccessKeyRequired;
    let enter = is_locked_out.then(|| {
        view! { <button type="button" class="button small" on:click=|_| reload()>"Enter the access key"</button> }
    });
    let on_allowed = on_allowed.unwrap_or_else(|| Callback::new(|()| reload()));
    let allow = setting.map(|offer| view! { <AllowAddress offer=*offer on_allowed /> });
    let settings = registry.as_ref().filter(|_| leads_to_settings && is_of_settings(code, allow.is_some()));
    let settings = settings.map(|answer| {
        let words = format!("Settings of {}", answer.host);
        view! { <a class="button small" href=page_of(&answer.host)>{words}</a> }
    });
    let has_actions = is_locked_out || allow.is_some() || settings.is_some() || children.is_some();
    view! {
        <div class="problem" role="alert" data-code=code.as_str()>
            <Icon shape=Shape::Warning />
            <div class="problem-text">
                <p class="problem-title">{title}</p>
                <p class="problem-detail"><Prose text=sentence(&detail) /></p>
                {hint.map(|hint| view! { <p class="problem-hint"><Prose text=hint /></p> })}
                {registry.map(|answer| view! { <OwnWords answer /> })}
                {has_actions.then(|| view! {
                    <div class="problem-actions">{enter}{allow}{children.map(|children| children())}{settings}</div>
                })}
            </div>
        </div>
    }
}

/// May the registry's settings be the cause?
fn is_of_settings(code: ProblemCode, has_offer: bool) -> bool {
    match code {
        ProblemCode::RegistryUnreachable
        | ProblemCode::RegistryTimeout
        | ProblemCode::NotARegistry
        | ProblemCode::RealmRefused
        | ProblemCode::RegistrySettings => true,
        // No setting allows the others.
        ProblemCode::AddressRefused => has_offer,
        _ => false,
    }
}

fn reload() {
    window().location().reload().ok();
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
