//! What a tag holds, and what a push changes for those who pull it.

use std::collections::BTreeMap;

use leptos::{ev::MouseEvent, prelude::*};
use onetag_shared::{api::Resolution, media_type::MediaType, platform::Platform, reference::Reference, view::ListView};

use super::{desk::Desk, taking_in, target_state::LookAtTag};
use crate::{
    components::{DigestText, Icon, Shape},
    dom,
};

/// What is there, and what the push changes for those who pull it.
#[component]
pub(super) fn Holding(
    /// The draft.
    desk: Desk,
    /// The tag.
    reference: Reference,
    /// What it points to.
    resolution: Resolution,
    /// Looks again.
    on_click: Callback<MouseEvent>,
) -> impl IntoView {
    let by_digest = reference.repository_only().with_digest(resolution.digest.clone());
    desk.cache.hold(&by_digest);
    let held = by_digest.clone();
    on_cleanup(move || desk.cache.release(&held));
    let digest = resolution.digest.clone();
    let is_same = Memo::new(move |_| desk.plan.with(|plan| plan.document.as_ref().is_some_and(|d| d.digest == digest)));
    let before = by_digest.clone();
    let old = Memo::new(move |_| {
        desk.cache.sources.with(|sources| match sources.get(&before) {
            None => Old::Waiting,
            Some(Err(problem)) => Old::Unknown(problem.to_string()),
            Some(Ok(_)) => Old::Names(
                desk.cache.with_views(|views| views.get(&before).map(|view| names(view)).unwrap_or_default()),
            ),
        })
    });
    let new = Memo::new(move |_| {
        desk.plan.with(|plan| names_of(plan.entries.iter().filter_map(|entry| entry.platform.as_ref())))
    });
    let theirs = by_digest.clone();
    let keep = Callback::new(move |()| taking_in::keep(desk, &theirs));
    let read_again = Callback::new(move |()| desk.cache.again(&by_digest));
    let kind =
        MediaType::new(&resolution.media_type).words().map_or_else(|| resolution.media_type.clone(), str::to_owned);
    view! {
        <p class="held" data-held=resolution.digest.to_string()>
            <span class="hint">"holds "</span> <DigestText digest=resolution.digest.clone() at=Some(reference) />
            <span class="hint">
                {kind}
                {move || old.with(|old| match old {
                    Old::Names(old) => Some(format!(" · {}", joined(old.values(), 4))),
                    Old::Waiting | Old::Unknown(_) => None,
                })}
            </span>
            <LookAtTag on_click />
        </p>
        {move || {
            if is_same.get() {
                return Some(view! { <p class="hint">"That is this list already: a push changes nothing."</p> }.into_any());
            }
            match old.get() {
                Old::Names(old) => Some(new.with(|new| view! { <Change old=&old new keep /> }.into_any())),
                Old::Unknown(why) => Some(view! {
                    <p class="change-unknown" title=why>
                        <Icon shape=Shape::Warning /> <span class="warn">"What this takes away is not known"</span>
                        ": what the tag holds cannot be read. "
                        <button type="button" class="link" on:click=move |_| read_again.run(())>"Read it again"</button>
                    </p>
                }.into_any()),
                Old::Waiting => None,
            }
        }}
    }
}

/// What those who pull the tag get anew, and what they get no more.
#[component]
fn Change<'a>(
    /// The platforms so far.
    old: &'a Names,
    /// The platforms from now on.
    new: &'a Names,
    /// Takes into the draft what would be gone.
    keep: Callback<()>,
) -> impl IntoView {
    let only_in = |these: &Names, those: &Names| {
        joined(these.iter().filter(|(key, _)| !those.contains_key(*key)).map(|(_, name)| name), 6)
    };
    let added = only_in(new, old);
    let gone = only_in(old, new);
    let on_keep = move |_| {
        keep.run(());
        dom::focus_next(vec!["#push".to_owned()]);
    };
    view! {
        {(!added.is_empty()).then(|| view! { <p class="change"><span class="yes">"adds "</span>{added}</p> })}
        {(!gone.is_empty()).then(|| view! {
            <p class="change" data-change="removes">
                <Icon shape=Shape::Warning /> <span class="warn">"takes away "</span>{gone}" "
                <button
                    type="button" class="button small keep-theirs" title="Puts them into this list, after what is there"
                    on:click=on_keep
                >
                    "Keep them"
                </button>
            </p>
        })}
    }
}

/// What is known of the list that the tag holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Old {
    /// It is on its way.
    Waiting,
    /// It cannot be had, for this reason.
    Unknown(String),
    /// Its platforms.
    Names(Names),
}

/// Platforms by what clients tell them apart by, each as it is written.
type Names = BTreeMap<String, String>;

/// The platforms of what is there.
fn names(view: &ListView) -> Names {
    names_of(view.images().filter_map(|row| row.platform.as_ref()))
}

fn names_of<'a>(platforms: impl Iterator<Item = &'a Platform>) -> Names {
    let platforms = platforms.filter(|platform| !platform.is_unknown() && !platform.is_empty());
    platforms.map(|platform| (platform.key().to_string(), platform.to_string())).collect()
}

fn joined<'a>(names: impl Iterator<Item = &'a String>, most: usize) -> String {
    let names: Vec<&str> = names.map(String::as_str).collect();
    match names.len().checked_sub(most) {
        Some(rest @ 1..) => format!("{} and {rest} more", names[..most].join(", ")),
        _ => names.join(", "),
    }
}
