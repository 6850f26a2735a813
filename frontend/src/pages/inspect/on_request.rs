//! What costs the registry requests and few want to know: its code comes with the click that asks for it.

use leptos::prelude::*;
use onetag_shared::{digest::Digest, reference::Reference};

use crate::components::{Part, later};

/// What can be asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    /// What it is about.
    pub(super) heading: &'static str,
    /// Class of its section, and the beginning of ids.
    pub(super) class: &'static str,
    /// Id of the button. What comes has a button with the same one, to ask again.
    pub(super) button: &'static str,
    /// What the button says.
    pub(super) words: &'static str,
    /// What it does.
    pub(super) hint: &'static str,
}

/// A section with one button, and with what comes once that is pressed.
#[component]
pub(super) fn OnRequest(
    /// What can be asked.
    question: Question,
    /// The document that it is asked of; another one is asked of anew.
    of: Memo<Option<Digest>>,
    /// Where the documents are.
    repository: Reference,
    /// What comes, for the document.
    part: fn(Reference) -> Part,
) -> impl IntoView {
    let Question { heading, class, button, words, hint } = question;
    let repository = StoredValue::new(repository);
    let asked = RwSignal::new(None::<Digest>);
    let is_shown = Memo::new(move |_| of.read().is_some());
    let answer = Memo::new(move |_| asked.get().filter(|asked| of.read().as_ref() == Some(asked)));
    let ask = move |_| asked.set(of.get_untracked());
    let id = format!("{class}-heading");
    view! {
        <Show when=move || is_shown.get()>
            <section class=class aria-labelledby=id.clone()>
                <h2 id=id.clone()>{heading}</h2>
                {move || match answer.get() {
                    Some(digest) => {
                        let at = repository.get_value().with_digest(digest);
                        later(move || part(at.clone()))
                    }
                    None => view! {
                        <div class="actions">
                            <button type="button" class="button" id=button on:click=ask>{words}</button>
                            <span class="hint">{hint}</span>
                        </div>
                    }
                    .into_any(),
                }}
            </section>
        </Show>
    }
}
