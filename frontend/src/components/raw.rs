//! JSON exactly as it is.

use leptos::prelude::*;
use onetag_shared::{digest::Digest, reference::Reference};

use crate::text::json::{Kind, tokens};

/// Above this, colours would cost more than they give: each is an element, made anew when the text changes.
const MOST_COLOURED: usize = 30_000;

/// A document, byte for byte; digests of its children lead to their pages.
#[component]
pub(crate) fn RawJson(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// Which digests are documents, and the repository they are in.
    #[prop(optional)]
    links: Option<(Reference, Vec<Digest>)>,
    /// What it is, for screen readers.
    label: &'static str,
    /// The element's id.
    #[prop(optional)]
    id: &'static str,
) -> impl IntoView {
    let links = StoredValue::new(links);
    let body = move || {
        let text = text.get();
        if text.len() > MOST_COLOURED {
            return text.into_any();
        }
        tokens(&text)
            .into_iter()
            .map(|(kind, piece)| {
                let link =
                    (kind == Kind::Text).then(|| links.with_value(|links| link(links.as_ref(), piece))).flatten();
                let piece = piece.to_owned();
                match (kind, link) {
                    (_, Some(href)) => view! { <a class="json-text" href=href>{piece}</a> }.into_any(),
                    (Kind::Plain, _) => piece.into_any(),
                    (Kind::Key, _) => view! { <span class="json-key">{piece}</span> }.into_any(),
                    (Kind::Text, _) => view! { <span class="json-text">{piece}</span> }.into_any(),
                    (Kind::Literal, _) => view! { <span class="json-literal">{piece}</span> }.into_any(),
                }
            })
            .collect_view()
            .into_any()
    };
    view! { <pre class="raw" id=id tabindex="0" role="region" aria-label=label>{body}</pre> }
}

fn link(links: Option<&(Reference, Vec<Digest>)>, quoted: &str) -> Option<String> {
    let (repository, digests) = links?;
    let digest = digests.iter().find(|digest| digest.as_str() == quoted.trim_matches('"'))?;
    Some(format!("/i/{}", repository.repository_only().with_digest(digest.clone()).familiar()))
}
