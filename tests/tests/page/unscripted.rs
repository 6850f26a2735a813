//! What a browser shows that does not get the application, or not yet.

use onetag_tests::{Auth, Browser, Onetag, Registry, Scheme, Width};

use super::{accessibility::assert_accessible, pictures};

/// How much has moved without being asked (the Layout Instability API's cumulative score, as far as it is known).
pub(super) const SHIFT: &str = "new Promise(done => { let shift = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => shift += entry.value))
        .observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(shift)))) })";

#[tokio::test]
async fn a_page_can_be_read_without_the_application() {
    let registry = Registry::with_samples(Auth::None).await;
    let names = ["amd64", "arm64", "armv7", "s390x", "windows-amd64"];
    Onetag::start(&[]).await.push_samples(&registry, &names, &["v1"]).await;
    let gone = registry.manifest("demo/app", "v1-s390x").await.expect("the sample is there");
    registry.delete_manifest("demo/app", &gone.digest).await;
    // That one has the image still; another has to ask for it.
    let onetag = Onetag::start(&[]).await;
    let reference = registry.reference("demo/app:v1");

    let mut browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.block(&["*.js", "*.wasm"]).await;
    browser.goto(&onetag.url(&format!("/i/{reference}?on=linux/arm64"))).await;
    assert_eq!(browser.evaluate::<String>("document.title").await, format!("{reference} · Onetag"));
    browser.wait_for(("#boot .row", "linux/arm/v7")).await;
    browser.wait_for(("#boot .is-missing", "The registry answers 404. Pulls fail.")).await;
    browser.wait_for(("#boot .yes", "Yes.")).await;
    // The columns are those of a table for who has it read to them, and a picture of one for who sees it.
    let heads: Vec<String> = browser.texts("#boot thead th").await;
    assert_eq!(heads, ["#", "Platform", "Size", "Layers", "Created", "Digest", "With it"]);
    pictures(&mut browser, "unscripted").await;
    assert_accessible(&mut browser, "before the application").await;
    browser.goto(&onetag.url(&format!("/embed/{reference}"))).await;
    browser.wait_for(("tr", "linux/arm/v7")).await;
    pictures(&mut browser, "embed").await;
    assert_accessible(&mut browser, "embedded").await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/app:nothing")))).await;
    browser.wait_for_text("There is no such tag or digest").await;
    assert_accessible(&mut browser, "a problem before the application").await;
    // Only what was blocked is complained of, and that there is no such tag: no policy keeps anything of ours away.
    let mut errors = browser.console_errors().await;
    errors.retain(|line| {
        !line.message.contains("ERR_BLOCKED_BY_CLIENT") && !line.message.contains("demo/app:nothing - Failed to load")
    });
    assert!(errors.is_empty(), "{errors:#?}");

    // With the application, it takes the place of what was there.
    browser.block(&[]).await;
    browser.goto(&onetag.url(&format!("/i/{reference}"))).await;
    browser.wait_for_count("[data-row]", names.len()).await;
    assert_eq!(browser.count("#boot").await, 0);
    let shift: f64 = browser.evaluate(SHIFT).await;
    assert!(shift < 0.02, "what was there moves when the application comes: {shift}");
}

#[tokio::test]
async fn who_runs_no_script_finds_pages_all_the_same() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[]).await;
    let mut browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.run_no_scripts().await;
    browser.goto(&onetag.url("/")).await;
    pictures(&mut browser, "start-unscripted").await;
    browser.type_into("input[name=ref]", &format!("{}\n", registry.reference("demo/attested:v1"))).await;
    browser.wait_for(("#boot .row", "linux/arm64/v8")).await;
    browser.click("#boot .reference-registry").await;
    browser.wait_for(("#boot .tag-names a", "demo/mislabelled")).await;
    // Two are compared in the same way.
    let [from, to] = ["demo/attested:v1", "demo/mislabelled:v1"].map(|name| registry.reference(name));
    browser.goto(&onetag.url(&format!("/diff?from={from}"))).await;
    pictures(&mut browser, "diff-fields-unscripted").await;
    browser.type_into("input[name=to]", &format!("{to}\n")).await;
    browser.wait_for(("#boot .diff-table th", "linux/arm64/v8")).await;
    pictures(&mut browser, "registry-unscripted").await;
}
