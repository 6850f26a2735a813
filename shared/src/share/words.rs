//! Numbers, times and kinds as people read them.

use crate::{excerpt::Excerpt, platform::Platform};

/// A size with one decimal: `12.3 MB`. Powers of ten, as registries and disks count.
pub fn size(bytes: u64) -> String {
    match Unit::of(bytes) {
        Some(unit) => unit.shown(unit.tenths(bytes)),
        None => format!("{bytes} B"),
    }
}

/// A sum, and its two parts, in one unit: that of the smaller part, unless it is nothing beside the other. As they are shown they
/// add up.
pub fn sum([one, other]: [u64; 2]) -> [String; 3] {
    /// One part beside another that is smaller by this is nothing to the eye.
    const FAR: u64 = 1000;
    let (least, most) = (one.min(other), one.max(other));
    match Unit::of(least).filter(|_| least.saturating_mul(FAR) >= most) {
        Some(unit) => {
            let [one, other] = [one, other].map(|bytes| unit.tenths(bytes));
            [one + other, one, other].map(|tenths| unit.shown(tenths))
        }
        None => [one.saturating_add(other), one, other].map(size),
    }
}

/// What a size is counted in.
struct Unit {
    bytes: u64,
    name: &'static str,
}

impl Unit {
    /// That of a size: the greatest in which it would not be shown as `0.0`. `None` for what is counted in bytes.
    fn of(bytes: u64) -> Option<&'static Self> {
        const UNITS: &[Unit] = &[
            Unit { bytes: 1_000_000_000, name: "GB" },
            Unit { bytes: 1_000_000, name: "MB" },
            Unit { bytes: 1000, name: "kB" },
        ];
        UNITS.iter().find(|unit| bytes >= unit.bytes / 10 && bytes >= 1000)
    }

    fn tenths(&self, bytes: u64) -> u128 {
        (u128::from(bytes) * 10 + u128::from(self.bytes) / 2) / u128::from(self.bytes)
    }

    fn shown(&self, tenths: u128) -> String {
        format!("{}.{} {}", tenths / 10, tenths % 10, self.name)
    }
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

    #[test]
    fn a_sum_adds_up_to_the_eye() {
        assert!(sum([u64::MAX; 2])[0].starts_with("36893488147."));
        for (parts, shown) in [
            ([52_520, 80_480], ["133.0 kB", "52.5 kB", "80.5 kB"]),
            ([200_000, 99_940], ["299.9 kB", "200.0 kB", "99.9 kB"]),
            ([1_250_000, 1_250_000], ["2.6 MB", "1.3 MB", "1.3 MB"]),
            ([48_000_000, 120_000], ["48.1 MB", "48.0 MB", "0.1 MB"]),
            ([5_000_000_000, 80_000_000], ["5080.0 MB", "5000.0 MB", "80.0 MB"]),
            ([6_000_000, 12], ["6.0 MB", "6.0 MB", "12 B"]),
            ([0, 12], ["12 B", "0 B", "12 B"]),
        ] {
            assert_eq!(sum(parts), shown, "{parts:?}");
        }
    }
}
