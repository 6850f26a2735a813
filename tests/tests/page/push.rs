//! Pushes that meet with something.

use std::time::Duration;

use onetag_shared::api::PushState;
use onetag_tests::{
    Auth, Browser, CountingProxy, Key, Onetag, Registry, Width,
    samples::{self, Sample},
};
use serde_json::json;

use super::{NAMES, PLATFORMS, paste_five, pictures, preview, start, wait_for_platforms};

#[tokio::test]
async fn a_tag_that_moved_is_not_overwritten_unseen() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    paste_five(&registry, &browser).await;
    browser.click("#offered-target").await;
    browser.wait_for("[data-held='absent']").await;
    browser.wait_for("#push[aria-disabled='false']").await;

    // Somebody else is faster.
    let theirs = json!({ "entries": [{ "source": registry.reference("demo/app:v1-riscv64") }] });
    let (plan, job) = onetag.plan_and_push(&theirs, &[&registry.reference("demo/app:v1")]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    let their_digest = plan.document.expect("a plan").digest;

    browser.click("#push").await;
    browser.wait_for("#refused [data-code='conflict']").await;
    assert!(browser.text(".conflicts").await.contains(their_digest.short()));
    let stored = registry.manifest("demo/app", "v1").await.expect("the tag is there");
    assert_eq!(stored.digest, their_digest, "the tag was left alone");
    pictures(&mut browser, "conflict").await;

    // Now it is seen, and what would be lost is said, and kept with one press.
    browser.click("#put-away").await;
    browser.wait_for(&format!("[data-held='{their_digest}']")).await;
    browser.wait_for_text("takes away linux/riscv64").await;
    browser.click((".keep-theirs", "Keep them")).await;
    let both: Vec<&str> = PLATFORMS.into_iter().chain(["linux/riscv64"]).collect();
    wait_for_platforms(&browser, &both).await;
    browser.wait_until_gone("[data-change='removes']").await;
    browser.wait_for_focus("button Push").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    let digest = preview(&browser).await;
    browser.click("#push").await;
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest.clone()));
    assert_eq!(registry.manifest("demo/app", "v1").await.expect("the tag").digest.as_str(), digest);

    // A reload finds the result again.
    browser.reload().await;
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest));
}

#[tokio::test]
async fn what_was_pushed_is_what_is_shown_next() {
    let (registry, onetag, browser) = start(Auth::None, Width::Desk).await;
    let sources = ["amd64", "arm64"].map(|name| registry.reference(&format!("demo/app:v1-{name}")));
    let list = json!({ "entries": sources.map(|source| json!({ "source": source })) });
    let tag = registry.reference("demo/app:v1");
    let (_, job) = onetag.plan_and_push(&list, &[&tag]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);

    browser.type_into("#reference-input", &format!("{tag}\n")).await;
    browser.wait_for_count("[data-row]", 2).await;
    browser.click("#edit-list").await;
    wait_for_platforms(&browser, &PLATFORMS[..2]).await;
    browser.click(("button", "Remove row 2")).await;
    browser.wait_for_text("takes away linux/arm64/v8").await;
    browser.click("#push").await;
    let pushed = browser.attribute("#pushed", "data-digest").await.expect("a push ends with a digest");
    // It was looked at a moment ago, and is another one by now.
    browser.click((".done-tags a", &tag)).await;
    assert_eq!(browser.attribute("#root-digest", "data-digest").await, Some(pushed));
    browser.wait_for_count("[data-row]", 1).await;
}

#[tokio::test]
async fn a_source_that_moved_is_found_at_its_row() {
    let (registry, _onetag, mut browser) = start(Auth::None, Width::Desk).await;
    paste_five(&registry, &browser).await;
    browser.click("#offered-target").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    // The row says what was seen there, and somebody pushes another image.
    registry.put(&Sample::image("demo/app", "v1-arm64", samples::image("riscv64"))).await;
    browser.click("#push").await;
    browser.wait_for("#refused [data-code='draft-has-errors']").await;
    browser.wait_for(("#outcomes", "Nothing was moved")).await;
    browser.wait_for("[data-place='1'] .finding[data-code='source-changed']").await;
    browser.wait_for(("#why-not", "see row 2")).await;
    pictures(&mut browser, "source-moved").await;
    browser.click(("#to-row", "Go to row 2")).await;
    browser.wait_for_focus("button Take what is there now").await;
    browser.press("\n").await;
    let changed = ["linux/amd64", "linux/riscv64", "linux/arm/v7", "linux/ppc64le", "linux/s390x"];
    wait_for_platforms(&browser, &changed).await;
    browser.wait_for("#push[aria-disabled='false']").await;
    browser.click("#push").await;
    let digest = preview(&browser).await;
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest));
}

#[tokio::test]
async fn what_is_seen_to_have_moved_is_not_sent() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    paste_five(&registry, &browser).await;
    browser.click("#offered-target").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    registry.put(&Sample::image("demo/app", "v1-arm64", samples::image("riscv64"))).await;
    // What was seen more than a minute ago is looked at once more before it is sent.
    browser.evaluate::<()>("(() => { const now = Date.now; Date.now = () => now() + 61_000 })()").await;
    browser.click("#push").await;
    browser.wait_for("[data-place='1'] .finding[data-code='source-changed']").await;
    browser.wait_for(("#why-not", "see row 2")).await;
    assert_eq!(browser.count("#refused").await, 0, "the server was not asked");
    assert!(registry.manifest("demo/app", "v1").await.is_none(), "nothing was pushed");
}

#[tokio::test]
async fn what_is_unfinished_is_not_pushed() {
    let (registry, _onetag, mut browser) = start(Auth::None, Width::Desk).await;
    paste_five(&registry, &browser).await;
    browser.click("#offered-target").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    browser.replace(("input", "Platform of row 3"), "linux/arm/v6/x").await;
    browser.click("#push").await;
    browser.wait_for(("#why-not", "Row 3: finish or undo what is typed in it.")).await;
    browser.wait_for(("[data-place='2'] .field-error", "too many parts")).await;
    assert_eq!(browser.count("#pushed").await, 0);
    assert!(registry.manifest("demo/app", "v1").await.is_none(), "nothing was pushed");
    pictures(&mut browser, "unfinished").await;
    browser.click("#go-there").await;
    browser.wait_for_focus("input Platform of row 3").await;
    browser.press(Key::Escape + "").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    // An annotation without a key, and one that is not even begun.
    browser.click("#field-list-annotations-add").await;
    browser.wait_for_focus("input Key of annotation 1").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    browser.type_into((".settings input", "Value of annotation 1"), "a value without a key").await;
    browser.wait_for(("#why-not", "Annotations of the list: finish or undo what is typed there.")).await;
    browser.click((".settings button", "Remove annotation 1")).await;
    browser.wait_for_focus("button Annotation").await;
    browser.wait_for("#push[aria-disabled='false']").await;
}

#[tokio::test]
async fn how_a_push_ended_is_kept() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    paste_five(&registry, &browser).await;
    browser.click("#offered-target").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    browser.click("#push").await;
    let pushed = browser.attribute("#pushed", "data-digest").await;
    // A server that has lost its data knows no such push, and the draft knows all the same.
    let forget = "
        const key = Object.keys(localStorage).find(key => key.startsWith('onetag.draft.'));
        const draft = JSON.parse(localStorage[key]);
        draft.push.id = 'forgotten';
        localStorage[key] = JSON.stringify(draft);";
    browser.evaluate::<()>(&format!("(() => {{ {forget} }})()")).await;
    browser.reload().await;
    assert_eq!(browser.attribute("#pushed", "data-digest").await, pushed);
    wait_for_platforms(&browser, &PLATFORMS).await;
    assert_eq!(browser.count("#refused").await, 0);
    assert_eq!(browser.count(("#pushed", "has changed since")).await, 0);
}

/// A draft of the five samples and its tag behind a proxy, ready to be pushed. Whatever waits for an answer of the
/// registry waits as long as the test wants.
async fn behind_a_proxy() -> (Registry, CountingProxy, Onetag, Browser) {
    const LONG: &str = "600s";
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start_with_patience(registry.host(), Duration::from_mins(10)).await;
    let patience = [("ONETAG_TIMEOUT_FIRST_BYTE", LONG), ("ONETAG_TIMEOUT_WHOLE", LONG)];
    let onetag = Onetag::start_with(&[&registry], &patience).await;
    let browser = Browser::start().await;
    browser.goto(&onetag.entrance()).await;
    browser.click("#new-list").await;
    let sources = NAMES.map(|name| proxy.reference(&format!("demo/app:v1-{name}")));
    browser.paste("#paste", &sources.join("\n")).await;
    wait_for_platforms(&browser, &PLATFORMS).await;
    browser.type_into("#target-0", &proxy.reference("demo/app:v1")).await;
    browser.wait_for("#push[aria-disabled='false']").await;
    (registry, proxy, onetag, browser)
}

#[tokio::test]
async fn a_push_goes_on_while_the_page_is_loaded_again() {
    let (registry, proxy, _onetag, mut browser) = behind_a_proxy().await;
    let digest = preview(&browser).await;
    // The registry keeps its answers to itself for a while.
    proxy.hold_waves(&[1000]);
    browser.click("#push").await;
    browser.wait_for(".push-progress progress").await;
    pictures(&mut browser, "pushing").await;
    browser.reload().await;
    browser.wait_for(".push-progress progress").await;
    proxy.release();
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest.clone()));
    assert_eq!(registry.manifest("demo/app", "v1").await.expect("the tag").digest.as_str(), digest);
}

#[tokio::test]
async fn every_tab_follows_a_push() {
    let (_registry, proxy, _onetag, browser) = behind_a_proxy().await;
    let url = browser.url().await;
    browser.open_tab().await;
    browser.goto(&url).await;
    browser.wait_for("#push[aria-disabled='false']").await;

    browser.switch_tab(0).await;
    let digest = preview(&browser).await;
    proxy.hold_waves(&[1000]);
    browser.click("#push").await;
    browser.wait_for(".push-progress progress").await;
    browser.switch_tab(1).await;
    browser.wait_for(".push-progress progress").await;
    proxy.release();
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest.clone()));
    browser.switch_tab(0).await;
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest));
}

#[tokio::test]
async fn lost_contact_is_no_failure() {
    let (registry, proxy, mut onetag, mut browser) = behind_a_proxy().await;
    let digest = preview(&browser).await;
    proxy.hold_waves(&[1000]);
    browser.click("#push").await;
    browser.wait_for(".push-progress progress").await;
    onetag.crash().await;
    browser.wait_for("#contact-lost").await;
    pictures(&mut browser, "contact-lost").await;
    // The server goes on where it was, and so does the page.
    onetag.restart().await;
    browser.wait_until_gone("#contact-lost").await;
    proxy.release();
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest.clone()));
    assert_eq!(registry.manifest("demo/app", "v1").await.expect("the tag").digest.as_str(), digest);
}

#[tokio::test]
async fn a_push_that_nobody_took_waits_to_be_sent_again() {
    let (registry, _onetag, mut browser) = start(Auth::None, Width::Desk).await;
    paste_five(&registry, &browser).await;
    browser.click("#offered-target").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    let digest = preview(&browser).await;
    browser.set_offline(true).await;
    browser.click("#push").await;
    browser.wait_for(("#refused", "does not answer")).await;
    pictures(&mut browser, "no-answer").await;
    browser.set_offline(false).await;
    // Loading the page again sends nothing: the person does.
    browser.reload().await;
    browser.wait_for("#send-again").await;
    wait_for_platforms(&browser, &PLATFORMS).await;
    assert!(registry.manifest("demo/app", "v1").await.is_none(), "nothing was pushed");
    browser.click(("button", "Remove row 5")).await;
    browser.wait_for(("#send-again", "as it was then")).await;
    browser.click("#undo").await;
    browser.click(("#send-again", "Send it again")).await;
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest.clone()));
    assert_eq!(registry.manifest("demo/app", "v1").await.expect("the tag").digest.as_str(), digest);
    // The focus comes back to the draft.
    browser.click(("button", "Put this result away")).await;
    browser.wait_for_focus("button Push").await;
}

#[tokio::test]
async fn a_push_is_undone_with_one_press() {
    let (registry, _onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let old = Sample::image("demo/app", "v1", samples::image("riscv64"));
    registry.put(&old).await;
    paste_five(&registry, &browser).await;
    browser.click("#offered-target").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    let digest = preview(&browser).await;
    browser.click("#push").await;
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest));
    browser.click(("#undo-push", "Undo the push")).await;
    browser.wait_for(("#undone", old.root.digest.short())).await;
    assert_eq!(registry.manifest("demo/app", "v1").await.expect("the tag").digest, old.root.digest);
    browser.wait_for(&format!("[data-held='{}']", old.root.digest)).await;
    pictures(&mut browser, "undone").await;
    browser.reload().await;
    browser.wait_for("#undone").await;
}
