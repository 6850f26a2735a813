//! Requests and round trips, counted: they decide how fast this feels.

use onetag_shared::api::PushState;
use onetag_tests::{Auth, CountingProxy, Onetag, Registry};
use serde_json::{Value, json};

const NAMES: [&str; 5] = ["amd64", "arm64", "armv7", "ppc64le", "s390x"];

#[tokio::test]
async fn five_images_to_two_tags_take_seventeen_requests_five_deep_and_an_inspect_eleven_three_deep() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let entries: Vec<Value> =
        NAMES.iter().map(|name| json!({ "source": proxy.reference(&format!("demo/app:v1-{name}")) })).collect();
    let draft = json!({ "entries": entries });
    let tags = ["v1", "latest"].map(|tag| proxy.reference(&format!("demo/app:{tag}")));
    let planner = Onetag::start(&[&registry]).await;
    let plan = planner.plan(&draft, &[&tags[0], &tags[1]]).await;
    let (n, t) = (NAMES.len(), tags.len());
    assert_eq!(plan.transfer.requests, 2 * n + 3 * t + 1);

    // From a cold start: manifests, configs, the list with the looks at the tags, the tags, the read-backs.
    let pusher = Onetag::start(&[&registry]).await;
    proxy.hold_waves(&[n, n, 1 + t, t, t]);
    let targets: Vec<Value> = tags.iter().map(|tag| json!({ "ref": tag, "guard": "absent" })).collect();
    let digest = plan.document.unwrap().digest;
    let job = pusher.push(&json!({ "draft": draft, "expectedDigest": digest, "targets": targets })).await;
    assert_eq!(proxy.recorded_in_full().len(), plan.transfer.requests, "what was planned is what was asked");
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);

    let reader = Onetag::start(&[&registry]).await;
    proxy.hold_waves(&[1, n, n]);
    let inspection = reader.inspect(&tags[0]).await;
    assert_eq!(proxy.recorded_in_full().len(), 2 * n + 1);
    assert_eq!(inspection.root.digest, digest);

    // Again: only the tag is asked for; by digest nothing is.
    proxy.record();
    reader.inspect(&tags[0]).await;
    reader.inspect(&proxy.reference(&format!("demo/app@{digest}"))).await;
    assert_eq!(proxy.recorded().len(), 1);
}
