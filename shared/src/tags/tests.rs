#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn sorted(tags: &str) -> String {
    // In the order of the alphabet, as registries list them.
    let mut tags: Vec<String> = tags.split_whitespace().map(str::to_owned).collect();
    tags.sort_unstable();
    newest_first(tags).join(" ")
}

#[test]
fn tags_are_in_the_order_in_which_people_look_for_them() {
    for order in [
        "1.10 1.9 1.2 1",
        "2.0.0 2.0.0-rc.2 2.0.0-rc.1 2.0.0-beta.11 2.0.0-beta.2 2.0.0-alpha 2.0.0-dev 1.9.9",
        "v1.10.0 v1.10.0-rc1 v1.9.0 v1.9",
        // A variant is no pre-release; one of a pre-release is.
        "1.27.1 1.27.1-alpine 1.27.1-alpine3.20 1.27.1-alpine3.19 1.27.1-bookworm 1.27.1-rc2-alpine 1.27.1-rc1 1.27",
        "3.13.0 3.13.0rc2 3.13.0b1 3.13.0a4 3.12",
        "3.20.0 3.20.0_beta20240101 3.20.0_alpha20231219",
        // `b` of Java's builds is no beta.
        "8u292-b10 8u292-b9 8u282",
        "latest latest-alpine stable main edge nightly 1.2 1.1",
        // Words first, then versions, days, names, hashes.
        "latest 24.04 22.04 20240131 2024-01-30 focal jammy sha-1a2b3c4",
        "jdk jdk-21 jdk-9 jre-8 main-1a2b3c4",
        "1.2 0123abcdef sha256-0000000000000000000000000000000000000000000000000000000000000000.sig",
        // Numbers without end, zeros in front, and both spellings of one version.
        "99999999999999999999999999999 2 1.02 1.2 1.01 v1.01 0",
        "2024.10.1 2024.2.1",
        "1.2.3-debian-12-r10 1.2.3-debian-12-r9 1.2.3-debian-11-r100",
    ] {
        assert_eq!(sorted(order), order);
    }
    assert_eq!(newest_first(vec!["1".to_owned(), "2".to_owned(), "1".to_owned()]), ["2", "1"], "each once");
    assert_eq!(newest_first(Vec::new()), [""; 0]);
    // What is no tag has its place, too.
    assert_eq!(sorted("é .. - v \u{202e}1"), sorted("\u{202e}1 v - .. é"));
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use std::cmp::Ordering;

    use proptest::prelude::*;

    use super::*;

    /// Tags, and texts that are nearly tags.
    fn any_tag() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            Just("latest".to_owned()),
            Just("rc".to_owned()),
            Just("v".to_owned()),
            Just("a".to_owned()),
            Just("alpine".to_owned()),
            Just("sha-".to_owned()),
            Just("2024".to_owned()),
            "[0-9]{1,9}",
            "[-._+]",
            "[a-f0-9]{7,9}",
            "\\PC{0,3}",
        ];
        proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in any_tag(), b in any_tag(), c in any_tag()) {
            prop_assert_eq!(by_age(&a, &b), by_age(&b, &a).reverse());
            prop_assert_eq!(by_age(&a, &b) == Ordering::Equal, a == b);
            if by_age(&a, &b) != Ordering::Greater && by_age(&b, &c) != Ordering::Greater {
                prop_assert_ne!(by_age(&a, &c), Ordering::Greater);
            }
        }

        #[test]
        fn the_order_does_not_depend_on_the_registrys(mut tags in proptest::collection::vec(any_tag(), 0..20)) {
            let sorted = newest_first(tags.clone());
            tags.reverse();
            prop_assert_eq!(&sorted, &newest_first(tags.clone()));
            prop_assert!(sorted.is_sorted_by(|a, b| by_age(a, b) == Ordering::Less));
            prop_assert!(tags.iter().all(|tag| sorted.contains(tag)));
        }

        /// Whatever is around it, a greater number is newer.
        #[test]
        fn a_greater_version_comes_first(major in 0..30_u32, minor in 0..30_u32, more in 1..30_u32, end in "(-alpine)?") {
            let (old, new) = (format!("{major}.{minor}{end}"), format!("{major}.{}{end}", minor + more));
            prop_assert_eq!(by_age(&new, &old), Ordering::Less);
        }
    }
}
