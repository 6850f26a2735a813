//! How the page of an image is filled.

use onetag_tests::{
    Auth, Browser, CountingProxy, Onetag, Registry,
    samples::{self, Content, Sample},
};
use serde_json::{Value, json};

use super::{assert_quiet, pictures};

/// What is there is shown, whatever is still waited for; and all of it comes with one request.
#[tokio::test]
async fn rows_appear_as_they_arrive() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[&registry]).await;
    let mut browser = Browser::start().await;
    browser.goto(&onetag.entrance()).await;
    browser.wait_for("#reference-input").await;
    let late = samples::image("arm64").manifest.digest;
    proxy.hold(late.as_str());
    let list = proxy.reference("demo/unclear:v1");
    // From within the application, so that no page waits on the server first.
    browser.type_into("#reference-input", &format!("{list}\n")).await;
    browser.wait_for("[data-platform='linux/amd64']:not(.is-waiting) .layer-bar").await;
    browser.wait_for("[data-platform='linux/arm']:not(.is-waiting) .layer-bar").await;
    browser.wait_for("[data-platform='linux/arm64/v8'].is-waiting").await;
    assert_eq!(browser.count("[data-row].is-waiting").await, 1, "only what is held is waited for");
    pictures(&mut browser, "arriving").await;
    let places = "JSON.stringify([...document.querySelectorAll('[data-row]')].map(row => row.offsetTop))";
    let before: String = browser.evaluate(places).await;
    proxy.release();
    browser.wait_for("[data-platform='linux/arm64/v8']:not(.is-waiting) .layer-bar").await;
    browser.wait_for_count("[data-row].is-waiting", 0).await;
    assert_eq!(browser.evaluate::<String>(places).await, before, "nothing jumps");
    let asked =
        "performance.getEntriesByType('resource').filter(entry => entry.name.includes('/api/v1/inspect')).length";
    assert_eq!(browser.evaluate::<u32>(asked).await, 1);
    assert_quiet(&browser).await;
}

/// What a config says is in the row's details, and Docker's images stand beside those of OCI.
#[tokio::test]
async fn what_a_config_says_is_in_the_details() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let mut browser = Browser::start().await;
    browser.goto(&onetag.entrance()).await;
    let told = image_that_tells(&samples::image("amd64"));
    let docker = samples::docker_image("arm64");
    registry.put(&Sample { tag: "oci".to_owned(), ..told.clone() }).await;
    registry.put(&Sample::image("demo/mixed", "docker", docker.clone())).await;
    let entry = |content: &Content, architecture: &str| {
        let mut entry = content.descriptor();
        entry["platform"] = json!({ "os": "linux", "architecture": architecture, "os.features": ["x.feature"] });
        entry
    };
    let entries = [entry(&told.root, "amd64"), entry(&docker.manifest, "arm64")];
    let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
    let list = Content::json(INDEX, &list);
    registry.destination("demo/mixed").put_manifest("demo/mixed", "v1", &list).await.expect("it is taken");
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/mixed:v1")))).await;
    browser.wait_for_count("[data-row]:not(.is-waiting)", 2).await;
    browser.wait_for("[data-platform='linux(+x.feature)/arm64']").await;
    browser.click("[data-platform='linux(+x.feature)/amd64'] .unfold").await;
    for words in [
        "64-bit Intel and AMD",
        "app:staff",
        "/srv/app",
        "8080/tcp, 9090/udp",
        "COLOUR=green",
        "[\"serve\",\"--port\",\"8080\"]",
        "org.example.team",
        "Blue team",
        "application/vnd.oci.image.manifest.v1+json",
    ] {
        browser.wait_for((".details", words)).await;
    }
    pictures(&mut browser, "details-config").await;
    browser.click("[data-platform='linux(+x.feature)/amd64'] .unfold").await;
    browser.click("[data-platform='linux(+x.feature)/arm64'] .unfold").await;
    browser.wait_for((".details", "application/vnd.docker.distribution.manifest.v2+json")).await;
    browser.click("#tab-findings").await;
    browser.wait_for(("#panel-findings", "1 of its 2 images are Docker's")).await;
    assert_quiet(&browser).await;
}

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// The same image with a config in which everything is said.
fn image_that_tells(image: &samples::Image) -> Sample {
    let mut config: Value = serde_json::from_slice(&image.blobs[0].bytes).expect("a config is JSON");
    config["config"] = json!({
        "User": "app:staff",
        "WorkingDir": "/srv/app",
        "ExposedPorts": { "8080/tcp": {}, "9090/udp": {} },
        "Env": ["PATH=/bin", "COLOUR=green"],
        "Entrypoint": ["/usr/local/bin/app"],
        "Cmd": ["serve", "--port", "8080"],
        "Labels": { "org.example.team": "Blue team" },
    });
    let config = Content::json(image.blobs[0].media_type, &config);
    let mut manifest: Value = serde_json::from_slice(&image.manifest.bytes).expect("a manifest is JSON");
    manifest["config"] = config.descriptor();
    let mut blobs = image.blobs.clone();
    blobs[0] = config;
    Sample {
        repository: "demo/mixed".to_owned(),
        tag: "v1".to_owned(),
        platform: None,
        blobs,
        children: Vec::new(),
        root: Content::json(image.manifest.media_type, &manifest),
    }
}

/// Over plain http there is no `navigator.clipboard`, but on this very machine.
#[tokio::test]
async fn digests_are_copied_without_a_clipboard_of_the_browser() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let browser = Browser::start().await;
    browser.goto(&onetag.entrance()).await;
    browser
        .run_first(
            "Object.defineProperty(navigator, 'clipboard', { value: undefined }); \
             addEventListener('copy', () => { window.copied = document.activeElement.value }, true)",
        )
        .await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/attested:v1")))).await;
    browser.wait_for("[data-platform='linux/amd64']:not(.is-waiting)").await;
    browser.click("[data-platform='linux/amd64'] .copy").await;
    browser.wait_for("[data-platform='linux/amd64'] .copy.is-done").await;
    browser.wait_for(("#announced", "Copied")).await;
    let digest = browser.attribute("[data-platform='linux/amd64']", "data-digest").await;
    assert_eq!(browser.evaluate::<Option<String>>("window.copied ?? null").await, digest);
    browser.wait_until("document.activeElement.matches(\"[data-platform='linux/amd64'] .copy\")").await;
    assert_eq!(browser.count("textarea").await, 0, "nothing is left of it");
    assert_quiet(&browser).await;
}
