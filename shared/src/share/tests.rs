#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::json;

use super::*;
use crate::{
    api::{Problem, ProblemCode},
    fixtures::{add, attested_list, descriptor, image, image_of, list_of, list_of_lists, list_source, single_source},
    media_type::{OCI_CONFIG, OCI_MANIFEST},
    platform::Platform,
    source::Source,
};

fn overview(source: &Source) -> Overview {
    Overview::new(source, None)
}

fn list(names: &[&str]) -> Source {
    let images: Vec<_> = names.iter().map(|name| image("linux", name, None)).collect();
    list_source("docker.io/demo/app:v1", &images.iter().collect::<Vec<_>>())
}

#[test]
fn a_sentence_says_what_it_runs_on() {
    let size = |source: &Source| size(overview(source).total_download);
    for (names, words) in [
        (&["amd64"][..], "linux/amd64. 1 platform"),
        (&["amd64", "arm64"], "linux/amd64 and linux/arm64. 2 platforms"),
        (&["amd64", "arm64", "s390x"], "linux/amd64, linux/arm64 and linux/s390x. 3 platforms"),
        (&["amd64", "arm64", "s390x", "arm", "386"], "linux/amd64, linux/arm64 and 3 more. 5 platforms"),
        (&["amd64", "amd64"], "linux/amd64. 1 platform"),
    ] {
        let source = list(names);
        assert_eq!(overview(&source).description(), format!("demo/app:v1 runs on {words}, {}.", size(&source)));
    }
    let empty = list_of("docker.io/demo/app:v1", &[], &json!({}));
    assert_eq!(overview(&empty).description(), "demo/app:v1 has no image that says what it runs on. OCI image index.");
    let mut source = list(&["amd64", "arm64"]);
    let gone = source.list().unwrap().manifests[1].digest.clone();
    source.children.insert(gone, Err(Problem::new(ProblemCode::ManifestUnknown, "gone")));
    assert!(overview(&source).description().ends_with(" runs on linux/amd64. 1 platform, 1.1 kB. 1 image is missing."));
}

#[test]
fn a_platform_that_is_asked_about_is_answered_first() {
    let on = |source: &Source, platform: &str| {
        let overview = Overview::new(source, Some(&platform.parse::<Platform>().unwrap()));
        (overview.on.clone().unwrap(), overview.description())
    };
    let mut source = attested_list();
    let (answer, description) = on(&source, "linux/arm64");
    assert!(answer.runs == Runs::Yes && answer.reason.contains("entry 3"), "{answer:?}");
    assert!(description.starts_with("Runs on linux/arm64. example.com/app:attested runs on "), "{description}");
    let (answer, description) = on(&source, "linux/s390x");
    assert_eq!((answer.runs, answer.reason.as_str()), (Runs::No, "No entry is for linux/s390x."));
    assert!(answer.errors[0].says.starts_with("no matching manifest for linux/s390x"), "{answer:?}");
    let text = plain_text(&Overview::new(&source, Some(&"linux/s390x".parse().unwrap())), None);
    for line in [
        "Will it run on linux/s390x? No. No entry is for linux/s390x.",
        "  Docker as it pulls: no matching manifest for linux/s390x in the manifest list entries",
    ] {
        assert!(text.lines().any(|other| other == line), "{text}");
    }
    assert!(description.starts_with("Does not run on linux/s390x. "), "{description}");
    let gone = source.list().unwrap().manifests[2].digest.clone();
    source.children.insert(gone, Err(Problem::new(ProblemCode::ManifestUnknown, "gone")));
    let (answer, _) = on(&source, "linux/arm64");
    assert!(answer.runs == Runs::No && answer.reason.contains("cannot be had"), "{answer:?}");
    let single = single_source("example.com/app:arm", &image("linux", "arm", Some("v6")));
    assert_eq!(on(&single, "linux/arm/v7").0.runs, Runs::Yes);
    // A registry that has too much to do says nothing of the image.
    let mut unknown = single.clone();
    let config = unknown.configs.keys().next().unwrap().clone();
    unknown.configs.insert(config, Err(Problem::new(ProblemCode::RateLimited, "later")));
    let (answer, description) = on(&unknown, "linux/arm/v7");
    assert_eq!((answer.runs, answer.errors.len()), (Runs::Unknown, 0), "{answer:?}");
    assert!(description.starts_with("Not known whether it runs on linux/arm/v7. "), "{description}");
    assert_eq!(on(&single, "linux/arm/v5").0.runs, Runs::No);
}

#[test]
fn a_terminal_gets_a_table() {
    let text = plain_text(&overview(&attested_list()), None);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "example.com/app:attested");
    assert!(lines[1].starts_with("OCI image index · 2 platforms · ") && lines[1].contains(" · sha256:"), "{text}");
    let columns = |line: &str| {
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(columns(lines[3]), ["ENTRY", "PLATFORM", "SIZE", "CREATED", "WITH IT", "DIGEST"]);
    assert_eq!(columns(lines[4])[..5], ["1", "linux/amd64", "1.1 kB", "2026-01-02", "provenance"]);
    assert_eq!(columns(lines[5])[..4], ["3", "linux/arm64", "1.1 kB", "2026-01-02"]);
    assert_eq!(lines[4].find("sha256:"), lines[5].find("sha256:"), "{text}");
    assert_eq!(lines.len(), 6, "{text}");

    let inner = list(&["arm"]);
    let nested = plain_text(&overview(&list_of_lists("example.com/app:outer", &[&inner])), None);
    assert!(nested.contains("  a list ") && nested.contains("1-1  └ linux/arm "), "{nested}");

    let mut broken = list(&["amd64", "arm64"]);
    let gone = broken.list().unwrap().manifests[1].digest.clone();
    broken.children.insert(gone.clone(), Err(Problem::new(ProblemCode::ManifestUnknown, "nothing there")));
    let text = plain_text(&Overview::new(&broken, Some(&Platform::new("linux", "amd64"))), None);
    assert!(text.contains("Will it run on linux/amd64? Yes. It gets linux/amd64"), "{text}");
    assert!(text.contains("  missing  "), "{text}");
    let reason = "There is no such tag or digest: nothing there.";
    assert!(text.contains(&format!("\nMissing:\n  linux/arm64 ({}): {reason}\n", gone.short())), "{text}");
    assert!(text.contains("\nFindings:\n  error    entry 2: "), "{text}");
    broken.children.insert(gone.clone(), Err(Problem::new(ProblemCode::RateLimited, "later")));
    let overview = Overview::new(&broken, None);
    assert!(overview.description().ends_with("1 image could not be looked at."), "{}", overview.description());
    let text = plain_text(&overview, None);
    assert!(text.contains("  unknown  ") && !text.contains("issing"), "{text}");
    assert!(
        text.contains(&format!("\nNot known:\n  linux/arm64 ({}): The registry asks to wait: later.\n", gone.short())),
        "{text}"
    );
    assert!(text.contains("\nFindings:\n  warning  entry 2: "), "{text}");
}

#[test]
fn nothing_of_a_hostile_image_breaks_out() {
    let evil = "\u{1b}[2J\r\n<script>alert(1)</script>\u{202e}javascript:x\u{0}";
    let config = json!({"os": evil, "architecture": evil, "variant": "y".repeat(100_000), "created": evil,
        "config": {"Labels": {"org.opencontainers.image.title": evil, "org.opencontainers.image.url": "javascript:alert(1)"}}});
    let hostile = image_of(&config, OCI_MANIFEST, OCI_CONFIG);
    let annotations = json!({"annotations": {"org.opencontainers.image.title": evil, evil: evil}});
    let mut source = list_of("example.com/app:v1", &[descriptor(&hostile)], &annotations);
    add(&mut source, &hostile);
    let mut missing = source.clone();
    let problem = Problem::new(ProblemCode::Denied, evil.repeat(1000)).with_hint(evil);
    missing.children.insert(hostile.manifest.digest().clone(), Err(problem));
    for source in [source, missing, single_source("example.com/app:v1", &hostile)] {
        let overview = Overview::new(&source, Some(&Platform::new("linux", "amd64")));
        let (text, description) = (plain_text(&overview, None), overview.description());
        for shown in [&text, &description] {
            assert!(!shown.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{shown:?}");
            assert!(shown.len() < 10_000, "{}", shown.len());
        }
        assert!(!description.contains('\n'));
        // No line but ours: what a text of theirs begins is no line.
        assert!(!text.lines().any(|line| line.starts_with('<')), "{text}");
    }
}
