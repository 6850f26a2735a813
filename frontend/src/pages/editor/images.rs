//! The rows of the draft.

use leptos::prelude::*;

use super::{desk::Desk, platform::PlatformOffers, row::ImageRow, source_problem::SourceProblem};

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
    let waiting = move || match desk.waiting() {
        0 => String::new(),
        waiting => format!("Asking for {waiting} of {} …", crate::text::format::count(count.get(), "image", "images")),
    };
    view! {
        {move || base_problem().map(|(reference, problem)| view! { <SourceProblem desk reference problem /> })}
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
        <p class="waiting" role="status">{waiting}</p>
        <p class="empty" class:is-hidden=move || !empty()>
            "No image yet. Paste the references of images that are in a registry, such as "
            <code>"ghcr.io/you/app:v1-amd64"</code> " and " <code>"ghcr.io/you/app:v1-arm64"</code>
            ": each is looked at, and its platform is read from its config."
        </p>
    }
}
