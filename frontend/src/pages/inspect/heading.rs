//! What is looked at, in one glance.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use onetag_shared::{
    digest::{Algorithm, Digest},
    reference::{Reference, Tag},
    view::{Absence, ListView},
};

use super::load::{Loading, News};
use crate::{
    components::{CopyButton, DigestText, Icon, Shape, Size, later},
    pages::parts,
    state::sources::SourceCache,
    text::format,
};

/// The name, what it is, and what can be done with it.
#[component]
pub(super) fn Heading(
    /// What was asked for.
    reference: Reference,
    /// What has arrived.
    loading: Loading,
    /// The same, to show.
    view: Memo<Option<ListView>>,
) -> impl IntoView {
    let navigate = StoredValue::new_local(use_navigate());
    let cache = SourceCache::from_context();
    let target = reference.tag().map(|_| reference.without_digest().familiar());
    let edit = move |_| {
        let Some(source) = loading.source.get_untracked() else { return };
        // The draft names the list by digest; it is here already.
        let by_digest = source.reference.clone().with_digest(source.root.digest().clone());
        cache.put(by_digest, Ok(source.clone()));
        let target = target.clone();
        spawn_local(async move {
            match parts::edit(source, target).await {
                // The person may have left meanwhile.
                Ok(path) => drop(navigate.try_with_value(|navigate| navigate(&path, NavigateOptions::default()))),
                Err(problem) => drop(loading.problem.try_set(Some(problem))),
            }
        });
    };
    let is_list = move || view.with(|view| view.as_ref().is_none_or(|view| view.is_list));
    let again = reference.clone();
    view! {
        <div class="inspect-head">
            <h1 class="reference">
                <a class="reference-registry" href=["/r/", reference.registry().as_str(), "/"].concat()>{reference.registry().to_string()}"/"</a>
                <wbr />
                <a class="reference-repository" href=format!("/r/{}", reference.familiar_repo()) title="All tags of this repository">
                    {reference.repository().to_string()}
                </a>
                {reference.tag().map(|tag: &Tag| view! { <wbr /><span class="reference-tag">":"{tag.to_string()}</span> })}
                {reference.digest().map(|digest| view! {
                    <wbr /><span class="reference-digest" title=digest.to_string()>"@"{digest.short().to_owned()}</span>
                })}
                <CopyButton text=Signal::stored(reference.familiar()) what="reference" />
            </h1>
            <div class="actions">
                <button type="button" class="button quiet" id="refresh" on:click=move |_| loading.again(&again)>
                    <Icon shape=Shape::Refresh /> "Look again"
                </button>
                <button
                    type="button"
                    class="button"
                    id="edit-list"
                    disabled=move || !loading.is_done.get()
                    on:click=edit
                >
                    {move || if is_list() { "Edit list" } else { "New list from this" }}
                </button>
            </div>
        </div>
        <p class="summary" id="summary">
            {move || view.get().map(|view| view! { <Summary view loading /> })}
            <Waiting reference loading view />
        </p>
    }
}

/// Kind, digest, number of platforms and size in a line.
#[component]
fn Summary(
    /// What to show.
    view: ListView,
    /// What has arrived.
    loading: Loading,
) -> impl IntoView {
    let at = loading.source.with_untracked(|source| source.as_ref().map(|source| source.reference.clone()));
    let lists = view.rows.iter().filter(|row| row.is_list()).count();
    let mut platforms = format::count(view.platforms(), "platform", "platforms");
    if lists > 0 {
        platforms += &[", in part in ", &format::count(lists, "list", "lists"), " in it"].concat();
    }
    let absent = |kinds: &[Absence], class: &'static str| {
        let mut words = String::new();
        for kind in kinds {
            let count = view.absent(*kind);
            if count > 0 {
                words += &[if words.is_empty() { "" } else { ", " }, &count.to_string(), " ", kind.word()].concat();
            }
        }
        (!words.is_empty()).then(|| view! { <span class=class>{words}</span> })
    };
    let missing = absent(&[Absence::Gone, Absence::Unusable, Absence::Unverifiable], "missing");
    let unseen = absent(&[Absence::Unknown], "unseen");
    view! {
        <span title=view.media_type>{view.kind}</span>
        <span id="root-digest" data-digest=view.digest.to_string()><DigestText digest=view.digest.clone() at /></span>
        <Verified loading />
        {view.is_list.then(|| view! { <span>{platforms}</span> {missing} {unseen} })}
        {move || loading.is_done.get().then(|| view! { <span><Size bytes=view.total_download /></span> })}
    }
}

/// Says what was hashed here. Nothing gets this far that did not hash to its name.
#[component]
fn Verified(
    /// What has arrived.
    loading: Loading,
) -> impl IntoView {
    let documents = move || {
        loading.source.with(|source| {
            source.as_ref().map_or(0, |source| {
                let parts = source.children.values().chain(source.configs.values());
                1 + parts.filter(|part| part.is_ok()).count()
            })
        })
    };
    let details = move || {
        format!(
            "{} hashed here, in WebAssembly, from the bytes that were served",
            format::count(documents(), "document", "documents")
        )
    };
    let rest = move || {
        let unverifiable = loading.source.with(|source| {
            let children = source.iter().flat_map(|source| source.children.keys());
            children.filter(|digest| digest.algorithm() == Algorithm::Unverifiable).count()
        });
        (unverifiable > 0).then(|| format!(", but {unverifiable} of its entries cannot be"))
    };
    view! {
        <span class="verified" id="verified" title=details>
            <Icon shape=Shape::Check /> "digest verified in your browser" {rest}
        </span>
    }
}

/// What is waited for, and for whom; and how another look ended.
#[component]
fn Waiting(
    /// What was asked for.
    reference: Reference,
    /// What has arrived.
    loading: Loading,
    /// The same, to show.
    view: Memo<Option<ListView>>,
) -> impl IntoView {
    let host = reference.registry().to_string();
    let moved = move |before: Digest| {
        let reference = reference.clone();
        later(move || parts::moved(before.clone(), reference.clone()))
    };
    let text = move || {
        if !loading.is_asking.get() {
            return Some(match loading.news.get()? {
                News::Same => "looked again: nothing has changed".into_any(),
                News::Moved(before) => moved(before),
            });
        }
        let missing = view.with(|view| {
            let rows = view.as_ref().map(|view| view.rows.as_slice()).unwrap_or_default();
            (rows.iter().filter(|row| !row.complete).count(), rows.len())
        });
        let words = || match missing {
            (0, _) => format!("asking {host} …"),
            (missing, all) => format!("asking {host} for {missing} of {} …", format::count(all, "image", "images")),
        };
        loading.is_slow.get().then(|| words().into_any())
    };
    view! { <span class="waiting" role="status">{text}</span> }
}
