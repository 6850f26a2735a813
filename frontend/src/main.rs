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

use leptos::prelude::*;
// Leptos has an executor only once it is mounted.
use wasm_bindgen_futures::spawn_local;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        leptos::logging::error!("{info}");
        // The page no longer answers; the draft was saved before. Say so in a part of the page that needs no script.
        if let Some(notice) = document().get_element_by_id("broken") {
            notice.remove_attribute("hidden").ok();
        }
    }));
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
