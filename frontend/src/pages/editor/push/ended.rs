//! A push that succeeded.

use leptos::prelude::*;
use onetag_shared::{
    api::{PushJob, PushedTarget},
    commands::pull_commands,
};

use super::{
    super::desk::Desk,
    pushing::Pushing,
    undo::{Undo, Undone},
};
use crate::{
    components::{Commands, DigestText, Icon, Shape},
    text::push::brought,
};

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
    let targets = job.targets.clone();
    let tags = move || {
        let tag = |target: &PushedTarget| {
            let before = target.before.clone().map(|digest| {
                let at = Some(target.reference.clone());
                view! { <span class="hint">"· it held "<DigestText digest at=at /></span> }
            });
            let name = target.reference.familiar();
            view! { <li><a href=format!("/i/{name}")><code>{name.clone()}</code></a>{before}</li> }
        };
        targets.iter().map(tag).collect_view()
    };
    let count = job.targets.len();
    let undone = Memo::new(move |_| desk.push.with(|push| push.as_ref().and_then(|push| push.undone.clone())));
    let done = job.clone();
    view! {
        <div class="done" data-state="succeeded" id="pushed" data-digest=job.digest.to_string()>
            <div class="done-head">
                <h3><Icon shape=Shape::Check /> {move || if undone.read().is_some() { "Pushed, and undone" } else { "Pushed" }}</h3>
                <DigestText digest=job.digest.clone() at=first />
                <span class="hint">"read back from the registry and compared"</span>
                <button
                    type="button" class="icon-button" id="put-away" title="Put away" aria-label="Put this result away"
                    on:click=move |_| pushing.put_away()
                >
                    <Icon shape=Shape::Cross />
                </button>
            </div>
            {move || match undone.get() {
                Some(undo) => view! { <Undone undo=*undo /> }.into_any(),
                None => view! {
                    <Show when=move || is_stale.get()>
                        <p class="hint">"The draft has changed since this push."</p>
                    </Show>
                    <p>{if count == 1 { "This tag works on every platform of the list now:" } else { "These tags work on every platform of the list now:" }}</p>
                    <ul class="done-tags">{tags()}</ul>
                    {brought(&done).map(|words| view! { <p id="brought">{words}</p> })}
                    <Undo desk job=done.clone() />
                    <h3>"Use it"</h3>
                    <Commands commands=Signal::stored(commands.clone()) />
                }
                .into_any(),
            }}
        </div>
    }
}
