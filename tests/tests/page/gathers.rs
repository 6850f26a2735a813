//! A list whose parts come one by one.

use http::Method;
use onetag_shared::api::{Gather, paths};
use onetag_tests::{Answer, Auth, Key, Onetag, Registry, Width};
use serde_json::{Value, json};

use super::{accessibility::assert_accessible, assert_quiet, pictures, start};

/// What a job does that has the token and nothing else.
async fn add(onetag: &Onetag, registry: &Registry, id: &str, token: &str, name: &str) {
    let part = json!({ "source": registry.reference(&format!("demo/app:v1-{name}")) });
    let request = onetag.anonymous(Method::POST, &paths::GATHER_PARTS.replace("{id}", id)).bearer_auth(token);
    let answer = Answer::of(request.body(part.to_string())).await;
    assert!(answer.status.is_success(), "{}", answer.text());
}

#[tokio::test]
async fn a_gather_is_made_filled_by_jobs_and_pushed_without_what_is_missing() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    browser.click("#nav-gathers").await;
    browser.wait_for_text("There is none yet").await;
    browser.click("#make-gather").await;
    browser.click("#start-gather").await;
    browser.wait_for((".field-error", "Choose the platforms")).await;
    browser.wait_for_focus("textarea Others").await;
    for platform in ["linux/amd64", "linux/arm64"] {
        browser.click(("label", platform)).await;
    }
    browser.type_into("#gather-platforms", "linux/s390x, linux/mips*").await;
    browser.type_into("#gather-targets", &registry.reference("demo/gathered:v1")).await;
    browser.click("#start-gather").await;
    browser.wait_for((".field-error", "linux/mips*")).await;
    assert_accessible(&mut browser, "a new gather").await;
    pictures(&mut browser, "gather-new").await;
    browser.replace("#gather-platforms", "linux/s390x").await;
    browser.click("#start-gather").await;

    // The token is shown once, and the page fills as jobs use it.
    let token = browser.text("#gather-token").await;
    let url = browser.url().await;
    let id = url.rsplit('/').next().expect("an address").to_owned();
    let first_says = |words: &str| format!("document.querySelector('.snippet pre').textContent.includes({words:?})");
    browser.wait_until(&first_says(&token)).await;
    browser.wait_for_count("[data-missing]", 3).await;
    for (name, platform) in [("arm64", "linux/arm64"), ("amd64", "linux/amd64")] {
        add(&onetag, &registry, &id, &token, name).await;
        let image = registry.manifest("demo/app", &format!("v1-{name}")).await.expect("a sample").digest;
        browser.wait_for(&format!("[data-part='{platform}'] [data-whole='{image}']")).await;
    }
    browser.wait_for(("#gather-summary", "2 of 3 parts")).await;
    browser.wait_for(("#time-left", "5 hours 59 minutes left")).await;
    assert_accessible(&mut browser, "a gather").await;
    pictures(&mut browser, "gather-open").await;
    browser.reload().await;
    browser.wait_for_count("[data-missing]", 1).await;
    assert_eq!(browser.count("#gather-token").await, 0);
    browser.wait_until(&first_says("$ONETAG_TOKEN")).await;

    // Thought better of, and then done, all by keyboard.
    browser.evaluate::<Value>("document.querySelector('#push-without').focus()").await;
    browser.press(Key::Enter + "").await;
    browser.wait_for((".dialog h2", "Push without linux/s390x?")).await;
    assert_accessible(&mut browser, "a dialog").await;
    browser.press(Key::Escape + "").await;
    browser.wait_until_gone(".dialog").await;
    browser.wait_for_focus("button Push without what is missing…").await;
    browser.press(Key::Enter + "").await;
    browser.press(Key::Tab + "").await;
    browser.wait_for_focus("button Push without them").await;
    browser.press(Key::Enter + "").await;
    let digest = browser.attribute("#pushed", "data-digest").await;
    let stored = registry.manifest("demo/gathered", "v1").await.expect("a list");
    assert_eq!(digest, Some(stored.digest.to_string()));
    browser.wait_for("[data-missing='left out']").await;
    browser.wait_for_count(".snippet", 0).await;
    assert_accessible(&mut browser, "a gather that was pushed").await;
    pictures(&mut browser, "gather-pushed").await;

    // Another, whose parts are late.
    let request = json!({
        "platforms": ["linux/amd64", "linux/arm64"], "targets": [{ "ref": registry.reference("demo/late:v1") }], "expiresIn": 1,
    });
    let late: Gather = onetag.post(paths::GATHERS, &request).await.json();
    browser.goto(&onetag.url(&format!("/gathers/{}", late.id))).await;
    browser.wait_for("#gather-summary[data-state='overdue']").await;
    browser.wait_for_count("[data-missing='missing']", 2).await;
    assert_eq!(browser.count("#push-without").await, 0, "there is nothing to push");
    assert_accessible(&mut browser, "a gather that is overdue").await;
    browser.click("#cancel-gather").await;
    browser.click("#cancel-gather-sure").await;
    browser.wait_for("#gather-summary[data-state='cancelled']").await;
    browser.wait_until("document.activeElement.id === 'gather-summary'").await;

    browser.click("#nav-gathers").await;
    browser.wait_for_count("#gathers li", 2).await;
    let listed = browser.text("#gathers").await;
    assert!(
        listed.contains("demo/late:v1") && listed.contains("cancelled") && listed.contains("2 of 3 parts"),
        "{listed}"
    );
    assert_accessible(&mut browser, "gathers").await;
    pictures(&mut browser, "gathers").await;
    assert_quiet(&browser).await;
}
