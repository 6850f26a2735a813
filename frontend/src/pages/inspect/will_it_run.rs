//! "Will it run on …": which entry a machine gets, and why.

use leptos::{html, prelude::*, task::spawn_local};
use onetag_shared::{
    platform::{KNOWN_PLATFORMS, MACHINES, Machine, Platform},
    source::{Failure, Selecting, Selection, Source},
};

use super::{address::Address, lasting::Lasting};
use crate::{
    components::{CopyButton, DigestText, Icon, Prose, Shape, later},
    dom,
    pages::parts,
    text::{
        format::sentence,
        hosts::{self, USUAL},
    },
};

/// A choice of machines, and the answer for the one that is chosen. The choice is part of the link.
#[component]
pub(super) fn WillItRun(
    /// What is looked at.
    source: RwSignal<Option<Source>>,
    /// Where the choice is kept.
    address: Address,
) -> impl IntoView {
    let on = address.get("on").filter(|on| !on.is_empty());
    let asked = on.as_deref().and_then(|on| Platform::asked(on).ok()).map(|platform| platform.to_string());
    let guessed = on.is_none().then(dom::machine).flatten();
    // What is no platform was asked for all the same: the answer for another would be none.
    let first = asked.clone().or_else(|| on.clone()).or(guessed.map(str::to_owned));
    let first = first.unwrap_or_else(|| USUAL.to_owned());
    let (host, is_guessed) = (RwSignal::new(first.clone()), RwSignal::new(guessed.is_some()));
    let select = NodeRef::<html::Select>::new();
    // Some browsers tell more when they are asked, and take a moment for it.
    if on.is_none() {
        spawn_local(async move {
            let known = dom::machine_by_hints().await;
            if let Some(known) = known.filter(|_| address.get("on").is_none()) {
                is_guessed.try_set(true);
                host.try_set(known.to_owned());
                let place = hosts::place(known, dom::machine_name(known)).and_then(|place| place.try_into().ok());
                if let Some((Some(select), place)) = select.try_get_untracked().zip(place) {
                    select.set_selected_index(place);
                }
            }
        });
    }
    let choose = move |chosen: String| {
        address.set("on", Some(chosen.clone()));
        is_guessed.set(false);
        host.set(chosen);
    };
    let misread = move || host.with(|host| Platform::asked(host).is_err().then(|| host.clone()));
    let answer = Memo::new(move |_| {
        let host = host.with(|host| Platform::asked(host).ok())?;
        source.with(|source| answer(source.as_ref()?, &host))
    });
    // What its program was found to be is more than the list says.
    let contradicted = expect_context::<Lasting>().contradicted;
    let program = move |answer: &Selection| {
        answer.descriptor.as_ref()?;
        let chosen = answer.number();
        // A single image is the only row.
        let is_it = |row: &str| row == chosen || chosen.is_empty();
        contradicted.with(|known| Some(known.iter().find(|(row, _)| is_it(row))?.1.message.clone()))
    };
    let what_then = move || {
        let answer = answer.get()?.ok()?;
        if program(&answer).is_some() {
            return None;
        }
        let Selection { descriptor, failure, .. } = answer;
        match failure {
            Some(failure) => {
                let host = host.get().parse().ok()?;
                Some(view! { <Words source host failure /> }.into_any())
            }
            None => descriptor?.platform.map(|_| view! { <ToType source /> }.into_any()),
        }
    };
    view! {
        <section class="will-it-run" aria-label="Will it run">
            <label for="host-select">
                "Will it run on"
                <span class="guessed" id="guessed" class:is-empty=move || !is_guessed.get() title="Your browser says so. Choose another machine here.">
                    {move || if is_guessed.get() { "guessed" } else { "" }}
                </span>
            </label>
            <select id="host-select" node_ref=select on:change=move |event| choose(event_target_value(&event))>
                {options(&first, guessed.and_then(dom::machine_name), asked.is_some())}
            </select>
            <p id="will-it-run" role="status">
                {move || misread().map(|on| later(move || parts::misread(on.clone())))}
                {move || match answer.get()? {
                    Ok(answer) => Some(view! { <Answer program=program(&answer) answer source /> }.into_any()),
                    Err(Some(problem)) => Some(format!("It is not known now: {problem}.").into_any()),
                    Err(None) => Some(later(move || parts::misread(host.get_untracked()))),
                }}
            </p>
            // At its final size from the start.
            <div class="what-then">{what_then}</div>
        </section>
    }
}

/// Machines, and platforms as such. Several machines share a platform: the one that is called so, else the first that has the one
/// which is asked for, is shown as chosen. A link says a platform and no machine: where several have it, that is shown. What is no
/// platform stands there as it was asked for.
fn options(asked: &str, name: Option<&str>, is_link: bool) -> AnyView {
    let chosen = hosts::place(asked, name);
    let is_any_of_several = is_link && chosen.is_some() && !hosts::is_one(asked);
    let mut offered: Vec<&str> = Vec::new();
    let mut group = |name: &'static str, machines: Vec<(String, &'static str)>| {
        let options = machines
            .into_iter()
            .map(|(words, platform)| {
                let is_chosen = match chosen {
                    Some(chosen) => offered.len() == chosen && !is_any_of_several,
                    None => platform == asked && !offered.contains(&platform),
                };
                offered.push(platform);
                view! { <option value=platform selected=is_chosen>{words}</option> }
            })
            .collect_view();
        view! { <optgroup label=name>{options}</optgroup> }.into_any()
    };
    let mut groups: Vec<AnyView> = MACHINES
        .iter()
        .map(|(name, hosts)| {
            let words = |host: &Machine| (format!("{} ({})", host.name, host.platform), host.platform);
            group(name, hosts.iter().map(words).collect())
        })
        .collect();
    let runs_containers = |platform: &&&str| !platform.starts_with("wasi") && !platform.starts_with("darwin");
    let plain = KNOWN_PLATFORMS.iter().filter(runs_containers).map(|platform| ((*platform).to_owned(), *platform));
    groups.push(group("Platforms", plain.collect()));
    // A machine that is not in our list came by the link, or one of several.
    let is_other = is_any_of_several || !offered.contains(&asked);
    let other = is_other.then(|| asked.to_owned());
    let other = other.map(|other| view! { <option value=other.clone() selected>{other.clone()}</option> });
    view! { {other} {groups} }.into_any()
}

/// What a client on this machine gets, or why that cannot be told: nothing of a platform that is not known. `None` while it is
/// still to come.
fn answer(source: &Source, host: &Platform) -> Option<Result<Selection, Option<String>>> {
    match source.select(host) {
        Selecting::Done(selection) => Some(Ok(*selection)),
        Selecting::Unknown(problem) => Some(Err(host.is_known().then(|| problem.to_string()))),
        Selecting::WantsManifest(_) | Selecting::WantsConfig(_) => None,
    }
}

#[component]
fn Answer(
    /// What the client does.
    answer: Selection,
    /// What was found of its program, where that is for another machine.
    program: Option<String>,
    /// What is looked at.
    source: RwSignal<Option<Source>>,
) -> impl IntoView {
    let (class, shape, word) = match (&answer.descriptor, &answer.failure, &program) {
        (None, ..) | (_, _, Some(_)) => ("no", Shape::Cross, "No. "),
        (Some(_), Some(_), None) => ("doubt", Shape::Warning, "In doubt. "),
        (Some(_), None, None) => ("yes", Shape::Check, "Yes. "),
    };
    let reason = sentence(program.as_deref().unwrap_or_else(|| answer.reason_alone()));
    // Of a single image the digest stands above.
    let image = answer.descriptor.filter(|_| !answer.path.is_empty());
    let chosen = image.and_then(|image| {
        let at = source.with_untracked(|source| Some(source.as_ref()?.reference.clone()))?;
        Some((image.digest, at))
    });
    view! {
        <span class=class><Icon shape /> {word}</span>
        <Prose text=reason /> " "
        {chosen.map(|(digest, at)| view! { <DigestText digest at=Some(at) /> })}
    }
}

/// What to type on that machine.
#[component]
fn ToType(
    /// What is looked at.
    source: RwSignal<Option<Source>>,
) -> impl IntoView {
    let name = source.with_untracked(|source| source.as_ref().map(|source| source.reference.familiar()));
    let command = format!("docker pull {}", name.unwrap_or_default());
    view! {
        <code id="to-type">{command.clone()}</code>
        <CopyButton text=Signal::stored(command) what="command" />
    }
}

/// What people see of it, and, unfolded, which client says what.
#[component]
fn Words(
    /// What is looked at.
    source: RwSignal<Option<Source>>,
    /// The machine.
    host: Platform,
    /// What is the matter there.
    failure: Failure,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let words = failure.in_short(&host);
    view! {
        <details class="client-words" on:toggle=move |_| is_open.set(true)>
            <summary>"Clients say "<code>{words}</code>" · all of them, and what may help"</summary>
            {move || is_open.get().then(|| {
                let (host, failure) = (host.clone(), failure.clone());
                later(move || parts::client_errors(source, host.clone(), failure.clone()))
            })}
        </details>
    }
}
