//! Commands that pull it, and commands that would make it.

use leptos::prelude::*;
use onetag_shared::{
    commands::{create_commands, pull_commands},
    platform::Platform,
    reference::Reference,
    view::ListView,
};

use crate::components::Commands;

/// The same thing for those who type.
#[component]
pub(crate) fn CommandPanel(
    /// What was asked for.
    reference: Reference,
    /// What to show.
    view: Memo<Option<ListView>>,
) -> impl IntoView {
    let chosen = RwSignal::new(String::new());
    let platforms = move || {
        view.with(|view| {
            let rows = view.iter().flat_map(ListView::entries);
            let named = rows.filter_map(|row| row.platform.clone()).filter(|platform| !platform.is_unknown());
            named.map(|platform| platform.to_string()).collect::<Vec<_>>()
        })
    };
    let options = move || {
        platforms().into_iter().map(|name| view! { <option value=name.clone()>{name.clone()}</option> }).collect_view()
    };
    let of = reference.clone();
    let pulls = Signal::derive(move || {
        let platform: Option<Platform> = chosen.get().parse().ok();
        pull_commands(&of, platform.as_ref())
    });
    let makes = Signal::derive(move || {
        view.with(|view| view.as_ref().filter(|view| view.is_list).map(|view| commands_of(&reference, view)))
            .unwrap_or_default()
    });
    view! {
        <div class="panel-head">
            <h2>"Pull"</h2>
            <label class="inline-field">
                "Platform "
                <select id="pull-platform" on:change=move |event| chosen.set(event_target_value(&event))>
                    <option value="">"of the machine it runs on"</option>
                    {options}
                </select>
            </label>
        </div>
        <Commands commands=pulls />
        <Show when=move || !makes.read().is_empty()>
            <h2>"Make the same list"</h2>
            <Commands commands=makes />
        </Show>
    }
}

fn commands_of(reference: &Reference, view: &ListView) -> Vec<onetag_shared::commands::Command> {
    let entries: Vec<(Reference, Option<Platform>)> = view
        .entries()
        .filter(|row| !row.orphan_attestation)
        .map(|row| (reference.repository_only().with_digest(row.digest.clone()), row.platform.clone()))
        .collect();
    create_commands(&reference.without_digest(), &entries, &view.annotations)
}
