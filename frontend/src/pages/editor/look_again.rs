//! A row's source, asked for again.

use leptos::prelude::*;
use onetag_shared::check::FindingCode;

use super::{
    desk::Desk,
    facts::{Found, RowFacts},
};
use crate::state::row_ids::RowId;

/// The button, and what came of it: that nothing has changed would not be seen otherwise.
#[component]
pub(super) fn LookAgain(
    /// The draft.
    desk: Desk,
    /// Which row.
    id: RowId,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
) -> impl IntoView {
    let is_pressed = RwSignal::new(false);
    let said = move || {
        if !is_pressed.get() {
            return None;
        }
        row.with(|row| {
            let RowFacts { entry, found, findings } = row.as_ref()?;
            if desk.cache.waiting.with(|waiting| waiting.contains(&entry.source)) {
                return Some(format!("asking {} …", entry.source.registry()));
            }
            let is_changed = findings.iter().any(|finding| finding.code == FindingCode::SourceChanged);
            let is_told_above = is_changed || matches!(found, Found::Failed(_) | Found::Waiting);
            (!is_told_above).then(|| "Looked just now: nothing has changed.".to_owned())
        })
    };
    let look = move |_| {
        is_pressed.set(true);
        desk.look_again(id);
    };
    view! {
        <button type="button" class="button" on:click=look>"Look again"</button>
        <span class="hint looked" role="status">{said}</span>
    }
}
