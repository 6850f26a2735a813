//! Signatures, SBOMs and layers that are kept elsewhere: brought along on request, and shown.

use onetag_tests::{
    Auth, Browser, Onetag, Registry, Scheme, Width,
    samples::{self, Content, Sample},
};
use serde_json::json;

use super::{accessibility::assert_accessible, assert_quiet, pictures};

#[tokio::test]
async fn what_refers_to_an_image_is_brought_along_and_shown() {
    let registry = Registry::start(Auth::None).await;
    let (amd64, linux) = (samples::image("amd64"), samples::image("arm64"));
    let base = Content::new("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", &b"the base of Windows"[..]);
    let keeper = Registry::start(Auth::None).await;
    keeper.destination("demo/base").put_blob("demo/base", &base).await.expect("the registry takes it");
    let url = format!("http://{}/v2/demo/base/blobs/{}", keeper.host(), base.digest);
    let windows = Sample::image("demo/built", "windows", samples::docker_image("windows-amd64"));
    registry.put(&samples::with_foreign_layer(windows, &base, &[&url])).await;
    registry.put(&Sample::image("demo/built", "amd64", amd64.clone())).await;
    registry.put(&Sample::image("demo/app", "v1", linux)).await;
    let listed = json!({
        "artifactType": "application/spdx+json", "annotations": { "org.example.author": "<b>me</b> https://example.com" },
    });
    let destination = registry.destination("demo/built");
    let sbom = destination.put_about("demo/built", &amd64.manifest, "application/spdx+json", &listed).await.unwrap();
    let onetag = Onetag::start(&[&registry]).await;
    let mut browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.click("#new-list").await;

    // Where all images are where the list goes, there is nothing to bring.
    browser.type_into("#target-0", &registry.reference("demo/app:list")).await;
    browser.type_into("#paste", &format!("{}\n", registry.reference("demo/app:v1"))).await;
    browser.wait_for("#push[aria-disabled='false']").await;
    assert_eq!(browser.count(".push-options input").await, 0);
    let others = ["demo/built:amd64", "demo/built:windows"].map(|name| registry.reference(name)).join("\n");
    browser.paste("#paste", &others).await;
    browser.click("#bring-referrers").await;
    browser.wait_for((".transfer", "and those for signatures and SBOMs")).await;
    browser.click(("[data-code='foreign-layers'] .fix", "Bring them along")).await;
    browser.wait_until("document.activeElement.matches('#bring-foreign:checked')").await;
    browser.wait_for(("[data-code='foreign-layers']", "is brought along")).await;
    browser.wait_for("#push[aria-disabled='false']").await;
    assert_accessible(&mut browser, "what comes along").await;
    pictures(&mut browser, "push-options").await;
    // It is the draft's.
    browser.reload().await;
    browser.wait_for("#bring-referrers:checked").await;
    browser.wait_for("#bring-foreign:checked").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    let link = browser.attribute("#gather-instead", "href").await.expect("a link");
    assert!(link.contains("linux%2Famd64") && link.ends_with("demo%2Fapp%3Alist"), "{link}");
    browser.click("#push").await;
    browser.wait_for(("#brought", "1 document came along")).await;
    assert!(registry.manifest("demo/app", sbom.digest.as_str()).await.is_some());
    assert!(registry.has_blob("demo/app", &base.digest).await);

    // Where it is now, it is told of: of an image that is unfolded, and of all on request.
    browser.click(".done-tags a").await;
    browser.click("[data-platform='linux/amd64'] .unfold").await;
    let of_amd64 = format!("[data-referrers='{}']", amd64.manifest.digest);
    browser.wait_for((format!("{of_amd64} .referrer"), "SBOM (SPDX)")).await;
    browser.wait_for(&format!("{of_amd64} [data-whole='{}']", sbom.digest)).await;
    browser.wait_for(("[data-platform='linux/amd64'] .with-it", "SBOM (SPDX)")).await;
    assert_eq!(browser.count(&format!("{of_amd64} dd a")).await, 0, "what it says is text");
    browser.click(".unfold[aria-expanded='false']").await;
    browser.wait_for((".referrers", "No other document in the registry refers to it")).await;
    assert_eq!(browser.count("#list-referrers li").await, 0, "nobody has asked");
    browser.click("#find-referrers").await;
    browser.wait_for(("#list-referrers", "1 document refers to the list or its 3 images.")).await;
    browser.wait_for(&format!("#list-referrers [data-subject='{}']", amd64.manifest.digest)).await;
    assert_accessible(&mut browser, "what refers to images").await;
    pictures(&mut browser, "referrers").await;
    assert_quiet(&browser).await;
}
