//! Numbers and times as people read them.

/// A size with one decimal: `12.3 MB`. Powers of ten, as registries and disks count.
pub(crate) fn size(bytes: u64) -> String {
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

/// Every byte: `12,345,678 bytes`.
pub(crate) fn exact_size(bytes: u64) -> String {
    format!("{} {}", grouped(bytes), if bytes == 1 { "byte" } else { "bytes" })
}

/// Digits in groups of three: `1,214`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 image`, `5 images`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A message as a sentence. Messages begin in lower case, since they also stand behind a colon; names stay as they are.
pub(crate) fn sentence(message: &str) -> String {
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

/// How long ago, in one unit: `3 days ago`. Both times in seconds.
pub(crate) fn ago(then: i64, now: i64) -> String {
    const UNITS: [(i64, &str, &str); 6] = [
        (365 * 86_400, "year", "years"),
        (30 * 86_400, "month", "months"),
        (7 * 86_400, "week", "weeks"),
        (86_400, "day", "days"),
        (3600, "hour", "hours"),
        (60, "minute", "minutes"),
    ];
    let seconds = now - then;
    // Clocks differ; a minute ahead is still now.
    if seconds < -60 {
        return "in the future".to_owned();
    }
    for (unit, one, many) in UNITS {
        if seconds >= unit {
            let number = seconds / unit;
            return format!("{number} {} ago", if number == 1 { one } else { many });
        }
    }
    "just now".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let table = [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (99_949, "99.9 kB"),
            (100_000, "0.1 MB"),
            (12_345_678, "12.3 MB"),
            (61_249_999, "61.2 MB"),
            (99_999_999, "100.0 MB"),
            (100_000_000, "0.1 GB"),
            (3_400_000_000, "3.4 GB"),
        ];
        for (bytes, text) in table {
            assert_eq!(size(bytes), text, "{bytes}");
        }
        assert_eq!(exact_size(1), "1 byte");
        assert_eq!(exact_size(12_345_678), "12,345,678 bytes");
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn sentences() {
        let table = [
            ("the list is empty", "The list is empty."),
            ("linux/arm has no variant", "linux/arm has no variant."),
            ("sha256:0123 is there twice.", "sha256:0123 is there twice."),
            ("what?", "What?"),
            ("", "."),
        ];
        for (message, text) in table {
            assert_eq!(sentence(message), text);
        }
    }

    #[test]
    fn times() {
        let table = [
            (0, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (7199, "1 hour ago"),
            (2 * 86_400, "2 days ago"),
            (8 * 86_400, "1 week ago"),
            (400 * 86_400, "1 year ago"),
            (-30, "just now"),
            (-3600, "in the future"),
        ];
        for (seconds, text) in table {
            assert_eq!(ago(0, seconds), text, "{seconds}");
        }
    }
}
