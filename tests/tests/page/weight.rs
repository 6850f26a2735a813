//! What a visit costs over the wire.

use std::collections::HashSet;

use http::Method;
use onetag_tests::{Auth, Browser, Onetag, Registry, Scheme, Width, samples};
use serde::Deserialize;

/// The most bytes of a first visit to a page that people are sent to by a link: of the page and all that belongs to it, headers
/// included, but not of what the registry is asked for.
const MOST: u64 = 300 * 1024;

#[derive(Debug, Deserialize)]
struct Fetched {
    name: String,
    /// Bytes of the body as they came; 0 for what the browser had.
    body: u64,
    /// Bytes that came in all; 0 where the browser asked nobody.
    came: u64,
}

async fn fetched(browser: &Browser) -> Vec<Fetched> {
    browser
        .evaluate(
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]\
             .map(entry => ({ name: entry.name, body: entry.encodedBodySize, came: entry.transferSize }))",
        )
        .await
}

/// Bytes of what comes before a file: the status and the headers. The browser tells a made-up number.
async fn head(onetag: &Onetag, path: &str) -> u64 {
    let request = onetag.request(Method::GET, path).header("accept-encoding", "br").header("accept", "text/html");
    let answer = request.send().await.expect("it was there before");
    let headers: usize = answer.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    ("HTTP/1.1 200 OK\r\n\r\n".len() + headers) as u64
}

#[tokio::test]
async fn a_first_visit_is_light_and_a_second_asks_for_nothing_but_the_answer() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    onetag.push_samples(&registry, &["amd64", "arm64"], &["v1"]).await;
    let list = registry.reference("demo/app:v1");
    registry.put(&samples::long_list("me/long", "v1", 40)).await;
    let (long, digest) = (registry.reference("me/long:v1"), onetag.inspect(&list).await.root.digest);
    let (image, repository) = (registry.reference("demo/app:v1-amd64"), registry.reference("demo/app"));
    for (page, shown) in [
        ("/".to_owned(), "#reference-input"),
        (format!("/i/{list}"), "[data-platform='linux/amd64'] .layer-bar"),
        // As it is shared; of many rows; and asked about a machine.
        (format!("/i/{list}@{digest}"), "#pinned[data-moved='false']"),
        (format!("/i/{long}"), "#rows-shown"),
        (format!("/i/{list}?on=linux/s390x"), ".client-words"),
        (format!("/diff?from={image}&to={list}"), "#diff-verdict"),
        (format!("/r/{repository}"), ".tag-row:not(.is-waiting)"),
    ] {
        // A browser of its own has seen nothing before, and has the key.
        let browser = Browser::start_as(Width::Desk, Scheme::Light).await;
        browser.block(&["*.js", "*.wasm", "*.css", "*.svg"]).await;
        browser.goto(&onetag.entrance()).await;
        browser.block(&[]).await;
        let url = onetag.url(&page);
        browser.goto(&url).await;
        browser.wait_for(shown).await;
        // Forty rows in the page itself are an answer of the registry, too.
        let is_answer =
            |file: &Fetched| file.name.contains("/api/v1/") || (page.contains("/long:") && file.name == url);
        let mut first = fetched(&browser).await;
        first.retain(|file| !is_answer(file));
        assert!(first.iter().any(|file| file.name.contains("_bg.wasm")), "{first:?}");
        let names: HashSet<&str> = first.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names.len(), first.len(), "{page}: nothing is fetched twice: {first:#?}");
        // Each is asked for by itself: on a slow line, many small files take longer than few large ones.
        assert!(first.len() <= 9, "{page}: {first:#?}");
        let bodies: u64 = first.iter().map(|file| file.body).sum();
        let mut heads = 0;
        for file in &first {
            heads += head(&onetag, file.name.trim_start_matches(&onetag.url(""))).await;
        }
        let bytes = bodies + heads;
        println!("{page}: {bytes} bytes in {} files, {heads} of them headers", first.len());
        let mut largest = first;
        largest.sort_by_key(|file| std::cmp::Reverse(file.body));
        largest.truncate(8);
        assert!(bytes <= MOST, "{page}: {bytes} bytes, and {MOST} are allowed. The largest: {largest:#?}");

        browser.goto(&url).await;
        browser.wait_for(shown).await;
        let again = fetched(&browser).await;
        let is_asset = |file: &&Fetched| !is_answer(file) && file.name != url;
        let asked: Vec<&Fetched> = again.iter().filter(is_asset).filter(|file| file.came > 0).collect();
        assert!(asked.is_empty(), "{page}: the browser had them: {asked:?}");
    }
}
