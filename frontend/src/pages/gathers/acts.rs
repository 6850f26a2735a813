//! What can be done about a gather.

use leptos::prelude::*;
use onetag_shared::{
    api::{GatherPushRequest, GatherState},
    platform::Platform,
};

use super::{Watch, watch::Act};
use crate::{
    components::{Confirm, ProblemBox},
    text::gathers as words,
};

/// Pushing it without what is missing, pushing it once more, and calling it off.
#[component]
pub(super) fn Acts(
    /// The gather.
    watch: Watch,
) -> impl IntoView {
    let seen = Memo::new(move |_| {
        watch.with(|gather| {
            let some_came = gather.missing.len() < gather.platforms.len();
            (gather.state, gather.missing.clone(), gather.without.clone(), some_came)
        })
    });
    let is_waiting = move || {
        seen.with(|seen| {
            matches!(
                seen,
                Some((GatherState::Open | GatherState::Overdue | GatherState::Failed | GatherState::Undone, ..))
            )
        })
    };
    let missing =
        Memo::new(move |_| seen.with(|seen| seen.as_ref().map(|(_, missing, ..)| missing.clone()).unwrap_or_default()));
    // A push that failed is pushed again without what it was without.
    let may_go_without = Memo::new(move |_| {
        seen.with(|seen| {
            seen.as_ref().is_some_and(|(state, missing, without, some_came)| {
                let is_asked = matches!(state, GatherState::Failed | GatherState::Undone) && *without == *missing;
                *some_came && !missing.is_empty() && !is_asked
            })
        })
    });
    let may_go_again = Memo::new(move |_| {
        seen.with(|seen| {
            seen.as_ref().is_some_and(|(state, missing, without, _)| {
                matches!(state, GatherState::Failed | GatherState::Undone) && (missing.is_empty() || without == missing)
            })
        })
    });
    let push = move |without: Vec<Platform>| watch.act(Act::Push(GatherPushRequest { without, incomplete: false }));
    let again = move |_| {
        push(seen.with_untracked(|seen| seen.as_ref().map(|(_, _, without, _)| without.clone()).unwrap_or_default()));
    };
    let without = Callback::new(move |()| push(missing.get_untracked()));
    let cancel = Callback::new(move |()| watch.act(Act::Cancel));
    let is_busy: Signal<bool> = watch.is_busy.into();
    view! {
        <Show when=is_waiting>
            <div class="actions gather-acts">
                <Show when=move || may_go_again.get()>
                    <button type="button" class="button primary" id="push-again" aria-disabled=move || is_busy.get().to_string() on:click=again>
                        "Push again"
                    </button>
                </Show>
                <Show when=move || may_go_without.get()>
                    <Confirm
                        id="push-without" label="Push without what is missing…"
                        question=Signal::derive(move || format!("Push without {}?", words::listed(&missing.read())))
                        words="The list is pushed with what has come. What comes later is refused: it needs a new gather, or a push that merges."
                        sure="Push without them" no="Go on waiting" is_busy run=without
                    />
                </Show>
                <Confirm
                    id="cancel-gather" label="Cancel the gather…" question="Cancel this gather?"
                    words="Nothing is pushed, and its jobs are refused from now on. This cannot be taken back."
                    sure="Cancel the gather" no="Go on waiting" is_danger=true is_busy run=cancel
                />
            </div>
        </Show>
        {move || watch.refused.get().map(|problem| view! { <ProblemBox problem /> })}
    }
}
