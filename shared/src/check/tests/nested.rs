//! Lists in the list, and who finds what is in them.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{fixtures::list_of_sources, share::Overview, view::ListView};

/// A list of these, each for a platform or for none that is named.
pub(super) fn outer(parts: &[(&Source, Option<&str>)]) -> Source {
    list_of_sources("example.com/app:outer", parts)
}

fn inner(architectures: &[&str]) -> Source {
    let images: Vec<Image> = architectures.iter().map(|name| image("linux", name, None)).collect();
    list_source("example.com/app:inner", &images.iter().collect::<Vec<_>>())
}

/// What is found about lists in the list, beside that they are there, by place.
fn said(source: &Source) -> Vec<String> {
    let findings = check_list(source).into_iter();
    let findings =
        findings.filter(|finding| finding.code != FindingCode::NestedList && finding.severity > Severity::Info);
    findings.map(|finding| format!("{} {}", finding.code, finding.place().unwrap_or_default())).collect()
}

#[test]
fn what_nobody_is_led_to_is_told() {
    let (amd64, arm64, both) = (inner(&["amd64"]), inner(&["arm64"]), inner(&["amd64", "arm64"]));
    let single = single_source("example.com/app:one", &docker_image("linux", "amd64"));
    let arms = {
        let images = [image("linux", "amd64", None), image("linux", "arm", Some("v7"))];
        list_source("example.com/app:arms", &images.iter().collect::<Vec<_>>())
    };
    let version = json!({"os": "windows", "architecture": "amd64", "os.version": "10.0.20348.1"});
    let windows = single_source("example.com/app:windows", &image_of(&version, OCI_MANIFEST, OCI_CONFIG));
    let any_windows = list_source("example.com/app:any", &[&image("windows", "amd64", None)]);
    let same = single_source("example.com/app:one", &image("linux", "amd64", None));
    for (words, parts, expected) in [
        ("one list", vec![(&both, None)], &[][..]),
        ("each for its platform", vec![(&amd64, Some("linux/amd64")), (&arm64, Some("linux/arm64"))], &[]),
        (
            "clients go into the first list only",
            vec![(&amd64, None), (&arm64, None)],
            &["nested-unreached entry 2 › entry 1"],
        ),
        (
            "an image is for it already",
            vec![(&single, Some("linux/amd64")), (&both, None)],
            &["nested-unreached entry 2 › entry 1"],
        ),
        ("it is that image", vec![(&same, Some("linux/amd64")), (&both, None)], &[]),
        (
            "one list for two platforms",
            vec![(&both, Some("linux/amd64")), (&both, Some("linux/arm64"))],
            &["repeated-digest entry 2"],
        ),
        (
            "of one list for two platforms it has nothing for the second",
            vec![(&both, Some("linux/amd64")), (&both, Some("linux/s390x"))],
            &["repeated-digest entry 2", "nested-unreached entry 1 › entry 2", "nested-without entry 2"],
        ),
        (
            "what another place of the list leads to",
            vec![(&arms, Some("linux/amd64")), (&arms, Some("linux/arm64"))],
            &["repeated-digest entry 2"],
        ),
        (
            "Windows without a version is for hosts of any",
            vec![(&windows, Some("windows(10.0.20348.1)/amd64")), (&any_windows, None)],
            &["windows-without-version entry 2 › entry 1"],
        ),
        (
            "nobody is led to a list that has nothing",
            vec![(&single, Some("linux/amd64")), (&arm64, Some("linux/amd64"))],
            &["duplicate-platform entry 2", "nested-unreached entry 2 › entry 1"],
        ),
        (
            "for another platform than what is in it",
            vec![(&arm64, Some("linux/amd64"))],
            &["nested-without entry 1", "nested-unreached entry 1 › entry 1"],
        ),
        ("more than it says", vec![(&both, Some("linux/amd64"))], &["nested-unreached entry 1 › entry 2"]),
        ("what runs there is not for just that", vec![(&inner(&["386"]), Some("linux/amd64"))], &[]),
        ("for nothing", vec![(&arm64, Some("unknown/unknown"))], &["nested-unreached entry 1 › entry 1"]),
        (
            "its images are not told from each other",
            vec![(&inner(&["amd64", "amd64"]), None)],
            &["repeated-digest entry 1 › entry 2"],
        ),
    ] {
        assert_eq!(said(&outer(&parts)), expected, "{words}");
    }
    let found = check_list(&outer(&[(&arm64, Some("linux/amd64"))]));
    let message = |code| &found.iter().find(|finding| finding.code == code).unwrap().message;
    let digest = |source: &Source| source.root.digest().short().to_owned();
    assert_eq!(
        *message(FindingCode::NestedWithout),
        format!(
            "{} is said to be a list for linux/amd64, and has no image for it: who pulls linux/amd64 gets nothing",
            digest(&arm64)
        )
    );
    let instead = |parts: &[(&Source, Option<&str>)]| {
        let found = check_list(&outer(parts));
        let finding = found.into_iter().find(|finding| finding.code == FindingCode::NestedUnreached).unwrap();
        finding.message.split_once("who pulls ").unwrap().1.to_owned()
    };
    assert_eq!(instead(&[(&arm64, Some("linux/amd64"))]), "linux/arm64 gets nothing");
    assert_eq!(instead(&[(&amd64, None), (&arm64, None)]), "linux/arm64 is led to entry 1, which has nothing for it");
    assert_eq!(instead(&[(&single, None), (&amd64, None)]), "linux/amd64 gets entry 1");
}

/// Of what is not there yet nothing is known, and so it is while a page is being filled.
#[test]
fn nothing_is_said_before_all_that_decides_is_there() {
    let (amd64, arm64) = (inner(&["amd64"]), inner(&["arm64"]));
    let mut source = outer(&[(&amd64, None), (&arm64, None)]);
    assert_eq!(said(&source), ["nested-unreached entry 2 › entry 1"]);
    source.children.remove(amd64.root.digest());
    assert_eq!(said(&source), [""; 0]);
    source.children.insert(amd64.root.digest().clone(), Err(Problem::new(ProblemCode::RateLimited, "later")));
    assert_eq!(said(&source), ["child-unseen entry 1"]);
}

/// Lists that name one list a thousand times, and features without end.
#[test]
fn what_is_made_to_be_slow_is_left() {
    let images: Vec<Image> = (0..300).map(|number| image("linux", &format!("a{number}"), None)).collect();
    let many = list_source("example.com/app:many", &images.iter().collect::<Vec<_>>());
    let platforms: Vec<String> = (0..1000).map(|number| format!("linux/b{number}")).collect();
    let parts: Vec<(&Source, Option<&str>)> =
        platforms.iter().map(|platform| (&many, Some(platform.as_str()))).collect();
    let said = said(&outer(&parts));
    assert!(said.iter().filter(|words| words.starts_with("nested-without")).count() < 100, "most were not asked about");
    // Each feature counts.
    let features: Vec<String> = (0..60_000).map(|number| number.to_string()).collect();
    let mut entry = json!(many.root.descriptor());
    entry["platform"] = json!({"os": "linux", "architecture": "amd64", "os.features": features});
    let mut source = list_of("example.com/app:features", &[entry], &json!({}));
    source.children.insert(many.root.digest().clone(), Ok(many.root.clone()));
    source.children.extend(many.children.clone());
    source.configs.extend(many.configs.clone());
    assert!(!ListView::nested(&source).iter().any(|(_, finding)| finding.code == FindingCode::NestedUnreached));
}

#[test]
fn it_is_no_platform_of_the_list() {
    let source = outer(&[(&inner(&["amd64", "arm64"]), Some("linux/amd64"))]);
    let mut view = ListView::new(&source);
    assert_eq!(view.platforms(), 2);
    view.take(&ListView::nested(&source));
    assert_eq!((view.platforms(), view.rows[2].severity()), (1, Some(Severity::Warning)));
    let overview = Overview::new(&source, None);
    assert_eq!((overview.platforms, overview.count), (vec!["linux/amd64".to_owned()], 1));
}

/// A list of lists that somebody made to be slow: entries are compared up to a number, and of the rest nothing is said.
#[test]
fn many_platforms_come_to_an_end() {
    let images: Vec<Image> = (0..200).map(|number| image("linux", &format!("a{number}"), None)).collect();
    let many = list_source("example.com/app:many", &images.iter().collect::<Vec<_>>());
    // Each walk ends in the first list: two and one entries.
    let source = outer(&[(&inner(&["amd64"]), None), (&many, None)]);
    let unreached = |source: &Source| said(source).iter().filter(|words| words.starts_with("nested-unreached")).count();
    assert_eq!(unreached(&source), 200);
    // Here each goes through the long one.
    let source = outer(&[
        (&many, None),
        (&list_source("example.com/app:more", &images.iter().rev().collect::<Vec<_>>()), None),
        (&inner(&["amd64"]), None),
    ]);
    assert_eq!(unreached(&source), 0, "the last one is not asked about any more");
    // Names that are no platforms are not compared at all.
    let long = image("linux", &"a".repeat(300), None);
    assert_eq!(
        unreached(&outer(&[(&inner(&["amd64"]), None), (&list_source("example.com/app:long", &[&long]), None)])),
        0
    );
}

/// What keeps a client from an image is another matter than whether it is led to it.
#[test]
fn what_is_gone_is_not_what_a_machine_gets() {
    let (amd64, both) = (inner(&["amd64"]), inner(&["amd64", "arm64"]));
    let single = single_source("example.com/app:one", &docker_image("linux", "amd64"));
    let mut source = outer(&[(&single, Some("linux/amd64")), (&both, None)]);
    assert_eq!(said(&source), ["nested-unreached entry 2 › entry 1"]);
    source.children.insert(single.root.digest().clone(), Err(Problem::new(ProblemCode::ManifestUnknown, "gone")));
    assert_eq!(said(&source), ["child-missing entry 1"]);
    // Platforms that lack a half are told apart from none.
    let halves = json!([{"architecture": "amd64", "os": ""}, {"architecture": "arm64", "os": ""}]);
    let entries: Vec<Value> = [0, 1]
        .map(|place| {
            let mut entry = descriptor(&image("linux", ["amd64", "arm64"][place], None));
            entry["platform"] = halves[place].clone();
            entry
        })
        .to_vec();
    let mut half = list_of("example.com/app:half", &entries, &json!({}));
    for architecture in ["amd64", "arm64"] {
        add(&mut half, &image("linux", architecture, None));
    }
    let source = outer(&[(&half, None), (&amd64, None)]);
    assert!(said(&source).iter().all(|words| !words.contains("nested-unreached entry 1")), "{:?}", said(&source));
}
