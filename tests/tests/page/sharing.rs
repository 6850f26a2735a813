//! Pinned links, and ways to share what is inspected.

use onetag_tests::{Auth, Width};

use super::{accessibility::assert_accessible, assert_quiet, pictures, start};

#[tokio::test]
async fn a_pinned_page_leads_to_what_has_changed_since() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    onetag.push_samples(&registry, &["amd64", "arm64", "armv7"], &["v1"]).await;
    let reference = registry.reference("demo/app:v1");
    let before = registry.manifest("demo/app", "v1").await.expect("it was pushed").digest;
    let pinned = format!("{reference}@{before}");
    browser.goto(&onetag.url(&format!("/i/{pinned}"))).await;
    browser.wait_for(("#pinned", "the tag still holds this")).await;

    // The tag moves: one platform goes, and one comes.
    onetag.push_samples(&registry, &["amd64", "armv7", "s390x"], &["v1"]).await;
    browser.goto(&onetag.url(&format!("/i/{pinned}"))).await;
    browser.wait_for(("#pinned", "the tag has moved since")).await;
    browser.click("#what-changed").await;
    browser.wait_for("#diff-verdict[data-verdict='different']").await;
    browser.wait_for(("[data-change='added'] .diff-name", "linux/s390x")).await;
    browser.wait_for(("[data-change='removed'] .diff-name", "linux/arm64/v8")).await;
    browser.back().await;
    browser.wait_for("#pinned[data-moved='true']").await;
    assert_accessible(&mut browser, "a pinned page").await;
    pictures(&mut browser, "pinned").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn what_is_inspected_can_be_shared() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    onetag.push_samples(&registry, &["amd64", "arm64"], &["v1"]).await;
    let reference = registry.reference("demo/app:v1");
    browser.goto(&onetag.url(&format!("/i/{reference}?tab=share"))).await;
    browser.wait_for((".snippet", "Link to this tag")).await;
    let texts = browser.texts(".snippet code").await;
    let digest = registry.manifest("demo/app", "v1").await.expect("it was pushed").digest;
    assert_eq!(texts[0], onetag.url(&format!("/i/{reference}")));
    assert_eq!(texts[1], onetag.url(&format!("/i/{reference}@{digest}")));
    browser.wait_until("document.querySelector('#badge').naturalWidth > 0").await;
    // The badge shows what is chosen, and what is copied asks for the same.
    browser.choose("#badge-show", "runs-on").await;
    browser.choose("#badge-on", "linux/arm64/v8").await;
    browser.choose("#badge-style", "for-the-badge").await;
    browser.type_into("#badge-label", "on a Pi").await;
    let chosen = "?on=linux/arm64/v8&style=for-the-badge&label=on%20a%20Pi";
    browser
        .wait_for((
            ".snippet-text",
            format!("[![on a Pi]({}{chosen})]", onetag.url(&format!("/badge/{reference}.svg"))),
        ))
        .await;
    browser.wait_until(&format!("document.querySelector('#badge').src.endsWith('{chosen}')")).await;
    browser.wait_until("document.querySelector('#badge').naturalHeight == 28").await;
    assert_accessible(&mut browser, "sharing").await;
    pictures(&mut browser, "share").await;
    // What is copied leads there.
    browser.goto(&texts[1]).await;
    browser.wait_for("#pinned[data-moved='false']").await;
    assert_quiet(&browser).await;
}
