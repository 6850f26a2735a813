//! What is pushed is read by other people's clients as we say it will be.

use std::collections::BTreeSet;

use onetag_shared::{
    api::PushState,
    commands::{create_commands, look_commands, pull_commands},
    descriptor::Annotations,
    digest::Digest,
    document::{Document, RawDocument},
    media_type::MediaType,
    platform::{Platform, select, select_containers_image},
    reference::Reference,
    source::{Failure, Source},
};
use onetag_tests::{
    Auth, Clients, Onetag, Registry,
    samples::{self, Content},
};
use serde_json::{Value, json};

const NAMES: [&str; 9] = ["amd64", "arm64", "armv7", "armv6", "ppc64le", "s390x", "386", "riscv64", "windows-amd64"];

/// A list in the registry, and the server and clients to ask about it.
struct Pushed {
    registry: Registry,
    clients: Clients,
    target: String,
    bytes: String,
}

/// Pushes a list of these samples to `demo/app:v1`.
async fn push(names: &[&str]) -> Pushed {
    let registry = Registry::with_samples(Auth::Token).await;
    let onetag = Onetag::start(&[&registry]).await;
    let entries: Vec<Value> =
        names.iter().map(|name| json!({ "source": registry.reference(&format!("demo/app:v1-{name}")) })).collect();
    let draft = json!({ "entries": entries });
    let target = registry.reference("demo/app:v1");
    let (plan, job) = onetag.plan_and_push(&draft, &[&target]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    let bytes = plan.document.and_then(|document| document.text).expect("a list is text");
    Pushed { clients: Clients::new(&[&registry]), registry, target, bytes }
}

impl Pushed {
    /// Digest and platform of each entry.
    fn entries(&self) -> Vec<(Digest, Option<Platform>)> {
        let media_type = MediaType::new(onetag_shared::media_type::OCI_INDEX);
        let Ok(Document::List(list)) = RawDocument::new(media_type, self.bytes.clone().into_bytes()).parse() else {
            panic!("not a list: {}", self.bytes);
        };
        list.manifests.into_iter().map(|child| (child.digest, child.platform)).collect()
    }

    /// The digest of the image that skopeo takes for a platform, or what it says when it takes none.
    async fn skopeo_takes(&self, platform: &Platform) -> Result<Digest, String> {
        let folder = self.clients.folder().join(platform.to_string().replace('/', "-")).display().to_string();
        let (source, destination) = (format!("docker://{}", self.target), format!("dir:{folder}"));
        let mut arguments = vec!["--override-os", &platform.os, "--override-arch", &platform.architecture];
        if let Some(variant) = &platform.variant {
            arguments.extend(["--override-variant", variant]);
        }
        arguments.extend(["copy", "--src-tls-verify=false", &source, &destination]);
        let output = self.clients.skopeo(&arguments).await;
        if !output.success {
            return Err(output.stderr);
        }
        Ok(Digest::of(&std::fs::read(format!("{folder}/manifest.json")).expect("skopeo wrote a manifest")))
    }
}

fn platform(text: &str) -> Platform {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[tokio::test]
async fn skopeo_takes_the_image_that_is_predicted() {
    let pushed = push(&NAMES).await;
    let entries = pushed.entries();
    let platforms: Vec<Option<Platform>> = entries.iter().map(|(_, platform)| platform.clone()).collect();
    // Its rule and containerd's are the same for all of these. The version of Windows is nothing to it.
    for host in [
        "linux/amd64",
        "linux/arm64/v8",
        "linux/arm/v7",
        "linux/arm/v6",
        "linux/ppc64le",
        "linux/s390x",
        "linux/386",
        "linux/riscv64",
    ] {
        let host = platform(host);
        let predicted = select(&host, &platforms).index;
        assert!(predicted.is_some(), "{host}");
        assert_eq!(select_containers_image(&host, &platforms).index, predicted, "{host}");
        let taken = pushed.skopeo_takes(&host).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(predicted.map(|index| &entries[index].0), Some(&taken), "{host}");
    }
    let windows = platform("windows/amd64");
    let predicted = select_containers_image(&windows, &platforms).index.expect("a Windows image");
    assert_eq!(pushed.skopeo_takes(&windows).await.as_ref(), Ok(&entries[predicted].0));
}

#[tokio::test]
async fn where_the_rules_differ_each_client_is_right_by_its_own() {
    let pushed = push(&["armv7", "386", "riscv64"]).await;
    let entries = pushed.entries();
    let platforms: Vec<Option<Platform>> = entries.iter().map(|(_, platform)| platform.clone()).collect();
    // (host, what containerd takes, what containers/image takes)
    for (host, containerd, containers_image) in [
        // containerd lets 64-bit machines run 32-bit images.
        ("linux/amd64", Some(1), None),
        ("linux/arm64", Some(0), None),
        ("linux/arm", Some(0), Some(0)),
        ("linux/arm/v7", Some(0), Some(0)),
        ("linux/arm/v6", None, None),
    ] {
        let host = platform(host);
        let ours = select(&host, &platforms);
        assert_eq!(ours.index, containerd, "{host}: {}", ours.reason);
        let theirs = select_containers_image(&host, &platforms);
        assert_eq!(theirs.index, containers_image, "{host}: {}", theirs.reason);
        let taken = pushed.skopeo_takes(&host).await;
        match containers_image {
            Some(index) => assert_eq!(taken.as_ref(), Ok(&entries[index].0), "{host}"),
            None => assert!(taken.is_err_and(|error| error.contains("no image found")), "{host}"),
        }
    }
}

/// What our own pushes would warn of, so that the list is made by hand.
#[tokio::test]
async fn versions_spelling_and_compression_are_to_each_client_what_its_rule_says() {
    let registry = Registry::with_samples(Auth::None).await;
    let names = ["amd64", "arm64", "armv7", "ppc64le", "s390x", "386"];
    let platforms = [
        json!({ "os": "windows", "architecture": "amd64", "os.version": "10.0.26100.1" }),
        json!({ "os": "windows", "architecture": "amd64", "os.version": "10.0.20348.1" }),
        json!({ "os": "linux", "architecture": "aarch64" }),
        json!({ "os": "linux", "architecture": "arm64" }),
        json!({ "os": "linux", "architecture": "s390x" }),
        json!({ "os": "linux", "architecture": "s390x" }),
    ];
    let mut list = json!({ "schemaVersion": 2, "mediaType": onetag_shared::media_type::OCI_INDEX, "manifests": [] });
    for (name, platform) in names.iter().zip(&platforms) {
        let mut entry = samples::image(name).manifest.descriptor();
        entry["platform"] = platform.clone();
        list["manifests"].as_array_mut().expect("it is one").push(entry);
    }
    list["manifests"][5]["annotations"] = json!({ "io.github.containers.compression.zstd": "true" });
    let root = Content::json(onetag_shared::media_type::OCI_INDEX, &list);
    registry.destination("demo/app").put_manifest("demo/app", "v1", &root).await.expect("its images are there");
    let bytes = String::from_utf8(root.bytes.to_vec()).expect("text");
    let pushed = Pushed { clients: Clients::new(&[]), target: registry.reference("demo/app:v1"), registry, bytes };
    let entries = pushed.entries();
    let platforms: Vec<Option<Platform>> = entries.iter().map(|(_, platform)| platform.clone()).collect();
    // (host, what containerd takes, what containers/image takes)
    for (host, containerd, containers_image) in [
        // An older Windows does not run what is made for a newer one.
        (Platform::new("windows", "amd64").with_os_version("10.0.20348.9"), 1, 0),
        // Another spelling is another machine.
        (Platform::new("linux", "arm64"), 2, 3),
        (Platform::new("linux", "aarch64"), 2, 2),
        // The first of two. Newer clients than this one prefer what is annotated as zstd.
        (Platform::new("linux", "s390x"), 4, 4),
    ] {
        let ours = select(&host, &platforms);
        assert_eq!(ours.index, Some(containerd), "{host}: {}", ours.reason);
        assert_eq!(select_containers_image(&host, &platforms).index, Some(containers_image), "{host}");
        let taken = pushed.skopeo_takes(&host).await;
        assert_eq!(taken.as_ref(), Ok(&entries[containers_image].0), "{host}");
    }
}

#[tokio::test]
async fn other_clients_read_the_bytes_that_were_previewed() {
    for (format, list_type) in [("indented", "oci"), ("compact", "oci"), ("docker", "oci"), ("docker", "docker")] {
        let registry = Registry::with_samples(Auth::Token).await;
        let onetag = Onetag::start(&[&registry]).await;
        let prefix = if list_type == "docker" { "demo/docker-app" } else { "demo/app" };
        let entries =
            ["amd64", "arm64"].map(|name| json!({ "source": registry.reference(&format!("{prefix}-{name}:v1")) }));
        let draft = json!({ "format": format, "listType": list_type, "entries": entries });
        let target = registry.reference("demo/made:v1");
        let (plan, job) = onetag.plan_and_push(&draft, &[&target]).await;
        assert_eq!(job.state, PushState::Succeeded, "{format}, {list_type}: {:?}", job.problem);
        let preview = plan.document.and_then(|document| document.text).expect("a list is text");
        let clients = Clients::new(&[&registry]);
        let name = format!("docker://{target}");

        let raw = clients.skopeo(&["inspect", "--tls-verify=false", "--raw", &name]).await.stdout();
        assert_eq!(String::from_utf8(raw).expect("text"), preview, "{format}, {list_type}");

        // Buildah has no option for it here: that these registries speak plain http stands in a file.
        let settings = clients.folder().join("registries.conf");
        let insecure = format!("[[registry]]\nlocation = \"{}\"\ninsecure = true\n", registry.host());
        std::fs::write(&settings, insecure).expect("the folder can be written");
        let settings = settings.display().to_string();
        let read = clients.buildah(&["--registries-conf", &settings, "manifest", "inspect", &target]).await.json();
        assert_same_entries(&read, &preview, "buildah");

        // Docker's command line reads lists without a daemon; where it is not installed there is nothing to ask.
        match clients.docker(&["manifest", "inspect", "--insecure", &target]).await {
            Some(output) => assert_same_entries(&output.json(), &preview, "docker"),
            None => println!("docker is not installed, and was not asked"),
        }
    }
}

/// The same digests, sizes, media types and platforms, in the same order.
fn assert_same_entries(read: &Value, preview: &str, client: &str) {
    let facts = |list: &Value| -> Vec<Value> {
        let entries = list["manifests"].as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| {
                let platform = &entry["platform"];
                json!([
                    entry["digest"],
                    entry["size"],
                    entry["mediaType"],
                    platform["os"],
                    platform["architecture"],
                    platform["variant"]
                ])
            })
            .collect()
    };
    let preview: Value = serde_json::from_str(preview).expect("a preview is JSON");
    assert_eq!(facts(read), facts(&preview), "{client}");
}

#[tokio::test]
async fn what_skopeo_pulls_is_whole() {
    let pushed = push(&NAMES).await;
    let folder = pushed.clients.folder().join("all").display().to_string();
    let (source, destination) = (format!("docker://{}", pushed.target), format!("dir:{folder}"));
    pushed.clients.skopeo(&["copy", "--all", "--src-tls-verify=false", &source, &destination]).await.stdout();
    let copied = std::fs::read(format!("{folder}/manifest.json")).expect("skopeo wrote a manifest");
    assert_eq!(copied, pushed.bytes.as_bytes(), "a copy of everything has the same digest");
    assert!(pushed.registry.manifest("demo/app", "v1").await.is_some());
}

/// skopeo and podman share the code that says these.
#[tokio::test]
async fn what_podman_is_said_to_say_is_what_skopeo_says() {
    let pushed = push(&["amd64", "armv7"]).await;
    let reference: Reference = pushed.target.parse().expect("it is a reference");
    let root = RawDocument::new(MediaType::new("application/vnd.oci.image.index.v1+json"), pushed.bytes.as_bytes());
    let source = Source::new(reference.clone(), root);
    // Versions differ in quotes, and in whether they tell Docker's lists from OCI's.
    let plain = |text: &str| text.replace(['"', '\\'], "").replace("image index", "manifest list");
    let said = async |host: &Platform, failure: &Failure| {
        let errors = source.client_errors(host, failure);
        let expected = errors.into_iter().find(|error| error.client == "Podman").expect("it says something");
        let folder = pushed.clients.folder().join(&host.architecture).display().to_string();
        let (from, to) = (format!("docker://{}", pushed.target), format!("dir:{folder}"));
        let arguments = ["--override-arch", &host.architecture, "copy", "--src-tls-verify=false", &from, &to];
        let output = pushed.clients.skopeo(&arguments).await;
        assert!(!output.success);
        assert!(plain(&output.stderr).contains(&plain(&expected.says)), "{}: {}", expected.says, output.stderr);
    };
    said(&Platform::new("linux", "s390x"), &Failure::NoMatch).await;
    // A list in the list is not looked into.
    let mut entry = serde_json::to_value(source.root.descriptor()).expect("a descriptor is JSON");
    entry["platform"] = json!({ "os": "linux", "architecture": "amd64" });
    let index = "application/vnd.oci.image.index.v1+json";
    let outer = Content::json(index, &json!({ "schemaVersion": 2, "mediaType": index, "manifests": [entry] }));
    pushed.registry.destination("demo/app").put_manifest("demo/app", "outer", &outer).await.expect("it takes the list");
    let folder = pushed.clients.folder().join("outer").display().to_string();
    let from = format!("docker://{}", pushed.registry.reference("demo/app:outer"));
    let arguments = ["--override-arch", "amd64", "copy", "--src-tls-verify=false", &from, &format!("dir:{folder}")];
    let output = pushed.clients.skopeo(&arguments).await;
    let in_short = Failure::InList.in_short(&Platform::new("linux", "amd64"));
    assert!(!output.success && output.stderr.contains(&in_short), "{in_short}: {}", output.stderr);
    let gone = source.list().expect("it is a list").manifests[0].digest.clone();
    pushed.registry.delete_manifest("demo/app", &gone).await;
    said(&Platform::new("linux", "amd64"), &Failure::Missing(gone)).await;
}

#[tokio::test]
async fn the_commands_that_are_shown_work_as_they_are() {
    let pushed = push(&["amd64", "armv7"]).await;
    let target: Reference = pushed.target.parse().expect("it is a reference");
    let arm = Platform::new("linux", "arm");
    // What pulls into a folder needs no daemon; what is not installed here is not run.
    let mut ran = Vec::new();
    for command in pull_commands(&target, Some(&arm)) {
        if ["docker", "podman"].contains(&command.tool) {
            continue;
        }
        let Some(output) = pushed.clients.shell(&command.text).await else { continue };
        output.stdout();
        ran.push(command.tool);
    }
    assert!(ran.contains(&"skopeo"), "{ran:?}");

    // What prints the list needs no daemon either, but for buildx, which is a plugin of its own.
    let mut ran = Vec::new();
    for command in look_commands(&target).into_iter().filter(|command| command.tool != "buildx") {
        let Some(output) = pushed.clients.shell(&command.text).await else { continue };
        let printed = String::from_utf8(output.stdout()).expect("text");
        for (digest, _) in pushed.entries() {
            assert!(printed.contains(&digest.to_string()), "{}: {printed}", command.tool);
        }
        if command.tool == "skopeo" {
            assert_eq!(printed.trim_end(), pushed.bytes, "the bytes as they are");
        }
        ran.push(command.tool);
    }
    assert!(ran.contains(&"skopeo"), "{ran:?}");

    let entries: Vec<(Reference, Option<Platform>)> = pushed
        .entries()
        .into_iter()
        .map(|(digest, platform)| (target.repository_only().with_digest(digest), platform))
        .collect();
    let again: Reference = pushed.registry.reference("demo/app:again").parse().expect("it is a reference");
    for command in create_commands(&again, &entries, &Annotations::new()) {
        // Buildx is a plugin of its own.
        if command.tool == "buildx" {
            continue;
        }
        let Some(output) = pushed.clients.shell(&command.text).await else { continue };
        output.stdout();
        let made = pushed.registry.manifest("demo/app", "again").await.expect("it was pushed");
        let made: Value = serde_json::from_slice(&made.bytes).expect("a list is JSON");
        let made =
            made["manifests"].as_array().expect("it has entries").iter().map(|entry| entry["digest"].to_string());
        let expected = entries.iter().filter_map(|(entry, _)| Some(json!(entry.digest()?).to_string()));
        // Docker forgets in which order they were named.
        assert_eq!(made.collect::<BTreeSet<_>>(), expected.collect(), "{}", command.tool);
    }
}
