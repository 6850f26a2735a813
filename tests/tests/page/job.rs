//! The whole job: five images become one tag.

use onetag_tests::{Auth, Clients, Width};
use serde_json::{Value, json};

use super::{assert_quiet, paste_five, pictures, preview, start};

async fn whole_job(auth: Auth, width: Width) {
    let (registry, _onetag, mut browser) = start(auth, width).await;
    let is_phone = width == Width::Phone;
    if !is_phone {
        pictures(&mut browser, "start").await;
    }
    paste_five(&registry, &browser).await;
    if !is_phone {
        pictures(&mut browser, "editor").await;
    }
    // The page knows what these five are called without their architectures.
    browser.click("#offered-target").await;
    assert_eq!(browser.value("#target-0").await, registry.reference("demo/app:v1"));
    browser.wait_for("[data-held='absent']").await;
    if is_phone {
        browser.click("#tab-result").await;
    }
    let digest = preview(&browser).await;
    let bytes: String = browser.evaluate("document.querySelector('#preview').textContent").await;
    browser.click("#push").await;
    let pushed = browser.attribute("#pushed", "data-digest").await.expect("a push ends with a digest");
    assert_eq!(pushed, digest, "what was shown before the push is what was pushed");
    assert!(
        browser.text("#pushed .commands").await.contains(&format!("docker pull {}", registry.reference("demo/app:v1")))
    );
    if !is_phone {
        pictures(&mut browser, "pushed").await;
    }

    let stored = registry.manifest("demo/app", "v1").await.expect("the tag is there");
    assert_eq!(stored.digest.as_str(), digest, "what was shown before the push is what the registry has");
    assert_eq!(stored.bytes, bytes.as_bytes());
    let clients = Clients::new(&[&registry]);
    let name = format!("docker://{}", registry.reference("demo/app:v1"));
    let raw = clients.skopeo(&["inspect", "--tls-verify=false", "--raw", &name]).await.stdout();
    assert_eq!(raw, bytes.as_bytes());
    let arm: Value = clients
        .skopeo(&[
            "--override-arch",
            "arm",
            "--override-variant",
            "v7",
            "--override-os",
            "linux",
            "inspect",
            "--config",
            "--tls-verify=false",
            &name,
        ])
        .await
        .json();
    assert_eq!((&arm["architecture"], &arm["variant"]), (&json!("arm"), &json!("v7")));
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn five_images_become_one_tag() {
    whole_job(Auth::None, Width::Desk).await;
}

#[tokio::test]
async fn five_images_become_one_tag_on_a_phone_and_with_tokens() {
    whole_job(Auth::Token, Width::Phone).await;
}
