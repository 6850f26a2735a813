//! What else points there.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Pointing, Problem},
    reference::Reference,
};

use super::{ProblemBox, Prose};
use crate::{
    api,
    text::{format::sentence, tags},
};

/// How far the question is.
#[derive(Clone, Debug, PartialEq)]
enum Asking {
    No,
    Asked,
    Told(Box<Pointing>),
    Failed(Box<Problem>),
}

/// The tags that point to the same, on request: each of the repository's costs a question.
#[component]
pub(crate) fn PointingTags(
    /// What they point to: asked when it is wanted.
    at: Callback<(), Reference>,
    /// Somebody has just asked for it.
    #[prop(optional)]
    at_once: bool,
) -> impl IntoView {
    let asking = RwSignal::new(Asking::No);
    let ask = move |lists: bool| {
        if asking.get_untracked() == Asking::Asked {
            return;
        }
        asking.set(Asking::Asked);
        let at = at.run(());
        spawn_local(async move {
            let told = match api::pointing(&at, lists).await {
                Ok(pointing) => Asking::Told(Box::new(pointing)),
                Err(problem) => Asking::Failed(Box::new(problem)),
            };
            asking.try_set(told);
        });
    };
    if at_once {
        ask(false);
    }
    let look_into_lists = Callback::new(move |()| ask(true));
    view! {
        <section>
            <h2>"Tags that point here"</h2>
            <div class="actions">
                <button
                    type="button" class="button" id="find-pointing" on:click=move |_| ask(false)
                    aria-disabled=move || (*asking.read() == Asking::Asked).to_string()
                >
                    {move || match *asking.read() {
                        Asking::No => "Look at all tags",
                        Asking::Asked => "Looking at all tags …",
                        Asking::Told(_) | Asking::Failed(_) => "Look again",
                    }}
                </button>
                <span class="hint">"Asks the registry what each tag of the repository holds."</span>
            </div>
            <div role="status" id="pointing">
                {move || match asking.get() {
                    Asking::Told(pointing) => Some(view! { <Told pointing=*pointing look_into_lists /> }),
                    _ => None,
                }}
            </div>
            {move || match asking.get() {
                Asking::Failed(problem) => Some(view! { <ProblemBox problem=*problem /> }),
                _ => None,
            }}
        </section>
    }
}

#[component]
fn Told(
    /// What was found.
    pointing: Pointing,
    /// Asks for the lists that have it, too.
    look_into_lists: Callback<()>,
) -> impl IntoView {
    let doubt = tags::doubt(&pointing).map(|words| view! { <p class="warn"><Prose text=sentence(&words) /></p> });
    let repository = pointing.reference.repository_only();
    let list = if pointing.tags.is_empty() {
        view! { <p>"No tag points here by itself."</p> }.into_any()
    } else {
        view! { <TagLinks repository=repository.clone() tags=pointing.tags /> }.into_any()
    };
    let lists = match pointing.lists {
        None => view! {
            <div class="actions">
                <button type="button" class="button quiet" id="find-lists" on:click=move |_| look_into_lists.run(())>
                    "Look into the lists at tags"
                </button>
                <span class="hint">"Do they have it as an entry? Each list is read, which some registries count as a pull."</span>
            </div>
        }
        .into_any(),
        Some(lists) if lists.is_empty() => view! { <p>"No list at a tag has it as an entry."</p> }.into_any(),
        Some(lists) => {
            let lists = lists.into_iter().map(|list| {
                view! { <TagLinks repository=repository.clone() tags=list.tags /> }
            });
            view! { <p>"Lists that have it as an entry are at:"</p> {lists.collect_view()} }.into_any()
        }
    };
    view! { {list} <div id="holding">{lists}</div> {doubt} }
}

/// Tags, each with a link to its page.
#[component]
pub(crate) fn TagLinks(
    /// Where they are.
    repository: Reference,
    /// The tags.
    tags: Vec<String>,
) -> impl IntoView {
    let repo = repository.familiar_repo();
    let links = tags.into_iter().map(|tag| {
        view! { <li><a href=format!("/i/{repo}:{tag}")><code>{tag.clone()}</code></a></li> }
    });
    view! { <ul class="tag-links">{links.collect_view()}</ul> }
}
