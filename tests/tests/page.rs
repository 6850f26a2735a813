//! The page in a real browser, against a real registry: what a person does, and what they see.

use onetag_shared::api::PushState;
use onetag_tests::{Auth, Browser, Clients, CountingProxy, Key, Onetag, Registry, Scheme, Width};
use serde_json::{Value, json};

const NAMES: [&str; 5] = ["amd64", "arm64", "armv7", "ppc64le", "s390x"];
const PLATFORMS: [&str; 5] = ["linux/amd64", "linux/arm64/v8", "linux/arm/v7", "linux/ppc64le", "linux/s390x"];

/// A registry with the samples, a server that knows its login, and a browser at its start page.
async fn start(auth: Auth, width: Width) -> (Registry, Onetag, Browser) {
    let registry = Registry::with_samples(auth).await;
    let onetag = Onetag::start(&[&registry]).await;
    let browser = Browser::start_as(width, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.wait_for("#reference-input").await;
    (registry, onetag, browser)
}

fn references(registry: &Registry) -> String {
    NAMES.map(|name| registry.reference(&format!("demo/app:v1-{name}"))).join("\n")
}

/// Opens a new list and pastes the five samples.
async fn paste_five(registry: &Registry, browser: &Browser) {
    browser.click("#new-list").await;
    browser.paste("#paste", &references(registry)).await;
    wait_for_platforms(browser, &PLATFORMS).await;
}

/// Waits until the platforms of the rows are these.
async fn wait_for_platforms(browser: &Browser, platforms: &[&str]) {
    let shown = "JSON.stringify([...document.querySelectorAll('.platform-field')].map(field => field.value))";
    browser.wait_until(&format!("{shown} === {}", json!(json!(platforms).to_string()))).await;
}

async fn preview(browser: &Browser) -> String {
    browser.attribute("#preview-digest", "data-digest").await.expect("a preview has a digest")
}

/// The whole page in both schemes and at both widths.
async fn pictures(browser: &mut Browser, name: &str) {
    for (width, size) in [(Width::Desk, 1440), (Width::Phone, 360)] {
        browser.set_width(width).await;
        for (scheme, colours) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            browser.set_scheme(scheme).await;
            browser.screenshot(&format!("{name}-{size}-{colours}")).await;
            let widths: [u32; 2] =
                browser.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]").await;
            assert!(widths[0] <= widths[1], "{name} scrolls sideways at {size}: {widths:?}");
        }
    }
    browser.set_width(Width::Desk).await;
    browser.set_scheme(Scheme::Light).await;
}

/// What the browser's console says, but for the answer that a new tag is not there.
async fn assert_quiet(browser: &Browser) {
    let mut errors = browser.console_errors().await;
    errors.retain(|line| {
        !(line.source == "network" && line.message.contains("/api/v1/resolve") && line.message.contains("404"))
    });
    assert!(errors.is_empty(), "{errors:#?}");
}

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
async fn what_is_wrong_stands_beside_what_it_is_about() {
    let (registry, _onetag, mut browser) = start(Auth::None, Width::Desk).await;
    browser.click("#new-list").await;
    // A slip of the pen is handed back with what may have been meant.
    let wrong = registry.reference("Demo/app:v1-amd64");
    let right = registry.reference("demo/app:v1-amd64");
    browser.type_into("#paste", &format!("{wrong}\n")).await;
    browser.click(("#paste-errors button", &right)).await;
    assert_eq!(browser.value("#paste").await, right);
    browser.press("\n").await;
    wait_for_platforms(&browser, &["linux/amd64"]).await;

    let more = ["demo/app:v1-armv7", "demo/none:v1", "demo/artifact:v1", "demo/app:v1-armv7"]
        .map(|rest| registry.reference(rest));
    browser.paste("#paste", &more.join("\n")).await;
    browser.wait_for("[data-place='2'] .problem[data-code='name-unknown'], [data-place='2'] .problem[data-code='manifest-unknown']").await;
    browser.wait_for("[data-place='3'] [data-code='not-an-image']").await;
    browser.wait_for("[data-place='4'] .finding[data-code='repeated-digest']").await;
    browser.wait_for("#push[disabled]").await;
    browser.replace(("input", "Platform of row 2"), "linux/arm\n").await;
    browser.wait_for("[data-place='1'] .finding[data-code='arm-without-variant']").await;
    pictures(&mut browser, "findings").await;

    // The way out stands beside it.
    browser.click(("[data-place='4'] button", "Remove the row")).await;
    browser.click(("[data-place='3'] button", "Remove the row")).await;
    browser.click(("[data-place='2'] button", "Remove the row")).await;
    browser.click(("[data-place='1'] .fix", "Use linux/arm/v7 as in its config")).await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm/v7"]).await;
    browser.wait_until_gone(".finding").await;

    browser.replace(("input", "Platform of row 1"), "what/is/that/now\n").await;
    browser.wait_for_text("has too many parts").await;
    browser.press(Key::Escape + "").await;

    // A target that is a digest.
    let digest = preview(&browser).await;
    browser.type_into("#target-0", &registry.reference(&format!("demo/app:v1@{digest}"))).await;
    browser.wait_for_text("a digest cannot be moved").await;
    assert!(browser.text("#why-not").await.contains("tag"));
    browser.click((".target-state button", "demo/app:v1")).await;
    browser.wait_for("#push:not([disabled])").await;
    assert!(registry.manifest("demo/app", "v1").await.is_none(), "nothing was pushed");
}

#[tokio::test]
async fn by_keyboard() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.press(Key::Tab + "").await;
    // The field has the focus from the start; from there the keyboard leads everywhere.
    browser.press(Key::Shift + Key::Tab + "").await;
    browser.type_into("#reference-input", &format!("{}\n", references(&registry).replace('\n', " "))).await;
    wait_for_platforms(&browser, &PLATFORMS).await;

    browser.replace(("input", "Platform of row 2"), "linux/arm64/v9").await;
    browser.press(Key::Alt + Key::Down).await;
    // What was typed goes with its row.
    let typed = ["linux/amd64", "linux/arm/v7", "linux/arm64/v9", "linux/ppc64le", "linux/s390x"];
    wait_for_platforms(&browser, &typed).await;
    browser.press(Key::Control + "z").await;
    browser.press(Key::Control + "z").await;
    wait_for_platforms(&browser, &PLATFORMS).await;
    browser.click(("button", "Move row 2 down")).await;
    let moved = ["linux/amd64", "linux/arm/v7", "linux/arm64/v8", "linux/ppc64le", "linux/s390x"];
    wait_for_platforms(&browser, &moved).await;
    assert_eq!(browser.focused().await, "button Move row 3 down");
    browser.press(Key::Control + "z").await;
    wait_for_platforms(&browser, &PLATFORMS).await;
    browser.press(Key::Control + Key::Shift + "z").await;
    wait_for_platforms(&browser, &moved).await;
    browser.press(Key::Tab + "").await;
    assert_eq!(browser.focused().await, "button Remove row 3");
    browser.press("\n").await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm/v7", "linux/ppc64le", "linux/s390x"]).await;
    assert_eq!(browser.focused().await, "button Remove row 3");
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn a_tag_that_moved_is_not_overwritten_unseen() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    paste_five(&registry, &browser).await;
    browser.click("#offered-target").await;
    browser.wait_for("[data-held='absent']").await;
    browser.wait_for("#push:not([disabled])").await;

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

    // Now it is seen, and what would be lost is said.
    browser.click("#put-away").await;
    browser.wait_for(&format!("[data-held='{their_digest}']")).await;
    browser.wait_for_text("takes away linux/riscv64").await;
    let digest = preview(&browser).await;
    browser.click("#push").await;
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest.clone()));
    assert_eq!(registry.manifest("demo/app", "v1").await.expect("the tag").digest.as_str(), digest);

    // A reload finds the result again.
    browser.reload().await;
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest));
}

#[tokio::test]
async fn a_push_goes_on_while_the_page_is_loaded_again() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[&registry]).await;
    let mut browser = Browser::start().await;
    browser.goto(&onetag.entrance()).await;
    browser.click("#new-list").await;
    let sources = NAMES.map(|name| proxy.reference(&format!("demo/app:v1-{name}")));
    browser.paste("#paste", &sources.join("\n")).await;
    wait_for_platforms(&browser, &PLATFORMS).await;
    browser.type_into("#target-0", &proxy.reference("demo/app:v1")).await;
    browser.wait_for("#push:not([disabled])").await;
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
async fn a_tag_is_inspected_and_edited() {
    let (registry, _onetag, mut browser) = start(Auth::Htpasswd, Width::Desk).await;
    let reference = registry.reference("demo/attested:v1");
    browser.type_into("#reference-input", &format!("{reference}\n")).await;
    browser.wait_for_count("[data-row]", 2).await;
    browser.wait_for(("#verified", "digest verified in your browser")).await;
    let stored = registry.manifest("demo/attested", "v1").await.expect("the sample is there");
    assert_eq!(browser.attribute("#root-digest", "data-digest").await, Some(stored.digest.to_string()));
    // Attestations are folded under their image, never rows of their own.
    browser.wait_for(("[data-platform='linux/amd64']", "provenance")).await;
    assert_eq!(browser.count(("[data-row]", "unknown")).await, 0);
    browser.click("[data-platform='linux/amd64'] .unfold").await;
    browser.wait_for((".details", "/usr/local/bin/app")).await;
    pictures(&mut browser, "inspect").await;

    browser.click("#tab-raw").await;
    let raw: String = browser.evaluate("document.querySelector('#panel-raw .raw').textContent").await;
    assert_eq!(raw.as_bytes(), stored.bytes, "the bytes as they were served");
    browser.evaluate::<Value>("document.querySelector('#host-select').value = 'linux/s390x', document.querySelector('#host-select').dispatchEvent(new Event('change'))").await;
    browser.wait_for(("#will-it-run", "No.")).await;
    assert!(
        browser.url().await.ends_with("?on=linux/s390x"),
        "the machine is part of the link: {}",
        browser.url().await
    );
    browser.reload().await;
    browser.wait_for(("#will-it-run", "No.")).await;

    // Opened and not changed, it is the same bytes; changed, it is a new list.
    browser.click("#edit-list").await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm64/v8"]).await;
    browser.wait_for("#unchanged").await;
    assert_eq!(preview(&browser).await, stored.digest.to_string());
    browser.click(("button", "Remove row 2")).await;
    browser.wait_until_gone("#unchanged").await;
    browser.click("#undo").await;
    browser.wait_for("#unchanged").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn an_inspect_page_says_what_is_the_matter() {
    let (registry, onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/nothing:here")))).await;
    browser.wait_for(".problem[data-code='name-unknown'], .problem[data-code='manifest-unknown']").await;
    browser.screenshot("inspect-problem").await;
    browser.goto(&onetag.url("/i/Not:A:Reference")).await;
    browser.wait_for_text("That is not an image reference").await;
    browser.goto(&onetag.url("/nowhere")).await;
    browser.wait_for_text("There is no such page").await;
    browser.goto(&onetag.url("/d/nodraft")).await;
    browser.wait_for_text("This browser has no such draft").await;
}
