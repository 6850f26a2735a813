//! Ways to tell others of what is inspected.

use leptos::prelude::*;
use onetag_shared::{
    digest::Digest,
    platform::Platform,
    reference::Reference,
    share::badge::{BadgeOptions, Show, Style},
    view::ListView,
};

use super::address::Address;
use crate::{
    components::CopyButton,
    dom,
    text::share::{Snippet, badge, snippets},
};

/// Links, badges and frames, each to be copied; of the tag as it is, and of exactly what is shown.
#[component]
pub(crate) fn SharePanel(
    /// What was asked for.
    reference: Reference,
    /// What is there, once that is known.
    digest: Memo<Option<Digest>>,
    /// The same, to show.
    view: Memo<Option<ListView>>,
    /// Says which machine is asked about.
    address: Address,
) -> impl IntoView {
    let origin = dom::origin();
    let options = RwSignal::new(BadgeOptions::default());
    let of_badge = (origin.clone(), reference.clone());
    let picture = Memo::new(move |_| options.with(|options| badge(&of_badge.0, &of_badge.1, options)));
    let is_local = ["//127.", "//localhost", "//[::1]"].iter().any(|local| origin.contains(local));
    let rows = move || {
        let snippets = digest
            .get()
            .map(|digest| options.with(|options| snippets(&origin, &reference, &digest, options)))
            .unwrap_or_default();
        let row = |snippet: Snippet| {
            view! {
                <li class="snippet">
                    <h3>{snippet.what}</h3>
                    <div class="snippet-text">
                        <code tabindex="0">{snippet.text.clone()}</code>
                        <CopyButton text=Signal::stored(snippet.text) what=snippet.what />
                    </div>
                </li>
            }
        };
        snippets.into_iter().map(row).collect_view()
    };
    view! {
        <div class="panel-head">
            <h2>"Share"</h2>
        </div>
        <BadgeFields options view address />
        <p><img id="badge" class="badge" src=picture alt="The badge, as it is chosen above" /></p>
        <p class="hint">"Who has this server's key sees what the link leads to; to others, badges and frames on their pages say \u{201c}not shared\u{201d}. A badge follows the tag, unless it names a digest."</p>
        {is_local.then(|| view! {
            <p class="hint" id="only-here">"This server listens on this machine alone: from elsewhere, links lead here once it has a public address."</p>
        })}
        <ul class="snippets" id="snippets">{rows}</ul>
    }
}

/// What a badge shows, and how it looks.
#[component]
fn BadgeFields(
    /// What is chosen.
    options: RwSignal<BadgeOptions>,
    /// Tells the platforms that can be asked about.
    view: Memo<Option<ListView>>,
    /// Says which machine is asked about.
    address: Address,
) -> impl IntoView {
    // First the one that the page is asked about.
    let platforms = Memo::new(move |_| {
        let asked = address.follow("on").and_then(|on| on.parse::<Platform>().ok());
        let mut platforms: Vec<Platform> = asked.into_iter().collect();
        view.with(|view| {
            let rows = view.iter().flat_map(ListView::images).filter(|row| row.runs_somewhere());
            for platform in rows.filter_map(|row| row.platform.as_ref()) {
                if !platforms.contains(platform) {
                    platforms.push(platform.clone());
                }
            }
        });
        platforms
    });
    let show = move |name: &str| {
        let Some(show) = Show::parse(name) else { return };
        let on = (show == Show::RunsOn).then(|| platforms.with_untracked(|all| all.first().cloned())).flatten();
        options.update(|options| *options = BadgeOptions { show, on, ..options.clone() });
    };
    let is_of_platform = Memo::new(move |_| options.read().show == Show::RunsOn);
    let choices = move || {
        let chosen = options.with_untracked(|options| options.on.clone());
        let choice = |platform: Platform| {
            let is_chosen = chosen.as_ref() == Some(&platform);
            view! { <option selected=is_chosen>{platform.to_string()}</option> }
        };
        platforms.get().into_iter().map(choice).collect_view()
    };
    let label = move |text: String| {
        options.update(|options| options.label = Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
    };
    view! {
        <div class="badge-fields">
            <label class="inline-field">
                "Badge shows "
                <select id="badge-show" on:change=move |event| show(&event_target_value(&event))>
                    {Show::ALL.map(|show| view! {
                        <option value=show.as_str() disabled=move || show == Show::RunsOn && platforms.read().is_empty()>{words(show)}</option>
                    }).into_iter().collect_view()}
                </select>
            </label>
            {move || is_of_platform.get().then(|| view! {
                <label class="inline-field">
                    "on "
                    <select id="badge-on" on:change=move |event| options.update(|options| options.on = event_target_value(&event).parse().ok())>
                        {choices}
                    </select>
                </label>
            })}
            <label class="inline-field">
                "Style "
                <select id="badge-style" on:change=move |event| {
                    if let Some(style) = Style::parse(&event_target_value(&event)) {
                        options.update(|options| options.style = style);
                    }
                }>
                    {Style::ALL.map(|style| view! { <option>{style.as_str()}</option> }).into_iter().collect_view()}
                </select>
            </label>
            <label class="inline-field">
                "Label "
                <input
                    id="badge-label" type="text" maxlength="60" autocomplete="off" placeholder="as usual"
                    on:input=move |event| label(event_target_value(&event))
                />
            </label>
        </div>
    }
}

/// What a badge shows, in words.
const fn words(show: Show) -> &'static str {
    match show {
        Show::Platforms => "the platforms",
        Show::Count => "how many platforms",
        Show::Size => "the size of a download",
        Show::RunsOn => "whether it runs",
    }
}
