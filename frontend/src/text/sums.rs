//! Sizes that add up to the eye.

use super::format::size;

/// One part beside another that is smaller by this is nothing to the eye.
const FAR: u64 = 1000;

/// A sum, and its two parts, in one unit: that of the smaller part, unless it is nothing beside the other.
pub(super) fn sum([one, other]: [u64; 2]) -> [String; 3] {
    let (least, most) = (one.min(other), one.max(other));
    let (unit, name) = match least {
        100_000_000.. => (1_000_000_000, "GB"),
        100_000.. => (1_000_000, "MB"),
        1000.. => (1000, "kB"),
        _ => (0, ""),
    };
    if unit == 0 || least.saturating_mul(FAR) < most {
        return [one.saturating_add(other), one, other].map(size);
    }
    let tenths = |bytes: u64| (u128::from(bytes) * 10 + unit / 2) / unit;
    let shown = |tenths: u128| format!("{}.{} {name}", tenths / 10, tenths % 10);
    [shown(tenths(one) + tenths(other)), shown(tenths(one)), shown(tenths(other))]
}

#[cfg(test)]
mod tests {
    use super::*;

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
