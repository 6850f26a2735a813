//! Drafts stay: through reload, crash, and a storage that is full.

use onetag_tests::{Auth, Key, Width};

use super::{PLATFORMS, assert_quiet, paste_five, preview, start, wait_for_platforms};

#[tokio::test]
async fn a_draft_survives_reload_and_crash() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    paste_five(&registry, &browser).await;
    let before = preview(&browser).await;
    browser.replace(("input", "Platform of row 3"), "linux/arm/v6\n").await;
    browser.wait_until(&format!("document.querySelector('#preview-digest').dataset.digest !== '{before}'")).await;
    let edited = preview(&browser).await;
    browser.type_into("#target-0", &registry.reference("demo/survivor:v1")).await;
    browser.type_into("#paste", "not added yet").await;

    browser.reload().await;
    let changed = ["linux/amd64", "linux/arm64/v8", "linux/arm/v6", "linux/ppc64le", "linux/s390x"];
    wait_for_platforms(&browser, &changed).await;
    assert_eq!(preview(&browser).await, edited);
    assert_eq!(browser.value("#paste").await, "not added yet");

    browser.click(".wordmark").await;
    browser.wait_for((".draft-list a", "demo/survivor:v1")).await;
    browser.back().await;
    wait_for_platforms(&browser, &changed).await;

    // A change just before the crash: it is in the draft's copy that is on disk at once, not in the one that comes late.
    browser.replace(("input", "Platform of row 1"), "linux/amd64/v2\n").await;
    let changed = ["linux/amd64/v2", "linux/arm64/v8", "linux/arm/v6", "linux/ppc64le", "linux/s390x"];
    wait_for_platforms(&browser, &changed).await;
    let edited = preview(&browser).await;
    browser.crash_and_restart().await;
    browser.goto(&onetag.entrance()).await;
    browser.click((".draft-list a", "demo/survivor:v1")).await;
    wait_for_platforms(&browser, &changed).await;
    assert_eq!(preview(&browser).await, edited);

    // What was done before the crash can still be undone after it.
    browser.click("#undo").await;
    browser.click("#undo").await;
    wait_for_platforms(&browser, &PLATFORMS).await;
    browser.wait_until(&format!("document.querySelector('#preview-digest').dataset.digest === '{before}'")).await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn what_is_unfinished_in_a_field_stays_there() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    paste_five(&registry, &browser).await;
    browser.click(("button", "More about row 2")).await;
    browser.replace(("input", "Source of row 2"), "Not A Reference").await;
    browser.replace(("input", "Platform of row 3"), "what/is/that/now").await;
    browser.click(("[data-place='1'] button", "Annotation")).await;
    browser.type_into(("[data-place='1'] input", "Value of annotation 1"), "a value without a key").await;
    // Errors go with their rows.
    browser.click(("button", "Move row 2 up")).await;
    // Not left yet.
    browser.replace(("input", "Platform of row 4"), "linux/ppc64").await;

    browser.reload().await;
    browser.wait_for(("[data-place='2'] .field-error", "too many parts")).await;
    assert_eq!(browser.value(("input", "Platform of row 3")).await, "what/is/that/now");
    assert_eq!(browser.value(("input", "Source of row 1")).await, "Not A Reference");
    browser.wait_for("[data-place='0'] .source-field[aria-invalid='true']").await;
    let value = ("[data-place='0'] input", "Value of annotation 1");
    assert_eq!(browser.value(value).await, "a value without a key");
    assert_eq!(browser.value(("input", "Platform of row 4")).await, "linux/ppc64");
    // Nobody has left that field: it is not in the list.
    browser.wait_for(".platform-field.is-unfinished").await;
    assert!(!browser.text("#preview").await.contains("\"ppc64\""));

    // Given its key it is in the list; emptied, a platform is the image's again, and Escape brings back what is there.
    browser.type_into(("[data-place='0'] input", "Key of annotation 1"), "com.example.key\n").await;
    browser.click("#tab-bytes").await;
    browser.wait_until("document.querySelector('#preview').textContent.includes('a value without a key')").await;
    browser.replace(("input", "Platform of row 4"), "\n").await;
    browser.type_into(("input", "Platform of row 3"), "").await;
    browser.press(Key::Escape + "").await;
    wait_for_platforms(&browser, &["linux/arm64/v8", "linux/amd64", "linux/arm/v7", "linux/ppc64le", "linux/s390x"])
        .await;
    browser.wait_until_gone(("[data-place='2'] .field-error", "too many parts")).await;
}

#[tokio::test]
async fn a_draft_that_cannot_be_kept_is_there_all_the_same() {
    let (registry, onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.fill_storage().await;
    browser.goto(&onetag.url("/")).await;
    paste_five(&registry, &browser).await;
    browser.wait_for((".save-state", "not saved")).await;
    // Other pages and back again: it is in memory.
    browser.click(".wordmark").await;
    browser.click((".draft-list a", "demo/app")).await;
    wait_for_platforms(&browser, &PLATFORMS).await;
}

#[tokio::test]
async fn a_draft_that_was_deleted_does_not_come_back() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    paste_five(&registry, &browser).await;
    browser.type_into("#target-0", &registry.reference("demo/deleted:v1")).await;
    browser.click(".wordmark").await;
    browser.click(("button", "Delete draft")).await;
    browser.wait_until_gone((".draft-list a", "demo/deleted:v1")).await;
    // It can be brought back, and deleted again.
    browser.click(("button", "Bring it back")).await;
    browser.wait_for((".draft-list a", "demo/deleted:v1")).await;
    browser.click(("button", "Delete draft")).await;
    browser.wait_until_gone((".draft-list a", "demo/deleted:v1")).await;
    browser.crash_and_restart().await;
    browser.goto(&onetag.entrance()).await;
    browser.wait_for("#reference-input").await;
    assert_eq!(browser.count((".draft-list a", "demo/deleted:v1")).await, 0);
}

#[tokio::test]
async fn two_tabs_show_the_same_draft() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    paste_five(&registry, &browser).await;
    let url = browser.url().await;
    browser.open_tab().await;
    browser.goto(&url).await;
    wait_for_platforms(&browser, &PLATFORMS).await;
    browser.click(("button", "Remove row 5")).await;
    wait_for_platforms(&browser, &PLATFORMS[..4]).await;
    browser.switch_tab(0).await;
    wait_for_platforms(&browser, &PLATFORMS[..4]).await;
    browser.click("#undo").await;
    wait_for_platforms(&browser, &PLATFORMS).await;
    browser.switch_tab(1).await;
    wait_for_platforms(&browser, &PLATFORMS).await;
}
