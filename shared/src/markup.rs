//! Texts of others within markup: the one place where they are made harmless.

use crate::excerpt::is_hidden;

/// Text that stays text, within an element and within a quoted attribute, of HTML and of XML.
///
/// What XML cannot hold at all (control characters, and two that are none; XML 1.0, section 2.2) becomes U+FFFD: one of
/// them would make a picture unreadable.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, character| {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(character),
            other if other.is_control() || matches!(other, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            other => out.push(other),
        }
        out
    })
}

/// A text of several lines as people can trust it: what does something to the text around it, instead of being seen, is spelled
/// out (`\u{202e}` turns the direction of what follows).
pub fn visible(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, character| {
        match character {
            '\n' | '\t' => out.push(character),
            hidden if is_hidden(hidden) => out.extend(hidden.escape_default()),
            other => out.push(other),
        }
        out
    })
}

/// The pieces between backticks, and which of them are code. A backtick without its second is a character like others.
pub fn pieces(text: &str) -> Vec<(&str, bool)> {
    if text.matches('`').count() % 2 == 1 {
        return vec![(text, false)];
    }
    let pieces = text.split('`').enumerate().map(|(index, piece)| (piece, index % 2 == 1));
    pieces.filter(|(piece, _)| !piece.is_empty()).collect()
}

/// A message of ours as HTML, with its code as code.
pub fn prose(text: &str) -> String {
    let html = pieces(text).into_iter().map(|(piece, is_code)| {
        let piece = escape(piece);
        if is_code { format!("<code>{piece}</code>") } else { piece }
    });
    html.collect()
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn what_turns_a_text_around_is_seen() {
        for (text, shown) in [
            ("two\n\tlines, größer 漢字 שלום", "two\n\tlines, größer 漢字 שלום"),
            ("\u{202e}live\u{202c}", "\\u{202e}live\\u{202c}"),
            ("a\r\u{1b}[2J\u{200b}", "a\\r\\u{1b}[2J\\u{200b}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn text_stays_text() {
        for (text, escaped) in [
            ("linux/arm64", "linux/arm64"),
            (r#"<a href="x" title='&'>"#, "&lt;a href=&quot;x&quot; title=&#39;&amp;&#39;&gt;"),
            ("&amp;", "&amp;amp;"),
            ("</title><script>alert(1)</script>", "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("]]>", "]]&gt;"),
            ("a\u{0}b\u{1b}[31m\r\u{7f}\u{85}", "a\u{fffd}b\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}"),
            ("a\u{fffe}\u{ffff}", "a\u{fffd}\u{fffd}"),
            ("a\n\tb", "a\n\tb"),
            ("größer 漢字", "größer 漢字"),
        ] {
            assert_eq!(escape(text), escaped, "{text:?}");
        }
    }

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

    #[test]
    fn code_is_code_and_nothing_else() {
        assert_eq!(prose("Say `a<b>` & go"), "Say <code>a&lt;b&gt;</code> &amp; go");
        assert_eq!(prose("<b>`"), "&lt;b&gt;`");
    }
}
