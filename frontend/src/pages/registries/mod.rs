//! `/registries`: what holds for each registry, what is set here, what works. `?host=` leads to one of them.

mod card;
mod form;
mod test;

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use onetag_shared::{
    api::{Problem, ProblemCode, RegistryInfo, Setting, ShortName},
    reference::Registry,
};

use self::card::Card;
use crate::{
    api,
    components::ProblemBox,
    dom,
    state::recent,
    text::{
        format::sentence,
        registries::{page_of, said_by},
    },
};

/// The registries that something is known of, and a field for another.
#[component]
pub(crate) fn Registries() -> impl IntoView {
    dom::set_title("Registries");
    dom::arrive();
    // What of docker's and podman's files does not count; and podman's short names.
    let (problems, short_names) = (RwSignal::new(Vec::new()), RwSignal::new(Vec::new()));
    let (known, refused) = (RwSignal::new(None::<Vec<RegistryInfo>>), RwSignal::new(None::<Problem>));
    spawn_local(async move {
        match api::registries().await {
            Ok(list) => {
                problems.try_set(list.problems);
                short_names.try_set(list.short_names);
                known.try_set(Some(list.registries));
            }
            Err(problem) => drop(refused.try_set(Some(problem))),
        }
    });
    let query = use_location().query;
    let asked = Memo::new(move |_| query.read().get("host"));
    let is_known = Memo::new(move |_| known.read().is_some());
    Effect::new(move |_| {
        if is_known.get()
            && let Some(host) = asked.get()
        {
            show(host, known, refused);
        }
    });
    view! {
        <div class="page narrow registries">
            <h1>"Registries"</h1>
            <p class="lead">
                "How Onetag speaks to each, and who says so: docker's and podman's files, its own file, flags, or this page."
            </p>
            <Another known refused />
            {move || refused.get().map(|problem| view! { <ProblemBox problem leads_to_settings=false /> })}
            <Show when=move || is_known.get() fallback=move || (refused.read().is_none()).then(|| view! { <p class="empty">"Asking the server …"</p> })>
                <p class="empty" class:is-hidden=move || known.read().as_ref().is_some_and(|known| !known.is_empty())>
                    "Nothing is set for any registry: all are spoken to by https, and those on this machine by plain http."
                </p>
                <For each=move || known.get().unwrap_or_default() key=|info| info.host.clone() let(info)>
                    <Card info />
                </For>
                <Problems problems=problems.get_untracked() />
                <ShortNames short_names=short_names.get_untracked() />
            </Show>
        </div>
    }
}

/// Leads to a registry, which is added when nothing is known of it yet.
fn show(host: String, known: RwSignal<Option<Vec<RegistryInfo>>>, refused: RwSignal<Option<Problem>>) {
    let lead = |host: &str| dom::focus_next(vec![format!("[data-registry=\"{host}\"] h2")]);
    // What is no registry cannot be in a selector either.
    let Ok(registry) = host.parse::<Registry>() else { return refuse(&host, refused) };
    let listed = known.with_untracked(|known| {
        let mut known = known.iter().flatten().map(|info| info.host.clone());
        known.find(|known| known.parse().is_ok_and(|known: Registry| known.same(&registry)))
    });
    if let Some(host) = listed {
        return lead(&host);
    }
    spawn_local(async move {
        match api::registry(registry.as_str()).await {
            Ok(info) => {
                let host = info.host.clone();
                known.try_update(|known| known.get_or_insert_default().insert(0, info));
                lead(&host);
            }
            Err(problem) => drop(refused.try_set(Some(problem))),
        }
    });
}

fn refuse(host: &str, refused: RwSignal<Option<Problem>>) {
    let words = format!("`{host}` in this page's address is no registry");
    refused.set(Some(Problem::new(ProblemCode::InvalidReference, words)));
}

/// A field for a registry that is not listed yet, and those that references were inspected of.
#[component]
fn Another(
    /// Those that are listed.
    known: RwSignal<Option<Vec<RegistryInfo>>>,
    /// What keeps one from being listed.
    refused: RwSignal<Option<Problem>>,
) -> impl IntoView {
    let (name, wrong) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match name.get_untracked().trim().parse::<Registry>() {
            Err(error) => wrong.set(Some(error.to_string())),
            Ok(registry) => {
                refused.set(None);
                name.set(String::new());
                navigate(&page_of(registry.as_str()), NavigateOptions { scroll: false, ..NavigateOptions::default() });
                // The address may be the same as before.
                show(registry.to_string(), known, refused);
            }
        }
    };
    let recent = recent::registries();
    let others = move || {
        let known = known.read();
        let is_listed = |registry: &Registry| {
            known.iter().flatten().any(|info| info.host.parse().is_ok_and(|host| registry.same(&host)))
        };
        recent.iter().filter(|registry| !is_listed(registry)).map(Registry::to_string).collect::<Vec<_>>()
    };
    view! {
        <form on:submit=submit novalidate>
            <label for="registry-input">"Registry"</label>
            <div class="field-row">
                <input
                    id="registry-input" type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                    placeholder="ghcr.io, 10.0.0.5:5000" aria-describedby="registry-error"
                    aria-invalid=move || wrong.read().is_some().to_string() bind:value=name
                    on:input=move |_| wrong.set(None)
                />
                <button id="registry-show" class="button" type="submit">"Show"</button>
            </div>
            <div id="registry-error" aria-live="polite">
                {move || wrong.get().map(|words| view! { <p class="field-error">{sentence(&words)}</p> })}
            </div>
            {move || {
                let others = others();
                (!others.is_empty()).then(|| view! {
                    <p class="others">
                        <span class="hint">"Looked at lately:"</span>
                        {others.into_iter().map(|host| view! { <a class="mono" href=page_of(&host)>{host.clone()}</a> }).collect_view()}
                    </p>
                })
            }}
        </form>
    }
}

/// What of docker's and podman's files does not count.
#[component]
fn Problems(
    /// What, and where.
    problems: Vec<Setting<String>>,
) -> impl IntoView {
    let item = |problem: Setting<String>| view! { <li>{said_by(&problem.source)}": "{problem.value}</li> };
    (!problems.is_empty()).then(|| {
        view! {
            <section class="start-section" aria-labelledby="unread-heading">
                <div class="section-head"><h2 id="unread-heading">"What does not count"</h2></div>
                <ul class="plain-list">{problems.into_iter().map(item).collect_view()}</ul>
            </section>
        }
    })
}

/// Podman's short names.
#[component]
fn ShortNames(
    /// All of them.
    short_names: Vec<ShortName>,
) -> impl IntoView {
    let item = |name: ShortName| view! { <li><code>{name.name}</code>" is "<code>{name.repository}</code></li> };
    (!short_names.is_empty()).then(|| {
        view! {
            <section class="start-section" aria-labelledby="names-heading">
                <div class="section-head"><h2 id="names-heading">"Podman's short names"</h2></div>
                <details>
                    <summary>"They count for podman. Here a short name is Docker Hub's, as with docker."</summary>
                    <ul class="plain-list">{short_names.into_iter().map(item).collect_view()}</ul>
                </details>
            </section>
        }
    })
}
