//! What the checks say.

use leptos::prelude::*;
use onetag_shared::{
    check::Finding,
    view::{ListView, Row},
};

use super::{TABS, address::Address};
use crate::{components::FindingList, dom};

/// What the checks say.
#[component]
pub(crate) fn FindingPanel(
    /// What was checked.
    view: Memo<Option<ListView>>,
    /// The tab that is shown.
    tab: RwSignal<&'static str>,
    /// Where it is kept which rows are unfolded.
    address: Address,
) -> impl IntoView {
    let Some(ListView { findings, rows, is_list, .. }) = view.get() else { return ().into_any() };
    if findings.is_empty() && !is_list {
        return view! { <p class="empty">"These checks are for lists, and this is none."</p> }.into_any();
    }
    if findings.is_empty() {
        return view! { <p class="all-well">"Every check of the list passes. Programs are checked on request, below the platforms."</p> }.into_any();
    }
    let place = move |finding: &Finding| {
        let words = finding.place()?;
        let shown = match rows.iter().enumerate().find(|(_, row)| row.findings.contains(finding)) {
            Some((place, row)) => to_row(place, row, tab, address),
            None => ().into_any(),
        };
        Some(view! { {shown} <span class="hint">{words}</span> }.into_any())
    };
    view! { <FindingList findings place /> }.into_any()
}

/// The name of a row, which leads to it.
fn to_row(place: usize, row: &Row, tab: RwSignal<&'static str>, address: Address) -> AnyView {
    let go = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        tab.set(TABS[0]);
        address.set_open(place, true);
        dom::focus_next(vec![format!("#row-{} .unfold", place + 1)]);
    };
    view! { <a class="to-row" href=format!("?open={}", place + 1) on:click=go>{row.name()}</a> }.into_any()
}
