//! Numbers and times as people read them.

pub(crate) use onetag_shared::share::{count, sentence, size};

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
