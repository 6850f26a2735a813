//! This tab: its name, which a reload keeps, and whether anybody looks at it.

use std::cell::OnceCell;

use leptos::prelude::{document, window};

use crate::dom;

const KEY: &str = "onetag.tab";

/// What tells this tab from others.
pub(crate) fn name() -> String {
    thread_local! {
        static NAME: OnceCell<String> = const { OnceCell::new() };
    }
    NAME.with(|name| name.get_or_init(find_name).clone())
}

fn find_name() -> String {
    let storage = window().session_storage().ok().flatten();
    let stored = storage.as_ref().and_then(|storage| storage.get_item(KEY).ok().flatten());
    stored.unwrap_or_else(|| {
        let name = dom::random_name();
        if let Some(storage) = storage {
            storage.set_item(KEY, &name).ok();
        }
        name
    })
}

/// Is it the one that is looked at, of those in its window?
pub(crate) fn is_visible() -> bool {
    !document().hidden()
}
