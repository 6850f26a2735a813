//! "Will it run on …": which entry a machine gets, and why.

use leptos::prelude::*;
use onetag_shared::{
    platform::Platform,
    source::{Selecting, Selection, Source},
};

use super::address::Address;
use crate::{
    components::{DigestText, Icon, Shape},
    text::hosts::HOSTS,
};

/// A choice of machines, and the answer for the one that is chosen. The choice is part of the link.
#[component]
pub(super) fn WillItRun(
    /// What is looked at.
    source: RwSignal<Option<Source>>,
    /// Where the choice is kept.
    address: Address,
) -> impl IntoView {
    let asked = address.get("on").filter(|on| on.parse::<Platform>().is_ok());
    let host = RwSignal::new(asked.clone().unwrap_or_else(|| HOSTS[0].platform.to_owned()));
    // A machine that is not in our list came by the link.
    let other = asked.filter(|on| !HOSTS.iter().any(|host| host.platform == *on));
    let choose = move |chosen: String| {
        address.set("on", Some(chosen.clone()));
        host.set(chosen);
    };
    let choice = Memo::new(move |_| {
        let host: Platform = host.get().parse().ok()?;
        source.with(|source| answer(source.as_ref()?, &host))
    });
    // Several machines share a platform: the first of that platform is shown as chosen.
    let options = HOSTS
        .iter()
        .enumerate()
        .map(|(place, machine)| {
            let is_first = HOSTS.iter().position(|other| other.platform == machine.platform) == Some(place);
            view! {
                <option value=machine.platform selected=is_first && host.get_untracked() == machine.platform>
                    {machine.name}" ("{machine.platform}")"
                </option>
            }
        })
        .collect_view();
    view! {
        <section class="will-it-run" aria-label="Will it run">
            <label for="host-select">"Will it run on"</label>
            <select id="host-select" on:change=move |event| choose(event_target_value(&event))>
                {other.map(|other| view! { <option value=other.clone() selected>{other.clone()}</option> })}
                {options}
            </select>
            <p id="will-it-run" role="status">
                {move || choice.get().map(|answer| view! { <Answer answer source /> })}
            </p>
        </section>
    }
}

/// What a client on this machine gets; `None` while it cannot be known.
fn answer(source: &Source, host: &Platform) -> Option<Selection> {
    match source.select(host) {
        Selecting::Done(selection) => Some(selection),
        Selecting::WantsManifest(_) | Selecting::WantsConfig(_) | Selecting::Unknown(_) => None,
    }
}

#[component]
fn Answer(
    /// What the client does.
    answer: Selection,
    /// What is looked at.
    source: RwSignal<Option<Source>>,
) -> impl IntoView {
    let runs = answer.descriptor.is_some();
    // Of a single image the digest stands above.
    let image = answer.descriptor.filter(|_| !answer.path.is_empty());
    let chosen = image.and_then(|image| {
        let at = source.with_untracked(|source| Some(source.as_ref()?.reference.clone()))?;
        Some((image.digest, at))
    });
    view! {
        <span class=if runs { "yes" } else { "no" }>
            <Icon shape=if runs { Shape::Check } else { Shape::Cross } />
            {if runs { "Yes. " } else { "No. " }}
        </span>
        {answer.reason} " "
        {chosen.map(|(digest, at)| view! { <DigestText digest at=Some(at) /> })}
    }
}
