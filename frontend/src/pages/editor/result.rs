//! What the draft makes: exact bytes, digest, and who gets what.

use leptos::prelude::*;
use onetag_shared::{
    api::{Plan, ServedDocument},
    check::{Finding, FindingCode, Severity},
    document::{Document, List, RawDocument},
    media_type::MediaType,
    platform::{Platform, select},
    source::{Selecting, Selection},
};

use super::{desk::Desk, facts::row_of, fixes, list_findings::is_of_settings};
use crate::{
    components::{CopyButton, DigestText, FindingItem, Icon, RawJson, Shape, Tab, TabList},
    text::{format, hosts::SHORT_HOSTS},
};

/// The list to be, computed here as it is edited.
#[component]
pub(super) fn ResultPane(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    let document = Memo::new(move |_| desk.plan.with(|plan| plan.document.clone()));
    let general = Memo::new(move |_| {
        desk.plan.with(|plan| {
            let is_elsewhere = |finding: &Finding| row_of(&finding.pointer).is_some() || is_of_settings(finding);
            plan.findings.iter().filter(|finding| !is_elsewhere(finding)).cloned().collect::<Vec<_>>()
        })
    });
    let is_new = move || desk.history.with(|history| history.draft.entries.is_empty() && history.draft.base.is_none());
    let tab = RwSignal::new("bytes");
    let tabs = vec![Tab::new("bytes", "Exact bytes"), Tab::new("hosts", "Who gets what")];
    let text = Signal::derive(move || {
        document.with(|document| document.as_ref().and_then(|d| d.text.clone()).unwrap_or_default())
    });
    view! {
        <h2 class="visually-hidden">"Result"</h2>
        {move || match document.get() {
            Some(document) if !is_new() => view! { <Head desk document /> }.into_any(),
            _ => view! {
                <p class="empty">"The list appears here as images are added: its exact bytes, and the digest they will have."</p>
            }.into_any(),
        }}
        <div class:is-hidden=move || is_new() || document.read().is_none()>
            {move || (!is_new()).then(|| general.get().into_iter().map(|finding| {
                let finding = Finding { message: fixes::in_words(&finding.message), ..finding };
                view! { <FindingItem finding /> }
            }).collect_view())}
            <TabList tabs chosen=tab label="The result" />
            <div id="panel-bytes" role="tabpanel" aria-labelledby="tab-bytes" class:is-hidden=move || tab.get() != "bytes">
                // Above the bytes: they grow as images arrive, and nothing stands below that would move.
                <div class="actions"><CopyButton text what="document" with_word=true /></div>
                <RawJson text label="The list, byte for byte" id="preview" />
            </div>
            <div id="panel-hosts" role="tabpanel" aria-labelledby="tab-hosts" class:is-hidden=move || tab.get() != "hosts">
                <Hosts desk />
            </div>
        </div>
    }
}

/// Kind, size and digest.
#[component]
fn Head(
    /// The draft.
    desk: Desk,
    /// The list to be.
    document: ServedDocument,
) -> impl IntoView {
    let media_type = MediaType::new(&document.media_type);
    let kind = media_type.words().map_or_else(|| document.media_type.clone(), str::to_owned);
    let count = desk.plan.with_untracked(|plan| plan.entries.len());
    let base = desk.history.with_untracked(|history| history.draft.base.clone());
    let is_base = base.is_some_and(|base| base.digest() == Some(&document.digest));
    let is_partial =
        Memo::new(move |_| desk.plan.with(|plan| plan.findings.iter().any(|f| f.severity == Severity::Error)));
    view! {
        <div class="result-head">
            <p>
                <strong title=document.media_type.clone()>{kind}</strong> " · "
                {format::count(count, "entry", "entries")} " · "
                <span title="computed here, in WebAssembly">{format::exact_size(document.size)}</span>
            </p>
            <p class="result-digest" id="preview-digest" data-digest=document.digest.to_string()>
                <DigestText digest=document.digest.clone() />
            </p>
            {is_base.then(|| view! {
                <p class="verified" id="unchanged"><Icon shape=Shape::Check /> "These are the bytes of the list you opened: nothing is changed."</p>
            })}
            // Its room is there before: images arrive one after the other, and what is below would move twice.
            <p class="hint so-far">{move || is_partial.get().then_some("So far: errors keep it from being pushed.")}</p>
        </div>
    }
}

/// The list, where its entries' platforms alone do not tell who gets what: they are lists themselves, or name none.
fn looked_into(plan: &Plan) -> Option<List> {
    let is_deep = |finding: &Finding| matches!(finding.code, FindingCode::NestedList | FindingCode::NoPlatform);
    let served = plan.document.as_ref().filter(|_| plan.findings.iter().any(is_deep))?;
    match RawDocument::from_served(served).ok()?.parse() {
        Ok(Document::List(list)) => Some(*list),
        _ => None,
    }
}

/// The entry that leads to the image that is got, the image's platform, and the reason.
fn below(selecting: Selecting) -> (Option<usize>, Option<Platform>, String) {
    match selecting {
        Selecting::Done(selection) => {
            let Selection { path, descriptor, reason, .. } = *selection;
            (path.first().copied(), descriptor.and_then(|image| image.platform), reason)
        }
        Selecting::WantsManifest(_) | Selecting::WantsConfig(_) => {
            (None, None, "It is not known yet: what decides it is still to come.".to_owned())
        }
        Selecting::Unknown(problem) => (None, None, format!("It is not known: {problem}")),
    }
}

/// Which row each kind of machine gets.
#[component]
fn Hosts(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    let rows = move || {
        desk.plan.with(|plan| {
            let platforms: Vec<Option<Platform>> = plan.entries.iter().map(|entry| entry.platform.clone()).collect();
            let list = looked_into(plan);
            let answer = |host: &Platform| {
                if let Some(list) = &list {
                    return below(desk.cache.sources.with(|sources| sources.select(host, list)));
                }
                let choice = select(host, &platforms);
                let entry = choice.index.and_then(|index| plan.entries.get(index));
                (choice.index, entry.and_then(|entry| entry.platform.clone()), choice.reason)
            };
            SHORT_HOSTS
                .iter()
                .filter_map(|host| {
                    let (index, platform, reason) = answer(&host.platform.parse().ok()?);
                    let chosen = index
                        .and_then(|index| plan.entries.get(index))
                        .map(|entry| (entry.entry + 1, platform.as_ref().map(ToString::to_string).unwrap_or_default()));
                    Some((host.name, host.platform, chosen, reason))
                })
                .collect::<Vec<_>>()
        })
    };
    let line = |(name, platform, chosen, reason): (&'static str, &'static str, Option<(usize, String)>, String)| {
        let got = match chosen {
            Some((row, platform)) => view! {
                <span class="yes"><Icon shape=Shape::Check /> {format!("row {row}")}</span> " " <code>{platform}</code>
            }
            .into_any(),
            None => view! { <span class="no"><Icon shape=Shape::Cross /> "no image"</span> }.into_any(),
        };
        view! {
            <div>
                <dt>{name}<code class="hint">{platform}</code></dt>
                <dd>{got}</dd>
                <dd class="hint reason">{reason}</dd>
            </div>
        }
    };
    view! { <dl class="hosts">{move || rows().into_iter().map(line).collect_view()}</dl> }
}
