//! `/go?ref=TEXT`: where the field leads that stands on pages for those who run no script.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use onetag_shared::{
    markup::{escape, prose},
    reference::{Reference, ReferenceError, Registry},
};
use serde::Deserialize;

use super::table::{page_path, registry_path};
use crate::http::{extract::Params, plain_page::plain_page};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Asked {
    /// What was typed.
    #[serde(default, rename = "ref")]
    text: String,
}

/// The page of an image, or of a registry's repositories; or what is wrong with the text, with the field to mend it.
pub(in crate::http) async fn go(Params(Asked { text }): Params<Asked>) -> Response {
    let error = match place(text.trim()) {
        Ok(path) => return Redirect::to(&path).into_response(),
        Err(error) => error,
    };
    let instead = error.suggestion().map(|suggestion| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("ref", &suggestion).finish();
        format!(" Did you mean <a href=\"/go?{}\"><code>{}</code></a>?", escape(&query), escape(&suggestion))
    });
    let main = format!(
        "<h1>That is not an image reference</h1><p>{}.{}</p>\
         <form action=\"/go\"><label for=\"ref\">Image reference</label>\
         <input id=\"ref\" name=\"ref\" value=\"{}\" required><button>Inspect</button></form>",
        prose(&error.to_string()),
        instead.unwrap_or_default(),
        escape(&text)
    );
    (StatusCode::BAD_REQUEST, plain_page("Not an image reference", &main)).into_response()
}

fn place(text: &str) -> Result<String, ReferenceError> {
    if let Some(error) = ReferenceError::of_digest(text) {
        return Err(error);
    }
    if let Some(registry) = Registry::alone(text) {
        return Ok(registry_path(&registry));
    }
    let reference: Reference = text.parse()?;
    Ok(page_path(&reference))
}
