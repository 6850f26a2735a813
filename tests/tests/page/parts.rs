//! Parts of the application that are fetched when they are first wanted.

use onetag_tests::{Auth, Width};

use super::{accessibility::assert_accessible, pictures, start};

#[tokio::test]
async fn a_part_that_cannot_be_fetched_says_so_and_is_asked_for_again() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/app:v1-amd64")))).await;
    browser.wait_for("[data-platform='linux/amd64']").await;
    browser.block(&["*/more.wasm"]).await;
    browser.click("#tab-commands").await;
    browser.wait_for(("[data-code='part-missing']", "could not be fetched")).await;
    assert_accessible(&mut browser, "a part that is missing").await;
    pictures(&mut browser, "part-missing").await;
    browser.block(&[]).await;
    browser.click(("[data-code='part-missing'] button", "Try again")).await;
    browser.wait_for("[data-tool='docker']").await;
    browser.wait_until_gone("[data-code='part-missing']").await;

    // A list cannot be edited without the editor, and what is looked at stays.
    browser.block(&["*/editor.wasm"]).await;
    browser.click("#edit-list").await;
    browser.wait_for((".problem", "A part of this page could not be fetched")).await;
    browser.block(&[]).await;
    browser.click("#edit-list").await;
    browser.wait_for(".platform-field").await;
}

#[tokio::test]
async fn code_that_has_stopped_for_good_says_so() {
    let (_registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    let throw = |what: &str| format!("(() => {{ setTimeout(() => {{ throw {what} }}); Promise.reject({what}) }})()");
    // What other scripts in the page do, such as those of extensions, is no matter of ours.
    browser.evaluate::<Option<bool>>(&throw("new Error('theirs')")).await;
    browser.type_into("#reference-input", "alpine").await;
    browser.wait_until("document.querySelector('#broken').hidden").await;
    // A module whose one function is the instruction `unreachable`.
    let trap = "new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, \
        3, 2, 1, 0, 7, 5, 1, 1, 97, 0, 0, 10, 5, 1, 3, 0, 0, 11]))).exports.a()";
    for stopped in [format!("void setTimeout(() => {trap})"), format!("void (async () => {trap})()")] {
        browser.evaluate::<Option<bool>>(&stopped).await;
        browser.wait_for(("#broken", "it no longer answers")).await;
        browser.evaluate::<Option<bool>>("void (document.querySelector('#broken').hidden = true)").await;
    }
}
