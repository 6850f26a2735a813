//! Commands that pull it, and commands that would make it.

use leptos::prelude::*;
use onetag_shared::{
    commands::{create_commands, look_commands, pull_commands, run_commands, said},
    digest::Digest,
    platform::Platform,
    reference::Reference,
    view::ListView,
};

use super::address::Address;
use crate::components::Commands;

/// The same thing for those who type.
#[component]
pub(crate) fn CommandPanel(
    /// What was asked for.
    reference: Reference,
    /// What to show.
    view: Memo<Option<ListView>>,
) -> impl IntoView {
    // The machine that is asked about, where the list has an entry for just that.
    let asked = Address::of_page().get("on").unwrap_or_default();
    let entries = Memo::new(move |_| view.with(|view| view.as_ref().map(entries).unwrap_or_default()));
    let chosen = RwSignal::new(asked.clone());
    let is_exact = RwSignal::new(reference.digest().is_some());
    let options = move || {
        let option = |entry: Entry| {
            let is_first = entry.name == asked;
            view! { <option value=entry.name.clone() selected=is_first>{entry.name.clone()}</option> }
        };
        entries.get().into_iter().map(option).collect_view()
    };
    let of = reference.clone();
    // What the commands name, and the platform that they have to say beside it.
    let named = Memo::new(move |_| {
        let chosen = chosen.get();
        let entry = entries.read().iter().find(|entry| entry.name == chosen).cloned();
        if !is_exact.get() && !entry.as_ref().is_some_and(Entry::is_beyond_words) {
            return (of.clone(), entry.as_ref().map(|entry| entry.platform.clone()), entry);
        }
        let digest = entry.as_ref().map(|entry| entry.digest.clone());
        let digest = digest.or_else(|| view.with(|view| view.as_ref().map(|view| view.digest.clone())));
        let exactly = digest.map_or_else(|| of.clone(), |digest| of.repository_only().with_digest(digest));
        (exactly, None, entry)
    });
    let pulls = Signal::derive(move || named.with(|(name, platform, _)| pull_commands(name, platform.as_ref())));
    let runs = Signal::derive(move || named.with(|(name, platform, _)| run_commands(name, platform.as_ref())));
    // Few of the tools that print a manifest choose a platform: one by its digest all of them find.
    let looks = Signal::derive(move || {
        named.with(|(name, _, entry)| match entry {
            Some(entry) => look_commands(&name.repository_only().with_digest(entry.digest.clone())),
            None => look_commands(name),
        })
    });
    let makes = Signal::derive(move || {
        view.with(|view| view.as_ref().filter(|view| view.is_list).map(|view| commands_of(&reference, view)))
            .unwrap_or_default()
    });
    let is_artifact =
        move || view.with(|view| view.as_ref().is_some_and(|view| !view.is_list && entries.read().is_empty()));
    view! {
        <div class="command-tools">
            <label class="inline-field">
                "Platform "
                <select id="pull-platform" on:change=move |event| chosen.set(event_target_value(&event))>
                    <option value="">"of the machine it runs on"</option>
                    {options}
                </select>
            </label>
            <label>
                <input
                    type="checkbox" id="exactly" prop:checked=move || is_exact.get()
                    on:change=move |event| is_exact.set(event_target_checked(&event))
                />
                " Exactly this content, whatever the tag says later"
            </label>
        </div>
        {move || named.with(|(.., entry)| entry.as_ref().is_some_and(Entry::is_beyond_words)).then(|| view! {
            <p class="hint" id="beyond-words">"No tool can be asked for this version of the system: the commands name its image."</p>
        })}
        <h2>"Pull"</h2>
        <Commands commands=pulls />
        <Show when=move || !is_artifact()>
            <h2>"Run"</h2>
            <Commands commands=runs />
        </Show>
        <h2>"Look at it"</h2>
        <Commands commands=looks />
        <Show when=move || !makes.read().is_empty()>
            <h2>"Make the same list"</h2>
            <Commands commands=makes />
        </Show>
    }
}

/// An image of the list, by its platform.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    /// The platform as text.
    name: String,
    platform: Platform,
    digest: Digest,
}

impl Entry {
    /// It differs from others by what commands cannot say.
    fn is_beyond_words(&self) -> bool {
        said(&self.platform) != self.platform
    }
}

/// The images that a platform can be asked for; of several for one platform the first, as clients do.
fn entries(view: &ListView) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for row in view.entries() {
        let Some(platform) = row.platform.clone().filter(|platform| !platform.is_unknown() && !platform.is_empty())
        else {
            continue;
        };
        let name = platform.to_string();
        if !entries.iter().any(|entry| entry.name == name) {
            entries.push(Entry { name, platform, digest: row.digest.clone() });
        }
    }
    entries
}

fn commands_of(reference: &Reference, view: &ListView) -> Vec<onetag_shared::commands::Command> {
    let entries: Vec<(Reference, Option<Platform>)> = view
        .entries()
        .filter(|row| !row.orphan_attestation)
        .map(|row| (reference.repository_only().with_digest(row.digest.clone()), row.platform.clone()))
        .collect();
    create_commands(&reference.without_digest(), &entries, &view.annotations)
}
