//! A text of a row, to edit in place.

use leptos::{ev::KeyboardEvent, prelude::*};
use onetag_shared::list::Edit;

use super::desk::Desk;

/// Reads what was typed: the edit that puts it into the draft, if there is one to make. An error says what is wrong.
pub(super) type Understand = Callback<String, Result<Option<Edit>, String>>;

/// What a field is called, and looks like.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// Its id.
    pub(super) id: String,
    /// Its class.
    pub(super) class: &'static str,
    /// The id of the list of texts it offers.
    pub(super) offers: &'static str,
    /// What it is, for screen readers.
    pub(super) label: Signal<String>,
    /// What stands in it while it is empty.
    pub(super) placeholder: Signal<&'static str>,
}

/// A field that shows a part of the draft. Leaving it, or Enter, puts what was typed there; Escape brings back what is
/// there. What was not put there stays in the field, with the reason, even when the page is loaded again: nobody has left
/// the field by that.
#[component]
pub(super) fn TextField(
    /// The draft.
    desk: Desk,
    /// The name of the field, among those of the draft.
    name: String,
    /// What it is called.
    look: Look,
    /// What the draft says.
    #[prop(into)]
    shown: Signal<String>,
    /// Reads what was typed.
    read: Understand,
) -> impl IntoView {
    let Look { id, class, offers, label, placeholder } = look;
    let name = StoredValue::new(name);
    let typed = Memo::new(move |_| desk.typing.with(|typing| name.with_value(|name| typing.texts.get(name).cloned())));
    let error = RwSignal::new(None::<String>);
    let forget = move || {
        desk.typing.update(|typing| {
            name.with_value(|name| typing.texts.remove(name));
        });
    };
    let keep = move |text: String| {
        if text == shown.get_untracked() {
            return forget();
        }
        desk.typing.update(|typing| {
            typing.texts.insert(name.get_value(), text);
        });
    };
    let understand = move |text: &str| {
        let text = text.trim();
        if text == shown.get_untracked() { Ok(None) } else { read.run(text.to_owned()) }
    };
    let leave = move || {
        // A field that is taken off the page is left too.
        let Some(text) = typed.try_get_untracked().flatten() else { return };
        match understand(&text) {
            Ok(edit) => {
                if let Some(edit) = edit {
                    desk.edit(edit);
                }
                forget();
            }
            Err(wrong) => error.set(Some(wrong)),
        }
    };
    Effect::new(move |before: Option<()>| {
        if before.is_none() {
            error.set(untrack(|| typed.get_untracked().and_then(|text| understand(&text).err())));
        }
    });
    // What became of the text elsewhere, by a button beside it, takes the error with it.
    Effect::new(move |_| {
        if typed.get().is_none() {
            error.set(None);
        }
    });
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            leave();
        }
        "Escape" if typed.get_untracked().is_some() => forget(),
        _ => {}
    };
    let error_id = format!("{id}-error");
    view! {
        <input
            type="text"
            id=id
            class=class
            class:is-unfinished=move || typed.read().is_some()
            list=offers
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            size="1"
            placeholder=placeholder
            prop:value=move || typed.get().unwrap_or_else(|| shown.get())
            aria-label=label
            aria-invalid=move || error.read().is_some().to_string()
            aria-describedby=error_id.clone()
            on:input=move |event| keep(event_target_value(&event))
            on:change=move |_| leave()
            on:blur=move |_| leave()
            on:keydown=on_key
        />
        <span id=error_id class="field-error" role="status">{error}</span>
    }
}
