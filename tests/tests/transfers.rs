//! How content gets into the repository that a list is pushed to.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use onetag_shared::api::{Part, PushState};
use onetag_tests::{
    Auth, CountingProxy, CuttingProxy, Onetag, Registry,
    samples::{self, Sample},
};
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
async fn another_registrys_images_are_copied_and_each_blob_once() {
    let (theirs, ours) = tokio::join!(Registry::with_samples(Auth::Htpasswd), Registry::start(Auth::Token));
    let onetag = Onetag::start(&[&theirs, &ours]).await;
    let (plan, job) =
        onetag.plan_and_push(&draft(|rest| theirs.reference(rest)), &[&ours.reference("demo/all:v1")]).await;
    assert_eq!(plan.findings, []);
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    let blobs: BTreeMap<_, _> = NAMES
        .map(samples::image)
        .into_iter()
        .flat_map(|image| image.blobs)
        .map(|blob| (blob.digest, blob.bytes.len() as u64))
        .collect();
    assert_eq!(plan.transfer.copies, blobs.len());
    assert_eq!(plan.transfer.bytes_to_copy, blobs.values().sum::<u64>());
    assert_eq!(
        (job.progress.bytes_done, job.progress.bytes_total),
        (plan.transfer.bytes_to_copy, plan.transfer.bytes_to_copy)
    );
    assert_eq!(job.progress.steps_done, job.progress.steps_total);
    let document = plan.document.expect("the list can be made");
    assert_eq!(ours.manifest("demo/all", "v1").await.expect("the tag").digest, document.digest);
    for digest in blobs.keys() {
        assert!(ours.has_blob("demo/all", digest).await, "{digest}");
    }
    let inspection = onetag.inspect(&ours.reference("demo/all:v1")).await;
    assert!(inspection.children.iter().all(|child| matches!(child.config, Some(Part::Document(_)))));
}

#[tokio::test]
async fn what_a_registry_has_already_is_not_copied_again() {
    let (theirs, ours) = tokio::join!(Registry::with_samples(Auth::None), Registry::start(Auth::None));
    let (from, to) = tokio::join!(CountingProxy::start(theirs.host()), CountingProxy::start(ours.host()));
    let onetag = Onetag::start(&[]).await;
    let draft = draft(|rest| from.reference(rest));
    let count = |proxy: &CountingProxy, method: &Method, part: &str| {
        proxy.recorded().iter().filter(|request| request.method == *method && request.path.contains(part)).count()
    };
    let (plan, job) = onetag.plan_and_push(&draft, &[&to.reference("demo/all:v1")]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    let copies = plan.transfer.copies;
    // Configs were fetched once for the plan, as documents.
    assert_eq!(count(&from, &Method::GET, "/blobs/"), NAMES.len() + copies, "each distinct blob is read once");
    assert_eq!(count(&to, &Method::PUT, "/blobs/uploads/"), copies, "and written once");
    // The plan looked at the tag before, twice because there was none.
    let requests = from.recorded().len() + to.recorded().len() - NAMES.len() - 2;
    assert!(requests <= plan.transfer.requests, "{requests} requests, and {} were planned", plan.transfer.requests);

    from.record();
    to.record();
    let (_, job) = onetag.plan_and_push(&draft, &[&to.reference("demo/all:v2")]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    assert_eq!(job.progress.bytes_done, job.progress.bytes_total);
    assert_eq!(count(&from, &Method::GET, "/blobs/"), 0);
    assert_eq!(count(&to, &Method::POST, "/blobs/uploads/"), 0);
}

/// Whichever side breaks off in the middle of a blob, it gets there, and as little of it as can be twice.
#[tokio::test]
async fn a_copy_goes_on_after_a_broken_connection_on_either_side() {
    const MIB: u64 = 1024 * 1024;
    let (theirs, ours) = tokio::join!(Registry::start(Auth::None), Registry::start(Auth::None));
    let image = samples::large_image(24);
    let (layer, size) = (image.blobs[1].digest.clone(), image.blobs[1].bytes.len() as u64);
    theirs.put(&Sample::image("demo/large", "v1", image)).await;
    for breaks_source in [true, false] {
        let (source, target) = tokio::join!(CuttingProxy::start(theirs.host()), CuttingProxy::start(ours.host()));
        let onetag = Onetag::start(&[]).await;
        let repository = if breaks_source { "demo/source-broke" } else { "demo/target-broke" };
        let draft = json!({ "entries": [{ "source": source.reference("demo/large:v1") }] });
        let tag = target.reference(&format!("{repository}:v1"));
        let plan = onetag.plan(&draft, &[&tag]).await;
        if breaks_source {
            source.cut_from_registry_after(10 * MIB);
        } else {
            target.cut_to_registry_after(10 * MIB);
        }
        let targets = json!([{ "ref": tag, "guard": "absent" }]);
        let digest = plan.document.expect("a list").digest;
        let job = onetag.push(&json!({ "draft": draft, "expectedDigest": digest, "targets": targets })).await;
        assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
        assert!(source.has_cut() && target.has_cut(), "nothing was broken");
        assert!(ours.has_blob(repository, &layer).await, "verified by the registry, by its digest");
        let ((_, read), (written, _)) = (source.passed(), target.passed());
        // What was on its way when it broke is brought again. Distribution keeps nothing of a part that broke off: it
        // answers each question about that upload with "resumed at wrong offset", so that all of the blob goes up anew.
        let (most_read, most_written) =
            if breaks_source { (size + 12 * MIB, size + MIB) } else { (2 * size + MIB, 2 * size) };
        assert!((size..most_read).contains(&read), "{read} bytes read of {size}");
        assert!((size..most_written).contains(&written), "{written} bytes written of {size}");
    }
}
