//! Rows are edited, moved and removed, and what is wrong stands beside them.

use onetag_shared::api::PushState;
use onetag_tests::{
    Auth, Browser, CountingProxy, Key, Onetag, Registry, Width,
    samples::{self, Sample},
};
use serde_json::json;

use super::{NAMES, PLATFORMS, assert_quiet, pictures, preview, references, start, wait_for_platforms};

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
    browser.wait_for("#push[aria-disabled='true']").await;
    browser.replace(("input", "Platform of row 2"), "linux/arm\n").await;
    browser.wait_for("[data-place='1'] .finding[data-code='arm-without-variant']").await;
    pictures(&mut browser, "findings").await;

    // The way out stands beside it.
    browser.click(("[data-place='4'] button", "Remove the row")).await;
    browser.wait_for_focus("button Remove row 4").await;
    browser.click(("[data-place='3'] button", "Remove the row")).await;
    browser.wait_for_focus("button Remove row 3").await;
    browser.click(("[data-place='2'] button", "Remove the row")).await;
    browser.wait_for_focus("button Remove row 2").await;
    browser.click(("[data-place='1'] .fix", "Use linux/arm/v7 as in its config")).await;
    browser.wait_for_focus("input Platform of row 2").await;
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
    browser.wait_for("#push[aria-disabled='false']").await;
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
    browser.wait_for_focus("button Move row 3 down").await;
    browser.press(Key::Control + "z").await;
    wait_for_platforms(&browser, &PLATFORMS).await;
    browser.press(Key::Control + Key::Shift + "z").await;
    wait_for_platforms(&browser, &moved).await;
    browser.press(Key::Tab + "").await;
    browser.wait_for_focus("button Remove row 3").await;
    browser.press("\n").await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm/v7", "linux/ppc64le", "linux/s390x"]).await;
    browser.wait_for_focus("button Remove row 3").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn what_arrives_does_not_disturb_who_types() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[&registry]).await;
    let browser = Browser::start().await;
    browser.goto(&onetag.entrance()).await;
    browser.click("#new-list").await;
    proxy.hold_waves(&[1000]);
    browser.type_into("#paste", &format!("{}\n", proxy.reference("demo/app:v1-armv7"))).await;
    browser.wait_for("[data-place='0'] .is-waiting").await;
    browser.type_into(("input", "Platform of row 1"), "linux/arm/v").await;
    proxy.release();
    browser.wait_until_gone(".is-waiting").await;
    assert_eq!(browser.value(("input", "Platform of row 1")).await, "linux/arm/v");
    browser.wait_for_focus("input Platform of row 1").await;
    browser.press("6\n").await;
    wait_for_platforms(&browser, &["linux/arm/v6"]).await;
    browser.wait_for("[data-place='0'] .finding[data-code='platform-differs']").await;
}

#[tokio::test]
async fn a_row_is_as_high_before_its_list_is_there() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[&registry]).await;
    onetag.push_samples(&registry, &samples::NAMES, &["v1"]).await;
    let mut browser = Browser::start().await;
    browser.goto(&onetag.entrance()).await;
    browser.wait_for("#reference-input").await;
    for width in [Width::Desk, Width::Phone] {
        browser.set_width(width).await;
        proxy.hold_waves(&[1000]);
        browser.goto(&onetag.url(&format!("/new?from={}", proxy.reference("demo/app:v1")))).await;
        browser.wait_for("[data-place='0'] .row.is-waiting").await;
        let below = "document.querySelector('.settings').getBoundingClientRect().top";
        let before: f64 = browser.evaluate(below).await;
        // Who lets one wait is told after a while, and gone with the answer.
        browser.wait_for((".waiting", "Asking")).await;
        let waiting: f64 = browser.evaluate(below).await;
        assert!((waiting - before).abs() <= 1.0, "{width:?}: {before} {waiting}");
        proxy.release();
        browser.wait_for("[data-place='0'] .row:not(.is-waiting) .many-platforms").await;
        let after: f64 = browser.evaluate(below).await;
        assert!((after - before).abs() <= 1.0, "{width:?}: {before} {after}");
    }
}

#[tokio::test]
async fn what_was_missing_is_looked_for_again() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.click("#new-list").await;
    let late = registry.reference("demo/late:v1");
    browser.type_into("#paste", &format!("{late}\n")).await;
    browser.wait_for("[data-place='0'] .problem").await;
    registry.put(&Sample::image("demo/late", "v1", samples::image("s390x"))).await;
    // A row that names it once more asks once more.
    browser.click(("[data-place='0'] button", "Remove the row")).await;
    browser.wait_for_focus("textarea Add images").await;
    browser.type_into("#paste", &format!("{late}\n")).await;
    wait_for_platforms(&browser, &["linux/s390x"]).await;
    browser.wait_until_gone(".problem").await;
}

#[tokio::test]
async fn a_list_is_taken_in_parts() {
    let (registry, onetag, browser) = start(Auth::None, Width::Desk).await;
    let sources = ["amd64", "arm64", "s390x"].map(|name| registry.reference(&format!("demo/app:v1-{name}")));
    let list = json!({ "entries": sources.map(|source| json!({ "source": source })) });
    let (_, job) = onetag.plan_and_push(&list, &[&registry.reference("demo/app:three")]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);

    browser.click("#new-list").await;
    browser.type_into("#paste", &format!("{}\n", registry.reference("demo/app:three"))).await;
    browser.wait_for((".many-platforms", "3 images")).await;
    browser.click(("button", "More about row 1")).await;
    browser.click(("label.check", "linux/arm64/v8")).await;
    browser.wait_for((".many-platforms", "2 images: linux/amd64, linux/s390x")).await;
    browser.click(("button", "Make 2 rows of it, to edit each")).await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/s390x"]).await;
    // Rows of one source are rows of their own.
    browser.click(("button", "Move row 2 up")).await;
    wait_for_platforms(&browser, &["linux/s390x", "linux/amd64"]).await;
    browser.wait_for_focus("button Move row 1 down").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn what_is_added_again_is_looked_at_again() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.click("#new-list").await;
    let late = registry.reference("demo/late:v1");
    browser.type_into("#paste", &format!("{late}\n")).await;
    browser.wait_for("[data-place='0'] .problem").await;
    registry.put(&Sample::image("demo/late", "v1", samples::image("s390x"))).await;
    browser.type_into("#paste", &format!("{late}\n")).await;
    wait_for_platforms(&browser, &["linux/s390x", "linux/s390x"]).await;
    browser.wait_until_gone(".problem").await;
    // A look that finds nothing new says so.
    browser.click(("button", "More about row 1")).await;
    browser.click(("[data-place='0'] button", "Look again")).await;
    browser.wait_for((".looked", "nothing has changed")).await;
}

#[tokio::test]
async fn images_of_a_list_keep_their_own_annotations() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.click("#new-list").await;
    browser.type_into("#paste", &format!("{}\n", registry.reference("demo/attested:v1"))).await;
    browser.wait_for((".many-platforms", "2 images")).await;
    browser.click(("button", "More about row 1")).await;
    browser.wait_for(("[data-place='0'] .hint", "Each image of this list keeps its own.")).await;
    assert_eq!(browser.count(("[data-place='0'] button", "Annotation")).await, 0);
    browser.click(("button", "Make 2 rows of it, to edit each")).await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm64/v8"]).await;
    browser.click(("button", "More about row 2")).await;
    browser.click(("[data-place='1'] button", "Annotation")).await;
    browser.wait_for_focus("input Key of annotation 1").await;
    browser.press("com.example.key\n").await;
    browser.wait_until("document.querySelector('#preview').textContent.includes('com.example.key')").await;
    browser.click(("[data-place='1'] button", "Remove annotation 1")).await;
    browser.wait_for_focus("button Annotation").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn what_is_wrong_with_the_list_stands_at_its_settings() {
    let (registry, _onetag, mut browser) = start(Auth::None, Width::Desk).await;
    browser.click("#new-list").await;
    browser.wait_for(("#why-not", "Add an image first")).await;
    let images = ["amd64", "arm64"].map(|name| registry.reference(&format!("demo/docker-app-{name}:v1")));
    browser.paste("#paste", &images.join("\n")).await;
    wait_for_platforms(&browser, &PLATFORMS[..2]).await;
    browser.click(".settings button").await;
    browser.wait_for_focus("input Key of annotation 1").await;
    browser.press("com.example.key\n").await;
    browser.choose("#list-type", "docker").await;
    browser.wait_for("#list-findings [data-code='docker-list-annotated']").await;
    browser.wait_for((".result-head", "errors keep it from being pushed")).await;
    browser.wait_for(("#why-not", "see the list")).await;
    pictures(&mut browser, "list-findings").await;
    browser.click("#go-there").await;
    browser.wait_for_focus("button Make it an OCI index").await;
    browser.press("\n").await;
    browser.wait_for_focus("select Type").await;
    browser.wait_until_gone("#list-findings .finding").await;
    browser.wait_until_gone((".result-head", "errors keep it from being pushed")).await;
    assert_eq!(browser.value("#list-type").await, "oci");

    // These are Docker's images: they become OCI's when that is asked for, and each says so.
    let before = preview(&browser).await;
    browser.choose("#list-convert", "list-type").await;
    for place in 0..2 {
        browser.wait_for(&format!("[data-place='{place}'] [data-code='converted']")).await;
    }
    assert_ne!(preview(&browser).await, before);
    pictures(&mut browser, "list-converted").await;
}

#[tokio::test]
async fn who_is_waited_for_is_named() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[&registry]).await;
    let browser = Browser::start().await;
    browser.goto(&onetag.entrance()).await;
    browser.click("#new-list").await;
    proxy.hold_waves(&[1000]);
    // One registry answers nothing; another's images come all the same.
    let held = NAMES.map(|name| proxy.reference(&format!("demo/app:v1-{name}")));
    browser.paste("#paste", &format!("{}\n{}", held.join("\n"), references(&registry))).await;
    browser.wait_for((".waiting", format!("Asking {} for 5 of 10 images …", proxy.host()))).await;
    let others: Vec<&str> = std::iter::repeat_n("", 5).chain(PLATFORMS).collect();
    wait_for_platforms(&browser, &others).await;
    // What nobody wants any more is asked for no more.
    for _ in 0..5 {
        browser.click(("button", "Remove row 1")).await;
    }
    browser.wait_until_gone((".waiting", "Asking")).await;
    proxy.release();
    wait_for_platforms(&browser, &PLATFORMS).await;
}

#[tokio::test]
async fn yaml_of_manifest_tool_is_pasted() {
    let (registry, _onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.click("#new-list").await;
    let image = |name: &str| registry.reference(&format!("demo/app:v1-{name}"));
    let entry = |name: &str, platform: &str| format!("  - image: {}\n    platform: {platform}\n", image(name));
    let spec = format!(
        "image: {}\nmanifests:\n{}{}",
        registry.reference("demo/app:spec"),
        entry("amd64", "{os: linux, architecture: amd64}"),
        entry("armv7", "{os: linux, architecture: arm, variant: v7}"),
    );
    browser.paste("#paste", &spec.replace("manifests:", "manifests: oops")).await;
    browser.wait_for((".problem", "line")).await;
    browser.replace("#paste", "").await;
    browser.paste("#paste", &spec).await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm/v7"]).await;
    browser.wait_until("document.querySelector('#target-0').value.endsWith('demo/app:spec')").await;
}
