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

fn main() {
    std::panic::set_hook(Box::new(|info| {
        leptos::logging::error!("{info}");
        // The page no longer answers; the draft was saved before. Say so in a part of the page that needs no script.
        if let Some(notice) = document().get_element_by_id("broken") {
            notice.remove_attribute("hidden").ok();
        }
    }));
    state::scheme::Scheme::stored().apply();
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(app::App);
}
