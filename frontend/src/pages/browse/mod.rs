//! `/r/REPOSITORY`: all tags of a repository, and what is like it. `/r/REGISTRY/`: its repositories.

mod list;
mod looks;
mod names;
mod registry;
mod siblings;

use leptos::prelude::*;
use onetag_shared::reference::{Reference, Registry};

use self::{list::TagList, looks::Looks, names::Names, registry::RegistryPage, siblings::SiblingSection};
use super::Name;
use crate::{
    components::{CopyButton, Icon, ProblemBox, Shape},
    dom,
    state::{recent, saved},
};

/// The page; another repository in the path makes it anew, and another look at the same, too.
#[component]
pub(crate) fn Browse() -> impl IntoView {
    let text = Name::Browse.subject();
    let turn = RwSignal::new(0_u32);
    move || {
        turn.track();
        if let Some(registry) = Registry::alone(&text.get()) {
            return view! { <RegistryPage registry turn /> }.into_any();
        }
        match text.get().parse::<Reference>() {
            Ok(reference) => view! { <Repository repository=reference.repository_only() turn /> }.into_any(),
            Err(error) => {
                dom::set_title("Not a repository");
                dom::arrive();
                view! {
                    <section class="page narrow">
                        <h1>"That is not a repository"</h1>
                        <p class="field-error">{error.to_string()}"."</p>
                        <p>"Write it as in ghcr.io/you/app, or " <a href="/">"type a reference"</a> "."</p>
                    </section>
                }
                .into_any()
            }
        }
    }
}

#[component]
fn Repository(
    /// What is looked at.
    repository: Reference,
    /// Counts the looks.
    turn: RwSignal<u32>,
) -> impl IntoView {
    let name = repository.familiar_repo();
    dom::set_title(&format!("Tags of {name}"));
    dom::arrive();
    let is_saved = RwSignal::new(saved::all().contains(&name));
    let kept = name.clone();
    Effect::new(move |before: Option<bool>| {
        let is_saved = is_saved.get();
        if before.is_some_and(|before| before != is_saved) {
            saved::set(&kept, is_saved);
        }
        is_saved
    });
    let names = Names::start(&repository);
    let looks = Looks::new(&repository);
    let (registry, path) = (repository.registry().to_string(), repository.repository().to_string());
    let repository = StoredValue::new(repository);
    let again = move || {
        turn.update(|turn| *turn += 1);
        dom::focus_next(vec!["#refresh".to_owned()]);
    };
    let problem = move || {
        names.problem.get().map(|problem| {
            view! {
                <ProblemBox problem on_allowed=Callback::new(move |()| again())>
                    <button type="button" class="button" id="retry" on:click=move |_| again()>"Try again"</button>
                </ProblemBox>
            }
        })
    };
    // What stands below the tags comes once it is known how much room they take.
    let is_known = move || names.problem.read().is_some() || names.is_done.get() || !names.all.read().is_empty();
    let has_some = move || names.problem.read().is_none() || !names.all.read().is_empty();
    view! {
        <div class="page inspect browse">
            <div class="inspect-head">
                <h1 class="reference">
                    <a class="reference-registry" href=format!("/r/{registry}/") title="All repositories of this registry">
                        {registry.clone()}"/"
                    </a>
                    <wbr />
                    <span class="reference-repository">{path}</span>
                    <CopyButton text=Signal::stored(name) what="name" />
                </h1>
                <div class="actions">
                    <button
                        type="button" class="button quiet" id="save" aria-pressed=move || is_saved.get().to_string()
                        title="Saved repositories are on the start page of this browser"
                        on:click=move |_| is_saved.update(|saved| *saved = !*saved)
                    >
                        {move || if is_saved.get() { view! { <Icon shape=Shape::Check /> "Saved" }.into_any() } else { "Save".into_any() }}
                    </button>
                    <button type="button" class="button quiet" id="refresh" on:click=move |_| again()>
                        <Icon shape=Shape::Refresh /> "Look again"
                    </button>
                </div>
            </div>
            {problem}
            <Show when=has_some>
                <TagList repository=repository.get_value() names looks />
                <Show when=is_known><SiblingSection repository=repository.get_value() /></Show>
            </Show>
            <Show when=is_known>{recent_here(&repository.get_value())}</Show>
        </div>
    }
}

/// Other repositories of the registry that were looked at before: many registries do not tell what they have.
fn recent_here(repository: &Reference) -> Option<AnyView> {
    let mut repositories = seen_in(repository.registry(), recent::all());
    repositories.retain(|seen| *seen != repository.familiar_repo());
    if repositories.is_empty() {
        return None;
    }
    let links = repositories.into_iter().map(|name| view! { <li><a href=format!("/r/{name}")>{name.clone()}</a></li> });
    let heading = format!("Looked at before in {}", repository.registry());
    Some(view! { <section id="recent-here"><h2>{heading}</h2><ul class="tag-links mono">{links.collect_view()}</ul></section> }.into_any())
}

/// The repositories of a registry that these references name, each once.
fn seen_in(registry: &Registry, references: Vec<String>) -> Vec<String> {
    let mut repositories: Vec<String> = Vec::new();
    for seen in references.iter().filter_map(|text| text.parse::<Reference>().ok()) {
        let name = seen.familiar_repo();
        if seen.registry().same(registry) && !repositories.contains(&name) {
            repositories.push(name);
        }
    }
    repositories
}
