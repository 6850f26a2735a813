//! A text in which backticks mark what is code, as messages are written.

use leptos::prelude::*;
use onetag_shared::markup::pieces;

/// The text, with its code as code. It is text all the same, whoever wrote it: nothing in it is markup.
#[component]
pub(crate) fn Prose(
    /// What to say.
    text: String,
) -> impl IntoView {
    pieces(&text)
        .into_iter()
        .map(|(piece, is_code)| {
            let piece = piece.to_owned();
            if is_code { view! { <code>{piece}</code> }.into_any() } else { piece.into_any() }
        })
        .collect_view()
}
