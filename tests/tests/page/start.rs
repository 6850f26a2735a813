//! The start page, the ways to other pages and back, and where the focus is then.

use onetag_tests::{Auth, Key, Width};
use serde_json::Value;

use super::{
    accessibility::assert_accessible, assert_quiet, paste_five, pictures, references, start, wait_for_platforms,
};

#[tokio::test]
async fn what_was_typed_is_there_again() {
    let (_registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.type_into("#reference-input", "ghcr.io/you/app").await;
    browser.click("#nav-new").await;
    browser.wait_for("#paste").await;
    browser.back().await;
    browser.wait_until("document.querySelector('#reference-input')?.value === 'ghcr.io/you/app'").await;
    browser.reload().await;
    browser.wait_until("document.querySelector('#reference-input')?.value === 'ghcr.io/you/app'").await;
    // The page by itself is empty.
    browser.click("#nav-new").await;
    browser.wait_for("#paste").await;
    browser.click(".wordmark").await;
    browser.wait_until("document.querySelector('#reference-input')?.value === ''").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn a_repository_can_be_saved() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let name = registry.reference("demo/app");
    browser.goto(&onetag.url(&format!("/r/{name}"))).await;
    browser.click(("button", "Save")).await;
    browser.wait_for("#save[aria-pressed='true']").await;
    pictures(&mut browser, "saved-repository").await;
    browser.click(".wordmark").await;
    browser.wait_for(("#saved a", name.as_str())).await;
    assert_accessible(&mut browser, "a saved repository").await;
    pictures(&mut browser, "saved").await;
    browser.click("#saved a").await;
    browser.click(("button", "Saved")).await;
    browser.wait_for("#save[aria-pressed='false']").await;
    browser.click(".wordmark").await;
    browser.wait_for("#reference-input").await;
    assert_eq!(browser.count("#saved").await, 0);
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn what_may_have_been_meant_is_taken_by_a_click() {
    let (registry, onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.type_into("#reference-input", &format!("{}\n", registry.reference("demo/Attested:v1"))).await;
    browser.click("#reference-error button").await;
    let meant = registry.reference("demo/attested:v1");
    browser.wait_until(&format!("document.querySelector('#reference-input').value === '{meant}'")).await;
    browser.wait_for_count("#reference-error .field-error", 0).await;
    browser.wait_for("#reference-input[aria-invalid='false']").await;
    browser.press("\n").await;
    browser.wait_for("#root-digest").await;
    // A link to a page about an image is understood as it is.
    browser.goto(&onetag.url("/")).await;
    browser.type_into("#reference-input", &format!("https://onetag.example/i/{meant}?tab=raw&on=arm64\n")).await;
    browser.wait_for("#root-digest").await;
    assert!(browser.url().await.ends_with(&format!("/i/{meant}?on=linux/arm64")), "{}", browser.url().await);
    browser.wait_for(("#will-it-run", "Yes. It gets linux/arm64/v8")).await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn the_focus_goes_where_the_person_goes() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.click("#new-list").await;
    browser.wait_for_focus("textarea Add images").await;
    browser.back().await;
    browser.wait_for_focus("input Image reference").await;
    browser.type_into("#reference-input", &format!("{}\n", registry.reference("demo/attested:v1"))).await;
    browser.wait_until("document.activeElement.matches('#main h1.reference')").await;
    browser.click("#edit-list").await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm64/v8"]).await;
    browser.wait_until("document.activeElement.matches('.editor h1')").await;

    // What is deleted hands the focus on.
    browser.click("#nav-new").await;
    browser.type_into("#target-0", "me/second:v1").await;
    browser.click(".wordmark").await;
    browser.click(("button", "Delete draft me/second:v1")).await;
    let first = format!("button Delete draft {}", registry.reference("demo/attested:v1"));
    browser.wait_for_focus(&first).await;
    browser.press("\n").await;
    browser.wait_for_focus("button Bring it back").await;
    browser.press("\n").await;
    browser.wait_for_focus(&format!("a {}", registry.reference("demo/attested:v1"))).await;
    browser.click(("button", "Forget these")).await;
    browser.wait_for_focus("input Image reference").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn back_and_forward_keep_the_address_true() {
    let (registry, onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.click("#nav-new").await;
    browser.wait_for("#paste").await;
    browser.click(".wordmark").await;
    browser.type_into("#reference-input", &format!("{}\n", registry.reference("demo/attested:v1"))).await;
    browser.wait_for("#summary").await;
    browser.back().await;
    browser.wait_for("#reference-input").await;
    browser.forward().await;
    browser.wait_for("#summary").await;
    browser.click(".wordmark").await;
    browser.wait_for("#reference-input").await;
    browser.wait_until("location.pathname === '/'").await;
    browser.back().await;
    browser.wait_for("#summary").await;
    assert_eq!(browser.url().await, onetag.url(&format!("/i/{}", registry.reference("demo/attested:v1"))));
}

#[tokio::test]
async fn an_untouched_list_is_no_new_one_each_time() {
    let (_registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.click("#new-list").await;
    browser.wait_for("#paste").await;
    let blank = browser.url().await;
    browser.click(".wordmark").await;
    browser.click("#new-list").await;
    browser.wait_for("#paste").await;
    assert_eq!(browser.url().await, blank);
    let drafts = "Object.keys(localStorage).filter(key => key.startsWith('onetag.draft')).length";
    assert_eq!(browser.evaluate::<u32>(drafts).await, 1);
    // Once there is something in it, the next is another.
    browser.type_into("#target-0", "me/app:v1").await;
    browser.click("#nav-new").await;
    browser.wait_until("document.querySelector('#target-0')?.value === ''").await;
    assert_ne!(browser.url().await, blank);
}

#[tokio::test]
async fn a_pasted_command_keeps_what_it_says() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    let [amd64, armv7, list] =
        ["demo/app:v1-amd64", "demo/app:v1-armv7", "demo/app:v1"].map(|name| registry.reference(name));
    browser.click("#new-list").await;
    let commands = format!(
        "set -e\ndocker manifest create {list} {amd64} {armv7}\n\
         docker manifest annotate --arch arm --variant v6 {list} {armv7}\ndocker manifest push {list}"
    );
    browser.paste("#paste", &commands).await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm/v6"]).await;
    assert_eq!(browser.value("#target-0").await, list);
    browser.wait_for((".left-out", "Left out: “set -e”.")).await;

    // Of a row that is there already, field by field; a tag that is named is not pushed out.
    browser.paste("#paste", &format!("docker manifest annotate --variant v7 other:v1 {armv7}")).await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm/v7"]).await;
    browser.wait_for((".left-out", "the tag other:v1, because there is one to push to already")).await;
    assert_eq!(browser.value("#target-0").await, list);
    browser.press(Key::Tab + "").await;
    browser.click("#undo").await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm/v6"]).await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn a_command_on_the_start_page_makes_the_same_list() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    let images = references(&registry).replace('\n', " ");
    let list = registry.reference("demo/app:v1");
    let command = format!("docker buildx imagetools create --foo -t {list} -t {list}-again {images}\n");
    browser.type_into("#reference-input", &command).await;
    wait_for_platforms(&browser, &super::PLATFORMS).await;
    assert_eq!(browser.value("#target-0").await, list);
    assert_eq!(browser.value("#target-1").await, format!("{list}-again"));
    browser.wait_for((".left-out", "--foo, which is not known here")).await;
}

/// The field has one line.
#[tokio::test]
async fn a_script_that_is_pasted_into_the_start_page_keeps_its_lines() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    let [amd64, armv7, list] =
        ["demo/app:v1-amd64", "demo/app:v1-armv7", "demo/app:v1"].map(|name| registry.reference(name));
    let commands = format!("docker manifest create {list} \\\n  {amd64} \\\n  {armv7}\ndocker manifest push {list}\n");
    browser.paste("#reference-input", &commands).await;
    browser.wait_for(("#inspect-button", "Make a list")).await;
    browser.press("\n").await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm/v7"]).await;
    assert_eq!(browser.value("#target-0").await, list);
    // What is typed in its place counts, and be it the same without a break.
    browser.click(".wordmark").await;
    browser.paste("#reference-input", &amd64.replace("app:", "app:\n")).await;
    browser.press("\n").await;
    browser.wait_for("#reference-error .field-error").await;
    browser.replace("#reference-input", &amd64).await;
    browser.press("\n").await;
    browser.wait_until(&format!("location.pathname === '/i/{amd64}'")).await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn digests_are_whole_where_the_focus_is() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Phone).await;
    paste_five(&registry, &browser).await;
    browser
        .evaluate::<Value>("document.querySelector('[data-place=\"0\"] .digest').focus({ focusVisible: true })")
        .await;
    let shown = "getComputedStyle(document.activeElement.parentElement, '::after').content";
    browser.wait_until(&format!("/^\"sha256:[0-9a-f]{{64}}\"$/.test({shown})")).await;
}
