//! What is behind the tabs of the page: the findings, and the document as it is.

use leptos::prelude::*;
use onetag_shared::{check::Finding, source::Source, view::ListView};

use crate::{
    components::{AnnotationTable, CopyButton, FindingList, Icon, RawJson, Shape},
    dom,
    text::format,
};

/// What the checks say.
#[component]
pub(crate) fn FindingPanel(
    /// The findings.
    findings: Vec<Finding>,
    /// What is checked is a list.
    is_list: bool,
) -> impl IntoView {
    if findings.is_empty() && !is_list {
        return view! { <p class="empty">"These checks are for lists, and this is none."</p> }.into_any();
    }
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
    /// The same, to show.
    view: Memo<Option<ListView>>,
) -> impl IntoView {
    let annotations = move || view.with(|view| view.as_ref().map(|view| view.annotations.clone())).unwrap_or_default();
    let root = source.root.clone();
    let saved = root.clone();
    let name = format!("{}.json", root.digest().short().replace(':', "-"));
    let text = Signal::stored(String::from_utf8_lossy(root.bytes()).into_owned());
    let digests = source.list().map(|list| list.manifests.into_iter().map(|child| child.digest).collect());
    view! {
        <div class="panel-head">
            <p class="hint">
                <code>{root.media_type().to_string()}</code> " · " {format::exact_size(root.size())} " · exactly as served"
            </p>
            <div class="actions">
                <CopyButton text what="the document" with_word=true />
                <button type="button" class="button quiet" id="download" on:click=move |_| { dom::save(&name, saved.bytes()); }>
                    <Icon shape=Shape::Down /> "Download"
                </button>
            </div>
        </div>
        {move || {
            let annotations = annotations();
            (!annotations.is_empty()).then(|| view! {
                <section id="annotations"><h3>"Annotations"</h3><AnnotationTable annotations /></section>
            })
        }}
        <RawJson text links=(source.reference.clone(), digests.unwrap_or_default()) label="The document as served" id="raw-json" />
    }
}
