//! Texts of others, shown in ours.

use std::fmt;

/// The most that is shown, in characters.
const MOST: usize = 120;

/// A text, cut where it would fill a page, with what would break out of its line made visible: control characters, and
/// those that turn the direction of writing or take no room.
pub(crate) struct Excerpt<'a>(pub(crate) &'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.0, MOST)
    }
}

/// The same with another limit, for texts that are sentences.
pub(crate) struct Line<'a>(pub(crate) &'a str, pub(crate) usize);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.0, self.1)
    }
}

fn write(f: &mut fmt::Formatter<'_>, text: &str, most: usize) -> fmt::Result {
    let mut chars = text.chars();
    for c in chars.by_ref().take(most) {
        if is_hidden(c) { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
    }
    if chars.next().is_some() { f.write_str("…") } else { Ok(()) }
}

/// Does it do something to the text around it, instead of being seen? Controls; marks, embeddings, overrides and isolates
/// of the bidirectional algorithm (UAX 9); separators of lines; what has no width; tags.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn nothing_breaks_out_of_its_line() {
        for (text, shown) in [
            ("linux/arm64", "linux/arm64"),
            ("a\nb\r\u{1b}[2J", "a\\nb\\r\\u{1b}[2J"),
            ("a\u{202e}b\u{2066}c\u{200f}", "a\\u{202e}b\\u{2066}c\\u{200f}"),
            ("a\u{200b}\u{2028}\u{feff}\u{e0041}", "a\\u{200b}\\u{2028}\\u{feff}\\u{e0041}"),
            ("größer 漢字", "größer 漢字"),
        ] {
            assert_eq!(Excerpt(text).to_string(), shown);
        }
        assert_eq!(Line("12345", 4).to_string(), "1234…");
        assert_eq!(Excerpt(&"x".repeat(1000)).to_string().chars().count(), MOST + 1);
    }
}
