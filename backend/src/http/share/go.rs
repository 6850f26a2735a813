//! `/go?ref=TEXT`: where the field leads that stands on pages for those who run no script.

use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use onetag_shared::reference::{Reference, ReferenceError, Registry};
use serde::Deserialize;

use super::table::{page_path, registry_path};
use crate::http::plain_page::{escape, plain_page};

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Asked {
    /// What was typed.
    #[serde(default, rename = "ref")]
    text: String,
}

/// The page of an image, or of a registry's repositories; or what is wrong with the text.
pub(in crate::http) async fn go(Query(Asked { text }): Query<Asked>) -> Response {
    match place(text.trim()) {
        Ok(path) => Redirect::to(&path).into_response(),
        Err(error) => {
            let main = format!(
                "<h1>That is not an image reference</h1><p>{}.</p><p><a href=\"/\">Back to the start</a></p>",
                escape(&error.with_suggestion())
            );
            (StatusCode::BAD_REQUEST, plain_page("Not an image reference", &main)).into_response()
        }
    }
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
