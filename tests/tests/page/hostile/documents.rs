//! A list and what belongs to it, every text of which attacks whoever takes it for more than a text.

use onetag_tests::{
    Registry,
    samples::{self, Content, Sample, statement},
};
use serde_json::{Value, json};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// A predicate type that is an address, and none of the web.
const PREDICATE: &str = "javascript:hacked('predicate')//<img src=x onerror=\"hacked('predicate')\">\u{202e}";

/// Markup, scripts, and the ends of whatever a text may stand in; marks that turn the direction of writing; what is no
/// character at all. `place` says where it stood.
pub(super) fn evil(place: &str) -> String {
    format!(
        "{place}\"'><img src=x onerror=\"hacked('{place}')\"><script>hacked('{place}')</script>\
         <svg onload=\"hacked('{place}')\"></svg><x-evil evil=\"1\"></x-evil>\" evil=\"1\" onfocus=\"hacked('{place}')\" autofocus x='\
         </textarea></title></style></script></svg>--><x-evil></x-evil>\
         [{place}](javascript:hacked('{place}')) `x` | ![x](data:text/html,x)\n# evil {{{{7*7}}}} ${{hacked()}} \
         \u{202e}gnp.exe\u{2066}\u{0}\u{1b}[31m\u{7f}\u{feff}"
    )
}

/// Texts that are taken for addresses, and one that is too long for any place.
fn annotations(place: &str) -> Value {
    json!({
        "org.opencontainers.image.url": format!("javascript:hacked('{place}')"),
        "org.opencontainers.image.source": format!("data:text/html,<script>hacked('{place}')</script>"),
        "org.opencontainers.image.documentation": format!(" \tjava\nscript:hacked('{place}')"),
        "org.opencontainers.image.licenses": format!("https://example.com/\"onmouseover=\"hacked('{place}')\"evil=\"1"),
        "org.opencontainers.image.vendor": format!("https://example.com/{}", evil(place)),
        "org.opencontainers.image.ref.name": format!("../../{}", evil(place)),
        "org.opencontainers.image.version": evil(place),
        "org.opencontainers.image.created": evil(place),
        "org.example.long": "evil ".repeat(13_108),
        "org.example.unbroken": "W".repeat(65_536),
        evil(place): evil(place),
    })
}

/// A platform in which nothing is one.
fn platform(place: &str) -> Value {
    json!({
        "os": evil(place), "architecture": evil(place), "variant": evil(place), "os.version": evil(place),
        "os.features": [evil(place)], "features": [evil(place)], evil(place): evil(place),
    })
}

/// An image with the layers of a sample, and a config of which only the layers are true.
fn image(word: &str, platform: &Value) -> (Content, Vec<Content>) {
    let sample = samples::image("amd64");
    let (config, layers) = sample.blobs.split_first().expect("an image has a config");
    let mut document: Value = serde_json::from_slice(&config.bytes).expect("a config is JSON");
    for (name, value) in platform.as_object().into_iter().flatten() {
        document[name] = value.clone();
    }
    let text = |place: &str| evil(&format!("{word}-{place}"));
    document["created"] = json!(text("created"));
    document["author"] = json!(text("author"));
    document["config"] = json!({
        "Env": [text("env"), format!("PATH={}", "/evil:".repeat(10_923))], "Entrypoint": [text("entrypoint"), text("argument")],
        "Cmd": [text("command")], "User": text("user"), "WorkingDir": text("folder"), "StopSignal": text("signal"),
        "ExposedPorts": { text("port"): {} }, "Volumes": { text("volume"): {} }, "Labels": annotations(&format!("{word}-label")),
    });
    for step in document["history"].as_array_mut().into_iter().flatten() {
        *step = json!({ "created": text("step"), "created_by": text("history"), "author": text("step"), "comment": text("step") });
    }
    let config = Content::json(CONFIG, &document);
    let descriptors: Vec<Value> = layers.iter().map(Content::descriptor).collect();
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": config.descriptor(), "layers": descriptors,
        "annotations": annotations(&format!("{word}-manifest")),
    });
    (Content::json(MANIFEST, &manifest), [&[config], layers].concat())
}

/// Something that is no image, whose types are texts.
fn artifact(word: &str) -> (Content, Vec<Content>) {
    let config = Content::new("application/vnd.oci.empty.v1+json", "{}");
    let layer = Content::new("text/html", format!("<script>hacked('{word}-layer')</script>"));
    let mut descriptor = layer.descriptor();
    descriptor["mediaType"] = json!(evil(&format!("{word}-layer-type")));
    descriptor["annotations"] = annotations(&format!("{word}-layer"));
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": evil(&format!("{word}-artifact")),
        "config": config.descriptor(), "layers": [descriptor], "annotations": annotations(&format!("{word}-artifact")),
    });
    (Content::json(MANIFEST, &manifest), vec![config, layer])
}

/// An attestation whose statements are of the forms that are read.
fn attestation(word: &str, subject: &Content) -> (Content, Vec<Content>) {
    let text = |place: &str| evil(&format!("{word}-{place}"));
    let provenance = json!({
        "builder": { "id": format!("javascript:hacked('{word}-builder')") }, "buildType": text("type"),
        "invocation": { "configSource": { "uri": format!("data:text/html,{}", text("source")), "digest": { "sha1": text("revision") } } },
        "materials": [{ "uri": text("material"), "digest": { "sha256": text("material") } }],
        "metadata": { "buildFinishedOn": text("finished") },
    });
    let purl = json!([{ "referenceType": "purl", "referenceLocator": format!("javascript:{}", text("purl")) }]);
    let packages = json!({
        "spdxVersion": text("spdx"), "name": text("sbom"),
        "packages": [{ "name": text("package"), "versionInfo": text("version"), "licenseDeclared": text("license"), "externalRefs": purl }],
    });
    let statements = [
        statement("https://slsa.dev/provenance/v0.2", &subject.digest, &provenance),
        statement("https://spdx.dev/Document", &subject.digest, &packages),
        statement(PREDICATE, &subject.digest, &json!({})),
    ];
    let layers = statements.iter().map(|(predicate, content)| {
        let mut layer = content.descriptor();
        layer["annotations"] = json!({ "in-toto.io/predicate-type": predicate });
        layer
    });
    let config = Content::new("application/vnd.oci.empty.v1+json", "{}");
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": "application/vnd.docker.attestation.manifest.v1+json",
        "config": config.descriptor(), "layers": layers.collect::<Vec<_>>(), "subject": subject.descriptor(),
    });
    let blobs = statements.into_iter().map(|(_, content)| content).chain([config]).collect();
    (Content::json(MANIFEST, &manifest), blobs)
}

/// Puts a list at this tag of `evil/app`: an image for a machine that there is, one for none, an artifact, and an attestation.
/// An SBOM refers to the first image. Returns the digests of what is in the list.
pub(super) async fn put(registry: &Registry, tag: &str) -> Vec<String> {
    let amd64 = json!({ "os": "linux", "architecture": "amd64" });
    let nothing = platform(&format!("{tag}-platform"));
    let (first, first_blobs) = image(tag, &amd64);
    let (second, second_blobs) = image(&format!("{tag}-other"), &nothing);
    let (third, third_blobs) = artifact(tag);
    let (about, about_blobs) = attestation(tag, &first);
    let children = vec![first, second, third, about];
    let mut entries: Vec<Value> = children.iter().map(Content::descriptor).collect();
    for (entry, place) in entries.iter_mut().zip(["first", "second", "third"]) {
        entry["annotations"] = annotations(&format!("{tag}-{place}"));
        entry["artifactType"] = json!(evil(&format!("{tag}-{place}-type")));
    }
    entries[0]["platform"] = amd64;
    entries[1]["platform"] = nothing;
    entries[3]["platform"] = json!({ "os": "unknown", "architecture": "unknown" });
    entries[3]["annotations"] = json!({
        "vnd.docker.reference.digest": children[0].digest, "vnd.docker.reference.type": "attestation-manifest",
    });
    let root = json!({
        "schemaVersion": 2, "mediaType": INDEX, "artifactType": evil(&format!("{tag}-root-type")), "manifests": entries,
        "annotations": annotations(&format!("{tag}-root")),
    });
    let repository = "evil/app";
    let sample = Sample {
        repository: repository.to_owned(),
        tag: tag.to_owned(),
        platform: None,
        blobs: [first_blobs, second_blobs, third_blobs, about_blobs].concat(),
        children,
        root: Content::json(INDEX, &root),
    };
    registry.put(&sample).await;
    let listed = json!({ "artifactType": evil(&format!("{tag}-referrer")), "annotations": annotations(&format!("{tag}-referrer")) });
    let destination = registry.destination(repository);
    let kind = evil(&format!("{tag}-kind"));
    destination.put_about(repository, &sample.children[0], &kind, &listed).await.expect("it is taken");
    sample.children.iter().map(|child| child.digest.to_string()).collect()
}
