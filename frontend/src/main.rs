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

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::prelude::*;
// Leptos has an executor only once it is mounted.
use wasm_bindgen_futures::spawn_local;

/// How long to wait for drafts that a crash has left in another place.
const RECOVERY: Duration = Duration::from_secs(3);

fn main() {
    std::panic::set_hook(Box::new(|info| {
        leptos::logging::error!("{info}");
        // The page no longer answers; the draft was saved before. Say so in a part of the page that needs no script.
        if let Some(notice) = document().get_element_by_id("broken") {
            notice.remove_attribute("hidden").ok();
        }
    }));
    state::scheme::Scheme::stored().apply();
    // The page appears once drafts are there again, or after a moment where that takes longer.
    let mount = Rc::new(Cell::new(Some(mount as fn())));
    let late = Rc::clone(&mount);
    set_timeout(
        move || {
            if let Some(mount) = late.take() {
                mount();
            }
        },
        RECOVERY,
    );
    spawn_local(async move {
        let copies = state::drafts::copies().await;
        // A draft that is on the page already is not changed behind its back.
        if let Some(mount) = mount.take() {
            state::drafts::recover(copies);
            mount();
        }
    });
}

fn mount() {
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(app::App);
}
