//! What of a pasted text could not be taken over.

use leptos::prelude::*;

/// What was left out, in words. It belongs to the application: a text that is pasted on the start page is added on another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeftOut {
    words: RwSignal<Vec<String>>,
}

impl LeftOut {
    /// Nothing was left out yet.
    pub(crate) fn new() -> Self {
        Self { words: RwSignal::new(Vec::new()) }
    }

    /// The one that the application provides.
    pub(crate) fn from_context() -> Self {
        expect_context()
    }

    /// Says this, and no longer what was said before.
    pub(crate) fn say(self, words: Vec<String>) {
        self.words.set(words);
    }
}

/// The words, until something else is pasted.
#[component]
pub(crate) fn LeftOutList(
    /// What was left out.
    left_out: LeftOut,
) -> impl IntoView {
    let is_empty = move || left_out.words.with(Vec::is_empty);
    let lines =
        move || left_out.words.get().into_iter().map(|words| view! { <li>"Left out: "{words}"."</li> }).collect_view();
    view! { <ul class="left-out" role="status" class:is-hidden=is_empty>{lines}</ul> }
}
