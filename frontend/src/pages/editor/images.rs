//! The rows of the draft.

use std::collections::BTreeSet;

use leptos::prelude::*;
use onetag_shared::reference::Reference;

use super::{desk::Desk, platform::PlatformOffers, row::ImageRow, slow, source_problem::SourceProblem};
use crate::text::format;

/// The table of images; rows are in the order of the list to be.
#[component]
pub(super) fn Images(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    let count = Memo::new(move |_| desk.rows.with(Vec::len));
    let base_problem = move || {
        let base = desk.history.with(|history| history.draft.base.clone())?;
        let problem = desk.cache.sources.with(|sources| sources.get(&base)?.as_ref().err().cloned())?;
        // Rows that are of it say so themselves.
        desk.history
            .with(|history| history.draft.entries.iter().all(|entry| entry.source != base))
            .then_some((base, problem))
    };
    let empty = move || count.get() == 0;
    let waiting = Memo::new(move |_| {
        desk.cache.waiting.with(|waiting| {
            desk.history.with(|history| {
                waiting_for(history.draft.entries.iter().map(|entry| &entry.source), |source| waiting.contains(source))
            })
        })
    });
    let is_slow = slow::lasts(move || waiting.read().is_some());
    view! {
        {move || base_problem().map(|(reference, problem)| view! {
            <div id="base-problem"><SourceProblem desk reference problem /></div>
        })}
        <PlatformOffers />
        <div class="table images" role="table" aria-label="Images" class:is-hidden=empty>
            <div class="row head" role="row">
                <span class="cell" role="columnheader">"#"</span>
                <span class="cell" role="columnheader">"Platform"</span>
                <span class="cell" role="columnheader">"In its config"</span>
                <span class="cell" role="columnheader">"Source"</span>
                <span class="cell number" role="columnheader">"Size"</span>
                <span class="cell" role="columnheader"><span class="visually-hidden">"Actions"</span></span>
            </div>
            <For each=move || desk.row_ids.with(|ids| ids.ids().to_vec()) key=|id| *id let:id>
                <ImageRow desk id />
            </For>
        </div>
        <p class="waiting" role="status">{move || is_slow.get().then(|| waiting.get())}</p>
        <p class="empty" class:is-hidden=move || !empty()>
            "No image yet. Paste the references of images that are in a registry, such as "
            <code>"ghcr.io/you/app:v1-amd64"</code> " and " <code>"ghcr.io/you/app:v1-arm64"</code>
            ": each is looked at, and its platform is read from its config."
        </p>
    }
}

/// What is waited for, and for whom; of the sources of all rows.
fn waiting_for<'a>(
    sources: impl ExactSizeIterator<Item = &'a Reference>,
    is_waiting: impl Fn(&Reference) -> bool,
) -> Option<String> {
    let all = format::count(sources.len(), "image", "images");
    let waiting: Vec<&Reference> = sources.filter(|source| is_waiting(source)).collect();
    let hosts: BTreeSet<String> = waiting.iter().map(|source| source.registry().to_string()).collect();
    let hosts: Vec<String> = hosts.into_iter().collect();
    let hosts = match hosts.as_slice() {
        [] => return None,
        [host] => host.clone(),
        [one, other] => format!("{one} and {other}"),
        [one, rest @ ..] => format!("{one} and {} other registries", rest.len()),
    };
    Some(format!("Asking {hosts} for {} of {all} …", waiting.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_asked_is_named() {
        for (waiting, expected) in [
            ("", None),
            ("ghcr.io", Some("Asking ghcr.io for 2 of 5 images …")),
            ("ghcr.io docker.io", Some("Asking docker.io and ghcr.io for 3 of 5 images …")),
            ("ghcr.io docker.io quay.io", Some("Asking docker.io and 2 other registries for 4 of 5 images …")),
        ] {
            let sources =
                ["me/app:v1", "ghcr.io/me/app:v1", "ghcr.io/me/app:v2", "quay.io/me/app:v1", "localhost:5000/app"];
            let sources = sources.map(|text| text.parse::<Reference>().unwrap());
            let is_waiting = |source: &Reference| waiting.split(' ').any(|host| source.registry().to_string() == host);
            assert_eq!(waiting_for(sources.iter(), is_waiting).as_deref(), expected);
        }
    }
}
