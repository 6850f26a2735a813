//! Taking a push back.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Problem, ProblemCode, PushJob, PushState},
    reference::Reference,
};

use super::super::desk::Desk;
use crate::{
    api::{self, Abort},
    components::{DigestText, Icon, ProblemBox, Shape},
    dom,
};

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
enum Undoing {
    No,
    Asked,
    Refused(Box<Problem>),
}

/// The button that takes a push back, and what comes of that; nothing for a push that moved no tag.
#[component]
pub(super) fn Undo(
    /// The draft.
    desk: Desk,
    /// Its push, which has ended.
    job: PushJob,
) -> impl IntoView {
    let moved: Vec<Reference> = job
        .targets
        .iter()
        .filter(|target| target.after.as_ref() == Some(&job.digest) && target.before != target.after)
        .map(|target| target.reference.clone())
        .collect();
    if moved.is_empty() {
        return ().into_any();
    }
    let undoing = RwSignal::new(Undoing::No);
    let abort = StoredValue::new_local(Abort::new());
    on_cleanup(move || {
        abort.try_with_value(Abort::abort);
    });
    let is_one = moved.len() == 1;
    let (id, moved) = (StoredValue::new(job.id), StoredValue::new(moved));
    let start = move |_| {
        if undoing.get_untracked() == Undoing::Asked {
            return;
        }
        undoing.set(Undoing::Asked);
        let abort = abort.get_value();
        spawn_local(async move {
            let ended = take_back(&id.get_value(), &abort).await;
            if abort.is_aborted() {
                return;
            }
            for tag in moved.get_value() {
                desk.cache.moved(&tag);
                desk.holdings.ask(&tag);
            }
            match ended {
                Ok(job) => {
                    desk.push.try_update(|push| {
                        if let Some(push) = push.as_mut().filter(|push| push.id == job.undoes) {
                            push.undone = Some(Box::new(job));
                        }
                    });
                    dom::focus_next(vec!["#put-away".to_owned()]);
                }
                Err(problem) => {
                    undoing.try_set(Undoing::Refused(Box::new(problem)));
                }
            }
        });
    };
    view! {
        <div class="undo">
            <button
                type="button" class="button small" id="undo-push" on:click=start
                aria-disabled=move || (undoing.get() == Undoing::Asked).to_string()
                title=if is_one { "Puts back what the tag held before this push" } else { "Puts back what the tags held before this push" }
            >
                <Icon shape=Shape::Undo />
                {move || if undoing.get() == Undoing::Asked { "Undoing the push …" } else { "Undo the push" }}
            </button>
            {move || match undoing.get() {
                Undoing::Refused(problem) => Some(view! { <ProblemBox problem=*problem /> }),
                Undoing::No | Undoing::Asked => None,
            }}
        </div>
    }
    .into_any()
}

/// Asks for it, and waits for its end.
async fn take_back(id: &str, abort: &Abort) -> Result<PushJob, Problem> {
    let mut job = api::undo_push(id).await?;
    let undo = job.id.clone();
    api::follow(&undo, abort, |news| job = news, |_| ()).await?;
    if job.state == PushState::Succeeded {
        return Ok(job);
    }
    let problem = job.problem.map(|problem| *problem);
    Err(problem.unwrap_or_else(|| Problem::new(ProblemCode::Internal, "the push could not be undone")))
}

/// It was taken back.
#[component]
pub(super) fn Undone(
    /// What did it.
    undo: PushJob,
) -> impl IntoView {
    let tags = undo.targets.into_iter().map(|target| {
        let at = target.reference.clone();
        let name = target.reference.familiar();
        let holds = match target.after {
            Some(digest) => {
                view! { <span class="hint">"holds "<DigestText digest at=Some(at) />" again"</span> }.into_any()
            }
            None => view! { <span class="hint">"is gone again"</span> }.into_any(),
        };
        view! { <li><a href=format!("/i/{name}")><code>{name.clone()}</code></a>" "{holds}</li> }
    });
    view! { <ul class="done-tags" id="undone">{tags.collect_view()}</ul> }
}
