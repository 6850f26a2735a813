//! How content gets into the repository that a list is pushed to.

use http::{Method, StatusCode};
use onetag_shared::api::{ProblemCode, PushState};
use onetag_tests::{Auth, CountingProxy, Onetag, Registry, samples};
use serde_json::{Value, json};

const NAMES: [&str; 5] = ["amd64", "arm64", "armv7", "ppc64le", "s390x"];

/// A draft of images that are in repositories of their own.
fn draft(reference: impl Fn(&str) -> String) -> Value {
    let entries: Vec<Value> =
        NAMES.iter().map(|name| json!({ "source": reference(&format!("demo/app-{name}:v1")) })).collect();
    json!({ "entries": entries })
}

/// How many distinct blobs the five images have.
fn distinct_blobs() -> usize {
    let images = NAMES.map(samples::image);
    let digests = images.iter().flat_map(|image| &image.blobs).map(|blob| &blob.digest);
    digests.collect::<std::collections::BTreeSet<_>>().len()
}

#[tokio::test]
async fn each_distinct_blob_is_mounted_once_and_none_is_moved() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[&registry]).await;
    let draft = draft(|rest| proxy.reference(rest));
    let target = proxy.reference("demo/all:v1");
    let plan = onetag.plan(&draft, &[&target]).await;
    assert_eq!((plan.transfer.mounts, plan.transfer.copies, plan.transfer.bytes_to_copy), (distinct_blobs(), 0, 0));
    proxy.record();
    let (_, job) = onetag.plan_and_push(&draft, &[&target]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    let recorded = proxy.recorded();
    let mounts = recorded.iter().filter(|request| request.path.contains("?mount="));
    assert!(mounts.clone().all(|request| request.status == StatusCode::CREATED), "{recorded:#?}");
    assert_eq!(mounts.count(), distinct_blobs());
    let blobs = recorded.iter().filter(|request| request.path.contains("/demo/all/blobs/"));
    assert!(!blobs.into_iter().any(|request| request.method == Method::PUT), "nothing was uploaded: {recorded:#?}");
}

#[tokio::test]
async fn a_mount_that_is_refused_becomes_a_copy() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    proxy.refuse_mounts();
    let onetag = Onetag::start(&[&registry]).await;
    let target = proxy.reference("demo/all:v1");
    let (plan, job) = onetag.plan_and_push(&draft(|rest| proxy.reference(rest)), &[&target]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    let stored = registry.manifest("demo/all", "v1").await.expect("the tag is there");
    assert_eq!(Some(stored.digest), plan.document.map(|document| document.digest));
    for image in NAMES.map(samples::image) {
        assert!(registry.manifest("demo/all", image.manifest.digest.as_str()).await.is_some());
        for blob in &image.blobs {
            assert!(registry.has_blob("demo/all", &blob.digest).await, "{}", blob.digest);
        }
    }
    let sizes = NAMES.map(samples::image).into_iter().flat_map(|image| image.blobs);
    let sizes: std::collections::BTreeMap<_, _> = sizes.map(|blob| (blob.digest, blob.bytes.len() as u64)).collect();
    assert_eq!(job.progress.bytes_total, sizes.values().sum::<u64>(), "the bar counts what is copied");
    assert_eq!(
        (job.progress.bytes_done, job.progress.steps_done),
        (job.progress.bytes_total, job.progress.steps_total)
    );
}

#[tokio::test]
async fn another_registry_is_said_not_to_be_possible_yet() {
    let (theirs, ours) = tokio::join!(Registry::with_samples(Auth::None), Registry::start(Auth::None));
    let onetag = Onetag::start(&[&theirs, &ours]).await;
    let draft = draft(|rest| theirs.reference(rest));
    let target = ours.reference("demo/all:v1");
    let plan = onetag.plan(&draft, &[&target]).await;
    let findings: Vec<_> = plan.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(findings, ["cross-registry-source"; 5]);
    let digest = plan.document.expect("the list can be made").digest;
    let request =
        json!({ "draft": draft, "expectedDigest": digest, "targets": [{ "ref": target, "guard": "absent" }] });
    let job = onetag.push(&request).await;
    let problem = job.problem.expect("a problem");
    assert_eq!((job.state, problem.code), (PushState::Failed, ProblemCode::CrossRegistrySource), "{problem}");
    assert!(problem.hint.is_some());
    assert_eq!(ours.tags("demo/all").await, Vec::<String>::new());
}
