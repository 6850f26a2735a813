//! The push: what it will do, how far it has come, how it ended.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Conflict, Problem, ProblemCode, PushJob, PushRequest, PushState, PushTarget, Transfer},
    check::Severity,
    commands::pull_commands,
    reference::Reference,
};

use super::{desk::Desk, facts::row_of, held::Held};
use crate::{
    api::{self, Abort},
    components::{Commands, DigestText, Icon, ProblemBox, Shape},
    dom,
    state::{drafts::StoredPush, recent},
    text::{format, target::Target},
};

/// Where the push of this draft stands.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// None was started.
    Idle,
    /// It is on its way to the server.
    Sending,
    /// The server knows it.
    Job(Box<PushJob>),
    /// The server did not take it, or it cannot be followed.
    Refused(Box<Problem>),
}

impl Stage {
    fn is_busy(&self) -> bool {
        match self {
            Self::Sending => true,
            Self::Job(job) => !job.state.is_final(),
            Self::Idle | Self::Refused(_) => false,
        }
    }
}

/// What a push would do, and the button that does it; then how it goes.
#[component]
pub(super) fn PushPanel(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Idle);
    let abort = StoredValue::new_local(Abort::on_cleanup());
    if let Some(stored) = desk.push.get_untracked() {
        run(desk, stage, stored, abort.get_value());
    }
    let reason = Memo::new(move |_| why_not(desk));
    let start = move |_| {
        let Some(request) = request(desk) else { return };
        let stored = StoredPush { key: dom::random_name(), request, id: None };
        run(desk, stage, stored, abort.get_value());
    };
    let is_busy = Memo::new(move |_| stage.with(Stage::is_busy));
    view! {
        <div class="push-line">
            <p class="transfer hint">{move || desk.plan.with(|plan| transfer(&plan.transfer))}</p>
            <p class="why-not" id="why-not" role="status">{move || (!is_busy.get()).then(|| reason.get()).flatten()}</p>
            <button
                type="button"
                id="push"
                class="button primary large"
                aria-describedby="why-not"
                disabled=move || is_busy.get() || reason.read().is_some()
                on:click=start
            >
                {move || if is_busy.get() { "Pushing …" } else { "Push" }}
            </button>
        </div>
        <div id="push-outcome" aria-live="polite">
            {move || match stage.get() {
                Stage::Idle => ().into_any(),
                Stage::Sending => view! { <p class="hint">"Handing the push to the server …"</p> }.into_any(),
                Stage::Job(job) => view! { <Job desk stage job=*job /> }.into_any(),
                Stage::Refused(problem) => view! { <Refused desk stage problem=*problem /> }.into_any(),
            }}
        </div>
    }
}

/// What a push would do, in a line.
fn transfer(transfer: &Transfer) -> String {
    let Transfer { pointers, mounts, copies, bytes_to_copy, requests } = transfer;
    if *requests == 0 {
        return String::new();
    }
    let mut parts = Vec::new();
    if *pointers > 0 {
        parts.push(format::count(*pointers, "pointer", "pointers"));
    }
    if *mounts > 0 {
        parts.push(format!("{} to mount", format::count(*mounts, "blob", "blobs")));
    }
    parts.push(match *copies {
        0 => "nothing to copy".to_owned(),
        copies => format!("{} to copy ({})", format::count(copies, "blob", "blobs"), format::size(*bytes_to_copy)),
    });
    parts.push(format!("at most {}", format::count(*requests, "request", "requests")));
    parts.join(" · ")
}

/// What keeps the draft from being pushed; the first thing to do about it.
fn why_not(desk: Desk) -> Option<String> {
    if desk.rows.with(Vec::is_empty) {
        return Some("Add an image first.".to_owned());
    }
    let waiting = desk.waiting();
    if waiting > 0 {
        return Some(format!("Waiting for {}.", format::count(waiting, "image", "images")));
    }
    let errors = desk.plan.with(|plan| {
        let errors = plan.findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| row_of(&finding.pointer)).collect::<Vec<_>>()
    });
    if let Some(first) = errors.first() {
        let place = first.map_or_else(|| "the list".to_owned(), |place| format!("row {}", place + 1));
        return Some(match errors.len() {
            1 => format!("An error rules it out: see {place}."),
            more => format!("{more} errors rule it out: see {place} first."),
        });
    }
    if desk.plan.with(|plan| plan.document.is_none()) {
        return Some("No list can be made of these rows yet.".to_owned());
    }
    let targets = desk.targets.get();
    if targets.iter().any(|target| matches!(target, Target::Wrong { .. })) {
        return Some("Correct the tag first.".to_owned());
    }
    let mut tags = targets.iter().filter_map(Target::tag).peekable();
    if tags.peek().is_none() {
        return Some("Name a tag to push to.".to_owned());
    }
    for tag in tags {
        match desk.holdings.get(tag) {
            None | Some(Held::Asking) => return Some("Looking at what the tag holds.".to_owned()),
            Some(Held::Unknown(_)) => return Some(format!("What {} holds is not known.", tag.familiar())),
            Some(Held::Absent | Held::There(_)) => {}
        }
    }
    None
}

/// The push of what is on the page, guarded by what was seen at the tags.
fn request(desk: Desk) -> Option<PushRequest> {
    let expected_digest =
        desk.plan.with_untracked(|plan| plan.document.as_ref().map(|document| document.digest.clone()))?;
    let tags: Vec<Reference> =
        desk.targets.with_untracked(|targets| targets.iter().filter_map(Target::tag).cloned().collect());
    let known = desk.holdings.known.read_untracked();
    let targets = tags.into_iter().map(|reference| {
        let guard = known.get(&reference)?.guard()?;
        Some(PushTarget { reference, guard })
    });
    Some(PushRequest { draft: desk.draft(), expected_digest, targets: targets.collect::<Option<_>>()? })
}

/// Sends a push, or sends it again, and follows it to its end. It is kept before it is sent: a reload finds it again,
/// and the key makes sure that the server runs it once.
fn run(desk: Desk, stage: RwSignal<Stage>, stored: StoredPush, abort: Abort) {
    stage.set(Stage::Sending);
    desk.push.set(Some(stored.clone()));
    spawn_local(async move {
        let StoredPush { key, request, id } = stored;
        let id = match id {
            Some(id) => id,
            None => match api::start_push(&request, &key).await {
                Ok(job) => {
                    let id = job.id.clone();
                    stage.try_set(Stage::Job(Box::new(job)));
                    desk.push.try_set(Some(StoredPush { key, request: request.clone(), id: Some(id.clone()) }));
                    id
                }
                Err(problem) => {
                    stage.try_set(Stage::Refused(Box::new(problem)));
                    return;
                }
            },
        };
        let followed = api::follow(&id, &abort, |job| {
            stage.try_set(Stage::Job(Box::new(job)));
        });
        if let Err(problem) = followed.await {
            stage.try_set(Stage::Refused(Box::new(problem)));
        }
        if !abort.is_aborted() {
            ended(desk, &request);
        }
    });
}

/// Once a push has ended the tags are looked at again.
fn ended(desk: Desk, request: &PushRequest) {
    for target in &request.targets {
        desk.holdings.ask(&target.reference);
        recent::note(&target.reference.familiar());
    }
}

#[component]
fn Job(
    /// The draft.
    desk: Desk,
    /// Where the push stands.
    stage: RwSignal<Stage>,
    /// As far as it has come.
    job: PushJob,
) -> impl IntoView {
    let state = job.state;
    match state {
        PushState::Queued | PushState::Running => view! { <Bar job /> }.into_any(),
        PushState::Succeeded => view! { <Done desk stage job /> }.into_any(),
        PushState::Conflict | PushState::Failed => {
            let problem =
                job.problem.map_or_else(|| Problem::new(ProblemCode::Internal, "the push failed"), |problem| *problem);
            view! { <Refused desk stage problem /> }.into_any()
        }
    }
}

/// How far it has come.
#[component]
fn Bar(
    /// The push.
    job: PushJob,
) -> impl IntoView {
    let progress = job.progress;
    let bytes = (progress.bytes_total > 0)
        .then(|| format!(" · {} of {}", format::size(progress.bytes_done), format::size(progress.bytes_total)));
    view! {
        <div class="push-progress" data-state="running">
            <progress
                max=progress.steps_total.max(1).to_string()
                value=progress.steps_done.to_string()
                aria-label="Progress of the push"
            ></progress>
            <p class="hint">
                {format!("{} of {} steps", progress.steps_done, progress.steps_total)}
                {bytes}
                {(!progress.doing.is_empty()).then(|| format!(" · {}", progress.doing))}
            </p>
        </div>
    }
}

/// It is there.
#[component]
fn Done(
    /// The draft.
    desk: Desk,
    /// Where the push stands.
    stage: RwSignal<Stage>,
    /// The push.
    job: PushJob,
) -> impl IntoView {
    let digest = job.digest.clone();
    let is_stale = Memo::new(move |_| {
        desk.plan.with(|plan| plan.document.as_ref().is_none_or(|document| document.digest != digest))
    });
    let first = job.targets.first().map(|target| target.reference.clone());
    let commands = first.as_ref().map(|reference| pull_commands(reference, None)).unwrap_or_default();
    let tags = job
        .targets
        .iter()
        .map(|target| {
            let before = target.before.clone().map(|digest| {
                let at = Some(target.reference.clone());
                view! { <span class="hint">" · it held "<DigestText digest at=at /></span> }
            });
            let name = target.reference.familiar();
            view! { <li><a href=format!("/i/{name}")><code>{name.clone()}</code></a>{before}</li> }
        })
        .collect_view();
    let count = job.targets.len();
    view! {
        <div class="done" data-state="succeeded" id="pushed" data-digest=job.digest.to_string()>
            <div class="done-head">
                <h3><Icon shape=Shape::Check /> "Pushed"</h3>
                <DigestText digest=job.digest.clone() at=first />
                <span class="hint">"read back from the registry and compared"</span>
                <button
                    type="button" class="icon-button" title="Put away" aria-label="Put this result away"
                    on:click=move |_| {
                        desk.push.set(None);
                        stage.set(Stage::Idle);
                    }
                >
                    <Icon shape=Shape::Cross />
                </button>
            </div>
            <Show when=move || is_stale.get()>
                <p class="hint">"The draft has changed since this push."</p>
            </Show>
            <p>{if count == 1 { "This tag works on every platform of the list now:" } else { "These tags work on every platform of the list now:" }}</p>
            <ul class="done-tags">{tags}</ul>
            <h3>"Use it"</h3>
            <Commands commands=Signal::stored(commands) />
        </div>
    }
}

/// It is not there, and what can be done.
#[component]
fn Refused(
    /// The draft.
    desk: Desk,
    /// Where the push stands.
    stage: RwSignal<Stage>,
    /// Why.
    problem: Problem,
) -> impl IntoView {
    let conflicts = problem.conflicts.clone();
    let put_away = move |_| {
        desk.push.set(None);
        stage.set(Stage::Idle);
    };
    let is_conflict = !conflicts.is_empty();
    let rows = conflicts.into_iter().map(|conflict| view! { <Moved conflict /> }).collect_view();
    view! {
        <div data-state="failed" id="refused">
            <ProblemBox problem>
                <button type="button" class="button small" id="put-away" on:click=put_away>
                    {if is_conflict { "Compare with what is there now" } else { "Back to the draft" }}
                </button>
            </ProblemBox>
            {is_conflict.then(|| view! {
                <table class="conflicts">
                    <thead><tr><th scope="col">"Tag"</th><th scope="col">"You saw"</th><th scope="col">"There now"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                <p class="hint">
                    "Nothing was moved. The tags above were looked at again: pushing now replaces what is there now."
                </p>
            })}
        </div>
    }
}

/// A tag that moved.
#[component]
fn Moved(
    /// From what to what.
    conflict: Conflict,
) -> impl IntoView {
    let at: Option<Reference> = conflict.reference.parse().ok();
    let cell = |digest: Option<onetag_shared::digest::Digest>| match digest {
        Some(digest) => view! { <DigestText digest at=at.clone() /> }.into_any(),
        None => view! { <span class="hint">"no such tag"</span> }.into_any(),
    };
    let name = at.as_ref().map_or_else(|| conflict.reference.clone(), Reference::familiar);
    view! { <tr><td><code>{name}</code></td><td>{cell(conflict.expected)}</td><td>{cell(conflict.found)}</td></tr> }
}
