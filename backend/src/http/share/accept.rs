//! What a client wants to read at the address of a page.

use axum::http::{HeaderMap, header};

/// The forms of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The page, with a readable table in it.
    Html,
    /// A table for a terminal.
    Text,
    /// Markdown, for a pull request.
    Markdown,
    /// What the API answers.
    Json,
}

/// The form that is wanted most of those that there are (RFC 9110, section 12.5.1). All but the first are for those who
/// name them: at a page `*/*` is a browser or a bot, and both want the page.
pub(super) fn wanted(headers: &HeaderMap, forms: &[Form]) -> Form {
    let first = forms.first().copied().unwrap_or(Form::Html);
    let mut best: Option<(u32, bool, Form)> = None;
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    for range in values.flat_map(|value| value.split(',')) {
        let mut pieces = range.split(';').map(str::trim);
        let (form, is_named) = match pieces.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "text/html" | "application/xhtml+xml" => (Form::Html, true),
            "text/plain" => (Form::Text, true),
            "text/markdown" => (Form::Markdown, true),
            "application/json" => (Form::Json, true),
            "*/*" => (first, false),
            "text/*" if first == Form::Html => (first, false),
            "text/*" => (Form::Text, false),
            _ => continue,
        };
        if !forms.contains(&form) {
            continue;
        }
        let weight = pieces.find_map(|piece| piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q=")));
        let Some(weight) = thousandths(weight.unwrap_or("1")).filter(|weight| *weight > 0) else { continue };
        if best.is_none_or(|(most, named, _)| (weight, is_named) > (most, named)) {
            best = Some((weight, is_named, form));
        }
    }
    best.map_or(first, |(_, _, form)| form)
}

/// `0.5` is 500; `None` for what is no weight.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let fits = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let part = format!("{part:0<3}").parse::<u32>().ok().filter(|_| fits)?;
    Some((whole.parse::<u32>().ok().filter(|whole| *whole <= 1)? * 1000 + part).min(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_the_one_that_is_named() {
        for (accept, form) in [
            (None, Form::Html),
            (Some("*/*"), Form::Html),
            (Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), Form::Html),
            (Some("text/plain"), Form::Text),
            (Some("Text/Plain; charset=utf-8"), Form::Text),
            (Some("application/json"), Form::Json),
            (Some("application/json, text/plain, */*"), Form::Json),
            (Some("text/plain;q=0.5, text/html"), Form::Html),
            (Some("text/html;q=0.5, text/plain;q=0.6"), Form::Text),
            (Some("*/*, text/plain"), Form::Text),
            (Some("text/plain;q=0, */*"), Form::Html),
            (Some("text/plain;q=2, */*"), Form::Html),
            (Some("image/png"), Form::Html),
            (Some("text/markdown"), Form::Html),
        ] {
            let headers = accept.map(|accept| (header::ACCEPT, accept.parse().unwrap()));
            let forms = [Form::Html, Form::Text, Form::Json];
            assert_eq!(wanted(&HeaderMap::from_iter(headers), &forms), form, "{accept:?}");
        }
        for (accept, form) in [
            ("*/*", Form::Json),
            ("text/html", Form::Json),
            ("text/*", Form::Text),
            ("text/markdown, text/plain;q=0.9", Form::Markdown),
            ("application/json;q=0.1, text/markdown;q=0.2", Form::Markdown),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]);
            assert_eq!(wanted(&headers, &[Form::Json, Form::Text, Form::Markdown]), form, "{accept}");
        }
    }
}
