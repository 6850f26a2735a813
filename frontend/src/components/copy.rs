//! A button that copies a text.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::{Icon, Shape};
use crate::dom;

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Copied,
    Refused,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Idle => "Copy",
            Self::Copied => "Copied",
            Self::Refused => "The browser refused",
        }
    }
}

/// Copies a text, also where the page has no access to the clipboard, and says so.
#[component]
pub(crate) fn CopyButton(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// What is copied, for the button's name: "digest".
    what: &'static str,
    /// Shows the word beside the icon.
    #[prop(optional)]
    with_word: bool,
) -> impl IntoView {
    let state = RwSignal::new(State::Idle);
    let copy = move |_| {
        spawn_local(async move {
            let copied = dom::copy(&text.get_untracked()).await;
            let how = if copied { State::Copied } else { State::Refused };
            state.try_set(how);
            let silence = dom::announce(how.word());
            set_timeout(
                move || {
                    state.try_set(State::Idle);
                    silence();
                },
                Duration::from_secs(2),
            );
        });
    };
    let name = move || match state.get() {
        State::Idle => format!("Copy {what}"),
        how => how.word().to_owned(),
    };
    view! {
        <button
            type="button"
            class=if with_word { "button quiet" } else { "icon-button copy" }
            class:is-done=move || state.get() == State::Copied
            aria-label=name
            title=name
            on:click=copy
        >
            {move || view! { <Icon shape=if state.get() == State::Copied { Shape::Check } else { Shape::Copy } /> }}
            {with_word.then(|| view! { <span>{move || state.get().word()}</span> })}
        </button>
    }
}
