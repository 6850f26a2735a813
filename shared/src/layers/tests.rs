#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::fixtures::{attested_list, image, list_of_lists, list_source, single_source, with_foreign_layer};

/// The digest of a name.
fn digest(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

/// An image out of `NAME:SIZE`; a name that begins with `f` is a foreign layer's, one that begins with `c` a config's.
fn of(platform: &str, blobs: &str) -> Image {
    let blob = |text: &str| {
        let (name, size) = text.split_once(':').unwrap();
        let kind = match name.as_bytes()[0] {
            b'c' => BlobKind::Config,
            b'f' => BlobKind::Foreign,
            _ => BlobKind::Layer,
        };
        Blob { digest: digest(name), size: size.parse().unwrap_or(u64::MAX), kind }
    };
    let blobs = (blobs != "?").then(|| blobs.split_whitespace().map(blob).collect());
    Image { name: platform.to_owned(), platform: platform.parse().ok(), blobs }
}

fn sharing(images: &[&str]) -> Sharing {
    Sharing::of(&images.iter().map(|blobs| of("linux/amd64", blobs)).collect::<Vec<_>>())
}

/// Per image all, own and shared; then together each, once, saved and foreign.
type Figures = (Vec<(u64, u64, u64)>, (u64, u64, u64, u64));

fn figures(images: &[&str]) -> Figures {
    let Sharing { images, totals, .. } = sharing(images);
    let of = |portion: Portion| (portion.bytes, portion.own, portion.shared);
    (images.into_iter().map(of).collect(), (totals.each, totals.once, totals.saved, totals.foreign))
}

#[test]
fn what_images_share_is_counted_once() {
    let table: [(&[&str], Figures); 9] = [
        (&[], (vec![], (0, 0, 0, 0))),
        (&["c:1 a:10"], (vec![(11, 11, 0)], (11, 11, 0, 0))),
        (&["c1:1 a:10 x:5", "c2:1 a:10 y:7"], (vec![(16, 6, 10), (18, 8, 10)], (34, 24, 10, 0))),
        // The same image twice is shared whole.
        (&["c:1 a:10", "c:1 a:10"], (vec![(11, 0, 11), (11, 0, 11)], (22, 11, 11, 0))),
        // A layer that stands in one image twice is downloaded once, and not shared by that.
        (&["a:10 a:10", "b:1"], (vec![(10, 10, 0), (1, 1, 0)], (11, 11, 0, 0))),
        // Of contradicting sizes the largest counts, for all.
        (&["a:10", "a:12 b:1", "a:11"], (vec![(12, 0, 12), (13, 1, 12), (12, 0, 12)], (37, 13, 24, 0))),
        (&["a:3 a:9"], (vec![(9, 9, 0)], (9, 9, 0, 0))),
        // What cannot be had is not counted.
        (&["?", "a:1"], (vec![(0, 0, 0), (1, 1, 0)], (1, 1, 0, 0))),
        (&["f1:700 a:1", "f1:700 b:1"], (vec![(701, 1, 700), (701, 1, 700)], (1402, 702, 700, 700))),
    ];
    for (images, expected) in table {
        assert_eq!(figures(images), expected, "{images:?}");
    }
}

#[test]
fn hostile_sizes_are_as_large_as_fits() {
    let (images, totals) = figures(&["a:max b:max x:1", "a:max b:max"]);
    assert_eq!(images, [(u64::MAX, 1, u64::MAX), (u64::MAX, 0, u64::MAX)]);
    assert_eq!(totals, (u64::MAX, u64::MAX, u64::MAX, 0));
    let image = [of("linux/amd64", "a:max b:max")];
    let whole = Between::of(&image, &image).whole;
    assert_eq!(whole, Already { there: u64::MAX, all: u64::MAX });
}

#[test]
fn shared_layers_are_told_with_who_has_them() {
    let found = sharing(&["small:2 a:10 own:99", "a:11 b:5 small:2", "b:5 f:5", "f:5 c:5", "a:10 c:5"]);
    let told: Vec<(&Digest, u64, bool, &[usize])> =
        found.shared.iter().map(|blob| (&blob.digest, blob.size, blob.contradicted, blob.images.as_slice())).collect();
    let names = ["a", "b", "f", "c", "small"].map(digest);
    let expected: [(u64, bool, &[usize]); 5] =
        [(11, true, &[0, 1, 4]), (5, false, &[1, 2]), (5, false, &[2, 3]), (5, false, &[3, 4]), (2, false, &[0, 1])];
    for ((told, digest), (size, contradicted, images)) in told.iter().zip(&names).zip(expected) {
        assert_eq!(*told, (digest, size, contradicted, images));
    }
    assert_eq!(told.len(), 5);
    // Foreign is only what nobody says is in the registry.
    let disputed = Sharing::of(&[of("linux/amd64", "f:1"), {
        let mut other = of("linux/amd64", "f:1");
        other.blobs.as_mut().unwrap()[0].kind = BlobKind::Layer;
        other
    }]);
    assert_eq!((disputed.shared[0].kind, disputed.totals.foreign), (BlobKind::Layer, 0));
}

#[test]
fn a_client_has_what_the_other_image_for_its_platform_has() {
    let from = [of("linux/amd64", "c1:1 base:10 x:5"), of("linux/arm64", "c2:1 base:10"), of("linux/386", "?")];
    let to = [
        of("linux/arm64/v8", "c3:1 base:10 new:4"),
        of("linux/x86_64", "c4:1 base:10 x:5"),
        of("linux/386", "c5:1"),
        of("linux/s390x", "x:5"),
        of("linux/amd64", "c4:1"),
    ];
    let between = Between::of(&from, &to);
    let pair = |from, to, there, all| Pair { from, to, already: Already { there, all } };
    // 386 had nothing before, s390x is new, and the second amd64 finds no other.
    assert_eq!(between.pairs, [pair(1, 0, 10, 15), pair(0, 1, 15, 16)]);
    // x is there by another platform.
    assert_eq!(between.whole, Already { there: 15, all: 22 });
    assert_eq!(Between::of(&to, &from).whole, Already { there: 15, all: 17 });
    // A size that only one of them says larger is that size for both.
    let small = [of("linux/amd64", "a:1")];
    let large = [of("linux/amd64", "a:9")];
    assert_eq!(Between::of(&large, &small).whole, Already { there: 9, all: 9 });
    assert_eq!(Between::of(&[], &small), Between { whole: Already { there: 0, all: 1 }, pairs: Vec::new() });
    // Images without a platform go with each other.
    let none = [of("", "a:1 b:2")];
    assert_eq!(Between::of(&none, &none).pairs, [pair(0, 0, 3, 3)]);
    assert_eq!(Between::of(&none, &small).pairs, []);
}

#[test]
fn images_are_those_that_are_shown() {
    let of = |source: &Source| {
        let view = ListView::new(source);
        let images = images(source, &view);
        let sharing = Sharing::of(&images);
        // The page tells both of these.
        assert_eq!(sharing.totals.once, view.total_download);
        for (row, portion) in view.images().zip(&sharing.images) {
            assert_eq!(row.size_to_download.unwrap_or_default(), portion.bytes);
        }
        (images.into_iter().map(|image| image.name).collect::<Vec<_>>(), sharing)
    };
    let (names, sharing) = of(&attested_list());
    assert_eq!(names, ["linux/amd64", "linux/arm64"]);
    assert_eq!((sharing.totals.saved, sharing.shared.len(), sharing.shared[0].size), (1000, 1, 1000));
    let (names, sharing) = of(&single_source("example.com/app:arm", &image("linux", "arm", Some("v6"))));
    assert_eq!((names, sharing.shared), (vec!["linux/arm/v6".to_owned()], Vec::new()));
    let arm = list_source("example.com/app:arm", &[&image("linux", "arm", Some("v7"))]);
    let (names, _) = of(&list_of_lists("example.com/app:outer", &[&attested_list(), &arm]));
    assert_eq!(names, ["linux/amd64", "linux/arm64", "linux/arm/v7"]);
    let (_, sharing) = of(&with_foreign_layer());
    assert_eq!(sharing.totals.foreign, 700);
    let mut gap = list_source("example.com/app:v1", &[&image("linux", "amd64", None), &image("linux", "arm64", None)]);
    gap.children.pop_first();
    let (_, sharing) = of(&gap);
    assert_eq!(sharing.totals.unknown, 1);
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;
    use crate::document::MAX_ENTRIES;

    fn any_images() -> impl Strategy<Value = Vec<Image>> {
        let kind = prop_oneof![Just(BlobKind::Config), Just(BlobKind::Layer), Just(BlobKind::Foreign)];
        let size = prop_oneof![8 => 0_u64..1000, 1 => Just(u64::MAX)];
        let blob =
            (0..12_u8, size, kind).prop_map(|(name, size, kind)| Blob { digest: Digest::of(&[name]), size, kind });
        let blobs = proptest::option::weighted(0.9, proptest::collection::vec(blob, 0..8));
        let platform = prop_oneof![Just("linux/amd64"), Just("linux/arm"), Just("linux/arm/v7"), Just("")];
        let image = (platform, blobs).prop_map(|(platform, blobs)| Image {
            name: platform.to_owned(),
            platform: platform.parse().ok(),
            blobs,
        });
        proptest::collection::vec(image, 0..7)
    }

    fn small(images: &[Image]) -> bool {
        images.iter().flat_map(|image| image.blobs.iter().flatten()).all(|blob| blob.size < 1000)
    }

    proptest! {
        #[test]
        fn sums_agree(images in any_images()) {
            let sharing = Sharing::of(&images);
            let Totals { each, once, saved, foreign, .. } = sharing.totals;
            prop_assert!(once <= each && foreign <= once && saved <= each);
            prop_assert!(sharing.shared.windows(2).all(|pair| pair[0].size >= pair[1].size));
            for shared in &sharing.shared {
                prop_assert!(shared.images.len() > 1 && shared.images.windows(2).all(|pair| pair[0] < pair[1]));
                let has = |place: &usize| images[*place].distinct().any(|blob| blob.digest == shared.digest);
                prop_assert!(shared.images.iter().all(has));
            }
            if small(&images) {
                let sum = |of: fn(&Portion) -> u64| sharing.images.iter().map(of).sum::<u64>();
                let shared: u64 = sharing.shared.iter().map(|blob| blob.size).sum();
                prop_assert_eq!(each, sum(|portion| portion.bytes));
                prop_assert_eq!(each, sum(|portion| portion.own + portion.shared));
                prop_assert_eq!(once, sum(|portion| portion.own) + shared);
                prop_assert_eq!(each - once, saved);
            }
        }

        #[test]
        fn the_order_of_images_changes_no_figure(images in any_images()) {
            let forwards = Sharing::of(&images);
            let backwards = Sharing::of(&images.iter().rev().cloned().collect::<Vec<_>>());
            prop_assert_eq!(forwards.totals, backwards.totals);
            prop_assert_eq!(forwards.images, backwards.images.into_iter().rev().collect::<Vec<_>>());
        }

        #[test]
        fn nobody_has_more_than_all(from in any_images(), to in any_images()) {
            let between = Between::of(&from, &to);
            prop_assert!(between.whole.there <= between.whole.all);
            for pair in &between.pairs {
                prop_assert!(pair.already.there <= pair.already.all);
                prop_assert!(from[pair.from].blobs.is_some() && to[pair.to].blobs.is_some());
                if small(&from) && small(&to) {
                    prop_assert!(pair.already.there <= between.whole.there && pair.already.all <= between.whole.all);
                }
            }
            prop_assert_eq!(between.pairs.len(), Between::of(&to, &from).pairs.len());
        }

        #[test]
        fn who_has_it_has_all_of_it(images in any_images()) {
            let between = Between::of(&images, &images);
            prop_assert_eq!(between.whole.there, between.whole.all);
            prop_assert_eq!(between.whole.all, Sharing::of(&images).totals.once);
        }
    }

    #[test]
    fn long_lists_take_no_longer_for_each_entry() {
        let images: Vec<Image> =
            (0..MAX_ENTRIES).map(|n| of("linux/amd64", &format!("c{n}:1 base:100 pair{}:7 own{n}:9", n / 2))).collect();
        let start = Instant::now();
        let sharing = Sharing::of(&images);
        assert_eq!((sharing.shared.len(), sharing.shared[0].images.len()), (MAX_ENTRIES / 2 + 1, MAX_ENTRIES));
        assert_eq!(Between::of(&images, &images).pairs.len(), MAX_ENTRIES);
        // Many times what it takes.
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}
