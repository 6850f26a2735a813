//! The tags: a field to find some, and a row for each.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;
use onetag_shared::{api::TagSummary, digest::Digest, reference::Reference};

use super::{
    looks::{Held, Looks},
    names::Names,
};
use crate::{
    components::{DigestText, PointingTags, ProblemBox, When},
    dom,
    text::{browse, format::sentence},
};

/// Rows that are shown at first, and how many more each time.
const ROWS: usize = 100;
/// Under which name the history keeps what stands in the field.
const KEPT: &str = "filter";

/// All tags.
#[component]
pub(super) fn TagList(
    /// Where they are.
    repository: Reference,
    /// Their names.
    names: Names,
    /// What they hold.
    looks: Looks,
) -> impl IntoView {
    let filter = RwSignal::new(dom::kept_in_history(KEPT).unwrap_or_default());
    let is_reversed = RwSignal::new(false);
    let rows = RwSignal::new(ROWS);
    Effect::new(move |before: Option<()>| {
        filter.track();
        if before.is_some() {
            dom::keep_in_history(KEPT, &filter.read_untracked());
            rows.set(ROWS);
        }
    });
    // A digest is no part of a tag: it is asked who points there. It may be part of the address.
    let query = use_location().query;
    let digest = Memo::new(move |_| {
        let typed = filter.read().trim().parse::<Digest>().ok();
        typed.or_else(|| query.read().get("digest")?.parse().ok())
    });
    // Who follows a link has not asked yet: to find out costs the registry a question for each tag.
    let is_asked = StoredValue::new(false);
    let matching = Memo::new(move |_| {
        let wanted = filter.read().trim().to_lowercase();
        let all = names.all.read();
        let matching = all.iter().filter(|tag| tag.to_lowercase().contains(&wanted)).cloned();
        if is_reversed.get() { matching.rev().collect() } else { matching.collect::<Vec<String>>() }
    });
    let shown = Memo::new(move |_| matching.read().iter().take(rows.get()).cloned().collect::<Vec<String>>());
    let number = move || {
        let (all, matching) = (names.all.with(Vec::len), matching.with(Vec::len));
        let is_filtered = !filter.read().trim().is_empty() && digest.read().is_none();
        browse::number(all, matching, is_filtered, names.is_done.get(), names.is_cut.get())
    };
    let left = move || matching.with(Vec::len).saturating_sub(rows.get());
    let more = move |_| {
        let first = shown.with_untracked(Vec::len) + 1;
        rows.update(|rows| *rows += ROWS);
        // The button goes down the page: the cursor goes to the first row that is new.
        dom::focus_next(vec![format!(".tag-row:nth-child({first}) .tag-name")]);
    };
    let paused = move || {
        looks.paused.get().map(|problem| {
            view! {
                <ProblemBox problem>
                    <button
                        type="button" class="button" id="go-on"
                        on:click=move |_| {
                            looks.go_on();
                            dom::focus("#tag-filter");
                        }
                    >
                        "Go on"
                    </button>
                </ProblemBox>
            }
        })
    };
    let at = StoredValue::new(repository.clone());
    let pointing = move || digest.get().map(|digest| view! { <ByDigest digest at filter is_asked /> });
    let repo = StoredValue::new(repository.familiar_repo());
    view! {
        <section class="tag-list">
            <h2 class="visually-hidden">"Tags"</h2>
            <div class="tag-tools">
                <label for="tag-filter">"Find tags"</label>
                <input
                    id="tag-filter" type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                    placeholder="1.2, alpine, sha256:…" bind:value=filter
                />
                <label for="tag-order">"Order"</label>
                <select
                    id="tag-order"
                    on:change=move |event| is_reversed.set(event_target_value(&event) == "oldest")
                >
                    <option value="newest">"newest version first"</option>
                    <option value="oldest">"oldest version first"</option>
                </select>
                <p class="hint" role="status" id="tag-number">{number}</p>
            </div>
            {move || browse::ignored(names.ignored.get()).map(|words| view! { <p class="hint">{sentence(&words)}</p> })}
            {paused}
            {pointing}
            <Show when=move || digest.read().is_none()>
                <ul class="tag-rows" id="tag-rows">
                    <For each=move || shown.get() key=Clone::clone let:tag>
                        {row(&repo.get_value(), tag, looks, is_asked)}
                    </For>
                </ul>
                {move || empty(names, matching).map(|words| view! { <p class="empty">{words}</p> })}
                {move || (left() > 0).then(|| view! {
                    <button type="button" class="button" id="more-tags" on:click=more>
                        {format!("Show {} more", left().min(ROWS))}
                    </button>
                })}
            </Show>
        </section>
    }
}

/// The tags that point to a digest, in the place of all.
#[component]
fn ByDigest(
    /// What they point to.
    digest: Digest,
    /// The repository.
    at: StoredValue<Reference>,
    /// What is looked for.
    filter: RwSignal<String>,
    /// Somebody has just asked for them.
    is_asked: StoredValue<bool>,
) -> impl IntoView {
    let whole = digest.to_string();
    let of_digest = Callback::new(move |()| at.get_value().with_digest(digest.clone()));
    let back = move |_| {
        filter.set(String::new());
        dom::focus_soon("#tag-filter".to_owned());
    };
    let at_once = is_asked.get_value();
    is_asked.set_value(false);
    let all = format!("/r/{}", at.with_value(Reference::familiar_repo));
    view! {
        <div class="tag-panel" id="by-digest">
            <p class="mono">{whole}</p>
            <PointingTags at=of_digest at_once />
            <p><a class="button" id="all-tags" href=all on:click=back>"Show all tags"</a></p>
        </div>
    }
}

/// Why there is no row.
fn empty(names: Names, matching: Memo<Vec<String>>) -> Option<&'static str> {
    if !names.is_done.get() || !matching.with(Vec::is_empty) {
        return None;
    }
    Some(if names.all.with(Vec::is_empty) { "This repository has no tags." } else { "No tag has that in its name." })
}

/// A tag, and what it holds once it is in view.
fn row(repo: &str, tag: String, looks: Looks, is_asked: StoredValue<bool>) -> AnyView {
    let held = looks.of(&tag);
    let place = NodeRef::<html::Li>::new();
    Effect::new(move |_| {
        if let Some(row) = place.get() {
            looks.observe(&row);
        }
    });
    on_cleanup(move || {
        if let Some(Some(row)) = place.try_get_untracked() {
            looks.unobserve(&row);
        }
    });
    let link = format!("/i/{repo}:{tag}");
    let repo = repo.to_owned();
    let is_waiting = {
        let held = held.clone();
        move || !matches!(*held.read(), Held::Known(_))
    };
    let cells = move || match held.get() {
        Held::Nothing | Held::Asked => waiting(),
        Held::Known(summary) => known(&repo, *summary, is_asked),
    };
    view! {
        <li node_ref=place class="tag-row" class:is-waiting=is_waiting data-tag=tag.clone()>
            <a class="tag-name" href=link>{tag.clone()}</a>
            {cells}
        </li>
    }
    .into_any()
}

/// The shape of what comes.
fn waiting() -> AnyView {
    view! { <span class="tag-platforms"></span><span class="tag-made"></span><span class="tag-digest"></span> }
        .into_any()
}

fn known(repo: &str, summary: TagSummary, is_asked: StoredValue<bool>) -> AnyView {
    if let Some(problem) = summary.problem {
        let words = sentence(&problem.to_string());
        return view! { <span class="tag-problem">{words}</span> }.into_any();
    }
    let (platforms, all) = browse::platforms(&summary);
    let digest = summary.digest.map(|digest| {
        let whole = digest.to_string();
        let its_tags = format!("/r/{repo}?digest={whole}");
        let find = move |_| {
            is_asked.set_value(true);
            dom::focus_soon("#find-pointing".to_owned());
        };
        let name = format!(": all that point to {}", digest.short());
        view! {
            <DigestText digest href=format!("/i/{repo}@{whole}") />
            <a class="button quiet small" href=its_tags title="Which tags point there?" on:click=find>
                "Its tags" <span class="visually-hidden">{name}</span>
            </a>
        }
    });
    view! {
        <span class="tag-platforms" title=all>{platforms}</span>
        <span class="tag-made">{summary.created.map(|time| view! { <When time /> })}</span>
        <span class="tag-digest">{digest}</span>
    }
    .into_any()
}
