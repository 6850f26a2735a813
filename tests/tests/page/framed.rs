//! Pages within pages of others: the one that may be, and all others, which may not.

use onetag_tests::{Auth, Site, Width};

use super::{accessibility::assert_accessible, pictures, start};

/// A page of somebody else that has these in frames.
fn page(frames: &[(&str, String)]) -> String {
    let frames = frames.iter().map(|(id, url)| {
        format!("<iframe id=\"{id}\" title=\"{id}\" src=\"{url}\" width=\"300\" height=\"420\"></iframe>\n")
    });
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=color-scheme content=\"light dark\"><title>Elsewhere</title>\
         <meta name=viewport content=\"width=device-width\"><main><h1>Elsewhere</h1>{}</main></html>",
        frames.collect::<String>()
    )
}

#[tokio::test]
async fn one_page_may_be_framed_by_others() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    onetag.push_samples(&registry, &["amd64", "arm64", "armv7", "ppc64le", "windows-amd64"], &["v1"]).await;
    let reference = registry.reference("demo/app:v1");
    let frame = |path: &str| onetag.url(path);
    let site = Site::start(page(&[
        ("shown", frame(&format!("/embed/{reference}"))),
        ("gone", frame(&format!("/embed/{}", registry.reference("demo/app:nothing")))),
        ("inspect", frame(&format!("/i/{reference}"))),
        ("start", frame("/")),
        ("api", frame("/api/v1/docs")),
        ("badge", frame(&format!("/badge/{reference}.svg"))),
    ]))
    .await;
    browser.goto(&site.url()).await;
    browser.enter_frame("#shown").await;
    browser.wait_for(("tr", "linux/arm/v7")).await;
    let wide: [u32; 2] =
        browser.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]").await;
    assert!(wide[0] <= wide[1], "it scrolls sideways in 300 pixels: {wide:?}");
    browser.leave_frame().await;
    browser.enter_frame("#gone").await;
    browser.wait_for_text("There is no such tag or digest").await;
    browser.leave_frame().await;
    for id in ["inspect", "start", "api", "badge"] {
        browser.enter_frame(&format!("#{id}")).await;
        // What the browser shows instead is a page of its own.
        browser.wait_until("location.protocol === 'chrome-error:'").await;
        assert_eq!(browser.count(":is(header, table, #boot, svg[role='img'])").await, 0, "{id}");
        browser.leave_frame().await;
    }
    let refused = browser.console_errors().await;
    let refused = refused.iter().filter(|line| line.message.contains("frame-ancestors"));
    assert_eq!(refused.count(), 4, "{:#?}", browser.console().await);
    pictures(&mut browser, "framed").await;
    assert_accessible(&mut browser, "framed").await;
}
