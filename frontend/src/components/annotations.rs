//! Annotations, to read.

use leptos::prelude::*;
use onetag_shared::{descriptor::Annotations, markup::visible};

/// Keys and values. They are whatever somebody wrote: text, never markup, and a link only when it is one to the web.
#[component]
pub(crate) fn AnnotationTable(
    /// The annotations.
    annotations: Annotations,
) -> impl IntoView {
    let rows = annotations
        .into_iter()
        .map(|(key, value)| view! { <div><dt>{visible(&key)}</dt><dd>{linked(value)}</dd></div> })
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }
}

/// The text, as a link if it is the address of a web page and nothing else.
pub(crate) fn linked(text: String) -> AnyView {
    if is_web_address(&text) {
        view! { <a href=text.clone() rel="noopener noreferrer nofollow" target="_blank">{text.clone()}</a> }.into_any()
    } else {
        visible(&text).into_any()
    }
}

fn is_web_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    (lower.starts_with("https://") || lower.starts_with("http://"))
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_links() {
        assert!(is_web_address("https://example.com/a?b#c"));
        assert!(is_web_address("HTTP://example.com"));
        for text in
            ["javascript:alert(1)", " https://a", "java\nscript:x", "https://a b", "data:text/html,x", "", "//a"]
        {
            assert!(!is_web_address(text), "{text:?}");
        }
    }
}
