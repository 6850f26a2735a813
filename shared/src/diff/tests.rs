#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

mod forms;
mod images;
mod moved;
#[cfg(not(target_arch = "wasm32"))]
mod properties;

use serde_json::{Value, json};

use super::*;
use crate::{
    api::{Problem, ProblemCode},
    digest::Digest,
    document::RawDocument,
    fixtures::{
        Image, add, attested_list, descriptor, docker_image, document, image, image_of, list_of, list_of_lists,
        list_source, single_source,
    },
    media_type::{DOCKER_LIST, DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST},
};

const FROM: &str = "example.com/app:v1";
const TO: &str = "example.com/app:v2";

/// An image with this in its config besides the platform.
fn built(architecture: &str, more: &Value) -> Image {
    let mut config = json!({"os": "linux", "architecture": architecture, "created": "2026-01-02T03:04:05Z"});
    for (key, value) in more.as_object().unwrap() {
        config[key] = value.clone();
    }
    image_of(&config, OCI_MANIFEST, OCI_CONFIG)
}

/// The same image with another manifest.
fn rewritten(image: &Image, change: impl FnOnce(&mut Value)) -> Image {
    let mut manifest: Value = serde_json::from_slice(image.manifest.bytes()).unwrap();
    change(&mut manifest);
    let media_type = manifest["mediaType"].as_str().unwrap().to_owned();
    let config = image.config.clone();
    Image { platform: image.platform.clone(), manifest: document(&media_type, &manifest), config }
}

fn layer(name: &str, size: u64) -> Value {
    json!({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": Digest::of(name.as_bytes()), "size": size})
}

fn lists(from: &[&Image], to: &[&Image]) -> Diff {
    diff(&list_source(FROM, from), &list_source(TO, to))
}

/// A list with entries that are written out.
fn listed(text: &str, images: &[&Image], entries: &[Value], more: &Value) -> Source {
    let mut source = list_of(text, entries, more);
    for image in images {
        add(&mut source, image);
    }
    source
}

/// `name change`, of each entry.
fn told(diff: &Diff) -> Vec<String> {
    diff.entries.iter().map(|entry| format!("{} {}", entry.name, change_word(entry.change))).collect()
}

/// `field key before after` of each change, `-` where there is none.
fn fields(changes: &[crate::api::FieldChange]) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let line = |change: &crate::api::FieldChange| {
        let key = change.key.as_ref().map(|key| format!(" {key}")).unwrap_or_default();
        format!("{}{key}: {} > {}", change.field, text(&change.before), text(&change.after))
    };
    changes.iter().map(line).collect()
}

#[test]
fn entries_are_paired_by_what_they_are_for() {
    let windows = |version: &str| {
        let config = json!({"os": "windows", "architecture": "amd64", "os.version": version});
        image_of(&config, OCI_MANIFEST, OCI_CONFIG)
    };
    let (amd, arm, new) =
        (image("linux", "amd64", None), image("linux", "arm64", None), built("amd64", &json!({"author": "x"})));
    let spelled = rewritten(&image("linux", "arm64", Some("v8")), |_| {});
    let (old_windows, new_windows, next_windows) =
        (windows("10.0.20348.1"), windows("10.0.20348.2"), windows("10.0.26100.1"));
    for (name, from, to, expected) in [
        ("the same", vec![&amd, &arm], vec![&amd, &arm], vec!["linux/amd64 unchanged", "linux/arm64 unchanged"]),
        ("added", vec![&amd], vec![&amd, &arm], vec!["linux/amd64 unchanged", "linux/arm64 added"]),
        ("removed comes last", vec![&arm, &amd], vec![&amd], vec!["linux/amd64 unchanged", "linux/arm64 removed"]),
        ("replaced", vec![&amd], vec![&new], vec!["linux/amd64 replaced"]),
        ("two of a kind", vec![&amd, &new], vec![&new], vec!["linux/amd64 unchanged", "linux/amd64 removed"]),
        ("spelled otherwise", vec![&arm], vec![&spelled], vec!["linux/arm64/v8 replaced"]),
        ("one build", vec![&old_windows], vec![&new_windows], vec!["windows(10.0.20348.2)/amd64 replaced"]),
        (
            "another build",
            vec![&old_windows],
            vec![&next_windows],
            vec!["windows(10.0.26100.1)/amd64 added", "windows(10.0.20348.1)/amd64 removed"],
        ),
        ("nothing", vec![], vec![], vec![]),
    ] {
        assert_eq!(told(&lists(&from, &to)), expected, "{name}");
    }
    let windows = lists(&[&old_windows], &[&new_windows]);
    assert_eq!(
        fields(&windows.entries[0].descriptor),
        ["platform: windows(10.0.20348.1)/amd64 > windows(10.0.20348.2)/amd64"]
    );
}

#[test]
fn an_image_that_is_for_another_platform_now_is_the_same_image() {
    let (amd, arm) = (image("linux", "amd64", None), image("linux", "arm64", None));
    let mut wrong = descriptor(&arm);
    wrong["platform"] = json!({"os": "linux", "architecture": "riscv64"});
    let from = listed(FROM, &[&amd, &arm], &[descriptor(&amd), wrong], &json!({}));
    let found = diff(&from, &list_source(TO, &[&amd, &arm]));
    assert_eq!(told(&found), ["linux/amd64 unchanged", "linux/arm64 metadata"]);
    assert_eq!(fields(&found.entries[1].descriptor), ["platform: linux/riscv64 > linux/arm64"]);
    assert_eq!((found.verdict, found.entries[1].summary.as_str()), (DiffVerdict::Different, "platform"));
    assert_eq!(found.summary, "1 platform with other metadata; 1 unchanged.");
}

#[test]
fn only_what_is_said_of_an_image_differs() {
    let amd = image("linux", "amd64", None);
    let mut noted = descriptor(&amd);
    noted["annotations"] = json!({"a": "1", "b": "2"});
    noted["x-note"] = json!({"kept": true});
    let from = listed(FROM, &[&amd], &[noted.clone()], &json!({"annotations": {"v": "1"}}));
    noted["annotations"] = json!({"b": "3", "c": "4"});
    noted["x-note"] = json!(7);
    let to = listed(TO, &[&amd], &[noted], &json!({"annotations": {"v": "2"}, "artifactType": "a/b"}));
    let found = diff(&from, &to);
    assert_eq!(told(&found), ["linux/amd64 metadata"]);
    assert_eq!(
        fields(&found.entries[0].descriptor),
        ["annotations a: 1 > -", "annotations b: 2 > 3", "annotations c: - > 4", "x-note: {\"kept\":true} > 7"]
    );
    assert_eq!(fields(&found.list), ["artifactType: - > a/b", "annotations v: 1 > 2"]);
    assert_eq!(found.summary, "1 platform with other metadata. Of the list itself: artifact type, annotation.");
    // Annotations of the manifest itself change its digest, and what runs is the same.
    let annotated = rewritten(&amd, |manifest| manifest["annotations"] = json!({"x": "y"}));
    let found = lists(&[&amd], &[&annotated]);
    assert_eq!(told(&found), ["linux/amd64 metadata"]);
    assert_eq!(fields(&found.entries[0].manifest), ["annotations x: - > y"]);
}

#[test]
fn the_same_in_other_bytes_is_rewritten() {
    let (amd, arm) = (image("linux", "amd64", None), image("linux", "arm64", None));
    let spaced = {
        let bytes = format!("{}  ", String::from_utf8(amd.manifest.bytes().to_vec()).unwrap());
        let manifest = RawDocument::new(OCI_MANIFEST.into(), bytes.into_bytes());
        Image { platform: amd.platform.clone(), manifest, config: amd.config.clone() }
    };
    let docker = rewritten(&amd, |manifest| {
        manifest["mediaType"] = json!(DOCKER_MANIFEST);
        manifest["config"]["mediaType"] = json!(crate::media_type::DOCKER_CONFIG);
        for layer in manifest["layers"].as_array_mut().unwrap() {
            layer["mediaType"] = json!("application/vnd.docker.image.rootfs.diff.tar.gzip");
        }
    });
    let from = list_source(FROM, &[&amd, &arm]);
    let docker_list =
        listed(TO, &[&docker, &arm], &[descriptor(&docker), descriptor(&arm)], &json!({"mediaType": DOCKER_LIST}));
    for (name, to, changes) in [
        ("bytes of the list", list_of_bytes(&from), ["unchanged", "unchanged"]),
        ("white space", list_source(TO, &[&spaced, &arm]), ["rewritten", "unchanged"]),
        ("Docker's types", docker_list, ["rewritten", "unchanged"]),
        ("order", list_source(TO, &[&arm, &amd]), ["unchanged", "unchanged"]),
    ] {
        let found = diff(&from, &to);
        assert_eq!(found.entries.iter().map(|entry| change_word(entry.change)).collect::<Vec<_>>(), changes, "{name}");
        assert_eq!(found.verdict, DiffVerdict::Rewritten, "{name}");
        assert_eq!(found.reordered, name == "order");
        assert!(found.summary.starts_with("The same images in other bytes"), "{}", found.summary);
    }
    let found = diff(&from, &from.clone());
    assert_eq!((found.verdict, found.summary.as_str()), (DiffVerdict::Identical, "Both are the same, byte for byte."));
    // A type that is no other name for the same thing means something.
    let artifact = rewritten(&amd, |manifest| manifest["config"]["mediaType"] = json!("application/vnd.chart"));
    assert_eq!(lists(&[&amd], &[&artifact]).verdict, DiffVerdict::Different);
}

/// The same list with other white space.
fn list_of_bytes(source: &Source) -> Source {
    let mut bytes = source.root.bytes().to_vec();
    bytes.push(b'\n');
    Source { root: RawDocument::new(OCI_INDEX.into(), bytes), ..source.clone() }
}

#[test]
fn order_counts_where_clients_take_the_first() {
    let (one, two) = (image("linux", "amd64", None), built("amd64", &json!({"author": "x"})));
    let found = lists(&[&one, &two], &[&two, &one]);
    assert_eq!(found.verdict, DiffVerdict::Different);
    assert!(found.summary.contains("clients take the first"), "{}", found.summary);
}

#[test]
fn what_changed_inside_is_told_field_by_field() {
    let before = built(
        "amd64",
        &json!({"history": [{}, {}], "rootfs": {"diff_ids": ["a"]}, "config": {"Env": ["PATH=/bin", "A=1", "A=2", "GONE"],
            "Entrypoint": ["/app"], "Labels": {"version": "1", "same": "s"}, "ExposedPorts": {"80/tcp": {}}, "User": "",
            "Image": "old"}}),
    );
    let after = built(
        "amd64",
        &json!({"history": [{}, {}, {}], "rootfs": {"diff_ids": ["b"]}, "created": "2026-02-02T00:00:00Z",
            "config": {"Env": ["A=3", "PATH=/bin", "NEW=="], "Entrypoint": ["/app", "-v"], "Cmd": [], "Labels": {"version": "2", "same": "s"},
            "Volumes": {"/data": {}}, "WorkingDir": "/srv"}}),
    );
    let found = lists(&[&before], &[&after]);
    assert_eq!(
        fields(&found.entries[0].config),
        [
            "entrypoint: [\"/app\"] > [\"/app\",\"-v\"]",
            "workingDir: - > /srv",
            "env A: 2 > 3",
            "env GONE:  > -",
            "env NEW: - > =",
            "labels version: 1 > 2",
            "ports 80/tcp: {} > -",
            "volumes /data: - > {}",
            "Image: old > -",
            "created: 2026-01-02T03:04:05Z > 2026-02-02T00:00:00Z",
            "history: 2 steps > 3 steps",
        ]
    );
    let layers = found.entries[0].layers.as_ref().unwrap();
    assert_eq!((layers.kept, layers.kept_bytes, layers.added.len(), layers.removed.len()), (1, 1000, 1, 1));
    assert_eq!((found.totals.new_bytes, found.totals.gone_bytes), (10, 10));
    assert_eq!(
        found.entries[0].summary,
        "1 layer new (10 B), 1 gone (10 B), 1 kept; config: entrypoint, working directory, env, label and 5 more"
    );
    assert_eq!(found.summary, "1 platform replaced. 10 B of layers are new, 10 B are gone.");
}

#[test]
fn an_image_is_a_list_of_one() {
    let (one, two) = (image("linux", "arm64", Some("v8")), docker_image("linux", "arm64"));
    let single = single_source(FROM, &one);
    assert_eq!(told(&diff(&single, &single_source(TO, &two))), ["linux/arm64 replaced"]);
    assert_eq!(diff(&single, &single).verdict, DiffVerdict::Identical);
    let listed = diff(&single, &list_source(TO, &[&one]));
    assert_eq!((told(&listed), listed.verdict), (vec!["linux/arm64/v8 unchanged".to_owned()], DiffVerdict::Rewritten));
    assert_eq!(listed.summary, "The same image: alone there, in a list here.");
    let more = diff(&single, &list_source(TO, &[&image("linux", "amd64", None), &one]));
    assert_eq!(told(&more), ["linux/amd64 added", "linux/arm64/v8 unchanged"]);
    assert!(!more.from.is_list && more.to.is_list);
}

#[test]
fn attestations_belong_to_their_image() {
    let from = attested_list();
    let mut body: Value = serde_json::from_slice(from.root.bytes()).unwrap();
    let mut to = from.clone();
    // arm64 gets another statement of the same kind, in an attestation of the newer form.
    let old: Digest = body["manifests"][3]["digest"].as_str().unwrap().parse().unwrap();
    let mut manifest: Value = serde_json::from_slice(from.child(&old).unwrap().bytes()).unwrap();
    manifest["layers"][0]["digest"] = json!(Digest::of(b"another"));
    let new = document(OCI_MANIFEST, &manifest);
    body["manifests"][3]["digest"] = json!(new.digest());
    body["manifests"][3]["size"] = json!(new.size());
    to.children.insert(new.digest().clone(), Ok(new));
    to.root = document(OCI_INDEX, &body);
    let found = diff(&from, &to);
    assert_eq!(told(&found), ["linux/amd64 unchanged", "linux/arm64 metadata"]);
    assert_eq!(found.entries[1].summary, "its provenance changed");
    assert_eq!(found.totals.attestations, 1);
    let change = &found.entries[1].attestations[0];
    assert_eq!(change.key.as_deref(), Some("https://slsa.dev/provenance/v1"));
    assert_eq!(change.before.as_deref(), Some(Digest::of(b"s").as_str()));
    // One whose image is not there is named as what it is.
    body["manifests"].as_array_mut().unwrap().truncate(2);
    body["manifests"].as_array_mut().unwrap().remove(0);
    to.root = document(OCI_INDEX, &body);
    let found = diff(&from, &to);
    assert!(told(&found).contains(&"attestation of an image that is not here added".to_owned()), "{:?}", told(&found));
    assert!(!plain_text(&found).contains("unknown/unknown"), "{}", plain_text(&found));
}

#[test]
fn what_cannot_be_had_is_compared_by_digest_and_said() {
    let (amd, arm, new) =
        (image("linux", "amd64", None), image("linux", "arm64", None), built("arm64", &json!({"author": "x"})));
    let gone = |mut source: Source, image: &Image| {
        let problem = Problem::new(ProblemCode::ManifestUnknown, "nothing there");
        source.children.insert(image.manifest.digest().clone(), Err(problem));
        source
    };
    let from = list_source(FROM, &[&amd, &arm]);
    let found = diff(&from, &gone(list_source(TO, &[&amd, &new]), &new));
    assert_eq!(told(&found), ["linux/amd64 unchanged", "linux/arm64 replaced"]);
    assert_eq!((found.totals.missing, found.entries[1].summary.as_str()), (1, "another digest; cannot be had"));
    assert!(found.entries[1].to.as_ref().unwrap().problem.as_ref().unwrap().contains("nothing there"));
    for form in [plain_text(&found), markdown(&found)] {
        assert!(form.contains("There is no such tag or digest: nothing there"), "{form}");
    }
    // A registry that has no time says nothing of the image.
    let mut slow = list_source(TO, &[&amd, &new]);
    let problem = Problem::new(ProblemCode::RateLimited, "too much");
    slow.children.insert(new.manifest.digest().clone(), Err(problem));
    let found = diff(&from, &slow);
    assert_eq!((found.totals.missing, found.totals.unknown), (0, 1));
    assert_eq!(found.entries[1].summary, "another digest; could not be asked for");
    assert!(plain_text(&found).contains("could not be asked for"), "{}", plain_text(&found));
    let found = diff(&gone(from.clone(), &arm), &slow);
    assert_eq!(found.entries[1].summary, "another digest; could not be asked for; the old one cannot be had");
    assert_eq!((found.totals.missing, found.totals.unknown), (1, 0));
    // Whether the old one had its layers nobody knows: none of them is new, and none gone.
    let (known, unknown) = (list_source(TO, &[&amd, &new]), gone(from.clone(), &arm));
    for (from, to) in [(&unknown, &known), (&known, &unknown)] {
        let found = diff(from, to);
        assert_eq!((found.totals.new_bytes, found.totals.gone_bytes, found.totals.replaced), (0, 0, 1));
        assert_eq!(already(&found.entries[1]), None);
    }
    let found = diff(&from, &gone(from.clone(), &arm));
    assert_eq!(told(&found), ["linux/amd64 unchanged", "linux/arm64 unchanged"]);
    assert_eq!(found.verdict, DiffVerdict::Identical);
    assert!(
        found.summary.ends_with("1 entry could not be had in full, and is compared by digest."),
        "{}",
        found.summary
    );
}

#[test]
fn entries_without_a_platform_are_paired_by_what_they_are() {
    let chart = |name: &str, kind: &str| {
        let config = document(kind, &json!({"name": name}));
        let manifest = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config.descriptor(),
            "layers": [layer(name, 5)]});
        Image { platform: json!({}), manifest: document(OCI_MANIFEST, &manifest), config }
    };
    let entry = |image: &Image| json!(image.manifest.descriptor());
    let source = |text: &str, images: &[&Image]| {
        listed(text, images, &images.iter().map(|image| entry(image)).collect::<Vec<_>>(), &json!({}))
    };
    let (old, new) = (chart("1", "application/vnd.chart"), chart("2", "application/vnd.chart"));
    let other = chart("3", "application/vnd.other");
    let found = diff(&source(FROM, &[&old]), &source(TO, &[&other, &new]));
    assert_eq!(told(&found), ["application/vnd.other added", "application/vnd.chart replaced"]);
    assert!(found.entries.iter().all(|entry| entry.kind == crate::api::EntryKind::Artifact));
    assert_eq!(found.summary, "1 entry replaced, 1 added. 10 B of layers are new, 5 B are gone.");
    // An image that its list does not name the platform of is for that of its config.
    let amd = image("linux", "amd64", None);
    let bare = listed(FROM, &[&amd], &[entry(&amd)], &json!({}));
    let found = diff(&bare, &list_source(TO, &[&amd]));
    assert_eq!(told(&found), ["linux/amd64 metadata"]);
    assert_eq!(fields(&found.entries[0].descriptor), ["platform: - > linux/amd64"]);
}

#[test]
fn lists_in_the_list_are_looked_into() {
    let (amd, arm, new) =
        (image("linux", "amd64", None), image("linux", "arm64", None), built("arm64", &json!({"author": "x"})));
    let inner = |images: &[&Image]| list_source("example.com/app:inner", images);
    let outer = |inner: &[&Source]| list_of_lists("example.com/app:outer", inner);
    let found = diff(&outer(&[&inner(&[&amd, &arm])]), &outer(&[&inner(&[&amd, &new])]));
    assert_eq!(told(&found), ["a list replaced"]);
    let inside: Vec<&str> = found.entries[0].entries.iter().map(|entry| change_word(entry.change)).collect();
    assert_eq!(inside, ["unchanged", "replaced"]);
    assert_eq!((found.totals.replaced, found.totals.unchanged, found.totals.added), (1, 1, 0));
    let found = diff(&outer(&[]), &outer(&[&inner(&[&amd, &arm])]));
    assert_eq!((told(&found), found.totals.added), (vec!["a list added".to_owned()], 2));
    // Lists that name each other many times come to an end.
    let mut many = inner(&[&amd]);
    for _ in 0..30 {
        many = list_of_lists("example.com/app:many", &[&many, &many]);
    }
    assert_eq!(diff(&many, &many).verdict, DiffVerdict::Identical);
    assert!(plain_text(&diff(&many, &inner(&[&amd]))).len() < 10_000);
}
