//! A push that succeeded.

use leptos::prelude::*;
use onetag_shared::{api::PushJob, commands::pull_commands};

use super::{super::desk::Desk, pushing::Pushing};
use crate::components::{Commands, DigestText, Icon, Shape};

/// It is there.
#[component]
pub(super) fn Done(
    /// The draft.
    desk: Desk,
    /// Its push.
    pushing: Pushing,
    /// As it ended.
    job: PushJob,
) -> impl IntoView {
    let digest = job.digest.clone();
    let is_stale = Memo::new(move |_| desk.makes_other_than(&digest));
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
                    on:click=move |_| pushing.put_away()
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
