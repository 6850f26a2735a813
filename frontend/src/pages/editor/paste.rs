//! The field that references are pasted into.

use leptos::{
    ev::{ClipboardEvent, KeyboardEvent, SubmitEvent},
    prelude::*,
};
use onetag_shared::{
    list::{Edit, Entry},
    reference::ReferenceError,
};

use super::desk::Desk;
use crate::{
    components::{Icon, Shape},
    dom,
    text::paste::{self, Pasted},
};

/// Takes references, one or many, and the commands they stand in. What is none stays in the field, with the reason.
#[component]
pub(super) fn PasteBox(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    // Said after an attempt to add, and about the text as it was then.
    let rejected = RwSignal::new(Vec::<ReferenceError>::new());
    let said = RwSignal::new(String::new());
    let add = move || {
        let Pasted { references, target, rejected: wrong } = paste::read(&desk.paste.get_untracked());
        let count = references.len();
        if count > 0 {
            let index = desk.history.with_untracked(|history| history.draft.entries.len());
            desk.edit(Edit::Add { index, entries: references.into_iter().map(Entry::new).collect() });
            said.set(format!("{} added.", crate::text::format::count(count, "image", "images")));
        }
        if let Some(target) = target
            && desk.target_texts.with_untracked(|texts| texts.iter().all(|text| text.trim().is_empty()))
        {
            desk.target_texts.set(vec![target.familiar()]);
        }
        let rest: Vec<&str> = wrong.iter().map(ReferenceError::text).collect();
        desk.paste.set(rest.join("\n"));
        rejected.set(wrong);
        dom::focus("#paste");
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() {
            event.prevent_default();
            add();
        }
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        add();
    };
    let on_paste = move |event: ClipboardEvent| {
        // Several references at once are meant to be added; one may be meant to be edited first.
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        let pasted = paste::read(&text);
        if pasted.references.len() > 1 && desk.paste.with_untracked(|before| before.trim().is_empty()) {
            event.prevent_default();
            desk.paste.set(text);
            add();
        }
    };
    let use_instead = move |wrong: &str, right: &str| {
        desk.paste.update(|text| {
            *text =
                text.split('\n').map(|line| if line == wrong { right } else { line }).collect::<Vec<_>>().join("\n");
        });
        rejected.update(|errors| errors.retain(|error| error.text() != wrong));
        dom::focus("#paste");
    };
    let lines = move || desk.paste.with(|text| text.lines().count().clamp(2, 8));
    view! {
        <form class="paste-form" on:submit=on_submit novalidate>
            <label for="paste">"Add images"</label>
            <textarea
                id="paste"
                rows=lines
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                placeholder="Paste references, one or many, or a docker, buildx or crane command"
                aria-describedby="paste-errors"
                aria-invalid=move || (!rejected.read().is_empty()).to_string()
                bind:value=desk.paste
                on:keydown=on_key
                on:paste=on_paste
            ></textarea>
            <button
                type="submit"
                id="add"
                class="button"
                disabled=move || desk.paste.with(|text| text.trim().is_empty())
            >
                <Icon shape=Shape::Plus /> "Add"
            </button>
        </form>
        <p class="visually-hidden" role="status">{said}</p>
        <ul id="paste-errors" class="paste-errors" aria-live="polite">
            {move || rejected.get().into_iter().map(|error| {
                let text = error.text().to_owned();
                view! {
                    <li class="field-error">
                        {error.to_string()}"."
                        {error.suggestion().map(|suggestion| {
                            let right = suggestion.clone();
                            view! {
                                " Use "
                                <button type="button" class="link" on:click=move |_| use_instead(&text, &right)>
                                    <code>{suggestion}</code>
                                </button>
                                " instead?"
                            }
                        })}
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}
