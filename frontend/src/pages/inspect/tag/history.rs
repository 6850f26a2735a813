//! What the tag held before it was moved or deleted here.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Guard, MoveKind, Problem, ProblemCode, PushState, RestoreRequest, TagMove},
    digest::Digest,
    reference::Reference,
};

use super::Looked;
use crate::{
    api::{self, Abort},
    components::{DigestText, ProblemBox, When},
    dom,
    text::tags,
};

/// What became of putting something back.
#[derive(Clone, Debug, PartialEq)]
enum PuttingBack {
    No,
    Asked(Digest),
    Done(Digest),
    Refused(Box<Problem>),
}

/// What was done to the tag, the newest first, each with what it held before.
#[component]
pub(super) fn History(
    /// What is looked at.
    looked: Looked,
    /// The tag.
    tag: Reference,
) -> impl IntoView {
    let tag = StoredValue::new(tag);
    let moves = RwSignal::new(None::<Vec<TagMove>>);
    let next = RwSignal::new(None::<String>);
    let problem = RwSignal::new(None::<Problem>);
    let load = move |cursor: Option<String>| {
        spawn_local(async move {
            match api::history(&tag.get_value(), cursor.as_deref()).await {
                Ok(page) => {
                    moves.try_update(|moves| match moves {
                        Some(moves) if cursor.is_some() => moves.extend(page.moves),
                        _ => *moves = Some(page.moves),
                    });
                    next.try_set(page.next);
                    problem.try_set(None);
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
        });
    };
    Effect::new(move |_| {
        looked.changed.track();
        load(None);
    });
    let putting = RwSignal::new(PuttingBack::No);
    let abort = StoredValue::new_local(Abort::new());
    on_cleanup(move || {
        abort.try_with_value(Abort::abort);
    });
    let put_back = Callback::new(move |digest: Digest| {
        if matches!(putting.get_untracked(), PuttingBack::Asked(_)) {
            return;
        }
        putting.set(PuttingBack::Asked(digest.clone()));
        // Guarded by what the page shows of the tag: nothing, once it was deleted here.
        let newest = moves.with_untracked(|moves| moves.as_ref().and_then(|moves| moves.first().cloned()));
        let is_gone = newest.is_some_and(|newest| newest.kind == MoveKind::Delete && newest.certain);
        let guard = Guard::seen(looked.seen().filter(|_| !is_gone));
        let abort = abort.get_value();
        spawn_local(async move {
            let request = RestoreRequest { reference: tag.get_value(), digest: digest.clone(), guard };
            let ended = match restore(&request, &abort).await {
                Ok(()) => PuttingBack::Done(digest),
                Err(problem) => PuttingBack::Refused(Box::new(problem)),
            };
            let has_worked = matches!(ended, PuttingBack::Done(_));
            if putting.try_set(ended).is_none() && has_worked {
                looked.changed.update(|changed| *changed += 1);
                looked.loading.again(&looked.reference.get_value());
                // The button goes with what is there again.
                dom::focus_next(vec!["#history-heading".to_owned()]);
            }
        });
    });
    view! {
        <section>
            <h2 id="history-heading" tabindex="-1">"History"</h2>
            {move || match moves.get() {
                None => None,
                Some(moves) if moves.is_empty() => Some(
                    view! { <p class="hint">"Onetag has not moved this tag, as far as it remembers."</p> }.into_any(),
                ),
                Some(moves) => {
                    let rows = moves.into_iter().map(|moved| {
                        view! { <Moved looked tag=tag.get_value() moved putting put_back /> }
                    });
                    Some(view! { <ol class="tag-moves" id="history">{rows.collect_view()}</ol> }.into_any())
                }
            }}
            {move || next.get().map(|cursor| view! {
                <button type="button" class="button small" on:click=move |_| load(Some(cursor.clone()))>"Earlier"</button>
            })}
            <p role="status" id="put-back">
                {move || match putting.get() {
                    PuttingBack::Asked(digest) => Some(format!("Putting {} back …", digest.short())),
                    PuttingBack::Done(digest) => Some(format!("The tag holds {} again.", digest.short())),
                    PuttingBack::No | PuttingBack::Refused(_) => None,
                }}
            </p>
            {move || match putting.get() {
                PuttingBack::Refused(problem) => Some(view! { <ProblemBox problem=*problem /> }),
                _ => None,
            }}
            {move || problem.get().map(|problem| view! { <ProblemBox problem /> })}
        </section>
    }
}

/// One move.
#[component]
fn Moved(
    /// What is looked at.
    looked: Looked,
    /// The tag.
    tag: Reference,
    /// The move.
    moved: TagMove,
    /// What is being put back.
    putting: RwSignal<PuttingBack>,
    /// Puts something back.
    put_back: Callback<Digest>,
) -> impl IntoView {
    let TagMove { at, kind, before, after, certain, .. } = moved;
    let is_delete = kind == MoveKind::Delete;
    let held = |digest: Option<Digest>, none: &'static str| match digest {
        Some(digest) => view! { <DigestText digest at=Some(tag.clone()) /> }.into_any(),
        None => view! { <span class="hint">{none}</span> }.into_any(),
    };
    let after_words = match (certain, is_delete) {
        (false, _) => "not known",
        (true, _) => "no tag",
    };
    let compare = before.clone().map(|digest| {
        let label = format!("Compare with now: {}", digest.short());
        let (then, now) = (tag.clone().with_digest(digest).familiar(), tag.familiar());
        view! { <a href=api::diff_page(&then, &now) aria-label=label>"Compare with now"</a> }
    });
    let button = before.clone().map(|digest| {
        let (shown, pressed) = (digest.clone(), digest.clone());
        let label = format!("Put back {}", digest.short());
        // Where the tag was deleted, what it held is shown here still.
        let is_here = move || !is_delete && looked.digest().as_ref() == Some(&shown);
        view! {
            <Show when=move || !is_here()>
                <button
                    type="button" class="button small" aria-label=label.clone()
                    aria-disabled=move || matches!(*putting.read(), PuttingBack::Asked(_)).to_string()
                    on:click={
                        let pressed = pressed.clone();
                        move |_| put_back.run(pressed.clone())
                    }
                >
                    "Put back"
                </button>
            </Show>
        }
    });
    view! {
        <li data-kind=kind.as_str()>
            <span class="move-when"><When time=at />" · "{tags::kind(kind)}</span>
            <span class="move-what">{held(before, "no tag")}" → "{held(after, after_words)}</span>
            <span class="move-acts">{compare}{button}</span>
        </li>
    }
}

/// Asks for it, and waits for its end.
async fn restore(request: &RestoreRequest, abort: &Abort) -> Result<(), Problem> {
    let mut job = api::restore(request, &dom::random_name()).await?;
    let id = job.id.clone();
    api::follow(&id, abort, |news| job = news, |_| ()).await?;
    if job.state == PushState::Succeeded {
        return Ok(());
    }
    let problem = job.problem.map(|problem| *problem);
    Err(problem.unwrap_or_else(|| Problem::new(ProblemCode::Internal, "it could not be put back")))
}
