//! `/new`: makes a draft and goes to its page. `/new?from=IMAGE&from=IMAGE&to=TAG` makes one of these images.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    params::ParamsMap,
};
use onetag_shared::reference::Reference;

use crate::{
    dom,
    state::drafts::{self, StoredDraft},
};

/// The drafts that were made here, in the browser's storage.
const MADE: &str = "onetag.new";
/// The one among them that this tab has made last, in the tab's own storage.
const MADE_HERE: &str = "onetag.new";
/// The most images that an address names.
const MOST: usize = 500;
/// After this many seconds no tab is taken to have a blank draft open any more.
const ABANDONED: i64 = 86_400;

/// Shows nothing: "back" from the draft leads to where the person came from.
#[component]
pub(crate) fn New() -> impl IntoView {
    let path = use_location().query.with_untracked(draft_of).unwrap_or_else(blank_draft);
    let navigate = use_navigate();
    Effect::new(move |_| {
        // Who followed a link is still at its page, as far as the history is concerned: that entry is to be kept.
        let replace = window().location().pathname().is_ok_and(|shown| shown == "/new");
        navigate(&path, NavigateOptions { replace, ..NavigateOptions::default() });
    });
}

/// The path of a draft of the images that the address names, if it names any. What is no reference is left out.
fn draft_of(parameters: &ParamsMap) -> Option<String> {
    let named = |name: &str| parameters.get_all(name).unwrap_or_default().into_iter().take(MOST);
    let images: Vec<Reference> = named("from").filter_map(|text| text.parse().ok()).collect();
    if images.is_empty() {
        return None;
    }
    let targets = named("to").filter_map(|text| Some(text.parse::<Reference>().ok()?.familiar())).collect();
    Some(drafts::create(&StoredDraft { targets, ..StoredDraft::of_references(images) }))
}

/// The path of a draft with nothing in it: the one that this tab has left so, else a new one.
fn blank_draft() -> String {
    let tab = window().session_storage().ok().flatten();
    let here = tab.as_ref().and_then(|tab| tab.get_item(MADE_HERE).ok().flatten());
    if let Some(id) = here.filter(|id| is_blank(id).is_some()) {
        return format!("/d/{id}");
    }
    let path = drafts::create(&StoredDraft::default());
    let id = path.trim_start_matches("/d/");
    if let Some(tab) = tab {
        tab.set_item(MADE_HERE, id).ok();
    }
    forget_abandoned(id);
    path
}

/// When a draft was made, if there is nothing in it.
fn is_blank(id: &str) -> Option<i64> {
    drafts::load(id).filter(StoredDraft::is_blank).map(|draft| draft.saved_at)
}

/// Throws away what other visits have left blank, and notes this one.
fn forget_abandoned(id: &str) {
    let Some(storage) = dom::storage() else { return };
    let made = storage.get_item(MADE).ok().flatten().unwrap_or_default();
    let mut kept = vec![id];
    for id in made.split_whitespace() {
        match is_blank(id) {
            Some(at) if dom::now() - at > ABANDONED => drafts::delete(id),
            Some(_) => kept.push(id),
            None => {}
        }
    }
    storage.set_item(MADE, &kept.join(" ")).ok();
}
