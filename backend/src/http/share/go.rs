//! `/go?ref=TEXT`: where the field leads that stands on pages for those who run no script.

use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use onetag_shared::{
    markup::{escape, prose},
    paste::{Meaning, Pasted},
    reference::ReferenceError,
};
use serde::Deserialize;

use super::{address::host, table::page_path};
use crate::http::{extract::Params, plain_page::plain_page};

/// Bytes of a text: more than the commands of the largest lists have, and read in no time.
const MOST_TEXT: usize = 16 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Asked {
    /// What was typed.
    #[serde(default, rename = "ref")]
    text: String,
}

/// The page of an image, or of a registry's repositories; of a command that makes a list, the images that it names; or what is
/// wrong with the text, with the field to mend it.
pub(in crate::http) async fn go(headers: HeaderMap, Params(Asked { text }): Params<Asked>) -> Response {
    if text.len() > MOST_TEXT {
        let page = plain_page(
            "Too much text",
            &format!(
                "<p>More than {MOST_TEXT} bytes are not read here. Name one image, or fewer of them.</p>{}",
                form("")
            ),
        );
        return (StatusCode::URI_TOO_LONG, page).into_response();
    }
    match Meaning::of(&text, host(&headers)) {
        Meaning::Page(page) => Redirect::to(&page.path()).into_response(),
        Meaning::List(pasted) => plain_page("Images of a list", &images(&pasted)).into_response(),
        Meaning::Nothing(error) => {
            (StatusCode::BAD_REQUEST, plain_page("Not an image reference", &refused(&error, &text))).into_response()
        }
    }
}

/// Links to the images that a text names, and to the tags that it would push.
fn images(pasted: &Pasted) -> String {
    let images = pasted.images.iter().map(|image| &image.reference);
    let links = images.chain(&pasted.targets).map(|reference| {
        let familiar = escape(&reference.familiar());
        format!("<li><a href=\"{}\"><code>{familiar}</code></a></li>", escape(&page_path(reference)))
    });
    let links: Vec<String> = links.collect();
    let links = links.concat();
    format!(
        "<p>To make a list of them needs JavaScript and WebAssembly. Each can be looked at without:</p><ul>{links}</ul>{}",
        form("")
    )
}

/// What is wrong, and the field again.
fn refused(error: &ReferenceError, text: &str) -> String {
    let instead = error.suggestion().map(|suggestion| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("ref", &suggestion).finish();
        format!(" Did you mean <a href=\"/go?{}\"><code>{}</code></a>?", escape(&query), escape(&suggestion))
    });
    format!("<p>{}.{}</p>{}", prose(&error.to_string()), instead.unwrap_or_default(), form(text))
}

fn form(text: &str) -> String {
    format!(
        "<form action=\"/go\"><label for=\"ref\">Image reference</label>\
         <input id=\"ref\" name=\"ref\" value=\"{}\" required><button>Inspect</button></form>",
        escape(text)
    )
}
