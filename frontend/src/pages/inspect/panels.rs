//! What is behind the tabs of the page: the findings, and the document as it is.

use leptos::prelude::*;
use onetag_shared::{check::Finding, source::Source};

use crate::{
    components::{CopyButton, FindingList, RawJson},
    text::format,
};

/// What the checks say.
#[component]
pub(crate) fn FindingPanel(
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
pub(crate) fn RawPanel(
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
