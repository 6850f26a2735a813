//! Sources that are more than an image: lists in lists, attested images.

use std::collections::BTreeSet;

use onetag_shared::{api::PushState, check::FindingCode, digest::Digest};
use onetag_tests::{
    Auth, Clients, Onetag, Registry,
    samples::{self, Content, Sample},
};
use serde_json::{Value, json};

/// Two attested images, as buildx pushes them.
fn attested() -> Sample {
    samples::all().into_iter().find(|sample| sample.repository == "demo/attested").expect("there is one")
}

/// A list of the attested list, and one of that; in its repository.
async fn nested(registry: &Registry) -> [Content; 2] {
    let (sample, destination) = (attested(), registry.destination("demo/attested"));
    let inner = samples::list_of(&[&sample.root]);
    let outer = samples::list_of(&[&inner]);
    for (target, list) in [("inner", &inner), ("nested", &outer)] {
        destination.put_manifest("demo/attested", target, list).await.expect("the registry takes it");
    }
    [inner, outer]
}

/// Everything that the attested list points to, and whatever it points to, is in this repository.
async fn assert_whole(registry: &Registry, repository: &str, documents: &[&Content]) {
    let sample = attested();
    for document in sample.children.iter().chain(documents.iter().copied()) {
        let stored = registry.manifest(repository, document.digest.as_str()).await;
        assert_eq!(stored.map(|stored| stored.bytes), Some(document.bytes.clone()), "{repository}");
    }
    for digest in sample.blobs.iter().map(|blob| &blob.digest).collect::<BTreeSet<_>>() {
        assert!(registry.has_blob(repository, digest).await, "{repository}: {digest}");
    }
}

#[tokio::test]
async fn lists_in_lists_go_to_other_repositories_and_registries_whole() {
    let (theirs, ours) = tokio::join!(Registry::start(Auth::None), Registry::start(Auth::None));
    theirs.put(&attested()).await;
    let [inner, outer] = nested(&theirs).await;
    let onetag = Onetag::start(&[&theirs, &ours]).await;
    let inspection = onetag.inspect(&theirs.reference("demo/attested:nested")).await;
    let inside = &inspection.children[0].children[0].children;
    assert_eq!(inside.len(), 4);
    assert_eq!(inside.iter().filter(|child| child.config.is_some()).count(), 2, "of the images, not the attestations");

    let draft = json!({ "entries": [{ "source": theirs.reference("demo/attested:nested") }] });
    for (registry, planned) in [(&theirs, "mount"), (&ours, "copy")] {
        let (plan, job) = onetag.plan_and_push(&draft, &[&registry.reference("demo/all:v1")]).await;
        assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
        assert!(plan.findings.iter().all(|finding| finding.code == FindingCode::NestedList), "{:?}", plan.findings);
        assert_eq!(serde_json::to_value(plan.entries[0].transfer).unwrap(), planned);
        assert_eq!(plan.document.expect("a list").digest, outer.digest, "by its own bytes");
        assert_eq!(
            (job.progress.steps_done, job.progress.bytes_done),
            (job.progress.steps_total, job.progress.bytes_total)
        );
        assert_whole(registry, "demo/all", &[&attested().root, &inner, &outer]).await;
    }

    // Taken apart, any client can copy all of it: it checks each digest, and finds each attestation.
    let flat = json!({ "entries": [{ "source": theirs.reference("demo/attested:nested"), "nested": "flatten" }] });
    let (plan, job) = onetag.plan_and_push(&flat, &[&ours.reference("demo/flat:v1")]).await;
    assert_eq!((job.state, plan.findings.as_slice()), (PushState::Succeeded, [].as_slice()), "{:?}", job.problem);
    let list: Value = serde_json::from_str(&plan.document.and_then(|document| document.text).expect("text")).unwrap();
    let manifests: Value = serde_json::from_slice::<Value>(&attested().root.bytes).unwrap()["manifests"].take();
    assert_eq!(list["manifests"], manifests);
    let clients = Clients::new(&[]);
    let folder = clients.folder().join("copy");
    let (source, destination) =
        (format!("docker://{}", ours.reference("demo/flat:v1")), format!("dir:{}", folder.display()));
    clients.skopeo(&["copy", "--all", "--src-tls-verify=false", &source, &destination]).await.stdout();
}

/// One of two attested images, with and without what is attested.
#[tokio::test]
async fn attestations_go_to_another_registry_with_their_image_unless_they_are_dropped() {
    let (theirs, ours) = tokio::join!(Registry::start(Auth::None), Registry::start(Auth::None));
    theirs.put(&attested()).await;
    let onetag = Onetag::start(&[]).await;
    for (attestations, digests) in [("keep", 2), ("drop", 1)] {
        let draft = json!({ "entries": [{ "source": theirs.reference("demo/attested:v1"), "take": ["linux/arm64"],
            "attestations": attestations }] });
        let repository = format!("demo/{attestations}");
        let (plan, job) = onetag.plan_and_push(&draft, &[&ours.reference(&format!("{repository}:v1"))]).await;
        assert_eq!((job.state, plan.findings.as_slice()), (PushState::Succeeded, [].as_slice()), "{:?}", job.problem);
        assert_eq!(plan.entries.len(), digests);
        let sample = attested();
        let (image, attestation) = (&sample.children[2], &sample.children[3]);
        assert_eq!(plan.entries[0].digest, image.digest);
        let stored = ours.manifest(&repository, attestation.digest.as_str()).await;
        assert_eq!(stored.map(|stored| stored.bytes), (attestations == "keep").then(|| attestation.bytes.clone()));
        let statement: Digest = statement(attestation);
        assert_eq!(ours.has_blob(&repository, &statement).await, attestations == "keep");
        assert!(ours.manifest(&repository, sample.children[0].digest.as_str()).await.is_none(), "not asked for");
    }
}

/// What an attestation's first statement is.
fn statement(attestation: &Content) -> Digest {
    let manifest: Value = serde_json::from_slice(&attestation.bytes).expect("JSON");
    manifest["layers"][0]["digest"].as_str().and_then(|digest| digest.parse().ok()).expect("a digest")
}
