//! Pages that need no script and no file: what is shown while the application cannot be.

use std::sync::LazyLock;

use axum::response::Html;
use base64::{Engine, engine::general_purpose::STANDARD};
pub(super) use onetag_shared::markup::escape;
use sha2::{Digest, Sha256};

/// Their look: the page's colours, and no more. The policy names its hash, so it has to be the whole of `<style>`.
const STYLE: &str = include_str!("plain_page.css");

/// What the Content-Security-Policy calls [`STYLE`].
pub(super) static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(STYLE.as_bytes()))));

/// A page with this title and this HTML. Whatever comes from outside has to be [`escape`]d.
pub(super) fn plain_page(title: &str, main: &str) -> Html<String> {
    let head = format!("<title>{title}</title>");
    Html(bare_page(&head, &format!("<main>\n<h1>{title}</h1>\n{main}\n</main>")))
}

/// A page with this in its head, and this below its first line.
pub(super) fn bare_page(head: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">{head}\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<style>{STYLE}</style></head>\n\
         <body><header><a href=\"/\">onetag</a></header>{body}</body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_is_what_the_policy_allows() {
        let Html(page) = plain_page("Title", "<p>text</p>");
        let (_, rest) = page.split_once("<style>").unwrap();
        let (style, _) = rest.split_once("</style>").unwrap();
        assert_eq!(*STYLE_HASH, format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style.as_bytes()))));
    }
}
