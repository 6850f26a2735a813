//! Parts of the application that are fetched when they are first shown.

use std::{pin::Pin, time::Duration};

use leptos::{
    prelude::*,
    reactive::{computed::ScopedFuture, owner::Owner},
    task::spawn_local,
};
use wasm_split_helpers::SplitLoaderError;

use super::{Icon, Shape};

/// Something whose code is not here yet. It is made where `pages/parts.rs` says what is fetched together.
pub(crate) struct Part {
    /// Fetches its code, unless that is here.
    pub(crate) fetch: Fetch<()>,
    /// Shows it.
    pub(crate) show: Fetch<AnyView>,
}

/// What ends once the code is here, or cannot be had.
pub(crate) type Fetch<T> = Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Asked,
    /// It takes long enough to say so.
    Slow,
    There,
    Failed,
}

/// Shows a part once its code is here; until then nothing, or after a moment that it is waited for.
pub(crate) fn later(part: impl Fn() -> Part + 'static) -> AnyView {
    let (state, there) = (RwSignal::new(State::Asked), StoredValue::new_local(None::<AnyView>));
    // What is made belongs to this, also where it is made after a click on what is gone by then.
    let owner = Owner::current().unwrap_or_default();
    let ask: Box<dyn Fn()> = Box::new(move || ask(part(), state, there, &owner));
    ask();
    let again = StoredValue::new_local(ask);
    (move || match state.get() {
        State::Asked => ().into_any(),
        State::Slow => view! { <p class="hint later" role="status">"Fetching this part of the page …"</p> }.into_any(),
        State::There => there.try_update_value(Option::take).flatten().into_any(),
        State::Failed => {
            view! { <Failed again=Callback::new(move |()| again.with_value(|again| again())) /> }.into_any()
        }
    })
    .into_any()
}

fn ask(part: Part, state: RwSignal<State>, there: StoredValue<Option<AnyView>, LocalStorage>, owner: &Owner) {
    state.set(State::Asked);
    set_timeout(
        move || {
            if state.try_get_untracked() == Some(State::Asked) {
                state.set(State::Slow);
            }
        },
        Duration::from_millis(300),
    );
    let asking = async move {
        let fetched = part.fetch.await;
        // Whoever left the page meanwhile is not to find its title and focus changed.
        if state.is_disposed() {
            return;
        }
        let view = match fetched {
            Ok(()) => part.show.await.ok(),
            Err(_) => None,
        };
        let ended = if view.is_some() { State::There } else { State::Failed };
        there.try_set_value(view);
        state.try_set(ended);
    };
    spawn_local(owner.with(|| ScopedFuture::new(asking)));
}

/// The server is gone, or is another version that has other parts.
#[component]
fn Failed(
    /// Asks again.
    again: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="problem" role="alert" data-code="part-missing">
            <Icon shape=Shape::Warning />
            <div class="problem-text">
                <p class="problem-title">"This part of the page could not be fetched"</p>
                <p class="problem-detail">"Onetag's server does not answer, or is a newer version than this page. Drafts are kept in this browser."</p>
                <div class="problem-actions">
                    <button type="button" class="button small" on:click=move |_| again.run(())>"Try again"</button>
                    <button type="button" class="button small" on:click=|_| drop(window().location().reload())>"Reload the page"</button>
                </div>
            </div>
        </div>
    }
}
