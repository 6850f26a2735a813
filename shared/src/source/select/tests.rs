#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

mod doubted;
mod in_lists;
mod refused;

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::{
    api::ProblemCode,
    fixtures::{
        Image, add, attested_list, descriptor, entry_of, image, image_of, list_of, list_of_lists, list_of_sources,
        list_source, single_source,
    },
    media_type::{MediaType, OCI_CONFIG, OCI_MANIFEST},
};

/// A list with these entries, each of which is an image or a list, with all that is in them.
fn list(parts: &[(&Source, Option<&str>)]) -> Source {
    list_of_sources("example.com/app:outer", parts)
}

fn host(text: &str) -> Platform {
    text.parse().unwrap()
}

fn one(architecture: &str) -> Source {
    single_source("example.com/app:one", &image("linux", architecture, None))
}

fn selected(source: &Source, on: &str) -> Selection {
    match source.select(&host(on)) {
        Selecting::Done(selection) => *selection,
        other => panic!("{on}: {other:?}"),
    }
}

#[test]
fn lists_in_the_list_are_looked_into_as_containerd_does() {
    let (amd64, arm64) = (one("amd64"), one("arm64"));
    let both = list_source("example.com/app:both", &[&image("linux", "amd64", None), &image("linux", "arm64", None)]);
    let attested = attested_list();
    let deep = list_of_lists("example.com/app:deep", &[&both]);
    let only_arm = list(&[(&arm64, Some("linux/arm64"))]);
    for (words, parts, on, path, reason) in [
        (
            "an image in the only list",
            vec![(&both, None)],
            "linux/arm64",
            &[0, 1][..],
            "It gets linux/arm64 (entry 1 › entry 2): an exact match. Entry 1 is a list that names no platform: no other \
             entry fits linux/arm64, and the client looks into it.",
        ),
        (
            "two lists deep",
            vec![(&deep, None)],
            "linux/arm64",
            &[0, 0, 1],
            "It gets linux/arm64 (entry 1 › entry 1 › entry 2): ",
        ),
        (
            "attestations are none",
            vec![(&attested, None)],
            "linux/arm64",
            &[0, 2],
            "It gets linux/arm64 (entry 1 › entry 3)",
        ),
        (
            "an entry with a platform goes first",
            vec![(&both, None), (&arm64, Some("linux/arm64"))],
            "linux/arm64",
            &[1],
            "It gets linux/arm64 (entry 2): an exact match.",
        ),
        (
            "even one that is only close",
            vec![(&both, None), (&one("386"), Some("linux/386"))],
            "linux/amd64",
            &[1],
            "It gets linux/386 (entry 2): the closest",
        ),
        (
            "a list for a platform",
            vec![(&arm64, Some("linux/arm64")), (&both, Some("linux/amd64"))],
            "linux/amd64",
            &[1, 0],
            "It gets linux/amd64 (entry 2 › entry 1): an exact match. Entry 2 is a list for linux/amd64, and the client \
             looks into it.",
        ),
        (
            "a list for a platform that is not in it",
            vec![(&only_arm, Some("linux/amd64"))],
            "linux/amd64",
            &[],
            "None: nothing in entry 1 is for linux/amd64. Entry 1 is a list for linux/amd64, and the client looks into it. It comes back to no other entry.",
        ),
        (
            "the first of two lists, whatever is in it",
            vec![(&only_arm, None), (&both, None)],
            "linux/amd64",
            &[],
            "None: nothing in entry 1 is for linux/amd64",
        ),
        (
            "an image by its config",
            vec![(&arm64, None)],
            "linux/arm64",
            &[0],
            "It gets linux/arm64 (entry 1): no other entry fits linux/arm64; this one names no platform, but its config does.",
        ),
        (
            "an image whose config is for another",
            vec![(&amd64, None), (&arm64, None)],
            "linux/arm64",
            &[],
            "None: no entry fits linux/arm64, and entry 1, which names no platform, is for linux/amd64 as its config says",
        ),
        (
            "no list is for it",
            vec![(&both, Some("linux/arm64"))],
            "linux/amd64",
            &[],
            "None: no entry is for linux/amd64",
        ),
    ] {
        let selection = selected(&list(&parts), on);
        assert_eq!(selection.path, path, "{words}: {}", selection.reason);
        assert!(selection.reason.starts_with(reason), "{words}: {}", selection.reason);
        assert_eq!(selection.descriptor.is_some(), !path.is_empty(), "{words}");
        let chosen = selection.descriptor.and_then(|descriptor| descriptor.platform).map(|chosen| chosen.to_string());
        let is_right = chosen.is_none_or(|chosen| chosen == on || words.contains("close"));
        assert!(is_right, "{words}");
    }
}

#[test]
fn a_single_image_is_judged_by_its_config() {
    let arm64 = one("arm64");
    let selection = selected(&arm64, "linux/arm64");
    assert_eq!((selection.path.as_slice(), &*selection.reason), (&[][..], "It gets linux/arm64: an exact match."));
    assert_eq!(selection.descriptor.map(|descriptor| descriptor.digest).as_ref(), Some(arm64.root.digest()));
    let other = selected(&arm64, "linux/amd64");
    assert_eq!(other.descriptor, None);
    assert_eq!(other.reason, "None: it is a single image, for linux/arm64 and not for linux/amd64.");
}

#[test]
fn an_image_whose_config_says_another_platform_is_in_doubt() {
    let (amd64, arm64) = (one("amd64"), one("arm64"));
    let lying = list(&[(&amd64, Some("linux/amd64")), (&amd64, Some("linux/arm64"))]);
    let selection = selected(&lying, "linux/arm64");
    assert_eq!(selection.path, [1]);
    assert_eq!(selection.failure, Some(Failure::Contradicted("linux/amd64".parse().unwrap())));
    assert!(selection.reason.ends_with("an exact match. But that image's own config says linux/amd64."));
    // What the machine runs for all that is no contradiction, and what is not read says nothing.
    assert_eq!(selected(&lying, "linux/amd64").failure, None);
    let close = list(&[(&one("386"), Some("linux/amd64"))]);
    assert_eq!(selected(&close, "linux/amd64").failure, None);
    let unread = Source { configs: BTreeMap::default(), ..lying };
    assert_eq!(selected(&unread, "linux/arm64").failure, None);
    // An honest list beside it.
    assert_eq!(selected(&list(&[(&arm64, Some("linux/arm64"))]), "linux/arm64").failure, None);
}

#[test]
fn how_it_fails_is_told() {
    let (amd64, arm64) = (one("amd64"), one("arm64"));
    let platform: Platform = "linux/amd64".parse().unwrap();
    let both = list(&[(&amd64, Some("linux/amd64"))]);
    assert_eq!(selected(&both, "linux/s390x").failure, Some(Failure::NoMatch));
    assert_eq!(selected(&amd64, "linux/arm64").failure, Some(Failure::Alone(platform)));
    assert_eq!(selected(&list(&[(&arm64, None)]), "linux/amd64").failure, Some(Failure::NoMatchBelow));
    let inner = list(&[(&arm64, Some("linux/arm64"))]);
    assert_eq!(selected(&list(&[(&inner, Some("linux/amd64"))]), "linux/amd64").failure, Some(Failure::NoMatchInList));
    // A missing child is found by whoever goes there, also where the list names its platform.
    let mut gone = both;
    let digest = amd64.root.digest().clone();
    gone.children.insert(digest.clone(), Err(Problem::new(ProblemCode::ManifestUnknown, "there is none")));
    let selection = selected(&gone, "linux/amd64");
    assert_eq!((selection.descriptor, selection.failure), (None, Some(Failure::Missing(digest))));
    assert!(selection.reason.starts_with("None: the client goes to entry 1, and it cannot be had. There is no such"));
    // That the registry could not be asked says nothing of the image.
    gone.children.insert(amd64.root.digest().clone(), Err(Problem::new(ProblemCode::RegistryTimeout, "too late")));
    assert!(matches!(gone.select(&host("linux/amd64")), Selecting::Unknown(_)));
}

#[test]
fn what_is_no_image_does_not_run() {
    let image = image("linux", "amd64", None);
    let chart = json!({ "schemaVersion": 2, "mediaType": OCI_MANIFEST, "layers": [],
        "config": { "mediaType": "application/vnd.chart", "digest": image.config.digest(), "size": 1 } });
    let root = RawDocument::new(MediaType::new(OCI_MANIFEST), serde_json::to_vec(&chart).unwrap());
    let selection = selected(&Source::new("example.com/chart:v1".parse().unwrap(), root), "linux/amd64");
    assert_eq!((selection.descriptor, selection.failure), (None, None));
    assert_eq!(selection.reason, "None: this is no image, and there is nothing to run.");
}

#[test]
fn an_image_without_its_config_runs_nowhere() {
    let amd64 = one("amd64");
    let config = amd64.configs.keys().next().unwrap().clone();
    let gone = |mut source: Source, code| {
        source.configs.insert(config.clone(), Err(Problem::new(code, "there is none")));
        source
    };
    let listed = list(&[(&amd64, Some("linux/amd64"))]);
    for source in [amd64, listed] {
        let selection = selected(&gone(source.clone(), ProblemCode::BlobUnknown), "linux/amd64");
        assert_eq!((selection.descriptor, selection.failure), (None, Some(Failure::Missing(config.clone()))));
        // That it could not be asked for is another matter.
        let unknown = gone(source, ProblemCode::RateLimited).select(&host("linux/amd64"));
        assert!(matches!(unknown, Selecting::Unknown(_)), "{unknown:?}");
    }
}

/// With what is wanted fetched each time, it comes to its end with no more than that.
#[test]
fn only_what_decides_is_wanted() {
    let both: Vec<Image> = ["amd64", "arm64"].map(|architecture| image("linux", architecture, None)).into();
    let mut inner = list_of("example.com/app:inner", &[json!(both[0].manifest.descriptor())], &json!({}));
    add(&mut inner, &both[0]);
    let full = list(&[(&inner, None), (&one("arm64"), Some("linux/arm64"))]);
    let mut known = Source::new(full.reference.clone(), full.root.clone());
    let mut wanted = Vec::new();
    let selection = loop {
        match known.select(&host("linux/amd64")) {
            Selecting::Done(selection) => break selection,
            Selecting::WantsManifest(descriptor) => {
                wanted.push(descriptor.digest.clone());
                known.children.insert(descriptor.digest.clone(), full.children[&descriptor.digest].clone());
            }
            Selecting::WantsConfig(descriptor) => {
                wanted.push(descriptor.digest.clone());
                known.configs.insert(descriptor.digest.clone(), full.configs[&descriptor.digest].clone());
            }
            Selecting::Unknown(problem) => panic!("{problem}"),
        }
    };
    assert_eq!(selection.path, [0, 0], "{}", selection.reason);
    let digests = [inner.root.digest(), both[0].manifest.digest(), both[0].config.digest()];
    assert_eq!(wanted.iter().collect::<Vec<_>>(), digests);
    assert_eq!(known.select(&host("linux/arm64")), full.select(&host("linux/arm64")), "nothing is wanted for that");

    // What is gone is no image; what is only out of reach may be one.
    for (code, is_known) in [(ProblemCode::ManifestUnknown, true), (ProblemCode::RateLimited, false)] {
        known.children.insert(both[0].manifest.digest().clone(), Err(Problem::new(code, "not to be had")));
        match known.select(&host("linux/amd64")) {
            Selecting::Done(selection) => {
                assert!(
                    is_known && selection.reason.contains("entry 1 › entry 1, and it cannot be had"),
                    "{selection:?}"
                );
            }
            other => assert!(!is_known && matches!(other, Selecting::Unknown(_)), "{other:?}"),
        }
    }
}

#[test]
fn lists_that_stand_too_deep_come_to_an_end() {
    let mut source = list_source("example.com/app:0", &[&image("linux", "amd64", None)]);
    for depth in 1..=MAX_DEPTH + 1 {
        source = list_of_lists(&format!("example.com/app:{depth}"), &[&source]);
        let selection = selected(&source, "linux/amd64");
        assert_eq!(selection.path.len(), if depth > MAX_DEPTH { 0 } else { depth + 1 }, "{}", selection.reason);
    }
}

/// The editor's list is made of several sources: what is below it may be in any of them.
#[test]
fn a_list_that_is_made_of_several_sources_is_looked_into() {
    let nested = list_of_lists("example.com/app:nested", &[&attested_list()]);
    let arm = image("linux", "arm", Some("v7"));
    let mut sources = Sources::default();
    for source in [nested.clone(), single_source("example.com/app:arm", &arm)] {
        sources.insert(source.reference.clone(), Ok(source));
    }
    let made =
        list_of("example.com/app:made", &[descriptor(&arm), entry_of(&nested, None)], &json!({})).list().unwrap();
    for (on, path) in [("linux/arm/v7", &[0][..]), ("linux/amd64", &[1, 0, 0]), ("linux/s390x", &[])] {
        let Selecting::Done(selection) = sources.select(&host(on), &made) else { panic!("{on}") };
        assert_eq!(selection.path, path, "{on}: {}", selection.reason);
    }
    assert_eq!(made.manifests[0].media_type, OCI_MANIFEST);
}

/// Whatever keeps an image away: an answer never says more than is known.
#[test]
fn what_is_kept_away_is_no_yes() {
    let host = Platform::new("linux", "amd64");
    let amd64 = image("linux", "amd64", None);
    let broken = |bytes: &str| {
        RawDocument::verified(MediaType::new("x/y"), bytes.as_bytes().to_vec(), &Digest::of(bytes.as_bytes())).unwrap()
    };
    for named in [true, false] {
        let mut entry = descriptor(&amd64);
        if !named {
            entry.as_object_mut().unwrap().shift_remove("platform");
        }
        let mut whole = list_of("example.com/app:v1", &[entry], &json!({}));
        add(&mut whole, &amd64);
        assert!(
            matches!(whole.select(&host), Selecting::Done(selection) if selection.failure.is_none() && selection.descriptor.is_some())
        );
        for (code, expected) in [
            (ProblemCode::ManifestUnknown, Some(true)),
            (ProblemCode::BlobUnknown, Some(true)),
            (ProblemCode::DigestMismatch, Some(false)),
            (ProblemCode::InvalidDocument, Some(false)),
            (ProblemCode::Schema1, Some(false)),
            (ProblemCode::Unverifiable, None),
            (ProblemCode::RateLimited, None),
            (ProblemCode::RegistryFailed, None),
            (ProblemCode::RegistryTimeout, None),
            (ProblemCode::Unauthorized, None),
        ] {
            for of_config in [true, false] {
                let mut source = whole.clone();
                let problem = Err(Problem::new(code, "it is"));
                let parts = if of_config { &mut source.configs } else { &mut source.children };
                let digest = parts.keys().next().unwrap().clone();
                parts.insert(digest, problem);
                let found = match source.select(&host) {
                    Selecting::Unknown(_) => None,
                    Selecting::Done(selection) => {
                        assert_eq!(selection.descriptor, None, "{code} {of_config} {named}");
                        Some(matches!(selection.failure, Some(Failure::Missing(_))))
                    }
                    other => panic!("{other:?}"),
                };
                assert_eq!(found, expected, "{code} {of_config} {named}");
            }
        }
        // What came, and cannot be read.
        for (bytes, of_config) in [("[1]", true), ("no JSON", true), ("[1,2]", false)] {
            let mut source = whole.clone();
            let parts = if of_config { &mut source.configs } else { &mut source.children };
            let digest = parts.keys().next().unwrap().clone();
            let document = if of_config {
                broken(bytes)
            } else {
                RawDocument::verified(
                    MediaType::new(OCI_MANIFEST),
                    bytes.as_bytes().to_vec(),
                    &Digest::of(bytes.as_bytes()),
                )
                .unwrap()
            };
            parts.insert(digest, Ok(document));
            let found = source.select(&host);
            assert!(
                matches!(&found, Selecting::Done(selection) if selection.descriptor.is_none()),
                "{bytes} {named}: {found:?}"
            );
            // Its row says so, and a finding.
            let view = crate::view::ListView::new(&source);
            assert_eq!(view.rows[0].absent.as_ref().map(|absent| absent.kind), Some(Absence::Unusable), "{bytes}");
            assert!(
                view.findings.iter().any(|finding| finding.message.contains("cannot be used")),
                "{:?}",
                view.findings
            );
        }
    }
}
