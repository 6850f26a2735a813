use serde_json::{Value as Json, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{
    api::{ProblemCode, Spec},
    fixtures::{attested_list, descriptor, image, list_of, list_of_lists, list_source, single_source},
};

/// The same as YAML has it. Lines are places here: each key and each value that is none of a key's has its own.
fn node(json: &Json, line: &mut usize) -> Node {
    let at = *line;
    let value = match json {
        Json::Null => Value::Null,
        Json::Array(all) => {
            let item = |item| {
                *line += 1;
                node(item, line)
            };
            Value::List(all.iter().map(item).collect())
        }
        Json::Object(fields) => {
            let pair = |(key, value): (&String, &Json)| {
                *line += 1;
                (Key { line: *line, text: key.clone() }, node(value, line))
            };
            Value::Map(fields.iter().map(pair).collect())
        }
        Json::String(text) => Value::Text(text.clone()),
        other => Value::Text(other.to_string()),
    };
    Node { line: at, value }
}

fn read_json(json: &Json) -> Result<Spec, SpecError> {
    read(&node(json, &mut 1))
}

fn with_platform(platform: &Json) -> Json {
    json!({"image": "me/app:v1", "manifests": [{"image": "me/app:amd64", "platform": platform}]})
}

#[test]
fn a_whole_spec_is_a_draft_with_its_targets() {
    let spec = read_json(&json!({
        "image": "ghcr.io/me/app:v1",
        "tags": ["1", "latest", "v1", "1"],
        "annotations": {"org.opencontainers.image.version": 1.20},
        "manifests": [
            {"image": "ghcr.io/me/app:v1-amd64"},
            {"image": "me/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "platform": {}},
            {"image": "ghcr.io/me/app:v1-win", "platform": {"os": "windows", "architecture": "amd64", "variant": "",
                "osversion": "10.0.20348.1", "osfeatures": ["win32k"], "features": null}},
        ],
    }))
    .unwrap();
    assert_eq!(
        serde_json::to_value(&spec).unwrap(),
        json!({
            "draft": {
                "listType": "auto", "format": "indented", "annotations": {"org.opencontainers.image.version": "1.2"},
                "entries": [
                    {"source": "ghcr.io/me/app:v1-amd64", "attestations": "keep"},
                    {"source": "docker.io/me/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                     "attestations": "keep"},
                    {"source": "ghcr.io/me/app:v1-win", "attestations": "keep",
                     "platform": {"architecture": "amd64", "os": "windows", "os.version": "10.0.20348.1",
                                  "os.features": ["win32k"]}},
                ],
            },
            "targets": ["ghcr.io/me/app:v1", "ghcr.io/me/app:1", "ghcr.io/me/app:latest"],
        })
    );
}

#[test]
fn what_manifest_tool_would_have_done_otherwise_is_said() {
    let both = json!({"os": "windows", "architecture": "amd64", "os.version": "10.0.1", "os.features": ["a"]});
    let mut spec = with_platform(&both);
    spec["image"] = json!("me/app");
    let read = read_json(&spec).unwrap();
    let platform = read.draft.entries[0].platform.clone().unwrap();
    assert_eq!((platform.os_version(), platform.os_features.join(" ").as_str()), ("10.0.1", "a"));
    assert_eq!(read.targets[0].to_string(), "docker.io/me/app:latest");
    let notes: Vec<_> = read.notes.iter().map(|note| (note.line, note.message.as_str())).collect();
    assert_eq!(
        notes,
        [
            (2, "`image` names no tag, so the list goes to `latest`, as with manifest-tool"),
            (9, "manifest-tool passes over `os.version`, and reads `osversion`"),
            (10, "manifest-tool passes over `os.features`, and reads `osfeatures`"),
        ]
    );
    let spec = read_json(&with_platform(&json!({"features": ["sse4"]}))).unwrap();
    assert_eq!((&spec.draft.entries[0].platform, spec.notes.len()), (&None, 1));
    assert_eq!(spec.draft.entries[0].features, Some(vec!["sse4".to_owned()]));
    let spec = read_json(&with_platform(&json!({"os": "windows", "architecture": "amd64"}))).unwrap();
    assert!(spec.notes[0].message.contains("without `osversion`"), "{:?}", spec.notes);
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_what_to_do() {
    let entries = |json: Json| json!({"image": "me/app:v1", "manifests": json});
    let table = [
        (json!("me/app"), "", "the spec is a text, and has to be a mapping", ""),
        (json!({"manifests": []}), "", "the spec has no `image`", ""),
        (json!({"image": null, "manifests": []}), "", "the spec has no `image`", ""),
        (json!({"image": ["me/app"]}), "/image", "`image` is a list, and has to be a reference", ""),
        (json!({"image": "ghcr.io/Me/App:v1"}), "/image", "", "Did you mean ghcr.io/me/app:v1?"),
        (json!({"image": "me/app:v1", "tags": "v2"}), "/tags", "`tags` is a text, and has to be a list", ""),
        (json!({"image": "me/app:v1", "tags": ["me/app:v2"]}), "/tags/0", "", "each of `tags` as a tag alone"),
        (json!({"image": "me/app:v1"}), "", "the spec has no `manifests`", "for each platform"),
        (json!({"image": "me/app:v1", "manifest": []}), "/manifest", "has no key `manifest`", "mean `manifests`?"),
        (json!({"services": []}), "/services", "has no key `services`", "image, tags, manifests, annotations"),
        (entries(json!([])), "/manifests", "names no image", ""),
        (entries(json!(["me/app:amd64"])), "/manifests/0", "is a text, and has to be a mapping with `image`", ""),
        (entries(json!([{"platform": {}}])), "/manifests/0", "an entry of `manifests` has no `image`", ""),
        (with_platform(&json!("linux/amd64")), "/manifests/0/platform", "a platform is a text", ""),
        (with_platform(&json!({"os": "linux"})), "/manifests/0/platform", "has no `architecture`", "leave `platform`"),
        (with_platform(&json!({"variant": "v7"})), "/manifests/0/platform", "the platform has no `os`", ""),
        (with_platform(&json!({"arch": "arm"})), "/manifests/0/platform/arch", "", "mean `architecture`?"),
        (with_platform(&json!({"osVersion": "1"})), "/manifests/0/platform/osVersion", "", "mean `osversion`?"),
        (with_platform(&json!({"os_features": []})), "/manifests/0/platform/os_features", "", "mean `osfeatures`?"),
        (with_platform(&json!({"varient": "v7"})), "/manifests/0/platform/varient", "", "mean `variant`?"),
        (with_platform(&json!({"a/b": "v7"})), "/manifests/0/platform/a~1b", "has no key `a/b`", "there are os, "),
        (
            with_platform(&json!({"os": "linux", "architecture": "arm", "os.features": "a"})),
            "/manifests/0/platform/os.features",
            "`osfeatures` is a text",
            "",
        ),
        (
            with_platform(&json!({"os.version": "1", "osversion": "2"})),
            "/manifests/0/platform/osversion",
            "`osversion` is said again, after line 7",
            "Take one of them away.",
        ),
    ];
    for (json, pointer, words, hint) in table {
        let problem = read_json(&json).unwrap_err().to_problem();
        assert_eq!(problem.pointer.as_deref(), Some(pointer), "{problem}");
        assert!(problem.detail.starts_with("line ") && problem.detail.contains(words), "{problem}");
        assert!(problem.hint.as_ref().is_some_and(|words| words.contains(hint)), "{:?}", problem.hint);
    }
    let digest = format!("me/app@sha256:{}", "a".repeat(64));
    let problem = read_json(&json!({"image": digest, "manifests": []})).unwrap_err().to_problem();
    assert_eq!(problem.code, ProblemCode::TargetIsDigest);
    let many: Vec<Json> = (0..=5000).map(|_| json!({"image": "a"})).collect();
    let error = read_json(&entries(json!(many))).unwrap_err();
    assert_eq!(error.fault, SpecFault::TooManyImages(5001));
}

#[test]
fn a_key_is_there_once() {
    let pair = |line, text: &str, value: &str| {
        (Key { line, text: text.to_owned() }, Node { line, value: Value::Text(value.to_owned()) })
    };
    let root = Node { line: 1, value: Value::Map(vec![pair(1, "image", "a"), pair(2, "image", "b")]) };
    assert_eq!(read(&root).unwrap_err().to_string(), "line 2 of the spec: `image` is said again, after line 1");
    let twice = Node { line: 2, value: Value::Map(vec![pair(3, "x", "a"), pair(4, "x", "b")]) };
    let key = Key { line: 2, text: "annotations".to_owned() };
    let root = Node { line: 1, value: Value::Map(vec![pair(1, "image", "a"), (key, twice)]) };
    assert_eq!(read(&root).unwrap_err().to_string(), "line 4 of the spec: `x` is said again, after line 3");
}

#[test]
fn a_list_is_written() {
    let (amd, arm) = (image("linux", "amd64", None), image("linux", "arm", Some("v7")));
    let source = list_source("localhost:5000/me/app:v1", &[&amd, &arm]);
    let digest = source.root.digest();
    let expected = format!(
        "# localhost:5000/me/app:v1, which is {digest}.\n# What it makes is not this list byte for byte.\n\
         image: localhost:5000/me/app:v1\nmanifests:\n  - image: localhost:5000/me/app@{}\n    platform:\n      \
         os: linux\n      architecture: amd64\n  - image: localhost:5000/me/app@{}\n    platform:\n      os: linux\n      \
         architecture: arm\n      variant: v7\n",
        amd.manifest.digest(),
        arm.manifest.digest()
    );
    assert_eq!(write(&source).unwrap(), expected, "the fixture is in one line, which no spec makes");

    let mut windows = descriptor(&image("windows", "amd64", None));
    windows["platform"]["os.version"] = json!("10.0.1");
    windows["platform"]["os.features"] = json!(["win32k"]);
    windows["platform"]["features"] = json!(["sse4"]);
    windows["platform"]["variant"] = json!("yes: \"\u{2028}\u{1f600}\u{7}é");
    windows["annotations"] = json!({"a": "b"});
    let more = json!({"annotations": {"a: b": "x\ny"}, "artifactType": "a/b"});
    let mut source = list_of("localhost:5000/me/app:v1", &[windows], &more);
    source.reference = source.reference.without_tag().with_digest(source.root.digest().clone());
    let text = write(&source).unwrap();
    for line in [
        "# A spec cannot say its artifactType.",
        "# A spec cannot say the annotations of 1 of its entries.",
        "# The list was named by its digest: put the tag to push to in its place.",
        &format!("image: localhost:5000/me/app@{}", source.root.digest()),
        "  \"a: b\": \"x\\ny\"",
        "      osversion: \"10.0.1\"",
        "      osfeatures: [\"win32k\"]",
        "      features: [\"sse4\"]",
        "      variant: \"yes: \\\"\\u2028\\U0001f600\\u0007é\"",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn what_a_spec_cannot_say_is_told() {
    let source = attested_list();
    let text = write(&source).unwrap();
    assert!(text.contains("# Left out: 2 of its entries, which are attestations"), "{text}");
    assert_eq!(text.matches("- image:").count(), 2, "{text}");
    let amd = image("linux", "amd64", None);
    let inner = list_source("example.com/app:inner", &[&amd]);
    let text = write(&list_of_lists("example.com/app:v1", &[&inner])).unwrap();
    assert!(text.contains("that 1 of its entries are lists"), "{text}");
    assert_eq!(write(&single_source("example.com/app:v1", &amd)), Err(NotAList("example.com/app:v1".to_owned())));
}
