//! What differs between two lists: fields, verdict, what changed inside, and copies for a pull request.

use onetag_tests::{
    Auth, Browser, Width,
    samples::{self, Content},
};
use serde_json::{Value, json};

use super::{accessibility::assert_accessible, assert_quiet, pictures, start};

/// What the page puts into the clipboard from here on; whatever it is, it is no one else's.
const LISTEN: &str = "(() => { window.copied = []; navigator.clipboard.writeText = async text => { window.copied.push(text) }; return true })()";

async fn copied(browser: &Browser, button: &str) -> String {
    browser.evaluate::<Value>(LISTEN).await;
    browser.click(button).await;
    browser.wait_until("window.copied.length === 1").await;
    browser.evaluate("window.copied[0]").await
}

#[tokio::test]
async fn a_tag_then_and_now() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    onetag.push_samples(&registry, &["amd64", "arm64", "386"], &["v1"]).await;
    // The image for 386 goes, one for s390x comes, and in the place of arm64 is an image with other layers.
    let source = |name: &str| registry.reference(&format!("demo/app:v1-{name}"));
    let arm = json!({ "os": "linux", "architecture": "arm64", "variant": "v8" });
    let draft = json!({ "annotations": { "org.opencontainers.image.version": "<b>2</b>" }, "entries": [
        { "source": source("amd64") }, { "source": source("armv7"), "platform": arm }, { "source": source("s390x") }] });
    onetag.plan_and_push(&draft, &[&registry.reference("demo/app:v1")]).await;

    // From the tag's history.
    let tag = registry.reference("demo/app:v1");
    browser.goto(&onetag.url(&format!("/i/{tag}?tab=tags"))).await;
    browser.click("#history .move-acts a").await;
    browser.wait_for(("#diff-verdict", "1 platform replaced, 1 added, 1 removed; 1 unchanged.")).await;
    let address: String = browser.evaluate("location.pathname + location.search").await;
    assert!(address.starts_with(&format!("/diff?from={tag}@sha256:")), "{address}");
    browser.wait_for_count("#diff-entries > li", 3).await;
    browser.wait_for((".diff-list ins", "<b>2</b>")).await;
    browser.wait_for(("#diff-unchanged", "1 platform unchanged")).await;
    browser.click(("#diff-entries summary", "linux/arm64/v8")).await;
    browser.wait_for((".diff-lines", "config architecture")).await;
    browser.wait_for((".diff-lines", "layer of")).await;
    assert_accessible(&mut browser, "a difference").await;
    pictures(&mut browser, "diff").await;

    let marked = copied(&browser, "#copy-markdown").await;
    assert!(marked.starts_with("### `") && marked.contains("| removed | `linux/386` | "), "{marked}");
    let text = copied(&browser, "#copy-text").await;
    assert!(text.contains("\n+ linux/s390x  added"), "{text}");

    // The other way round, and to the page of a side.
    browser.click("#diff-swap").await;
    browser.wait_for(("[data-change='added'] .diff-name", "linux/386")).await;
    let swapped: String = browser.evaluate("location.search").await;
    assert!(swapped.starts_with(&format!("?from={tag}&to=")), "{swapped}");
    assert_quiet(&browser).await;
    browser.click(".diff-sides a").await;
    browser.wait_for("#root-digest").await;
    browser.back().await;
    browser.wait_for("#diff-verdict[data-verdict='different']").await;

    // The same on both sides.
    browser.replace("#diff-to", &tag).await;
    browser.click("#diff-compare").await;
    browser.wait_for("#diff-verdict[data-verdict='identical']").await;
    browser.wait_for_count("#diff-entries > li", 0).await;
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    browser.goto(&onetag.url("/diff")).await;
    browser.wait_for("#diff-from").await;
    assert_accessible(&mut browser, "nothing to compare yet").await;
    browser.type_into("#diff-from", &registry.reference("demo/app:v1-amd64")).await;
    browser.type_into("#diff-to", "Not:A:Reference\n").await;
    browser.wait_for("#diff-to-problem [data-code='invalid-reference']").await;
    assert_eq!(browser.count("#diff-from-problem .problem").await, 0);
    browser.replace("#diff-to", &format!("{}\n", registry.reference("demo/app:nothing"))).await;
    browser.wait_for("#diff-to-problem [data-code='manifest-unknown']").await;
    assert_eq!(browser.attribute("#diff-to", "aria-invalid").await.as_deref(), Some("true"));
    let tags = browser.attribute(("#diff-to-problem a", "See its tags"), "href").await;
    assert_eq!(tags, Some(format!("/r/{}", registry.reference("demo/app"))));
    assert_accessible(&mut browser, "a side that is not there").await;
    pictures(&mut browser, "diff-problem").await;
    // Two images are two lists of one.
    browser.replace("#diff-to", &format!("{}\n", registry.reference("demo/app:v1-arm64"))).await;
    browser.wait_for(("#diff-verdict", "1 platform added, 1 removed.")).await;
}

#[tokio::test]
async fn what_moves_out_of_a_list_in_the_list_is_no_loss() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    onetag.push_samples(&registry, &["amd64", "arm64"], &["v1"]).await;
    let inner = registry.manifest("demo/app", "v1").await.expect("it was pushed");
    let outer = samples::list_of(&[&Content::new("application/vnd.oci.image.index.v1+json", inner.bytes)]);
    registry.destination("demo/app").put_manifest("demo/app", "outer", &outer).await.expect("it takes the list");
    let [from, to] = ["outer", "v1"].map(|tag| registry.reference(&format!("demo/app:{tag}")));
    browser.goto(&onetag.url(&format!("/diff?from={from}&to={to}"))).await;
    browser.wait_for(("#diff-totals li, .diff-totals li", "2 moved into another list")).await;
    browser.wait_for_count("#diff-entries [data-change='moved']", 2).await;
    assert_eq!(browser.count("#diff-entries [data-change='added']").await, 0);
    assert_accessible(&mut browser, "images that moved").await;
    pictures(&mut browser, "diff-moved").await;

    // Not every client looks into it.
    browser.goto(&onetag.url(&format!("/i/{from}?on=linux/arm64"))).await;
    browser.wait_for(("#will-it-run", "In doubt. It gets linux/arm64/v8 (entry 1 › entry 2)")).await;
    browser.wait_for(("#will-it-run", "Podman and CRI-O pull no list in a list.")).await;
    browser.click(".client-words summary").await;
    browser.wait_for(("#client-errors dt", "Podman as it pulls")).await;
    pictures(&mut browser, "machine-in-list").await;
}

#[tokio::test]
async fn a_difference_can_be_read_without_the_application() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    onetag.push_samples(&registry, &["amd64", "arm64"], &["v1"]).await;
    onetag.push_samples(&registry, &["amd64", "s390x"], &["v2"]).await;
    browser.block(&["*.js", "*.wasm"]).await;
    let [from, to] = ["v1", "v2"].map(|tag| registry.reference(&format!("demo/app:{tag}")));
    browser.goto(&onetag.url(&format!("/diff?from={from}&to={to}"))).await;
    browser.wait_for(("#boot .diff-table th", "linux/s390x")).await;
    assert_accessible(&mut browser, "a difference before the application").await;
    pictures(&mut browser, "diff-unscripted").await;
}
