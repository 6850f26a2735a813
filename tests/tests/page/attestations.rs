//! What attestations say, on the page: claims and text, whatever is in them.

use onetag_shared::digest::Digest;
use onetag_tests::{
    Auth, Browser, Onetag, Registry, Scheme, Width,
    samples::{self, Content, attested_list, statement},
};
use serde_json::json;

use super::{accessibility::assert_accessible, assert_quiet, pictures, start};

#[tokio::test]
async fn what_an_attestation_says_is_read_on_request() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    browser.goto(&onetag.url(&format!("/i/{}?open=1", registry.reference("demo/attested:v1")))).await;
    browser.wait_for((".attestation", "provenance, SBOM")).await;
    assert_eq!(browser.count(".says .statement").await, 0, "nobody has asked");
    browser.click(".attestation [data-read]").await;
    browser.wait_for((".says", "no signature was checked")).await;
    browser.wait_for((".says .facts dd", "https://ci.example/demo/app/runs/42")).await;
    let source = ".says .facts a[href='https://git.example/demo/app.git']";
    assert_eq!(browser.attribute(source, "rel").await.as_deref(), Some("noopener noreferrer nofollow"));
    browser.wait_for((".says", "1f3c7d9e5b2a486f90a1c2d3e4f5061728394a5b")).await;
    assert_eq!(browser.count(".says .warn").await, 0);
    browser.click((".says summary", "3 materials")).await;
    browser.wait_for((".materials", "pkg:docker/alpine@3.20")).await;

    browser.click((".attestation [data-read]", "Hide it")).await;
    browser.wait_until_gone(".says .statement").await;
    browser.click((".attestation [data-read]", "Show it")).await;
    browser.click((".says summary", "120 packages")).await;
    browser.wait_for_count(".packages tbody tr", 100).await;
    browser.type_into(".sbom input", "MUSL").await;
    browser.wait_for_count(".packages tbody tr", 5).await;
    browser.wait_for((".packages", "pkg:apk/alpine/musl-dev@1.2.5-r0")).await;
    browser.replace(".sbom input", "no such package").await;
    browser.wait_for((".sbom", "No package has that")).await;
    browser.replace(".sbom input", "Apache-2.0").await;
    browser.wait_for_count(".packages tbody tr", 5).await;
    assert_accessible(&mut browser, "what an attestation says").await;
    pictures(&mut browser, "attestation").await;
    browser.replace(".sbom input", "r").await;
    browser.click("[data-show-all]").await;
    browser.wait_until("document.querySelectorAll('.packages tbody tr').length > 100").await;

    // It was read once, and stays read.
    browser.click("[data-platform='linux/amd64'] .unfold").await;
    browser.wait_until_gone(".attestation").await;
    browser.click("[data-platform='linux/amd64'] .unfold").await;
    browser.wait_for((".says summary", "120 packages")).await;
    assert_eq!(browser.count("[data-platform*='unknown']").await, 0);
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn whatever_is_in_an_attestation_is_text() {
    let registry = Registry::start(Auth::None).await;
    let (image, other) = (samples::image("amd64"), Digest::of(b"another image"));
    let names = [
        "<script>document.title='broken'</script>",
        "<img src=x onerror=\"document.title='broken'\">",
        "safe\u{202e}gnp.exe",
    ];
    let packages = names.map(|name| {
        let purl = json!([{ "referenceType": "purl", "referenceLocator": "javascript:alert(1)" }]);
        json!({ "name": name, "versionInfo": "https://example.com", "externalRefs": purl })
    });
    let provenance = json!({
        "builder": { "id": "javascript:document.title='broken'" },
        "invocation": { "configSource": { "uri": "data:text/html,<b>x</b>", "digest": { "sha1": "<b>rev</b>" } } },
        "materials": [{ "uri": " https://example.com/\u{202e}x", "digest": { "sha256": "<i>" } }],
        "metadata": { "buildFinishedOn": "<b>never</b>" },
    });
    let statements = vec![
        statement("https://slsa.dev/provenance/v0.2", &other, &provenance),
        statement(
            "https://spdx.dev/Document",
            &image.manifest.digest,
            &json!({ "spdxVersion": "SPDX-<b>2", "packages": packages }),
        ),
        statement("https://example.com/<b>type</b>", &image.manifest.digest, &json!({})),
    ];
    registry.put(&attested_list("me/app", "v1", vec![(&image, statements)])).await;
    let onetag = Onetag::start(&[&registry]).await;
    let mut browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.wait_for("#reference-input").await;
    browser.goto(&onetag.url(&format!("/i/{}?open=1", registry.reference("me/app:v1")))).await;
    browser.click(".attestation [data-read]").await;
    browser.wait_for((".says .warn", "the image that it is attached to is not among them")).await;
    browser.click((".says summary", "3 packages")).await;
    browser.click((".says summary", "1 material")).await;
    browser.wait_for_count(".packages tbody tr", 3).await;
    let shown = browser.text(".says").await;
    for text in [
        names[0],
        names[1],
        "safe\\u{202e}gnp.exe",
        "javascript:alert(1)",
        "<b>rev</b>",
        "<b>never</b>",
        "SPDX <b>2",
        "<b>type</b>",
    ] {
        assert!(shown.contains(text), "{text} is not in {shown}");
    }
    assert_eq!(browser.count(".says a").await, 0, "none of it is the address of a web page");
    assert_eq!(browser.count(".says :is(script, img, b, i)").await, 0);
    assert!(browser.evaluate::<String>("document.title").await.contains("me/app"));
    assert_accessible(&mut browser, "a hostile attestation").await;
    pictures(&mut browser, "attestation-hostile").await;
    assert_quiet(&browser).await;
}

/// As cosign signs: at a tag that is made of the digest.
#[tokio::test]
async fn a_signature_says_what_it_signs() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let signed = samples::image("amd64").manifest.digest;
    let payload = json!({ "critical": { "identity": { "docker-reference": "demo/app" },
        "image": { "docker-manifest-digest": signed }, "type": "cosign container image signature" }, "optional": null });
    let payload = Content::json("application/vnd.dev.cosign.simplesigning.v1+json", &payload);
    let config = Content::new("application/vnd.oci.image.config.v1+json", "{}");
    let mut layer = payload.descriptor();
    layer["annotations"] = json!({ "dev.cosignproject.cosign/signature": "MEUCIQDs" });
    let manifest = json!({ "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": config.descriptor(), "layers": [layer] });
    let manifest = Content::json("application/vnd.oci.image.manifest.v1+json", &manifest);
    let destination = registry.destination("demo/app");
    for blob in [&payload, &config] {
        destination.put_blob("demo/app", blob).await.expect("the registry takes it");
    }
    let tag = format!("{}.sig", samples::fallback_tag(&signed));
    destination.put_manifest("demo/app", &tag, &manifest).await.expect("the registry takes it");

    browser.goto(&onetag.url(&format!("/i/{}?open=1", registry.reference("demo/app:v1-amd64")))).await;
    browser.wait_for((".referrer", "signature")).await;
    browser.click("[data-read]").await;
    browser.wait_for((".says .signed", format!("Signs {signed}"))).await;
    browser.wait_for((".says", "no signature was checked")).await;
    assert_eq!(browser.count(".says .warn").await, 0, "it is about this image");
    assert_accessible(&mut browser, "what a signature says").await;
    pictures(&mut browser, "signature").await;
    assert_quiet(&browser).await;
}
