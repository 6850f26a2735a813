//! A text in which backticks mark what is code, as messages are written.

use leptos::prelude::*;

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

/// The pieces between backticks, and which of them are code. A backtick without its second is a character like others.
fn pieces(text: &str) -> Vec<(&str, bool)> {
    if text.matches('`').count() % 2 == 1 {
        return vec![(text, false)];
    }
    let pieces = text.split('`').enumerate().map(|(index, piece)| (piece, index % 2 == 1));
    pieces.filter(|(piece, _)| !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn what_is_between_backticks_is_code() {
        for (text, expected) in [
            ("Log in with `docker login`.", vec![("Log in with ", false), ("docker login", true), (".", false)]),
            ("`a` and `b`", vec![("a", true), (" and ", false), ("b", true)]),
            ("it said ` once", vec![("it said ` once", false)]),
            ("plain", vec![("plain", false)]),
            ("", vec![]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }
}
