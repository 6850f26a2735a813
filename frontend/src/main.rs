//! The pages of Onetag, in the browser.

#![allow(clippy::needless_pass_by_value, reason = "components own their properties")]
#![allow(unreachable_pub, reason = "the `component` macro makes items more public than their names")]

mod api;
mod app;
mod components;
mod dom;
mod pages;
mod state;
mod text;

use js_sys::{Reflect, WebAssembly::RuntimeError};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
// Leptos has an executor only once it is mounted.
use wasm_bindgen_futures::spawn_local;

fn main() {
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|info| leptos::logging::error!("{info}")));
    tell_when_broken();
    state::scheme::Scheme::stored().apply();
    spawn_local(async {
        // What the server has put into the page is read meanwhile.
        pages::parts::fetch_for(&window().location().pathname().unwrap_or_default()).await;
        mount();
    });
}

fn mount() {
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(app::App);
}

/// Says so where the code has stopped for good, in a part of the page that needs no code: nothing answers any longer. The
/// draft was saved before. A release has no words for what happened; the browser's console says where.
fn tell_when_broken() {
    // In an event's handler, or in what goes on by itself.
    for (event, place) in [("error", "error"), ("unhandledrejection", "reason")] {
        let listener = window_event_listener_untyped(event, move |event| {
            let error = Reflect::get(&event, &place.into()).unwrap_or_default();
            if error.is_instance_of::<RuntimeError>()
                && let Some(notice) = document().get_element_by_id("broken")
            {
                notice.remove_attribute("hidden").ok();
            }
        });
        // For as long as there is the page.
        drop(listener);
    }
}
