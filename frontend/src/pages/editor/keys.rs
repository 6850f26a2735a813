//! Undo and redo by keyboard.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget};

use super::desk::Desk;

/// Ctrl+Z (or ⌘Z) undoes, Ctrl+Shift+Z and Ctrl+Y redo; in a text field they are the browser's own.
pub(super) fn listen(desk: Desk) {
    let listener = window_event_listener(ev::keydown, move |event| {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || is_text_field(event.target()) {
            return;
        }
        match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
            ("z", false) => desk.undo(),
            ("z", true) | ("y", false) => desk.redo(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

fn is_text_field(target: Option<EventTarget>) -> bool {
    let element = target.and_then(|target| target.dyn_into::<Element>().ok());
    element
        .is_some_and(|element| element.matches("input:not([type=checkbox], [type=radio]), textarea").unwrap_or(false))
}
