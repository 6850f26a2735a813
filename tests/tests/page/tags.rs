//! The tag as such: what points there, what it held before, and deleting it.

use onetag_tests::{Auth, Width, samples};
use serde_json::Value;
use thirtyfour::Key;

use super::{accessibility::assert_accessible, assert_quiet, pictures, start};

/// At a registry that deletes by digest only.
#[tokio::test]
async fn an_earlier_list_is_put_back_and_a_tag_is_deleted_with_what_goes_along() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let old = onetag.push_samples(&registry, &["amd64", "arm64"], &["v1", "latest"]).await;
    onetag.push_samples(&registry, &["amd64"], &["v1"]).await;
    browser.goto(&onetag.url(&format!("/i/{}?tab=tags", registry.reference("demo/app:v1")))).await;
    browser.wait_for_count("#history li", 2).await;
    assert_eq!(browser.count("#history button.small").await, 1, "what there was no tag before cannot be put back");
    browser.click(("#history button", format!("Put back {}", old.short()))).await;
    browser.wait_for(("#put-back", "again")).await;
    browser.wait_for_count("#history li", 3).await;
    assert_eq!(registry.manifest("demo/app", "v1").await.unwrap().digest, old);
    browser.wait_for(format!("#root-digest[data-digest='{old}']").as_str()).await;

    browser.click("#find-pointing").await;
    browser.wait_for(("#pointing a", "latest")).await;
    assert_accessible(&mut browser, "tags").await;
    pictures(&mut browser, "tags").await;

    // Looked at, and thought better of.
    browser.evaluate::<Value>("document.querySelector('#delete-tag').focus()").await;
    browser.press(Key::Enter + "").await;
    browser.wait_for("#delete-sure").await;
    browser.wait_for((".dialog a", "latest")).await;
    assert_accessible(&mut browser, "a dialog").await;
    pictures(&mut browser, "delete").await;
    browser.press(Key::Escape + "").await;
    browser.wait_until_gone(".dialog").await;
    browser.wait_for_focus("button Delete this tag…").await;
    assert_eq!(registry.manifest("demo/app", "v1").await.unwrap().digest, old);

    // Another tag would go along: only when that was said, and pressed once more.
    browser.press(Key::Enter + "").await;
    browser.click("#delete-sure").await;
    browser.wait_for("#delete-more").await;
    browser.wait_for((".dialog .warn", "would go along")).await;
    pictures(&mut browser, "delete-more").await;
    assert_eq!(registry.manifest("demo/app", "latest").await.unwrap().digest, old, "nothing has gone yet");
    browser.click("#delete-more").await;
    browser.wait_for(("#deleted", "latest, v1 are gone")).await;
    browser.wait_for_focus("button Delete this tag…").await;
    browser.wait_for("#history [data-kind='delete']").await;
    let tags = registry.tags("demo/app").await;
    assert!(!tags.iter().any(|tag| tag == "v1" || tag == "latest"), "{tags:?}");

    // It went with the list: that is told, and nothing else happens.
    browser.click(("#history [data-kind='delete'] button", format!("Put back {}", old.short()))).await;
    browser.wait_for("[data-code='manifest-unknown']").await;
}

/// Nothing points to an image that is only in a list, and it is not for deleting all the same.
#[tokio::test]
async fn an_image_in_a_list_is_pointed_to_by_that() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let child = samples::image("arm64").manifest.digest;
    browser.goto(&onetag.url(&format!("/i/{}@{child}?tab=tags", registry.reference("demo/attested")))).await;
    browser.click("#find-pointing").await;
    browser.wait_for(("#pointing", "No tag points here by itself.")).await;
    browser.click("#find-lists").await;
    browser.wait_for(("#holding", "Lists that have it as an entry are at:")).await;
    let link = browser.attribute("#holding a", "href").await;
    assert_eq!(link, Some(format!("/i/{}", registry.reference("demo/attested:v1"))));
    assert_accessible(&mut browser, "lists that have an image").await;
    pictures(&mut browser, "tags-lists").await;
    assert_quiet(&browser).await;
}
