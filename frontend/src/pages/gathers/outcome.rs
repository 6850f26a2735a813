//! What has become of a gather: its push, and how that ended.

use leptos::prelude::*;
use onetag_shared::{
    api::{GatherState, Guard, PushJob, PushState, PushTarget},
    commands::pull_commands,
};

use super::Watch;
use crate::{
    components::{Commands, DigestText, Icon, ProblemBox, PushBar, Shape},
    text::push::brought,
};

/// The push; before it, where it will go.
#[component]
pub(super) fn Outcome(
    /// The gather.
    watch: Watch,
) -> impl IntoView {
    let seen = Memo::new(move |_| {
        watch.with(|gather| (gather.state, gather.push.clone(), gather.problem.clone(), gather.targets.clone()))
    });
    move || {
        let (state, push, problem, targets) = seen.get()?;
        let ended = push.filter(|push| push.state == PushState::Succeeded || !push.state.is_final());
        Some(match (state, ended, problem) {
            (GatherState::Pushed, Some(job), _) => view! { <Pushed job /> }.into_any(),
            (GatherState::Pushing, Some(job), _) => view! { <PushBar job lost=None /> }.into_any(),
            (GatherState::Failed, _, Some(problem)) => view! { <ProblemBox problem=*problem /> }.into_any(),
            (GatherState::Undone, ..) => view! {
                <p>"The push was taken back: the tags hold what they held before. It can be pushed again."</p>
            }
            .into_any(),
            (GatherState::Cancelled, ..) => {
                view! { <p>"It was cancelled: nothing was pushed, and no part is taken any more."</p> }.into_any()
            }
            _ => view! { <Where targets /> }.into_any(),
        })
    }
}

/// The tags that wait for it.
#[component]
fn Where(
    /// The tags, each with what must be there then.
    targets: Vec<PushTarget>,
) -> impl IntoView {
    let row = |target: PushTarget| {
        let name = target.reference.familiar();
        let at = Some(target.reference);
        let held = match target.guard {
            Guard::Digest(digest) => {
                view! { <span class="hint">"as long as it holds"</span><DigestText digest at=at /> }.into_any()
            }
            Guard::Absent => view! { <span class="hint">"a new tag"</span> }.into_any(),
            Guard::Any => view! { <span class="hint">"whatever it holds then"</span> }.into_any(),
        };
        view! { <li><code>{name}</code>{held}</li> }
    };
    view! {
        <div class="gather-targets">
            <p>"Pushed, once, when all parts are there, to:"</p>
            <ul>{targets.into_iter().map(row).collect_view()}</ul>
        </div>
    }
}

/// It is there.
#[component]
fn Pushed(
    /// The push.
    job: PushJob,
) -> impl IntoView {
    let first = job.targets.first().map(|target| target.reference.clone());
    let commands = first.as_ref().map(|reference| pull_commands(reference, None)).unwrap_or_default();
    let came = brought(&job).map(|words| view! { <p>{words}</p> });
    let tags = job.targets.into_iter().map(|target| {
        let at = Some(target.reference.clone());
        let before =
            target.before.map(|digest| view! { <span class="hint">"· it held "<DigestText digest at /></span> });
        let name = target.reference.familiar();
        view! { <li><a href=format!("/i/{name}")><code>{name.clone()}</code></a>{before}</li> }
    });
    view! {
        <div class="done" id="pushed" data-digest=job.digest.to_string()>
            <div class="done-head">
                <h2><Icon shape=Shape::Check /> "Pushed"</h2>
                <DigestText digest=job.digest.clone() at=first />
                <span class="hint">"read back from the registry and compared"</span>
            </div>
            <ul class="done-tags">{tags.collect_view()}</ul>
            {came}
            <h3>"Use it"</h3>
            <Commands commands=Signal::stored(commands) />
        </div>
    }
}
