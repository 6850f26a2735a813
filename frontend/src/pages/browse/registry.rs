//! `/r/REGISTRY/`: the repositories of a registry. Many do not tell: then those that were looked at, or saved.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{CatalogueUse, Problem, Repositories},
    reference::{Reference, Registry},
};

use super::seen_in;
use crate::{
    api::{self, Abort},
    components::{Icon, ProblemBox, Shape},
    dom,
    state::{recent, saved},
    text::{browse, registries::page_of},
};

/// Under which name the history keeps what stands in the field.
const KEPT: &str = "repositories";

/// Names that are shown at first, and how many more each time.
const ROWS: usize = 200;

/// All repositories, as far as the registry tells.
#[component]
pub(super) fn RegistryPage(
    /// What is looked at.
    registry: Registry,
    /// Counts the looks.
    turn: RwSignal<u32>,
) -> impl IntoView {
    dom::set_title(&format!("Repositories of {registry}"));
    dom::arrive();
    let found = RwSignal::new(None::<Result<Repositories, Problem>>);
    let abort = Abort::new();
    let stop = StoredValue::new_local(abort.clone());
    on_cleanup(move || {
        stop.try_with_value(Abort::abort);
    });
    let (asked, fresh) = (registry.clone(), turn.get_untracked() > 0);
    spawn_local(async move {
        let answer = api::repositories(&asked, fresh, &abort).await;
        if !abort.is_aborted() {
            found.try_set(Some(answer));
        }
    });
    let again = move || {
        turn.update(|turn| *turn += 1);
        dom::focus_next(vec!["#refresh".to_owned()]);
    };
    let name = registry.to_string();
    let shown = move || match found.get() {
        None => {
            view! { <p class="empty" role="status">{format!("Asking {name} for its repositories …")}</p> }.into_any()
        }
        Some(Err(problem)) => view! {
            <ProblemBox problem on_allowed=Callback::new(move |()| again())>
                <button type="button" class="button" id="retry" on:click=move |_| again()>"Try again"</button>
            </ProblemBox>
        }
        .into_any(),
        Some(Ok(found)) if found.catalogue == CatalogueUse::None => view! {
            <p class="empty" id="no-catalogue">
                "This registry does not tell which repositories it has, or not to us. "
                <a href="/">"Type the name"</a>" of one, as in "<code>{format!("{name}/you/app")}</code>"."
            </p>
        }
        .into_any(),
        Some(Ok(found)) => view! { <RepositoryList found /> }.into_any(),
    };
    let known = [
        ("saved-here", "Saved", seen_in(&registry, saved::all())),
        ("recent-here", "Looked at before", seen_in(&registry, recent::all())),
    ];
    let known = known.into_iter().filter(|(_, _, names)| !names.is_empty()).map(|(id, heading, names)| {
        let links = names.into_iter().map(|name| view! { <li><a href=format!("/r/{name}")>{name.clone()}</a></li> });
        view! { <section id=id><h2>{heading}</h2><ul class="tag-links mono">{links.collect_view()}</ul></section> }
    });
    // It comes below what takes its room when it is known.
    let known = StoredValue::new_local(Some(known.collect_view().into_any()));
    view! {
        <div class="page inspect browse">
            <div class="inspect-head">
                <h1 class="reference"><span class="reference-repository">{registry.to_string()}</span></h1>
                <div class="actions">
                    <a class="button quiet" href=page_of(registry.as_str())>"Settings"</a>
                    <button type="button" class="button quiet" id="refresh" on:click=move |_| again()>
                        <Icon shape=Shape::Refresh /> "Look again"
                    </button>
                </div>
            </div>
            {shown}
            {move || found.read().is_some().then(|| known.try_update_value(Option::take).flatten())}
        </div>
    }
}

/// A field to find some, and a link for each.
#[component]
fn RepositoryList(
    /// What there is.
    found: Repositories,
) -> impl IntoView {
    let Repositories { registry, repositories, catalogue } = found;
    let filter = RwSignal::new(dom::kept_in_history(KEPT).unwrap_or_default());
    Effect::new(move |before: Option<()>| {
        filter.track();
        if before.is_some() {
            dom::keep_in_history(KEPT, &filter.read_untracked());
        }
    });
    let rows = RwSignal::new(ROWS);
    let all = repositories.len();
    let is_cut = catalogue == CatalogueUse::Partial;
    let matching = Memo::new(move |_| {
        let wanted = filter.read().trim().to_lowercase();
        repositories.iter().filter(|name| name.to_lowercase().contains(&wanted)).cloned().collect::<Vec<String>>()
    });
    let number = move || browse::repositories(all, matching.with(Vec::len), !filter.read().trim().is_empty(), is_cut);
    let link = move |name: String| {
        // Docker Hub has short names, and tells none.
        let reference: Option<Reference> = format!("{registry}/{name}").parse().ok();
        reference.map(|repository| view! { <li><a href=format!("/r/{}", repository.familiar_repo())>{name}</a></li> })
    };
    let shown = move || matching.read().iter().take(rows.get()).cloned().map(link.clone()).collect_view();
    let left = move || matching.with(Vec::len).saturating_sub(rows.get());
    let more = move |_| {
        let first = rows.get_untracked() + 1;
        rows.update(|rows| *rows += ROWS);
        dom::focus_next(vec![format!("#repositories li:nth-child({first}) a")]);
    };
    view! {
        <section class="tag-list">
            <h2 class="visually-hidden">"Repositories"</h2>
            <div class="tag-tools">
                <label for="repository-filter">"Find repositories"</label>
                <input
                    id="repository-filter" type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                    placeholder="app, library/…" bind:value=filter on:input=move |_| rows.set(ROWS)
                />
                <p class="hint" role="status" id="repository-number">{number}</p>
            </div>
            <ul class="repository-rows mono" id="repositories">{shown}</ul>
            {move || matching.read().is_empty().then(|| view! {
                <p class="empty">{if all == 0 { "This registry has no repositories." } else { "No repository has that in its name." }}</p>
            })}
            <Show when=move || left() != 0>
                <button type="button" class="button" id="more-repositories" on:click=more>
                    {move || format!("Show {} more", left().min(ROWS))}
                </button>
            </Show>
        </section>
    }
}
