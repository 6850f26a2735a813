//! The page in a real browser, against a real registry: what a person does, and what they see.

mod accessibility;
mod arriving;
mod attestations;
mod bad_sources;
mod browse;
mod diff;
mod drafts;
mod editing;
mod everywhere;
mod filter;
mod framed;
mod gathers;
mod hostile;
mod inspect;
mod job;
mod layers;
mod machines;
mod merging;
mod parts;
mod push;
mod referrers;
mod registries;
mod sharing;
mod start;
mod tags;
mod unscripted;
mod weight;

use onetag_tests::{Auth, Browser, Onetag, Registry, Scheme, Width};
use serde_json::json;

pub(crate) const NAMES: [&str; 5] = ["amd64", "arm64", "armv7", "ppc64le", "s390x"];
pub(crate) const PLATFORMS: [&str; 5] =
    ["linux/amd64", "linux/arm64/v8", "linux/arm/v7", "linux/ppc64le", "linux/s390x"];

/// A registry with the samples, a server that knows its login, and a browser at its start page.
pub(crate) async fn start(auth: Auth, width: Width) -> (Registry, Onetag, Browser) {
    let registry = Registry::with_samples(auth).await;
    let onetag = Onetag::start(&[&registry]).await;
    let browser = Browser::start_as(width, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.wait_for("#reference-input").await;
    (registry, onetag, browser)
}

pub(crate) fn references(registry: &Registry) -> String {
    NAMES.map(|name| registry.reference(&format!("demo/app:v1-{name}"))).join("\n")
}

/// Opens a new list and pastes the five samples.
pub(crate) async fn paste_five(registry: &Registry, browser: &Browser) {
    browser.click("#new-list").await;
    browser.paste("#paste", &references(registry)).await;
    wait_for_platforms(browser, &PLATFORMS).await;
}

/// Waits until the platforms of the rows are these.
pub(crate) async fn wait_for_platforms(browser: &Browser, platforms: &[&str]) {
    let shown = "JSON.stringify([...document.querySelectorAll('.platform-field')].map(field => field.value))";
    browser.wait_until(&format!("{shown} === {}", json!(json!(platforms).to_string()))).await;
}

pub(crate) async fn preview(browser: &Browser) -> String {
    browser.attribute("#preview-digest", "data-digest").await.expect("a preview has a digest")
}

/// The whole page in both schemes and at both widths.
pub(crate) async fn pictures(browser: &mut Browser, name: &str) {
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

/// What the browser's console says, but for the answers that a new tag is not there, and that a page is about nothing.
pub(crate) async fn assert_quiet(browser: &Browser) {
    let mut errors = browser.console_errors().await;
    let is_expected = |message: &str| {
        let is_page = ["/i/", "/r/", "/diff?"].iter().any(|page| message.contains(page)) && !message.contains("/api/");
        let (is_missing, is_refused) = (message.contains("status of 404"), message.contains("status of 400"));
        is_missing && message.contains("/api/v1/resolve") || is_page && (is_missing || is_refused)
    };
    errors.retain(|line| !(line.source == "network" && is_expected(&line.message)));
    assert!(errors.is_empty(), "{errors:#?}");
}
