//! Colours for JSON: the text is cut into tokens and never changed.

/// What a piece of JSON is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Punctuation and white space.
    Plain,
    /// The name of a member, with its quotes.
    Key,
    /// A string, with its quotes.
    Text,
    /// A number, `true`, `false` or `null`.
    Literal,
}

/// Cuts JSON into tokens whose texts, joined, are the input. Anything else than JSON is cut too, just not usefully.
pub(crate) fn tokens(text: &str) -> Vec<(Kind, &str)> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            b'"' => {
                at = end_of_string(bytes, at);
                let is_key = bytes[at..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
                if is_key { Kind::Key } else { Kind::Text }
            }
            b'-' | b'0'..=b'9' | b'a'..=b'z' => {
                at += bytes[at..].iter().take_while(|byte| is_literal(**byte)).count();
                Kind::Literal
            }
            _ => {
                at += bytes[at..].iter().take_while(|byte| **byte != b'"' && !is_literal(**byte)).count().max(1);
                Kind::Plain
            }
        };
        // Only ASCII bytes end a token, so each end is between characters; hostile input cannot make this panic either.
        while !text.is_char_boundary(at) {
            at += 1;
        }
        out.push((kind, &text[start..at]));
    }
    out
}

/// Levels that are indented: what is deeper stands below each other.
const MOST_LEVELS: usize = 20;

/// JSON laid out anew, two spaces for each level, for who wants to read it: all that differs is the white space between tokens.
pub(crate) fn indented(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth.min(MOST_LEVELS)));
    };
    for (kind, piece) in tokens(text) {
        if kind != Kind::Plain {
            out.push_str(piece);
            continue;
        }
        for mark in piece.chars().filter(|mark| !mark.is_ascii_whitespace()) {
            match mark {
                '{' | '[' => {
                    out.push(mark);
                    depth += 1;
                    line(&mut out, depth);
                }
                '}' | ']' => {
                    depth = depth.saturating_sub(1);
                    let written = out.trim_end().len();
                    out.truncate(written);
                    // What is empty stays in one line.
                    if !out.ends_with(['{', '[']) {
                        line(&mut out, depth);
                    }
                    out.push(mark);
                }
                ',' => {
                    out.push(mark);
                    line(&mut out, depth);
                }
                ':' => out.push_str(": "),
                other => out.push(other),
            }
        }
    }
    out
}

fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}

/// The place behind the closing quote, or the end.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_and_loses_nothing() {
        for text in
            ["{\"a\": [1, \"x\\\"y\", true], \"ü\":\"é\"}", "", "\"", "\"\\", "ü€", "{{{:::", "\"é\\é\"", "a\"ü"]
        {
            let joined: String = tokens(text).into_iter().map(|(_, piece)| piece).collect();
            assert_eq!(joined, text);
        }
    }

    #[test]
    fn is_laid_out_for_reading_and_says_the_same() {
        let compact = r#"{"a":[1,{"b c":"x, y: {z}"},[]],"d":{},"e":-1.5e3}"#;
        let lines = "{\n  \"a\": [\n    1,\n    {\n      \"b c\": \"x, y: {z}\"\n    },\n    []\n  ],\n  \"d\": {},\n  \"e\": -1.5e3\n}";
        assert_eq!(indented(compact), lines);
        assert_eq!(indented(lines), lines);
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(lines), read(compact));
        // Depth does not make it much longer than its lines are many.
        let deep = format!("{}{}{}", "[".repeat(120), vec!["1"; 10_000].join(","), "]".repeat(120));
        assert!(indented(&deep).len() < 25 * deep.len());
        // Whatever is no JSON is no reason to stop.
        for text in ["", "]]]", "{\"", "ü{", "[[[["] {
            indented(text);
        }
    }

    #[test]
    fn knows_keys_from_strings() {
        let kinds: Vec<_> =
            tokens("{\"a\" : \"b\", \"c\":-1.5e3}").into_iter().filter(|(k, _)| *k != Kind::Plain).collect();
        assert_eq!(
            kinds,
            [(Kind::Key, "\"a\""), (Kind::Text, "\"b\""), (Kind::Key, "\"c\""), (Kind::Literal, "-1.5e3")]
        );
    }
}
