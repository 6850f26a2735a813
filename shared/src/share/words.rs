//! Numbers, times and kinds as people read them.

use crate::{excerpt::Excerpt, platform::Platform};

/// A size with one decimal: `12.3 MB`. Powers of ten, as registries and disks count.
pub fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    for (unit, name) in UNITS {
        // From the first value that would not be shown as `0.0`.
        if bytes >= unit / 10 && bytes >= 1000 {
            let tenths = (u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit);
            return format!("{}.{} {name}", tenths / 10, tenths % 10);
        }
    }
    format!("{bytes} B")
}

/// `1 platform`, `5 platforms`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A message as a sentence. Messages begin in lower case, since they also stand behind a colon; names stay as they are.
pub fn sentence(message: &str) -> String {
    let first = message.split(' ').next().unwrap_or_default();
    let is_word =
        first.trim_end_matches(['?', ':', ';']).chars().all(|c| c.is_ascii_lowercase() || c == '\'' || c == ',');
    let mut chars = message.chars();
    let text: String = if is_word {
        chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
    } else {
        message.to_owned()
    };
    if text.ends_with(['.', '?', '…']) { text } else { text + "." }
}

/// The day of a time as RFC 3339 writes it; `None` for anything else that a config may have there.
pub(super) fn day(time: &str) -> Option<String> {
    let (day, _) = time.split_at_checked(10).filter(|(_, rest)| rest.starts_with(['T', 't', ' ']))?;
    let fits = |(place, byte): (usize, u8)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    day.bytes().enumerate().all(fits).then(|| day.to_owned())
}

/// A platform as it is short: `linux/arm64/v8`, without versions and features.
pub(super) fn short(platform: &Platform) -> String {
    let whole = Platform { os_version: None, os_features: Vec::new(), ..platform.clone() };
    Excerpt(&whole.to_string()).to_string()
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn sizes_days_and_sentences() {
        for (bytes, text) in [(0, "0 B"), (999, "999 B"), (99_949, "99.9 kB"), (61_249_999, "61.2 MB")] {
            assert_eq!(size(bytes), text);
        }
        for (time, expected) in [
            ("2026-01-02T03:04:05Z", Some("2026-01-02")),
            ("2026-01-02", None),
            ("yesterday, or so", None),
            ("2026-01-é2T", None),
            ("20\u{202e}6-01-02T00", None),
        ] {
            assert_eq!(day(time).as_deref(), expected, "{time}");
        }
        assert_eq!(sentence("the list is empty"), "The list is empty.");
        assert_eq!(sentence("linux/arm has no variant"), "linux/arm has no variant.");
    }
}
