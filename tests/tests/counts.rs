//! Requests and round trips, counted: they decide how fast this feels.
//!
//! The waves that are given to the proxy are the round trips: it holds the answers of each until all its requests have come.

use futures::future::join_all;
use onetag_shared::{api::PushState, platform::Platform};
use onetag_tests::{
    Auth, CountingProxy, Onetag, Registry,
    samples::{self, Sample},
};
use serde_json::{Value, json};

const NAMES: [&str; 5] = ["amd64", "arm64", "armv7", "ppc64le", "s390x"];

/// Requests that a registry gets at once, where nothing else is set.
const AT_ONCE: usize = 16;

fn draft(sources: impl IntoIterator<Item = String>) -> Value {
    json!({ "entries": sources.into_iter().map(|source| json!({ "source": source })).collect::<Vec<_>>() })
}

/// Requests for images that are in the tag's repository, one wave each: manifests, configs, the list with the looks at the
/// tags, the tags, the read-backs.
fn waves(images: usize, tags: usize) -> [usize; 5] {
    [images, images, 1 + tags, tags, tags]
}

#[tokio::test]
async fn five_images_to_two_tags_take_seventeen_requests_five_deep_and_an_inspect_eleven_three_deep() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let draft = draft(NAMES.map(|name| proxy.reference(&format!("demo/app:v1-{name}"))));
    let tags = ["v1", "latest"].map(|tag| proxy.reference(&format!("demo/app:{tag}")));
    let planner = Onetag::start(&[&registry]).await;
    let plan = planner.plan(&draft, &[&tags[0], &tags[1]]).await;
    let (n, t) = (NAMES.len(), tags.len());
    assert_eq!(plan.transfer.requests, 2 * n + 3 * t + 1);

    // From a cold start.
    let pusher = Onetag::start(&[&registry]).await;
    proxy.hold_waves(&waves(n, t));
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

#[tokio::test]
async fn a_login_by_tokens_costs_one_request_more_and_one_token_for_reading_and_one_for_writing() {
    let registry = Registry::with_samples(Auth::Token).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start_as(&registry, &proxy.host()).await;
    let draft = draft(NAMES.map(|name| proxy.reference(&format!("demo/app:v1-{name}"))));
    let tokens = registry.tokens().expect("it has a token server");
    let (tag, n) = (proxy.reference("demo/app:v1"), NAMES.len());
    let asked = |since: usize| -> Vec<String> {
        tokens.requests()[since..].iter().map(|request| request.scopes.join(" ")).collect()
    };

    // The plan reads the images and looks at the tag, twice before it believes that there is none. One request is refused,
    // and all the others wait for the token that it gets.
    proxy.hold_waves(&[1, n + 1, n + 1]);
    let plan = onetag.plan(&draft, &[&tag]).await;
    proxy.recorded_in_full();
    assert_eq!(asked(0), ["repository:demo/app:pull"]);

    // The push has all of that. Tags are looked at again, and the images too.
    proxy.hold_waves(&[n, 2, 1, 1]);
    let digest = plan.document.unwrap().digest;
    let push =
        |tag: &str| json!({ "draft": draft, "expectedDigest": digest, "targets": [{ "ref": tag, "guard": "absent" }] });
    let job = onetag.push(&push(&tag)).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    proxy.recorded_in_full();
    assert_eq!(asked(1), ["repository:demo/app:pull,push"]);

    // From a cold start it is one request more than without a login, and one round.
    let other = Onetag::start_as(&registry, &proxy.host()).await;
    proxy.hold_waves(&[vec![1], waves(n, 1).to_vec()].concat());
    let job = other.push(&push(&proxy.reference("demo/app:v2"))).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    assert_eq!(proxy.recorded_in_full().len(), 1 + 2 * n + 3 + 1);
    assert_eq!(asked(2), ["repository:demo/app:pull", "repository:demo/app:pull,push"]);
}

#[tokio::test]
async fn five_images_of_five_repositories_are_mounted_seven_deep() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let images = ["amd64", "arm64", "armv7", "ppc64le", "386"];
    let draft = draft(images.map(|name| proxy.reference(&format!("demo/app-{name}:v1"))));
    let tag = proxy.reference("demo/new:v1");
    let plan = Onetag::start(&[]).await.plan(&draft, &[&tag]).await;
    // A config and three layers each, and they share the lowest.
    let (n, blobs) = (images.len(), images.len() * 3 + 1);
    assert_eq!((plan.transfer.mounts, plan.transfer.copies), (blobs, 0));

    let pusher = Onetag::start(&[]).await;
    proxy.hold_waves(&[n, n, blobs, n, 2, 1, 1]);
    let targets = json!([{ "ref": tag, "guard": "absent" }]);
    let digest = plan.document.unwrap().digest;
    let job = pusher.push(&json!({ "draft": draft, "expectedDigest": digest, "targets": targets })).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    let recorded = proxy.recorded_in_full();
    let gets = recorded.iter().filter(|request| request.method == "GET" && request.path.contains("/blobs/"));
    assert_eq!(gets.count(), n, "the configs are read, and no layer");
}

#[tokio::test]
async fn fifty_images_take_a_push_ten_round_trips_and_an_inspect_eight() {
    let registry = Registry::start(Auth::None).await;
    let names: Vec<String> = (0..50).map(|n| format!("cpu{n}")).collect();
    let image = |name: &String| Sample::image("demo/many", name, samples::image_of(Platform::new("linux", name)));
    let images: Vec<Sample> = names.iter().map(image).collect();
    registry.put(&images[0]).await;
    join_all(images.iter().map(|image| registry.put(image))).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let draft = draft(names.iter().map(|name| proxy.reference(&format!("demo/many:{name}"))));
    let tag = proxy.reference("demo/many:all");
    let plan = Onetag::start(&[]).await.plan(&draft, &[&tag]).await;
    // Manifests and configs, as many at once as a registry gets.
    let reads = [vec![AT_ONCE; names.len() * 2 / AT_ONCE], vec![names.len() * 2 % AT_ONCE]].concat();

    let pusher = Onetag::start(&[]).await;
    let [_, _, finish @ ..] = waves(names.len(), 1);
    let all = [reads.clone(), finish.to_vec()].concat();
    assert_eq!(all.len(), 10);
    proxy.hold_waves(&all);
    let targets = json!([{ "ref": tag, "guard": "absent" }]);
    let digest = plan.document.unwrap().digest;
    let job = pusher.push(&json!({ "draft": draft, "expectedDigest": digest, "targets": targets })).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    proxy.recorded_in_full();

    let reader = Onetag::start(&[]).await;
    proxy.hold_waves(&[vec![1], reads].concat());
    let inspection = reader.inspect(&tag).await;
    assert_eq!(inspection.children.len(), names.len());
    proxy.recorded_in_full();
}
