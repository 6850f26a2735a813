//! `/i/REFERENCE`: everything about a reference.

mod address;
mod attestation;
mod commands;
mod details;
mod heading;
mod load;
mod programs;
mod referrers;
mod row;
mod table;
mod tag;
mod will_it_run;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use onetag_shared::{
    check::Finding,
    reference::{Reference, ReferenceError},
    source::Source,
    view::ListView,
};

use self::{
    address::Address,
    commands::CommandPanel,
    heading::Heading,
    load::Loading,
    programs::Programs,
    referrers::{ListReferrers, Referring},
    table::PlatformTable,
    tag::TagPanel,
    will_it_run::WillItRun,
};
use crate::{
    components::{CopyButton, FindingList, ProblemBox, RawJson, Tab, TabList},
    dom,
    text::format,
};

/// The names of the tabs; the first is shown where the address names none.
const TABS: [&str; 5] = ["platforms", "findings", "raw", "commands", "tags"];

/// The page; another reference in the path makes it anew.
#[component]
pub(crate) fn Inspect() -> impl IntoView {
    let params = use_params_map();
    let text = Memo::new(move |_| params.read().get("reference").unwrap_or_default());
    move || match text.get().parse::<Reference>() {
        Ok(reference) => view! { <Inspection reference /> }.into_any(),
        Err(error) => view! { <NoReference error /> }.into_any(),
    }
}

/// The path names no image.
#[component]
fn NoReference(
    /// Why.
    error: ReferenceError,
) -> impl IntoView {
    dom::set_title("Not a reference");
    dom::arrive();
    let suggestion = error.suggestion();
    view! {
        <section class="page narrow">
            <h1>"That is not an image reference"</h1>
            <p class="field-error">{error.to_string()}"."</p>
            <p>
                {suggestion.map(|suggestion| view! {
                    "Did you mean " <a href=format!("/i/{suggestion}")><code>{suggestion.clone()}</code></a> "? "
                })}
                "Or " <a href="/">"type another"</a> "."
            </p>
        </section>
    }
}

#[component]
fn Inspection(
    /// What is looked at.
    reference: Reference,
) -> impl IntoView {
    dom::set_title(&reference.familiar());
    dom::arrive();
    let loading = Loading::start(&reference);
    let view = Memo::new(move |_| loading.source.with(|source| source.as_ref().map(ListView::new)));
    provide_context(Referring::of(&reference));
    let address = Address::of_page();
    let asked_tab = address.get("tab");
    let tab = RwSignal::new(TABS.into_iter().find(|tab| asked_tab.as_deref() == Some(*tab)).unwrap_or(TABS[0]));
    Effect::new(move |_| {
        let tab = tab.get();
        address.set("tab", (tab != TABS[0]).then(|| tab.to_owned()));
    });
    let findings = Memo::new(move |_| {
        let is_done = loading.is_done.get();
        view.with(|view| view.as_ref().filter(|_| is_done).map(|view| view.findings.clone()))
    });
    let tabs = vec![
        Tab::new(TABS[0], "Platforms"),
        Tab::new(TABS[1], "Findings").counting(Signal::derive(move || findings.with(|f| f.as_ref().map(Vec::len)))),
        Tab::new(TABS[2], "Raw"),
        Tab::new(TABS[3], "Commands"),
        Tab::new(TABS[4], "Tags"),
    ];
    let retried = reference.clone();
    let asked = StoredValue::new(reference.clone());
    view! {
        <div class="page inspect">
            <Heading reference loading view />
            {move || loading.problem.get().map(|problem| {
                let (retried, allowed) = (retried.clone(), retried.clone());
                let on_allowed = Callback::new(move |()| {
                    loading.again(&allowed);
                    dom::focus("#refresh");
                });
                view! {
                    <ProblemBox problem on_allowed>
                        <button
                            type="button"
                            class="button"
                            id="retry"
                            on:click=move |_| {
                                loading.again(&retried);
                                // The button goes with the problem.
                                dom::focus("#refresh");
                            }
                        >
                            "Try again"
                        </button>
                    </ProblemBox>
                }
            })}
            <Show when=move || loading.problem.read().is_none() || loading.source.read().is_some()>
                <WillItRun source=loading.source address />
                <TabList tabs=tabs.clone() chosen=tab label="About this list" />
                <section id="panel-platforms" role="tabpanel" aria-labelledby="tab-platforms" class:is-hidden=move || tab.get() != "platforms">
                    <h2 class="visually-hidden">"Platforms"</h2>
                    <PlatformTable view source=loading.source address />
                    <Programs reference=asked.get_value() loading />
                    <ListReferrers view loading />
                </section>
                <section id="panel-findings" role="tabpanel" aria-labelledby="tab-findings" class:is-hidden=move || tab.get() != "findings">
                    {move || match findings.get() {
                        Some(findings) => view! { <FindingPanel findings /> }.into_any(),
                        None => view! { <p class="empty">"The checks run once all of it is here."</p> }.into_any(),
                    }}
                </section>
                <section id="panel-raw" role="tabpanel" aria-labelledby="tab-raw" class:is-hidden=move || tab.get() != "raw">
                    <Show when=move || tab.get() == "raw">
                        {move || loading.source.get().map(|source| view! { <RawPanel source /> })}
                    </Show>
                </section>
                <section id="panel-commands" role="tabpanel" aria-labelledby="tab-commands" class:is-hidden=move || tab.get() != "commands">
                    <Show when=move || tab.get() == "commands">
                        <CommandPanel reference=asked.get_value() view />
                    </Show>
                </section>
                <section id="panel-tags" role="tabpanel" aria-labelledby="tab-tags" class:is-hidden=move || tab.get() != "tags">
                    <Show when=move || tab.get() == "tags">
                        <TagPanel reference=asked.get_value() loading />
                    </Show>
                </section>
            </Show>
        </div>
    }
}

/// What the checks say.
#[component]
fn FindingPanel(
    /// The findings.
    findings: Vec<Finding>,
) -> impl IntoView {
    if findings.is_empty() {
        return view! { <p class="all-well">"Nothing to say: every check passes."</p> }.into_any();
    }
    let place = |finding: &Finding| {
        let number = finding.pointer.strip_prefix("/manifests/")?.split('/').next()?.parse::<usize>().ok()?;
        Some(format!("entry {}", number + 1))
    };
    view! { <FindingList findings place /> }.into_any()
}

/// The document, byte for byte.
#[component]
fn RawPanel(
    /// What was found.
    source: Source,
) -> impl IntoView {
    let root = source.root.clone();
    let text = Signal::stored(String::from_utf8_lossy(root.bytes()).into_owned());
    let digests = source.list().map(|list| list.manifests.into_iter().map(|child| child.digest).collect());
    view! {
        <div class="panel-head">
            <p class="hint">
                <code>{root.media_type().to_string()}</code> " · " {format::exact_size(root.size())} " · exactly as served"
            </p>
            <CopyButton text what="the document" with_word=true />
        </div>
        <RawJson text links=(source.reference.clone(), digests.unwrap_or_default()) label="The document as served" id="raw-json" />
    }
}
