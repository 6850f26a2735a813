//! The documents as they are: what was asked for, and all that came with it.

use leptos::prelude::*;
use onetag_shared::{document::RawDocument, source::Source, view::ListView};

use super::address::Address;
use crate::{
    components::{AnnotationTable, CopyButton, Icon, RawJson, Shape},
    dom,
    text::{
        documents::{documents, links},
        format,
        json::indented,
    },
};

/// Bytes of a document that is offered in lines.
const MOST_LAID_OUT: usize = 1024 * 1024;

/// A document, byte for byte. Which one is part of the address.
#[component]
pub(crate) fn RawPanel(
    /// What was found.
    source: Source,
    /// The same, to show.
    view: Memo<Option<ListView>>,
    /// Where it is kept which document is shown.
    address: Address,
) -> impl IntoView {
    let found = view.with_untracked(|view| {
        let view = view.as_ref()?;
        let all = documents(&source, view);
        Some((links(&source, view, &all), all))
    });
    let (links, all) = found.unwrap_or_default();
    let first = all.first().map(|named| named.document.digest().to_string());
    let names: Vec<(String, String)> =
        all.iter().map(|named| (named.name.clone(), named.document.digest().to_string())).collect();
    let all = StoredValue::new(all);
    let shown = Memo::new(move |_| {
        let asked = address.follow("doc");
        let is_asked = |digest: &str| asked.as_deref() == Some(digest);
        all.with_value(|all| all.iter().position(|named| is_asked(named.document.digest().as_str())))
            .unwrap_or_default()
    });
    let document = move || {
        all.with_value(|all| all.get(shown.get()).map_or_else(|| source.root.clone(), |named| named.document.clone()))
    };
    let document = Memo::new(move |_| document());
    let text = Signal::derive(move || document.with(|document| String::from_utf8_lossy(document.bytes()).into_owned()));
    // Many registries have all of it in one line.
    let is_laid_out = RwSignal::new(false);
    let is_line = Memo::new(move |_| text.with(|text| text.len() <= MOST_LAID_OUT && !text.trim_end().contains('\n')));
    let shown_text =
        Signal::derive(move || if is_laid_out.get() && is_line.get() { indented(&text.read()) } else { text.get() });
    let choose = move |digest: String| address.set("doc", Some(digest).filter(|digest| first.as_ref() != Some(digest)));
    let save = move |_| document.with_untracked(|document| dom::save(&file_name(document), document.bytes()));
    let annotations = move || {
        let of_root = view.with(|view| view.as_ref().map(|view| view.annotations.clone()));
        let annotations = of_root.filter(|annotations| shown.get() == 0 && !annotations.is_empty())?;
        Some(view! { <section id="annotations"><h3>"Annotations"</h3><AnnotationTable annotations /></section> })
    };
    let options = names.iter().enumerate().map(|(place, (name, digest))| {
        view! { <option value=digest.clone() selected=move || shown.get() == place>{name.clone()}</option> }
    });
    let options = (names.len() > 1).then(|| {
        view! {
            <div class="choice">
                <label for="raw-document">"Document"</label>
                <select id="raw-document" on:change=move |event| choose(event_target_value(&event))>{options.collect_view()}</select>
            </div>
        }
    });
    view! {
        <div class="panel-head">
            <div class="raw-choice">
                {options}
                <p class="hint">
                    {move || document.with(|document| view! {
                        <code>{document.media_type().to_string()}</code>
                        " · " {format::exact_size(document.size())} {if is_laid_out.get() && is_line.get() { " · served in one line" } else { " · exactly as served" }}
                    })}
                </p>
            </div>
            <div class="actions">
                {move || is_line.get().then(|| view! {
                    <label class="inline-field">
                        <input
                            type="checkbox" id="laid-out" prop:checked=is_laid_out
                            on:change=move |event| is_laid_out.set(event_target_checked(&event))
                        />
                        "In lines, to read"
                    </label>
                })}
                <CopyButton text what="the document" with_word=true />
                <button type="button" class="button quiet" id="download" on:click=move |event| { save(event); }>
                    <Icon shape=Shape::Down /> "Download"
                </button>
            </div>
        </div>
        {annotations}
        <RawJson text=shown_text links label="The document as served" id="raw-json" />
    }
}

fn file_name(document: &RawDocument) -> String {
    format!("{}.json", document.digest().short().replace(':', "-"))
}
