//! Whatever a registry's documents say is text, on every page: no markup, no script, no address that is not one of the web,
//! and nothing that a policy has to hold back.

mod documents;

use http::{Method, header::CONTENT_TYPE};
use onetag_shared::api::{Gather, paths};
use onetag_tests::{Answer, Auth, Browser, Hostile, Onetag, Registry, Scheme, Site, Width};
use serde_json::{Value, json};

use self::documents::evil;
use super::{assert_quiet, pictures};

/// Runs before each page, and hears what the payload would do.
const LISTEN: &str = "
    window.heard = [];
    for (const name of ['hacked', 'alert', 'confirm', 'prompt', 'open', 'print'])
        window[name] = (...words) => { window.heard.push(`${name}(${words})`) };
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        window.heard.push(`${violatedDirective}: ${blockedURI}`));";

/// What is on the page and should not be: what a script said; elements and attributes that only the payload would make;
/// addresses that lead anywhere but to the web; and texts that turn around what is written beside them.
const FIND: &str = r"(() => {
    const found = [...window.heard];
    const addresses = ['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster', 'ping', 'background', 'srcset'];
    for (const element of document.querySelectorAll('*')) {
        if (element.matches('x-evil, iframe, frame, object, embed, base, [evil], [autofocus][onfocus], img[src=x]'))
            found.push(`element ${element.outerHTML.slice(0, 200)}`);
        if (element.localName === 'script' && element.textContent.includes('hacked')) found.push('a script');
        for (const { name, value } of element.attributes) {
            if (/^(on|srcdoc$)/.test(name)) found.push(`${name} of ${element.localName}`);
            if (!addresses.includes(name)) continue;
            const { protocol } = new URL(value, document.baseURI);
            if (protocol !== 'http:' && protocol !== 'https:') found.push(`${name}=${value.slice(0, 200)}`);
        }
    }
    const texts = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const { data, parentElement } = texts.currentNode;
        if (!/[\u202a-\u202e\u2066-\u2069]/.test(data) || !parentElement.checkVisibility()) continue;
        const { display, unicodeBidi } = getComputedStyle(parentElement);
        const alone = display !== 'inline' && parentElement.childNodes.length === 1;
        const isolated = ['isolate', 'isolate-override', 'plaintext'].includes(unicodeBidi);
        if (!alone && !isolated && parentElement.localName !== 'option')
            found.push(`direction of ${parentElement.localName}.${parentElement.classList} in ${parentElement.parentElement.className}: ${data.slice(0, 60)}`);
    }
    return found;
})()";

/// A browser that listens, let in by the server.
async fn listening(onetag: &Onetag) -> Browser {
    let browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.run_first(LISTEN).await;
    browser.goto(&onetag.entrance()).await;
    browser.wait_for("#reference-input").await;
    browser
}

/// Nothing on the page is more than text.
async fn assert_harmless(browser: &Browser, page: &str) {
    // What loads or runs does so before the second frame.
    let found: Vec<String> = browser
        .evaluate(&format!(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done({FIND}))))"
        ))
        .await;
    assert!(found.is_empty(), "{page}: {found:#?}");
    let names: Vec<String> = browser.evaluate("[document.title, document.querySelector('h1')?.innerText ?? '']").await;
    assert!(names.iter().all(|name| !name.trim().is_empty()), "{page} has a title and a heading: {names:?}");
}

/// Unfolds whatever can be.
async fn unfold(browser: &Browser) {
    browser.evaluate::<Value>("document.querySelectorAll('details').forEach(details => details.open = true)").await;
}

async fn registry_with_evil() -> (Registry, Vec<String>) {
    let registry = Registry::with_samples(Auth::None).await;
    let digests = documents::put(&registry, "v1").await;
    documents::put(&registry, "v2").await;
    (registry, digests)
}

#[tokio::test]
async fn what_is_looked_for_would_be_found() {
    let attacks = [
        "<p>x</p><script>hacked()</script>",
        "<img src=x onerror='hacked()'>",
        "<x-evil></x-evil>",
        "<p evil></p>",
        "<a href='javascript:hacked()'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<p>a <span>\u{202e}b</span></p>",
        "<script>alert(1)</script>",
        "<iframe></iframe>",
    ];
    let browser = Browser::start().await;
    browser.run_first(LISTEN).await;
    for attack in attacks {
        let site = Site::start(format!("<!doctype html><meta charset=utf-8><h1>x</h1>{attack}")).await;
        browser.goto(&site.url()).await;
        assert!(!browser.evaluate::<Vec<String>>(FIND).await.is_empty(), "{attack}");
    }
}

#[tokio::test]
async fn what_is_inspected_is_text() {
    let (registry, digests) = registry_with_evil().await;
    let onetag = Onetag::start(&[&registry]).await;
    let mut browser = listening(&onetag).await;
    let reference = registry.reference("evil/app:v1");
    browser.goto(&onetag.url(&format!("/i/{reference}?open=1,2,3"))).await;
    browser.wait_for_count(".details .referrers", 3).await;
    browser.wait_for_count("[data-row]", 3).await;
    browser.wait_for((".details .referrer-list", "v1-referrer")).await;
    browser.click(".attestation [data-read]").await;
    browser.wait_for(".says .statement").await;
    browser.click("#check-programs").await;
    browser.wait_for("#programs [data-verdict]").await;
    browser.click("#find-referrers").await;
    browser.wait_for("#list-referrers .subject").await;
    unfold(&browser).await;
    assert!(browser.text(".details").await.contains("</textarea>"), "what it says is shown");
    assert_harmless(&browser, "inspect").await;
    pictures(&mut browser, "hostile-inspect").await;
    for tab in ["layers", "findings", "raw", "commands", "tags", "share"] {
        browser.click(&format!("#tab-{tab}")).await;
        browser.wait_for(&format!("#panel-{tab} :is(p, pre)")).await;
        unfold(&browser).await;
        assert_harmless(&browser, tab).await;
        browser.screenshot(&format!("hostile-{tab}")).await;
    }
    // Each by itself, and an address that is no better.
    for digest in &digests {
        browser.goto(&onetag.url(&format!("/i/{}?open=1", registry.reference(&format!("evil/app@{digest}"))))).await;
        browser.wait_for(".details .referrers").await;
        assert_harmless(&browser, digest).await;
    }
    let query = url::form_urlencoded::byte_serialize(evil("query").as_bytes()).collect::<String>();
    browser.goto(&onetag.url(&format!("/i/{reference}?tab={query}&open={query}&on={query}&filter={query}"))).await;
    browser.wait_for_count("#tab-platforms[aria-selected='true']", 1).await;
    assert_harmless(&browser, "an address").await;
    browser.goto(&onetag.url(&format!("/i/{query}"))).await;
    browser.wait_for_text("That is not an image reference").await;
    assert_harmless(&browser, "no reference").await;
    let hostile = Hostile::start().await;
    browser.goto(&onetag.url(&format!("/i/{}?tab=raw", hostile.reference("markup:v1")))).await;
    browser.wait_for("#panel-raw .raw").await;
    assert_harmless(&browser, "markup in a document's names").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn what_is_compared_browsed_and_gathered_is_text() {
    let (registry, _) = registry_with_evil().await;
    let onetag = Onetag::start(&[&registry]).await;
    let mut browser = listening(&onetag).await;
    let [first, second] = ["evil/app:v1", "evil/app:v2"].map(|name| registry.reference(name));
    let normal = registry.reference("demo/attested:v1");
    for (from, to) in [(&first, &second), (&normal, &first), (&first, &normal)] {
        browser.goto(&onetag.url(&format!("/diff?from={from}&to={to}"))).await;
        browser.wait_for("#diff-entries > li").await;
        unfold(&browser).await;
        assert_harmless(&browser, "diff").await;
    }
    browser.goto(&onetag.url(&format!("/diff?from={first}&to={second}"))).await;
    browser.wait_for("#diff-entries > li").await;
    unfold(&browser).await;
    pictures(&mut browser, "hostile-diff").await;

    browser.goto(&onetag.url(&format!("/r/{}", registry.reference("evil/app")))).await;
    browser.wait_for(".tag-row:not(.is-waiting)").await;
    browser.wait_until("!document.querySelector('.tag-row.is-waiting')").await;
    assert_harmless(&browser, "browse").await;
    pictures(&mut browser, "hostile-browse").await;
    let hostile = Hostile::start().await;
    browser.goto(&onetag.url(&format!("/r/{}", hostile.reference("names")))).await;
    browser.wait_for((".tag-list", "5 names are left out that no tag can have")).await;
    assert_harmless(&browser, "names").await;

    let request = json!({
        "platforms": ["linux/amd64", "linux/arm64"], "targets": [{ "ref": registry.reference("evil/gathered:v1") }],
        "annotations": { "org.example.evil": evil("gather") },
    });
    let gather: Gather = onetag.post(paths::GATHERS, &request).await.json();
    let part = onetag.post(&paths::GATHER_PARTS.replace("{id}", &gather.id), &json!({ "source": first })).await;
    assert!(part.status.is_success(), "{}", part.text());
    browser.goto(&onetag.url(&format!("/gathers/{}", gather.id))).await;
    browser.wait_for_count("[data-missing]", 1).await;
    browser.wait_for(("#gather-summary", "1 of 2 parts")).await;
    assert_harmless(&browser, "gather").await;
    for (path, shown) in
        [("/gathers", "#gathers li"), ("/gathers/new", "#start-gather"), ("/registries", "#registry-input")]
    {
        browser.goto(&onetag.url(path)).await;
        browser.wait_for(shown).await;
        assert_harmless(&browser, path).await;
    }
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn what_is_edited_is_text() {
    let (registry, _) = registry_with_evil().await;
    let onetag = Onetag::start(&[&registry]).await;
    let mut browser = listening(&onetag).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("evil/app:v1")))).await;
    browser.wait_for_count("[data-row]", 3).await;
    browser.click("#edit-list").await;
    browser.wait_for_count(".platform-field", 3).await;
    browser.wait_for("#unchanged").await;
    for row in ["1", "2", "3"] {
        browser.click(("button", format!("More about row {row}"))).await;
    }
    unfold(&browser).await;
    assert_harmless(&browser, "editor").await;
    pictures(&mut browser, "hostile-editor").await;
    browser.click("#tab-hosts").await;
    assert_harmless(&browser, "who gets what").await;
    browser.paste("#paste", &evil("paste").replace('\0', "")).await;
    browser.wait_for("#paste-errors .field-error").await;
    assert_harmless(&browser, "what was pasted").await;
    browser.replace("#target-0", &registry.reference("evil/pushed:v1")).await;
    browser.wait_for("[data-held='absent']").await;
    browser.evaluate::<Value>("document.querySelectorAll('[data-place]:nth-child(n + 4) [aria-label^=\"Remove row\"]').forEach(button => button.click())").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    browser.click("#push").await;
    browser.wait_for("#pushed").await;
    unfold(&browser).await;
    assert_harmless(&browser, "pushed").await;
    browser.click(".wordmark").await;
    browser.wait_for(".draft-list li").await;
    assert_harmless(&browser, "start").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn what_is_shared_is_text() {
    let (registry, digests) = registry_with_evil().await;
    let onetag = Onetag::start(&[&registry]).await;
    let mut browser = listening(&onetag).await;
    browser.block(&["*.js", "*.wasm"]).await;
    let [first, second] = ["evil/app:v1", "evil/app:v2"].map(|name| registry.reference(name));
    let image = registry.reference(&format!("evil/app@{}", digests[1]));
    let pages = [
        (format!("/i/{first}?on=linux/amd64"), "#boot tbody tr"),
        (format!("/i/{image}"), "#boot tbody tr"),
        (format!("/diff?from={first}&to={second}"), "#boot .diff-table"),
        (format!("/r/{}", registry.reference("evil/app")), "#boot .tag-names a"),
        (format!("/embed/{first}"), "tbody tr"),
        (format!("/embed/{image}"), "tbody tr"),
    ];
    for (number, (path, shown)) in pages.iter().enumerate() {
        browser.goto(&onetag.url(path)).await;
        browser.wait_for(*shown).await;
        assert_harmless(&browser, path).await;
        pictures(&mut browser, &format!("hostile-unscripted-{number}")).await;
    }
    let query = url::form_urlencoded::byte_serialize(evil("query").as_bytes()).collect::<String>();
    for path in [
        format!("/i/{query}"),
        format!("/embed/{query}"),
        format!("/diff?from={query}&to={query}"),
        format!("/r/{query}"),
    ] {
        browser.goto(&onetag.url(&path)).await;
        browser.wait_for("body").await;
        assert!(browser.evaluate::<Vec<String>>(FIND).await.is_empty(), "{path}");
    }
    browser.block(&[]).await;
    for path in [
        format!("/badge/{first}.svg"),
        format!("/badge/{first}.svg?show=size&label={query}"),
        format!("/badge/{query}.svg"),
    ] {
        browser.goto(&onetag.url(&path)).await;
        let found: Vec<String> = browser.evaluate(FIND).await;
        assert!(found.is_empty(), "{path}: {found:#?}");
        assert_eq!(browser.evaluate::<String>("document.documentElement.localName").await, "svg");
    }
    browser.goto(&onetag.url("/api/v1/docs")).await;
    assert_harmless(&browser, "API").await;
    let mut errors = browser.console_errors().await;
    errors.retain(|line| !line.message.contains("ERR_BLOCKED_BY_CLIENT") && !line.message.contains("status of 4"));
    assert!(errors.is_empty(), "{errors:#?}");
    for path in [
        format!("/i/{first}"),
        format!("/i/{image}"),
        format!("/diff?from={first}&to={second}"),
        format!("/r/{}", registry.reference("evil/app")),
    ] {
        assert_plain(&onetag, &path).await;
    }
}

/// The forms that are no pages: for terminals no character that a terminal obeys, and JSON that nobody takes for a page.
async fn assert_plain(onetag: &Onetag, path: &str) {
    for (accept, kind) in [("text/plain", "text/plain"), ("application/json", "application/json")] {
        let answer = Answer::of(onetag.request(Method::GET, path).header("accept", accept)).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
        assert!(
            answer.headers[CONTENT_TYPE].to_str().is_ok_and(|value| value.starts_with(kind)),
            "{path}: {:?}",
            answer.headers
        );
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        let obeyed = |c: &char| {
            // JSON may hold DEL and what follows it.
            c.is_control() && *c != '\n' && (kind == "text/plain" || c.is_ascii() && *c != '\u{7f}')
                || kind == "text/plain" && matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert_eq!(answer.text().chars().find(obeyed), None, "{path} as {kind}");
    }
}
