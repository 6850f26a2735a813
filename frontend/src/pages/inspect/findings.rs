//! What the checks say.

use leptos::prelude::*;
use onetag_shared::{
    check::Finding,
    view::{ListView, Row},
};

use crate::{components::FindingList, dom};

/// What the checks say.
#[component]
pub(crate) fn FindingPanel(
    /// What was checked.
    view: Memo<Option<ListView>>,
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
        let row = rows.iter().find(|row| row.findings.contains(finding));
        let shown = row.map(to_row);
        Some(view! { {shown} <span class="hint">{words}</span> }.into_any())
    };
    view! { <FindingList findings place /> }.into_any()
}

/// The name of a row, which leads to it.
fn to_row(row: &Row) -> AnyView {
    let number = row.number.clone();
    let href = format!("?tab=&filter=&open={number}");
    let go = move |_| {
        dom::clear("#row-filter");
        dom::focus_soon(format!("#row-{number} .unfold"));
    };
    view! { <a class="to-row" href=href on:click=go>{row.name()}</a> }.into_any()
}
