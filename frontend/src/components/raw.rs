//! JSON exactly as it is.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::text::json::{Kind, tokens};

/// Above this, colours would cost more than they give: each is an element, made anew when the text changes.
const MOST_COLOURED: usize = 30_000;

/// A document, byte for byte; digests in it lead to what they name.
#[component]
pub(crate) fn RawJson(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// Where digests in it lead.
    #[prop(optional)]
    links: BTreeMap<String, String>,
    /// What it is, for screen readers.
    label: &'static str,
    /// The element's id.
    #[prop(optional)]
    id: &'static str,
) -> impl IntoView {
    let links = StoredValue::new(links);
    let body = move || {
        let text = text.get();
        let is_coloured = text.len() <= MOST_COLOURED;
        let pieces = links.with_value(|links| pieces(&text, is_coloured, links));
        pieces
            .into_iter()
            .map(|(kind, piece, link)| {
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

/// The pieces that are shown each in its way. Without colours those are the links, and all that is between two of them.
fn pieces<'a>(
    text: &'a str,
    is_coloured: bool,
    links: &BTreeMap<String, String>,
) -> Vec<(Kind, &'a str, Option<String>)> {
    let mut pieces = Vec::new();
    // Where what is not shown yet begins, and where it ends.
    let (mut start, mut end) = (0, 0);
    for (kind, piece) in tokens(text) {
        let link = (kind == Kind::Text).then(|| links.get(piece.trim_matches('"')).cloned()).flatten();
        if is_coloured || link.is_some() {
            if start < end {
                pieces.push((Kind::Plain, &text[start..end], None));
            }
            start = end + piece.len();
            pieces.push((kind, piece, link));
        }
        end += piece.len();
    }
    if start < end {
        pieces.push((Kind::Plain, &text[start..end], None));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_have_their_links_and_no_colours() {
        let text = r#"{"a": "sha256:1", "b": 7, "sha256:1": "é", "c": ["sha256:1"]}"#;
        let links = BTreeMap::from([("sha256:1".to_owned(), "/there".to_owned())]);
        for is_coloured in [true, false] {
            let pieces = pieces(text, is_coloured, &links);
            let joined: String = pieces.iter().map(|(_, piece, _)| *piece).collect();
            assert_eq!(joined, text);
            let linked = pieces.iter().filter(|(_, _, link)| link.is_some());
            assert_eq!(linked.clone().count(), 2);
            assert!(
                linked
                    .into_iter()
                    .all(|(_, piece, link)| *piece == "\"sha256:1\"" && link.as_deref() == Some("/there"))
            );
            assert_eq!(pieces.iter().any(|(kind, ..)| *kind == Kind::Key), is_coloured);
        }
        assert_eq!(pieces(text, false, &BTreeMap::new()), [(Kind::Plain, text, None)]);
        assert_eq!(pieces("", false, &links), []);
    }
}
