//! What looks like the same application for other machines, and one list of it.

use std::collections::BTreeSet;

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Problem, Sibling, SiblingGroup, SiblingKind, Siblings},
    reference::{Reference, Tag},
};

use crate::{
    api,
    components::ProblemBox,
    text::{browse, format::count},
};

/// How far the search is.
#[derive(Clone, Debug, PartialEq)]
enum Search {
    No,
    Asked,
    Told(Box<Siblings>),
    Failed(Box<Problem>),
}

/// The search, on request: it costs the registry some questions.
#[component]
pub(super) fn SiblingSection(
    /// What is looked at.
    repository: Reference,
) -> impl IntoView {
    let search = RwSignal::new(Search::No);
    let tag = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let at = StoredValue::new(repository);
    let ask = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if search.with_untracked(|search| *search == Search::Asked) {
            return;
        }
        let typed = tag.with_untracked(|tag| tag.trim().to_owned());
        let reference = if typed.is_empty() {
            at.get_value()
        } else {
            match typed.parse::<Tag>() {
                Ok(tag) => at.get_value().with_tag(tag),
                Err(wrong) => return error.set(Some(wrong.to_string())),
            }
        };
        error.set(None);
        search.set(Search::Asked);
        spawn_local(async move {
            let told = match api::siblings(&reference).await {
                Ok(siblings) => {
                    // The tag that was looked for may be the server's choice.
                    let looked = siblings.reference.tag().map(ToString::to_string).unwrap_or_default();
                    tag.try_set(looked);
                    Search::Told(Box::new(siblings))
                }
                Err(problem) => Search::Failed(Box::new(problem)),
            };
            search.try_set(told);
        });
    };
    view! {
        <section class="siblings" aria-labelledby="siblings-heading">
            <h2 id="siblings-heading">"Looks like the same application for other machines"</h2>
            <form class="actions" on:submit=ask novalidate>
                <button
                    type="submit" class="button" id="find-siblings"
                    aria-disabled=move || (*search.read() == Search::Asked).to_string()
                >
                    {move || match *search.read() {
                        Search::No => "Look for it",
                        Search::Asked => "Looking …",
                        Search::Told(_) | Search::Failed(_) => "Look again",
                    }}
                </button>
                <label for="sibling-tag">"with the tag"</label>
                <input
                    id="sibling-tag" type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                    placeholder="the usual one" aria-describedby="sibling-error"
                    aria-invalid=move || error.read().is_some().to_string() bind:value=tag
                />
                <span class="hint">"Asks the registry for names such as app-arm64 or arm64v8/app."</span>
            </form>
            <p id="sibling-error" class="field-error" role="status">{move || error.get()}</p>
            <div role="status" class="sibling-groups" id="siblings">
                {move || match search.get() {
                    Search::Told(siblings) => Some(told(&siblings)),
                    _ => None,
                }}
            </div>
            {move || match search.get() {
                Search::Failed(problem) => Some(view! { <ProblemBox problem=*problem /> }),
                Search::Told(siblings) => siblings.problem.map(|problem| view! { <ProblemBox problem=*problem /> }),
                _ => None,
            }}
        </section>
    }
}

fn told(siblings: &Siblings) -> AnyView {
    let groups = siblings.groups.iter().cloned().map(group).collect::<Vec<AnyView>>();
    let nothing = groups.is_empty().then_some("Nothing looks like it. ");
    let more = (siblings.more > 0).then(|| {
        let words = count(siblings.more, "group", "groups");
        view! { <p class="hint">{format!("And {words} of older tags: name a tag to see its own.")}</p> }
    });
    view! { {groups} {more} <p class="hint">{nothing}{browse::looked(siblings)}</p> }.into_any()
}

/// Images that belong together, each with a box, and the way to the editor.
fn group(group: SiblingGroup) -> AnyView {
    let SiblingGroup { kind, target, exists, members } = group;
    // A list has one image for each platform.
    let mut platforms = BTreeSet::new();
    let is_first = |member: &Sibling| member.exists && platforms.insert(member.platform.clone());
    let chosen: Vec<bool> = members.iter().map(is_first).collect();
    let chosen = RwSignal::new(chosen);
    let boxes = members.iter().enumerate().map(|(index, member)| sibling(index, member, chosen)).collect::<Vec<_>>();
    let words = match kind {
        SiblingKind::Repositories => "Repositories",
        SiblingKind::Tags => "Tags",
    };
    let note = exists.then(|| format!("{} holds something already; the editor shows what.", target.familiar()));
    let name = target.familiar();
    let images = StoredValue::new(members.into_iter().map(|member| member.reference).collect::<Vec<_>>());
    let target = StoredValue::new(target);
    let address = move || {
        let chosen = chosen.read();
        let address = images.with_value(|images| {
            let taken = images.iter().zip(chosen.iter()).filter(|(_, is_chosen)| **is_chosen).map(|(image, _)| image);
            target.with_value(|target| browse::new_list(taken, target))
        });
        chosen.iter().any(|is_chosen| *is_chosen).then_some(address)
    };
    let link = move || match address() {
        Some(address) => {
            view! { <a class="button primary make-list" href=address>"Make one list of these"</a> }.into_any()
        }
        None => view! { <span class="hint">"Choose an image, at least."</span> }.into_any(),
    };
    view! {
        <fieldset class="sibling-group">
            <legend>{words}" for " <code>{name}</code></legend>
            <ul>{boxes}</ul>
            <div class="actions">{link}{note.map(|note| view! { <span class="hint">{note}</span> })}</div>
        </fieldset>
    }
    .into_any()
}

/// An image, by the platform that its name promises.
fn sibling(index: usize, member: &Sibling, chosen: RwSignal<Vec<bool>>) -> AnyView {
    let name = member.reference.familiar();
    let platform = member.platform.clone().unwrap_or_else(|| "as its config says".to_owned());
    let absent = (!member.exists).then(|| view! { <span class="hint">"has no such tag"</span> });
    let choose = move |event| chosen.update(|chosen| chosen[index] = event_target_checked(&event));
    view! {
        <li>
            <label>
                <input
                    type="checkbox" disabled=!member.exists on:change=choose
                    prop:checked=move || chosen.read().get(index).copied().unwrap_or_default()
                />
                <span class="sibling-platform">{platform}</span>
            </label>
            <a href=format!("/i/{name}")><code>{name.clone()}</code></a>
            {absent}
        </li>
    }
    .into_any()
}
