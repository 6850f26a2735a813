//! What people link to, for those who run no script: previews, tables, badges, pictures, embedded pages.

use http::{
    StatusCode,
    header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERER, VARY},
};
use onetag_shared::{
    api::{Inspection, ProblemCode, paths},
    platform::Platform,
};
use onetag_tests::{
    Answer, Auth, CountingProxy, Hostile, Onetag, Registry,
    samples::{self, Content, Sample},
};
use reqwest::Method;
use serde_json::{Value, json};

/// An answer to who names what they take.
async fn get_as(onetag: &Onetag, path: &str, accept: &str) -> Answer {
    Answer::of(onetag.request(Method::GET, path).header(ACCEPT, accept)).await
}

fn header<'a>(answer: &'a Answer, name: &http::HeaderName) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().expect("text"))
}

/// What a preview finds in a page.
fn property(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("\"{name}\" content=\"")).unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_page_is_readable_before_any_script_and_costs_the_registry_nothing_more() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[]).await;
    let reference = proxy.reference("demo/attested:v1");
    let path = format!("/i/{reference}");

    // The list, two images and two attestations, and two configs.
    proxy.record();
    let answer = get_as(&onetag, &format!("{path}?on=linux/arm64"), "text/html,*/*;q=0.8").await;
    assert_eq!(proxy.recorded().len(), 7);
    assert_eq!((answer.status, header(&answer, &VARY)), (StatusCode::OK, "accept, accept-encoding"));
    assert_eq!(header(&answer, &CACHE_CONTROL), "private, no-cache");
    let policy = header(&answer, &CONTENT_SECURITY_POLICY);
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    let page = answer.text();
    assert!(page.contains(&format!("<title>{reference} · Onetag</title>")), "{page}");
    let words = format!("{reference} runs on linux/amd64 and linux/arm64/v8. 2 platforms, ");
    assert!(property(&page, "og:description").contains(&words), "{page}");
    assert!(property(&page, "description").starts_with("Runs on linux/arm64. "), "{page}");
    let url = onetag.url(&path);
    assert!(page.contains(&format!("<link rel=\"canonical\" href=\"{url}\">")), "{page}");
    assert_eq!(property(&page, "og:url"), format!("{url}?on=linux/arm64"));
    let picture = property(&page, "og:image");
    assert!(picture.starts_with(&onetag.url(&format!("/card/{reference}@sha256:"))), "{picture}");
    assert!(
        page.contains("scope=\"row\" title=\"64-bit Intel and AMD (PCs, servers, Intel Macs)\">linux/amd64</th>"),
        "{page}"
    );
    assert!(page.contains("provenance · SBOM"), "{page}");
    assert!(page.contains("<span class=\"yes\">Yes.</span>"), "{page}");

    // What the page asks for itself has come already, also what the tag holds; who asks again asks the registry.
    let inspect = |referer: &str| {
        onetag
            .request(Method::GET, paths::INSPECT)
            .query(&[("ref", &reference)])
            .header(REFERER, onetag.url(referer))
            .header(ACCEPT, "text/event-stream")
    };
    let events = Answer::of(inspect(&path)).await.text();
    assert!(events.contains("event: root") && events.contains("event: done"), "{events}");
    assert_eq!(proxy.recorded().len(), 7, "the table costs no request more than the page's own");
    Answer::of(inspect(&path)).await;
    assert_eq!(proxy.recorded().len(), 8);
    get_as(&onetag, &path, "text/html").await;
    Answer::of(inspect("/")).await;
    assert_eq!(proxy.recorded().len(), 10, "what a page was given is for a page");

    // Nor does a page get what others were shown, but only what it was served with.
    Answer::of(inspect(&path)).await;
    proxy.record();
    get_as(&onetag, &path, "text/plain").await;
    onetag.get(&format!("/badge/{reference}.svg"), &[]).await;
    Answer::of(inspect(&path)).await;
    assert_eq!(proxy.recorded().len(), 3);

    // The same, unchanged, is not sent again; as text and JSON it is another answer.
    let known = Answer::of(
        onetag.request(Method::GET, &format!("{path}?on=linux/arm64")).header(IF_NONE_MATCH, header(&answer, &ETAG)),
    )
    .await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let text = get_as(&onetag, &format!("{path}?on=linux/s390x"), "text/plain").await;
    assert_eq!(header(&text, &CONTENT_TYPE), "text/plain; charset=utf-8");
    assert!(text.text().starts_with(&format!("{reference}\nOCI image index · 2 platforms · ")), "{}", text.text());
    for line in [
        "Will it run on linux/s390x? No. No entry is for linux/s390x.",
        "  Docker as it pulls: no matching manifest for linux/s390x in the manifest list entries",
    ] {
        assert!(text.text().lines().any(|other| other == line), "{}", text.text());
    }
    let json = get_as(&onetag, &path, "application/json").await;
    let inspection: Inspection = json.json();
    assert_eq!(inspection, onetag.inspect(&reference).await);
    assert_eq!(header(&json, &VARY), "accept, accept-encoding");

    // By digest it is the same for ever.
    let by_digest = format!("/i/{}@{}", proxy.reference("demo/attested"), inspection.root.digest);
    for (accept, kept) in [
        ("text/html", "private, max-age=3600, immutable"),
        ("text/plain", "private, max-age=31536000, immutable"),
        ("application/json", "private, max-age=31536000, immutable"),
    ] {
        assert_eq!(header(&get_as(&onetag, &by_digest, accept).await, &CACHE_CONTROL), kept, "{accept}");
    }
}

#[tokio::test]
async fn what_cannot_be_had_is_said_in_a_sentence_and_only_to_who_has_the_key() {
    let registry = Registry::with_samples(Auth::Htpasswd).await;
    let hostile = Hostile::start().await;
    let onetag = Onetag::start(&[&registry]).await;
    let nothing = registry.reference("demo/app:nothing");
    let page = get_as(&onetag, &format!("/i/{nothing}"), "text/html").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "for programs; the application says more");
    assert!(property(&page.text(), "og:description").contains("There is no such tag or digest"), "{}", page.text());
    assert_eq!(property(&page.text(), "robots"), "noindex");
    let text = get_as(&onetag, &format!("/i/{nothing}"), "text/plain").await;
    assert_eq!(text.status, StatusCode::NOT_FOUND);
    assert!(text.text().starts_with("There is no such tag or digest: "), "{}", text.text());
    let problem = get_as(&onetag, "/i/Not:A:Reference", "application/json").await.problem();
    assert_eq!(problem.code, ProblemCode::InvalidReference);
    let page = get_as(&onetag, "/i/Not:A:Reference", "text/html").await.text();
    assert!(page.contains("<title>Not an image reference · Onetag</title>"), "{page}");

    // A registry that never answers holds up the page for a moment only.
    let page = get_as(&onetag, &format!("/i/{}", hostile.reference("never:v1")), "text/html").await.text();
    assert!(page.contains("never:v1 · Onetag</title>") && page.contains("takes its time"), "{page}");

    // Content that took a login is nobody else's, by digest too.
    let stored = registry.manifest("demo/attested", "v1").await.expect("the sample is there");
    let by_digest = registry.reference(&format!("demo/attested@{}", stored.digest));
    for (path, kept) in [
        (format!("/i/{by_digest}"), "private, no-cache"),
        (format!("/badge/{by_digest}.svg"), "private, max-age=300"),
        (format!("/embed/{by_digest}"), "private, max-age=60"),
        (format!("/card/{by_digest}.png"), "private, max-age=300"),
    ] {
        let answer = get_as(&onetag, &path, "*/*").await;
        assert_eq!((answer.status, header(&answer, &CACHE_CONTROL)), (StatusCode::OK, kept), "{path}");
        let locked = Answer::of(onetag.anonymous(Method::GET, &path)).await;
        // Nobody sees the status of a picture on a page: a badge says so itself.
        let status = if path.starts_with("/badge/") { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(locked.status, status, "{path}");
        assert!(!locked.text().contains("linux"), "{path}");
    }
}

#[tokio::test]
async fn badges_cards_and_embedded_pages() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[]).await;
    let digest = onetag.push_samples(&registry, &["amd64", "arm64", "windows-amd64"], &["v1"]).await;
    let reference = registry.reference("demo/app:v1");
    let pinned = registry.reference(&format!("demo/app:v1@{digest}"));

    let badge = onetag.get(&format!("/badge/{reference}.svg"), &[]).await;
    assert_eq!(header(&badge, &CONTENT_TYPE), "image/svg+xml");
    assert_eq!(header(&badge, &CACHE_CONTROL), "private, max-age=300");
    assert!(
        badge.text().contains("<title>platforms: linux/amd64, arm64/v8, windows/amd64</title>"),
        "{}",
        badge.text()
    );
    assert_eq!(badge.headers["cross-origin-resource-policy"], "cross-origin");
    let again =
        onetag.request(Method::GET, &format!("/badge/{reference}.svg")).header(IF_NONE_MATCH, header(&badge, &ETAG));
    assert_eq!(Answer::of(again).await.status, StatusCode::NOT_MODIFIED);
    let pinned_badge = onetag.get(&format!("/badge/{pinned}.svg"), &[("show", "count")]).await;
    assert_eq!(header(&pinned_badge, &CACHE_CONTROL), "private, max-age=31536000, immutable");
    assert!(pinned_badge.text().contains("<title>platforms: 3</title>"));
    let runs: Value =
        onetag.get(&format!("/badge/{reference}.json"), &[("show", "runs-on"), ("on", "linux/s390x")]).await.json();
    assert_eq!(
        runs,
        json!({ "schemaVersion": 1, "label": "runs on linux/s390x", "message": "no", "color": "e05d44",
            "labelColor": "555555", "style": "flat", "cacheSeconds": 300 })
    );
    for (path, query, message) in [
        (registry.reference("demo/app:nothing.svg"), &[][..], "not found"),
        (
            registry.reference("demo/app:v1.svg"),
            &[("style", "round")],
            "unknown style: flat, flat-square, plastic, for-the-badge or social",
        ),
        ("Not:A:Reference.svg".to_owned(), &[], "no image reference"),
        ("%ff.svg".to_owned(), &[], "no image reference"),
        ("127.0.0.1:1/demo/app:v1.svg".to_owned(), &[], "registry unreachable"),
    ] {
        let answer = onetag.get(&format!("/badge/{path}"), query).await;
        assert_eq!((answer.status, header(&answer, &CACHE_CONTROL)), (StatusCode::OK, "private, max-age=30"), "{path}");
        assert!(answer.text().contains(&format!("<title>onetag: {message}</title>")), "{}", answer.text());
        // So do services that draw it themselves.
        let answer = onetag.get(&format!("/badge/{}", path.replace(".svg", ".json")), query).await;
        assert_eq!((answer.status, header(&answer, &CACHE_CONTROL)), (StatusCode::OK, "private, max-age=30"), "{path}");
        let said: Value = answer.json();
        assert_eq!(
            [&said["schemaVersion"], &said["label"], &said["message"], &said["isError"]],
            [&json!(1), &json!("onetag"), &json!(message), &json!(true)],
            "{path}"
        );
    }
    assert_eq!(onetag.get(&format!("/badge/{reference}"), &[]).await.status, StatusCode::NOT_FOUND);

    // What the checks say of an image is seen in its row, wherever that is shown.
    let unclear = registry.reference("demo/unclear:v1");
    for page in ["embed", "i"] {
        let html = get_as(&onetag, &format!("/{page}/{unclear}"), "text/html").await.text();
        assert_eq!(html.matches("class=\"sign\" data-severity=\"warning\"").count(), 1, "{page}: {html}");
    }
    let embed = onetag.get(&format!("/embed/{reference}"), &[]).await;
    let policy = header(&embed, &CONTENT_SECURITY_POLICY);
    assert!(policy.contains("frame-ancestors *") && policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!policy.contains("script-src") && !policy.contains("unsafe-inline"), "{policy}");
    let link = format!("<a href=\"{}\" target=\"_blank\" rel=\"noopener\">", onetag.url(&format!("/i/{reference}")));
    assert!(embed.text().contains(&link) && !embed.text().contains("<script"), "{}", embed.text());
    let asked = onetag.get(&format!("/embed/{reference}"), &[("on", "arm64v8")]).await.text();
    assert!(
        asked.contains("Will it run on <code>linux/arm64</code>? <strong>Yes.</strong> It gets linux/arm64"),
        "{asked}"
    );
    let asked = onetag.get(&format!("/embed/{reference}"), &[("on", "linux/amd46")]).await.text();
    assert!(asked.contains("did you mean <code>linux/amd64</code>?"), "{asked}");
    for path in ["/".to_owned(), format!("/i/{reference}"), format!("/badge/{reference}.svg")] {
        let answer = onetag.get(&path, &[]).await;
        assert!(header(&answer, &CONTENT_SECURITY_POLICY).contains("frame-ancestors 'none'"), "{path}");
    }

    let card = onetag.get(&format!("/card/{pinned}.png"), &[]).await;
    assert_eq!((card.status, header(&card, &CONTENT_TYPE)), (StatusCode::OK, "image/png"));
    assert_eq!(header(&card, &CACHE_CONTROL), "private, max-age=31536000, immutable");
    // The header of a PNG: its width and height (PNG specification, section 11.2.2).
    assert_eq!(card.body[16..24], [1200_u32.to_be_bytes(), 630_u32.to_be_bytes()].concat());
}

#[tokio::test]
async fn nothing_of_a_hostile_image_becomes_markup() {
    const INDEX: &str = "application/vnd.oci.image.index.v1+json";
    let registry = Registry::start(Auth::None).await;
    let onetag = Onetag::start(&[]).await;
    let evil = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}\r\n\u{1b}[2J";
    let mut image = samples::image_of(Platform::new(evil, "javascript:alert(1)").with_variant("x".repeat(5000)));
    let mut entry = image.manifest.descriptor();
    entry["platform"] = serde_json::to_value(&image.platform).expect("a platform is always JSON");
    entry["annotations"] = json!({ evil: evil, "org.opencontainers.image.url": "javascript:alert(1)" });
    let root = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [entry],
        "annotations": { "org.opencontainers.image.title": evil, "org.opencontainers.image.description": "y".repeat(50_000) } });
    registry
        .put(&Sample {
            repository: "demo/evil".to_owned(),
            tag: "v1".to_owned(),
            platform: None,
            blobs: std::mem::take(&mut image.blobs),
            children: vec![image.manifest],
            root: Content::json(INDEX, &root),
        })
        .await;
    let reference = registry.reference("demo/evil:v1");
    for (path, accept) in [
        (format!("/i/{reference}?on=%3Cscript%3E"), "text/html"),
        (format!("/i/{reference}?on=linux/amd64"), "text/html"),
        (format!("/i/{reference}"), "text/plain"),
        (format!("/badge/{reference}.svg?show=platforms"), "*/*"),
        (format!("/badge/{reference}.svg?label=%3Cscript%3Ealert(1)%3C/script%3E"), "*/*"),
        (format!("/embed/{reference}"), "*/*"),
    ] {
        let answer = get_as(&onetag, &path, accept).await;
        let text = answer.text();
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(text.len() < 20_000, "{path}: {}", text.len());
        assert!(!text.contains('\u{202e}') && !text.contains('\u{1b}'), "{path}: {text}");
        if header(&answer, &CONTENT_TYPE).starts_with("text/plain") {
            continue;
        }
        for markup in ["<script>alert", "<img", "href=\"javascript", "onerror=\""] {
            assert!(!text.contains(markup), "{path} has {markup}: {text}");
        }
        assert!(text.contains("&lt;"), "{path} shows what is there: {text}");
        assert!(!header(&answer, &CONTENT_SECURITY_POLICY).contains("unsafe-inline"), "{path}");
    }
    let card = onetag.get(&format!("/card/{reference}.png"), &[]).await;
    assert_eq!((card.status, header(&card, &CONTENT_TYPE)), (StatusCode::OK, "image/png"));
}

#[tokio::test]
async fn a_slow_registry_keeps_nobody_from_fetching_the_application() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start_with(&[], &[("ONETAG_TIMEOUT_PAGE", "50ms")]).await;
    let reference = proxy.reference("demo/attested:v1");
    for (path, words) in [
        (format!("/i/{reference}"), "linux/arm64/v8</th>"),
        (format!("/r/{}", proxy.reference("demo/attested")), ">v1</a>"),
        (format!("/diff?from={reference}&to={reference}"), "unchanged."),
    ] {
        // The first answer is held until a second request comes, and none does.
        proxy.hold_waves(&[9]);
        let request = onetag.request(Method::GET, &path).header(ACCEPT, "text/html");
        let mut response = request.send().await.expect("it answers");
        assert_eq!(response.headers()[CACHE_CONTROL], "private, no-cache");
        let beginning = response.chunk().await.expect("it sends something").expect("and not nothing");
        let beginning = String::from_utf8_lossy(&beginning).into_owned();
        for file in [".css", "_bg.wasm", ".js"] {
            assert!(beginning.contains(file), "{path}: {beginning}");
        }
        assert!(!beginning.contains("<title>"), "{path}: {beginning}");
        proxy.wait_for_requests(1).await;
        proxy.release();
        let mut page = beginning;
        while let Some(piece) = response.chunk().await.expect("the rest comes") {
            page.push_str(&String::from_utf8_lossy(&piece));
        }
        assert_eq!((page.matches("<title>").count(), page.matches("</html>").count()), (1, 1), "{path}: {page}");
        assert!(page.contains(words), "{path}: {page}");
    }
}
