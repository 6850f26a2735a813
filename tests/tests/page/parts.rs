//! Parts of the application that are fetched when they are first wanted.

use onetag_tests::{Auth, Width};

use super::{accessibility::assert_accessible, pictures, start};

#[tokio::test]
async fn a_part_that_cannot_be_fetched_says_so_and_is_asked_for_again() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/app:v1-amd64")))).await;
    browser.wait_for("[data-platform='linux/amd64']").await;
    browser.block(&["*/split_more.wasm"]).await;
    browser.click("#tab-commands").await;
    browser.wait_for(("[data-code='part-missing']", "could not be fetched")).await;
    assert_accessible(&mut browser, "a part that is missing").await;
    pictures(&mut browser, "part-missing").await;
    browser.block(&[]).await;
    browser.click(("[data-code='part-missing'] button", "Try again")).await;
    browser.wait_for("[data-tool='docker']").await;
    browser.wait_until_gone("[data-code='part-missing']").await;

    // A list cannot be edited without the editor, and what is looked at stays.
    browser.block(&["*/split_editor.wasm"]).await;
    browser.click("#edit-list").await;
    browser.wait_for((".problem", "A part of this page could not be fetched")).await;
    browser.block(&[]).await;
    browser.click("#edit-list").await;
    browser.wait_for(".platform-field").await;
}
