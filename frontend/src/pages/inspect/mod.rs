//! `/i/REFERENCE`: everything about a reference.

mod address;
mod attestation;
mod client_errors;
mod commands;
mod details;
mod filter;
mod findings;
mod heading;
mod lasting;
mod layers;
mod load;
mod misread;
mod moved;
mod no_reference;
mod on_request;
mod pinned;
mod programs;
mod raw;
mod referrers;
mod row;
mod share;
mod table;
mod tag;
mod will_it_run;

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{reference::Reference, source::Source, view::ListView};

pub(crate) use self::{
    address::Address,
    client_errors::ClientErrors,
    commands::CommandPanel,
    details::Details,
    filter::{Kept, RowFilter},
    findings::FindingPanel,
    layers::LayerPanel,
    load::Loading,
    misread::Misread,
    moved::Moved,
    no_reference::NoReference,
    programs::Programs,
    raw::RawPanel,
    referrers::ListReferrers,
    share::SharePanel,
    tag::TagPanel,
};
use self::{
    heading::Heading, lasting::Lasting, on_request::OnRequest, pinned::Pinned, programs::PROGRAMS,
    referrers::REFERRERS, table::PlatformTable, will_it_run::WillItRun,
};
use super::{Name, parts};
use crate::{
    components::{Count, ProblemBox, Tab, TabList, later, signs},
    dom,
};

/// The names of the tabs; the first is shown where the address names none.
const TABS: [&str; 7] = ["platforms", "layers", "findings", "raw", "commands", "tags", "share"];

/// The page; another reference in the path makes it anew.
#[component]
pub(crate) fn Inspect() -> impl IntoView {
    let text = Name::Inspect.subject();
    move || match text.get().parse::<Reference>() {
        Ok(reference) => view! { <Inspection reference /> }.into_any(),
        Err(error) => later(move || parts::no_reference(error.clone())),
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
    let lasting = Lasting::of(&reference, loading.source);
    let (contradicted, nested) = (lasting.contradicted, lasting.nested);
    provide_context(lasting);
    let view = Memo::new(move |_| {
        let mut view = loading.source.with(|source| source.as_ref().map(ListView::new))?;
        for found in [contradicted, nested] {
            found.with(|known| view.take(known));
        }
        Some(view)
    });
    // Few lists have lists in them, and what is checked of those comes with code of its own.
    let has_lists =
        move || view.with(|view| view.as_ref().is_some_and(|view| view.rows.iter().any(|row| row.depth > 0)));
    Effect::new(move |_| {
        loading.source.track();
        let is_wanted = loading.is_done.get() && untrack(has_lists);
        if !nested.with_untracked(Vec::is_empty) {
            nested.set(Vec::new());
        }
        let Some(source) = is_wanted.then(|| loading.source.get_untracked()).flatten() else { return };
        spawn_local(async move {
            let digest = source.root.digest().clone();
            let found = parts::nested(source).await;
            // Another look may have found something else meanwhile.
            let is_it = |source: &Option<Source>| source.as_ref().is_some_and(|source| *source.root.digest() == digest);
            if loading.source.try_with_untracked(is_it) == Some(true) {
                nested.try_set(found);
            }
        });
    });
    let address = Address::of_page();
    let tab = RwSignal::new(tab_of(address.get("tab").as_deref()));
    Effect::new(move |_| {
        let tab = tab.get();
        address.set("tab", (tab != TABS[0]).then(|| tab.to_owned()));
    });
    // A link within the page may lead to another.
    Effect::new(move |before: Option<()>| {
        let asked = tab_of(address.follow("tab").as_deref());
        if before.is_some() && tab.get_untracked() != asked {
            tab.set(asked);
        }
    });
    let found = Memo::new(move |_| {
        let is_done = loading.is_done.get();
        view.with(|view| {
            let findings = &view.as_ref().filter(|_| is_done)?.findings;
            let (severity, _, shape) = signs(findings.iter().map(|finding| finding.severity).max());
            Some(Count { number: findings.len(), sign: Some((severity, shape)) })
        })
    });
    let tabs = vec![
        Tab::new(TABS[0], "Platforms"),
        Tab::new(TABS[1], "Layers"),
        Tab::new(TABS[2], "Findings").counting(found.into()),
        Tab::new(TABS[3], "Raw"),
        Tab::new(TABS[4], "Commands"),
        Tab::new(TABS[5], "Tags"),
        Tab::new(TABS[6], "Share"),
    ];
    let retried = reference.clone();
    let asked = StoredValue::new(reference.clone());
    let is_pinned = reference.tag().is_some() && reference.digest().is_some();
    let root = Memo::new(move |_| view.with(|view| view.as_ref().map(|view| view.digest.clone())));
    let list =
        Memo::new(move |_| root.get().filter(|_| view.with(|view| view.as_ref().is_some_and(|view| view.is_list))));
    let is_annotated = Memo::new(move |_| {
        view.with(|view| view.as_ref().is_some_and(|view| view.is_list && !view.annotations.is_empty()))
    });
    let findings = move || match found.get() {
        Some(_) => later(move || parts::findings(view)),
        None => view! { <p class="empty">"The checks run once all of it is here."</p> }.into_any(),
    };
    let raw = move || match loading.source.get() {
        Some(source) => later(move || parts::raw(source.clone(), view, address)),
        None => ().into_any(),
    };
    let panels = move || {
        let panels: [(&'static str, Panel); 6] = [
            (TABS[1], Box::new(move || later(move || parts::layers(asked.get_value(), loading, view, address)))),
            (TABS[2], Box::new(move || findings.into_any())),
            (TABS[3], Box::new(move || raw.into_any())),
            (TABS[4], Box::new(move || later(move || parts::commands(asked.get_value(), view)))),
            (TABS[5], Box::new(move || later(move || parts::tag(asked.get_value(), loading)))),
            (TABS[6], Box::new(move || later(move || parts::share(asked.get_value(), root, view, address)))),
        ];
        panels.into_iter().map(|(name, shown)| panel(name, tab, shown)).collect_view()
    };
    view! {
        <div class="page inspect" on:click=move |event| address.take_link(&event)>
            <Heading reference loading view />
            {is_pinned.then(|| view! { <Pinned reference=asked.get_value() /> })}
            {move || loading.problem.get().map(|problem| {
                let (retried, allowed) = (retried.clone(), retried.clone());
                let is_unknown = problem.is_gone();
                let tags = is_unknown.then(|| {
                    let href = asked.with_value(|asked| ["/r/", &asked.familiar_repo()].concat());
                    view! { <a class="button small" id="see-tags" href=href>"See its tags"</a> }
                });
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
                        {tags}
                    </ProblemBox>
                }
            })}
            <Show when=move || loading.problem.read().is_none() || loading.source.read().is_some()>
                <WillItRun source=loading.source address />
                <TabList tabs=tabs.clone() chosen=tab label="About this list" />
                <section id="panel-platforms" role="tabpanel" aria-labelledby="tab-platforms" class:is-hidden=move || tab.get() != "platforms">
                    <h2 class="visually-hidden">"Platforms"</h2>
                    <PlatformTable view loading address />
                    <OnRequest question=PROGRAMS of=root repository=asked.get_value().repository_only() part=parts::programs />
                    <OnRequest question=REFERRERS of=list repository=asked.get_value().repository_only() part=parts::list_referrers />
                    {move || is_annotated.get().then(|| later(move || parts::list_annotations(view)))}
                </section>
                {panels}
            </Show>
        </div>
    }
}

/// The tab with this name.
fn tab_of(name: Option<&str>) -> &'static str {
    TABS.into_iter().find(|tab| name == Some(*tab)).unwrap_or(TABS[0])
}

/// What is behind a tab, made when it is shown.
type Panel = Box<dyn Fn() -> AnyView + Send>;

fn panel(name: &'static str, tab: RwSignal<&'static str>, shown: Panel) -> AnyView {
    view! {
        <section
            id=format!("panel-{name}") role="tabpanel" aria-labelledby=format!("tab-{name}")
            class:is-hidden=move || tab.get() != name
        >
            {move || (tab.get() == name).then(&shown)}
        </section>
    }
    .into_any()
}
