//! What the checks say.

use leptos::prelude::*;
use onetag_shared::check::{Finding, Severity};

use super::{Icon, Prose, Shape};
use crate::text::format::sentence;

/// The name of how bad something is in the page's rules, the word for it, and its sign.
pub(crate) const fn signs(severity: Option<Severity>) -> (&'static str, &'static str, Shape) {
    match severity {
        Some(Severity::Error) => ("error", "Error", Shape::Cross),
        Some(Severity::Warning) => ("warning", "Warning", Shape::Warning),
        Some(Severity::Info) => ("info", "Note", Shape::Info),
        None => ("none", "Well", Shape::Check),
    }
}

/// One finding: how bad it is, what is the matter, what to do.
#[component]
pub(crate) fn FindingItem(
    /// The finding.
    finding: Finding,
    /// Buttons that do it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let Finding { code, severity, message, hint, .. } = finding;
    let (name, word, shape) = signs(Some(severity));
    view! {
        <div class="finding" data-severity=name data-code=code.as_str()>
            <Icon shape />
            <p>
                <span class="visually-hidden">{word}": "</span>
                <span class="finding-message"><Prose text=sentence(&message) />" "</span>
                <span class="finding-hint"><Prose text=hint />" "</span>
                {children.map(|children| view! { <span class="finding-actions">{children()}</span> })}
            </p>
        </div>
    }
}

/// Several findings, the worst first.
#[component]
pub(crate) fn FindingList(
    /// The findings.
    findings: Vec<Finding>,
    /// Says which entry each is about.
    place: impl Fn(&Finding) -> Option<AnyView>,
) -> impl IntoView {
    let mut findings = findings;
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let rows = findings
        .into_iter()
        .map(|finding| {
            let place = place(&finding);
            view! {
                <li>
                    {place.map(|place| view! { <span class="finding-place">{place}</span> })}
                    <FindingItem finding />
                </li>
            }
        })
        .collect_view();
    view! { <ul class="findings">{rows}</ul> }
}
