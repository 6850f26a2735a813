//! The page that shows what a tag holds.

use http::{Method, StatusCode};
use onetag_shared::media_type::OCI_INDEX;
use onetag_tests::{
    Auth, Browser, Hostile, Width,
    samples::{self, Content, Sample},
};
use serde_json::{Value, json};

use super::{accessibility::assert_accessible, assert_quiet, pictures, preview, start, wait_for_platforms};

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
    // How it was made is there for those who want to know.
    browser.click(".details .history summary").await;
    browser.wait_for((".details .history li", "COPY")).await;
    pictures(&mut browser, "inspect").await;

    // The tab and what is unfolded are part of the address.
    browser.click("#tab-raw").await;
    browser.reload().await;
    browser.wait_for("#panel-raw .raw").await;
    let raw: String = browser.evaluate("document.querySelector('#panel-raw .raw').textContent").await;
    assert_eq!(raw.as_bytes(), stored.bytes, "the bytes as they were served");
    // And so are those that are saved.
    browser.evaluate::<Value>("HTMLElement.prototype.click = function () { window.savedAs = this.download }").await;
    browser.evaluate::<Value>("(() => { const made = URL.createObjectURL; URL.createObjectURL = blob => { window.blob = blob.text(); return made.call(URL, blob) } })()").await;
    browser.click("#download").await;
    let saved: String = browser.evaluate("window.blob").await;
    assert_eq!(saved.as_bytes(), stored.bytes);
    let name: String = browser.evaluate("window.savedAs").await;
    assert_eq!(name, format!("{}.json", stored.digest.short().replace(':', "-")));
    // So is each document that came with it: the config of an image has no page of its own.
    browser.click("#tab-platforms").await;
    let config = browser.attribute(".own-config a", "title").await.expect("a digest");
    browser.click(".own-config a").await;
    browser.wait_for("#tab-raw[aria-selected='true']").await;
    browser.wait_for((".json-key", "\"architecture\"")).await;
    assert!(browser.url().await.ends_with(&format!("?open=1&tab=raw&doc={config}")), "{}", browser.url().await);
    assert_eq!(browser.value("#raw-document").await, config);
    assert_accessible(&mut browser, "a config").await;
    pictures(&mut browser, "raw-config").await;
    // Digests lead on: the manifest to its config, and the list to its images.
    let image: String = browser.evaluate("document.querySelector('#raw-document').options[1].value").await;
    browser.choose("#raw-document", &image).await;
    browser.click(("#panel-raw .raw a", &config[..])).await;
    browser.wait_for((".json-key", "\"architecture\"")).await;
    browser.choose("#raw-document", stored.digest.as_str()).await;
    browser.wait_until("!location.search.includes('doc=')").await;
    let raw: String = browser.evaluate("document.querySelector('#panel-raw .raw').textContent").await;
    assert_eq!(raw.as_bytes(), stored.bytes);
    // A link is a step in the history: back leads to where it was.
    browser.back().await;
    browser.wait_until("location.search.includes('doc=')").await;
    browser.back().await;
    browser.wait_for("#tab-platforms[aria-selected='true']").await;
    browser.click("#tab-raw").await;
    browser.wait_for("#panel-raw .raw").await;
    browser.choose("#host-select", "linux/s390x").await;
    browser.wait_for(("#will-it-run", "No.")).await;
    assert!(
        browser.url().await.ends_with("?open=1&tab=raw&on=linux/s390x"),
        "the machine is part of the link: {}",
        browser.url().await
    );
    browser.reload().await;
    browser.wait_for(("#will-it-run", "No.")).await;
    browser.click("#root-digest a").await;
    browser.wait_for("#tab-platforms[aria-selected='true']").await;
    assert_eq!(browser.count(".details").await, 0);
    browser.back().await;
    browser.wait_for("#tab-raw[aria-selected='true']").await;
    browser.wait_for(("#will-it-run", "No.")).await;
    browser.click("#tab-platforms").await;
    browser.wait_for((".details", "/usr/local/bin/app")).await;

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
async fn every_kind_of_machine_has_a_row_with_what_sets_it_apart() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let names = ["amd64", "arm64", "armv7", "armv6", "ppc64le", "s390x", "386", "riscv64", "windows-amd64"];
    onetag.push_samples(&registry, &names, &["v1"]).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/app:v1")))).await;
    browser.wait_for_count("[data-row]", names.len()).await;
    browser.wait_for(("[data-platform^='windows']", "10.0.20348.2582")).await;
    for platform in ["linux/arm64/v8", "linux/arm/v7", "linux/arm/v6", "linux/riscv64"] {
        assert_eq!(browser.count(&*format!("[data-platform='{platform}']")).await, 1, "{platform}");
    }
    pictures(&mut browser, "inspect-nine").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn a_program_for_another_machine_is_found() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/mislabelled:v1")))).await;
    browser.click("#check-programs").await;
    browser.wait_for(("#programs p", "2 images: 1 with a program for another platform.")).await;
    browser.wait_for(("#programs [data-verdict='matches']", "as linux/amd64 promises")).await;
    browser.wait_for(("#programs [data-verdict='contradicts']", "exec format error")).await;
    // It is a finding like others: in the tab, and at its row.
    browser.wait_for(("#tab-findings .count[data-severity='error']", "1")).await;
    browser.wait_for("[data-platform='linux/arm64/v8'] .sign[data-severity='error']").await;
    // What was found counts above what the list says.
    browser.choose("#host-select", "linux/arm64/v8").await;
    browser.wait_for(("#will-it-run", "No. linux/arm64/v8 is promised, but /usr/local/bin/app is ELF")).await;
    assert_accessible(&mut browser, "programs").await;
    pictures(&mut browser, "programs").await;
    assert_quiet(&browser).await;
}

/// Many registries have documents in one line.
#[tokio::test]
async fn what_is_served_in_one_line_can_be_read_in_several() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let descriptor = samples::image("amd64").manifest.descriptor();
    let list = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [descriptor] }).to_string();
    registry
        .destination("demo/app")
        .put_manifest("demo/app", "line", &Content::new(OCI_INDEX, list.clone()))
        .await
        .expect("the registry takes it");
    browser.goto(&onetag.url(&format!("/i/{}?tab=raw", registry.reference("demo/app:line")))).await;
    let shown = async |browser: &Browser| -> String {
        browser.evaluate("document.querySelector('#raw-json').textContent").await
    };
    browser.wait_for("#laid-out").await;
    assert_eq!(shown(&browser).await, list);
    browser.click("#laid-out").await;
    browser.wait_for(("#panel-raw .raw-choice .hint", "served in one line")).await;
    let lines = shown(&browser).await;
    assert!(lines.starts_with("{\n  \"") && lines.ends_with("\n}"), "{lines}");
    assert_eq!(serde_json::from_str::<Value>(&lines).ok(), serde_json::from_str(&list).ok());
    assert_accessible(&mut browser, "a document laid out").await;
    pictures(&mut browser, "raw-lines").await;
    browser.click("#laid-out").await;
    browser.wait_for(("#panel-raw .raw-choice .hint", "exactly as served")).await;
    assert_eq!(shown(&browser).await, list);
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn an_inspect_page_says_what_is_the_matter() {
    let (registry, onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/nothing:here")))).await;
    browser.wait_for(".problem[data-code='name-unknown'], .problem[data-code='manifest-unknown']").await;
    browser.wait_for("#see-tags").await;
    browser.screenshot("inspect-problem").await;
    browser.goto(&onetag.url("/i/Not:A:Reference")).await;
    browser.wait_for_text("That is not an image reference").await;
    assert_eq!(
        onetag.get(&format!("/i/{}", registry.reference("demo/nothing:here")), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(onetag.get("/nowhere", &[]).await.status, StatusCode::NOT_FOUND);
    // Who has it is sent nothing, and not an empty page.
    let known = onetag.request(Method::GET, "/nowhere").header("if-none-match", "*").send().await.unwrap();
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    browser.goto(&onetag.url("/nowhere")).await;
    browser.wait_for_text("There is no such page").await;
    browser.goto(&onetag.url("/d/nodraft")).await;
    browser.wait_for_text("This browser has no such draft").await;
}

#[tokio::test]
async fn what_cannot_be_had_says_how() {
    let (_registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let hostile = Hostile::start().await;
    browser.goto(&onetag.url(&format!("/i/{}", hostile.reference("parts:v1")))).await;
    // A registry that has no time says nothing of the image: the list says that it is there.
    browser.wait_for((".is-unseen[data-platform='linux/amd64']", "unknown")).await;
    browser.wait_for((".is-missing[data-platform='linux/arm64']", "missing")).await;
    browser.wait_for((".is-missing[data-platform='linux/s390x']", "unusable")).await;
    browser.wait_for("[data-platform='Helm chart']").await;
    browser.wait_for(("#summary", "1 platform")).await;
    browser.wait_for(("#summary", "1 missing, 1 unusable")).await;
    browser.wait_for(("#summary", "1 unknown")).await;
    assert_accessible(&mut browser, "parts that cannot be had").await;
    pictures(&mut browser, "inspect-parts").await;
    browser.click("#tab-findings").await;
    browser
        .wait_for(("[data-code='child-unseen'][data-severity='warning']", "Wait as long as the registry asks"))
        .await;
    browser.wait_for("[data-code='child-missing'][data-severity='error']").await;
    browser.wait_for(("#tab-findings .count[data-severity='error']", "3")).await;
}

#[tokio::test]
async fn what_the_checks_say_leads_to_the_image_that_it_is_about() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    browser.goto(&onetag.url(&format!("/i/{}?tab=findings", registry.reference("demo/unclear:v1")))).await;
    browser.wait_for(("#tab-findings .count[data-severity='warning']", "1")).await;
    pictures(&mut browser, "findings-of-list").await;
    browser.wait_for((".finding-place", "entry 3")).await;
    browser.click((".to-row", "linux/arm")).await;
    browser.wait_for_focus("button Details of linux/arm").await;
    browser.wait_for("#row-3 .sign[data-severity='warning']").await;
    browser.wait_for(".details [data-code='arm-without-variant']").await;
    browser.wait_until("location.search == '?open=3'").await;
    // It is a step in the history.
    browser.back().await;
    browser.wait_for("#tab-findings[aria-selected='true']").await;
    browser.wait_until("location.search == '?tab=findings'").await;
    browser.forward().await;
    browser.wait_for(".details [data-code='arm-without-variant']").await;
    // What the list says of itself stands below its images.
    browser.wait_for(".list-annotations a[href='https://example.com/demo/unclear']").await;
    assert_accessible(&mut browser, "an image that the checks say something of").await;
    pictures(&mut browser, "inspect-finding").await;
    browser.click("#row-3 .unfold").await;
    browser.wait_until_gone(".details").await;
    browser.wait_until("location.search == ''").await;

    // Of many rows some are looked for: one that is none of them is shown all the same, although hundreds come back before it.
    let mut sample = samples::long_list("demo/many", "v1", 400);
    let mut document: Value = serde_json::from_slice(&sample.root.bytes).expect("a list is JSON");
    document["manifests"][399]["platform"] = json!({ "os": "linux", "architecture": "arm" });
    sample.root = Content::json(OCI_INDEX, &document);
    registry.put(&sample).await;
    browser
        .goto(&onetag.url(&format!("/i/{}?filter=none-has-this&tab=findings", registry.reference("demo/many:v1"))))
        .await;
    browser.click((".to-row", "linux/arm")).await;
    browser.wait_for_focus("button Details of linux/arm").await;
    browser.wait_for(".details [data-code='arm-without-variant']").await;
    browser.wait_until("location.search == '?open=400'").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn another_look_keeps_what_is_shown_and_says_what_is_new() {
    let (registry, onetag, browser) = start(Auth::None, Width::Desk).await;
    registry.put(&Sample::image("demo/moving", "v1", samples::image("amd64"))).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/moving:v1")))).await;
    browser.wait_for("[data-platform='linux/amd64']").await;
    browser.click("#refresh").await;
    browser.wait_for(("#summary", "looked again: nothing has changed")).await;

    browser.set_offline(true).await;
    browser.click("#refresh").await;
    browser.wait_for(".problem").await;
    browser.wait_for("[data-platform='linux/amd64']").await;
    browser.set_offline(false).await;
    browser.click("#retry").await;
    browser.wait_until_gone(".problem").await;
    browser.wait_for_focus("button Look again").await;

    let before = browser.text("#root-digest").await;
    registry.put(&Sample::image("demo/moving", "v1", samples::image("s390x"))).await;
    browser.click("#refresh").await;
    browser.wait_for(("#summary", format!("looked again: the tag has moved, and was {}", before.trim()))).await;
    browser.wait_for("[data-platform='linux/s390x']").await;
    // What that was is one press away, and so is what differs.
    browser.click("#moved-difference").await;
    browser.wait_for(("#diff-verdict", "removed")).await;
}

#[tokio::test]
async fn a_list_of_one_image_does_not_take_its_tag() {
    let (registry, onetag, browser) = start(Auth::None, Width::Desk).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/app:v1-amd64")))).await;
    browser.click(("button", "New list from this")).await;
    wait_for_platforms(&browser, &["linux/amd64"]).await;
    assert_eq!(browser.value("#target-0").await, "");
}

/// Clients go into one list in the list and come back to no other entry.
#[tokio::test]
async fn what_no_machine_gets_is_told() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let all = samples::all();
    let sample = all.iter().find(|sample| sample.repository == "demo/attested").expect("there is one");
    let other = samples::long_list("demo/attested", "other", 2);
    registry.put(&other).await;
    let outer = samples::list_of(&[&sample.root, &other.root]);
    registry.destination("demo/attested").put_manifest("demo/attested", "outer", &outer).await.expect("it is taken");
    let list = registry.reference("demo/attested:outer");
    browser.goto(&onetag.url(&format!("/i/{list}"))).await;
    browser.wait_for_count("[data-row].is-inside .sign[data-severity='warning']", 2).await;
    // They are no platforms of the list.
    browser.wait_for(("#summary", "2 platforms, in part in 2 lists in it")).await;
    pictures(&mut browser, "inspect-unreached").await;
    browser.click("#tab-findings").await;
    browser.wait_for(("#panel-findings", "No machine gets")).await;
    browser.wait_for(("#panel-findings", "who pulls linux(6.0)/amd64 gets entry 1 › entry 1")).await;
    let badge = onetag.get(&format!("/badge/{list}.json"), &[]).await.json::<Value>();
    assert_eq!(badge["message"], "linux/amd64, arm64/v8");
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn a_list_in_a_list_is_looked_into_and_taken_apart() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let all = samples::all();
    let sample = all.iter().find(|sample| sample.repository == "demo/attested").expect("there is one");
    let image = samples::image("s390x");
    registry.put(&Sample::image("demo/attested", "beside", image.clone())).await;
    let outer = samples::list_of(&[&sample.root, &image.manifest]);
    registry.destination("demo/attested").put_manifest("demo/attested", "outer", &outer).await.expect("it is taken");
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/attested:outer")))).await;
    browser.wait_for(("#summary", "2 platforms, in part in 1 list in it")).await;
    assert_eq!(browser.count("[data-row]").await, 4);
    browser.wait_for(".is-inside[data-platform='linux/arm64/v8']").await;
    browser.wait_for((".is-inside[data-platform='linux/amd64']", "provenance")).await;
    browser.click("[data-platform='linux/amd64'] .unfold").await;
    browser.wait_for((".details", "/usr/local/bin/app")).await;
    browser.wait_until("location.search == '?open=1-1'").await;
    pictures(&mut browser, "inspect-nested").await;

    // In the editor it is one entry, and of its images it becomes three with one press.
    browser.click("#edit-list").await;
    browser.wait_for(("[data-place='0']", "a list of 2 images")).await;
    browser.wait_for("#unchanged").await;
    pictures(&mut browser, "editor-nested").await;
    browser.click(("[data-place='0'] button", "Take it apart")).await;
    browser.wait_for(("[data-place='0']", "2 images: linux/amd64, linux/arm64/v8")).await;
    browser.wait_until_gone("#unchanged").await;
    browser.click(("button", "More about row 1")).await;
    browser.click(("button", "Make 2 rows of it, to edit each")).await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm64/v8", ""]).await;
    let digest = preview(&browser).await;
    browser.replace("#target-0", &registry.reference("demo/attested:flat")).await;
    browser.wait_for("[data-held='absent']").await;
    browser.click("#push").await;
    browser.wait_for("#pushed").await;
    let flat = registry.manifest("demo/attested", "flat").await.expect("it was pushed");
    assert_eq!(flat.digest.to_string(), digest);
    let names: Value = serde_json::from_slice(&flat.bytes).expect("a list is JSON");
    assert_eq!(names["manifests"].as_array().map(Vec::len), Some(5), "three images and two attestations");
    assert_quiet(&browser).await;
}
