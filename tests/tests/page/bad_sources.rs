//! Sources that cannot be had, beside good ones: the row says so, everything else stays, and nothing can be pushed.

use onetag_tests::{Auth, Browser, Hostile, Onetag, Registry};

use super::{assert_quiet, pictures, preview, wait_for_platforms};

#[tokio::test]
async fn a_bad_source_leaves_the_rest_of_the_draft_alone() {
    let registry = Registry::with_samples(Auth::None).await;
    let hostile = Hostile::start().await;
    let onetag = Onetag::start_with(&[&registry], &[("ONETAG_TIMEOUT_FIRST_BYTE", "3s")]).await;
    let mut browser = Browser::start().await;
    browser.goto(&onetag.entrance()).await;
    browser.click("#new-list").await;
    let good = ["demo/app:v1-amd64", "demo/app:v1-s390x"].map(|name| registry.reference(name));
    browser.paste("#paste", &good.join("\n")).await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/s390x"]).await;
    let target = registry.reference("demo/app:v1");
    browser.type_into("#target-0", &target).await;
    browser.wait_for("#push[aria-disabled='false']").await;
    let before = preview(&browser).await;

    for (source, code) in [
        ("127.0.0.1:1/app:v1".to_owned(), "registry-unreachable"),
        (hostile.reference("html:v1"), "not-a-registry"),
        (hostile.reference("lie/header:v1"), "digest-mismatch"),
        (hostile.reference(&format!("lie/body@{}", hostile.digest())), "digest-mismatch"),
        (hostile.reference("big:v1"), "too-large"),
        (hostile.reference("never:v1"), "registry-timeout"),
        (hostile.reference("schema1:v1"), "schema-1"),
        (hostile.reference("login:v1"), "unauthorized"),
    ] {
        browser.type_into("#paste", &format!("{source}\n")).await;
        // What is wrong is in the row, with what to do; whose fault it is, too.
        browser.wait_for(&format!("[data-place='2'] .problem[data-code='{code}']")).await;
        for part in [".problem-title", ".problem-detail", ".problem-hint"] {
            let words = browser.text(&format!("[data-place='2'] {part}")).await;
            assert!(!words.trim().is_empty(), "{source}: {part}");
        }
        browser.wait_for(("[data-place='2'] button", "Try again")).await;
        // The others are as they were.
        for (place, platform) in ["linux/amd64", "linux/s390x"].iter().enumerate() {
            let field = format!("document.querySelector(\"[data-place='{place}'] .platform-field\").value");
            assert_eq!(&browser.evaluate::<String>(&field).await, platform, "{source}");
            assert_eq!(browser.count(&format!("[data-place='{place}'] .problem")).await, 0, "{source}");
        }
        assert_eq!(browser.value("#target-0").await, target, "{source}");
        // Nobody can push that, and it says why.
        browser.wait_for("#push[aria-disabled='true']").await;
        let why = browser.text("#why-not").await;
        assert!(why.contains("row 3") || why.contains("error"), "{source}: {why}");
        browser.click("#push").await;
        if code == "registry-timeout" {
            pictures(&mut browser, "bad-source").await;
        }
        // All of that is there after a reload.
        if code == "not-a-registry" {
            browser.reload().await;
            browser.wait_for(&format!("[data-place='2'] .problem[data-code='{code}']")).await;
        }
        browser.click(("[data-place='2'] button", "Remove the row")).await;
        wait_for_platforms(&browser, &["linux/amd64", "linux/s390x"]).await;
        browser.wait_for("#push[aria-disabled='false']").await;
        assert_eq!(preview(&browser).await, before, "{source}");
    }
    assert_eq!(registry.manifest("demo/app", "v1").await, None, "nothing was pushed");
    assert_eq!(hostile.writes(), Vec::<String>::new());
    assert_quiet(&browser).await;
}
