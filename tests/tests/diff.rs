//! What differs between two lists: for programs, terminals, pull requests, and whoever follows a link.

use http::{
    StatusCode,
    header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERER},
};
use onetag_shared::{
    api::{Diff, DiffVerdict, EntryChange, ProblemCode, paths},
    digest::Digest,
    platform::Platform,
};
use onetag_tests::{
    Answer, Auth, CountingProxy, Onetag, Registry,
    samples::{self, Content, Image, Sample},
};
use reqwest::Method;
use serde_json::{Value, json};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Puts a list of these at a tag of `demo/diff`.
async fn put(registry: &Registry, tag: &str, images: &[Image]) -> Digest {
    let entry = |image: &Image| {
        let mut entry = image.manifest.descriptor();
        entry["platform"] = serde_json::to_value(&image.platform).expect("a platform is always JSON");
        entry
    };
    let entries: Vec<Value> = images.iter().map(entry).collect();
    let root = Content::json(INDEX, &json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries }));
    let digest = root.digest.clone();
    let sample = Sample {
        repository: "demo/diff".to_owned(),
        tag: tag.to_owned(),
        platform: None,
        blobs: images.iter().flat_map(|image| image.blobs.iter().cloned()).collect(),
        children: images.iter().map(|image| image.manifest.clone()).collect(),
        root,
    };
    registry.put(&sample).await;
    digest
}

/// The tag as it was, and as it is.
async fn then_and_now(registry: &Registry) -> [Digest; 2] {
    let arm = Platform::new("linux", "arm64").with_variant("v8");
    let then = [samples::image("amd64"), samples::image_of(arm), samples::image("386")];
    let now = [samples::image("amd64"), samples::image("arm64"), samples::image("s390x")];
    [put(registry, "v1", &then).await, put(registry, "v1", &now).await]
}

async fn get_as(onetag: &Onetag, path: &str, from: &str, to: &str, accept: &str) -> Answer {
    let request = onetag.request(Method::GET, path).query(&[("from", from), ("to", to)]).header(ACCEPT, accept);
    Answer::of(request).await
}

fn header<'a>(answer: &'a Answer, name: &http::HeaderName) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test]
async fn one_tag_then_and_now_and_each_document_is_fetched_once() {
    let registry = Registry::start(Auth::None).await;
    let [then, now] = then_and_now(&registry).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[]).await;
    let (from, to) = (proxy.reference(&format!("demo/diff:v1@{then}")), proxy.reference("demo/diff:v1"));

    // Two lists, five images that are in them, and their configs.
    proxy.record();
    let answer = get_as(&onetag, paths::DIFF, &from, &to, "*/*").await;
    assert_eq!(proxy.recorded().len(), 2 + 5 + 5);
    assert_eq!((answer.status, header(&answer, &CACHE_CONTROL)), (StatusCode::OK, "no-store"));
    let found: Diff = answer.json();
    assert_eq!((found.verdict, &found.from.digest, &found.to.digest), (DiffVerdict::Different, &then, &now));
    let told: Vec<(&str, EntryChange)> =
        found.entries.iter().map(|entry| (entry.name.as_str(), entry.change)).collect();
    assert_eq!(
        told,
        [
            ("linux/amd64", EntryChange::Unchanged),
            ("linux/arm64/v8", EntryChange::Replaced),
            ("linux/s390x", EntryChange::Added),
            ("linux/386", EntryChange::Removed),
        ]
    );
    let layers = found.entries[1].layers.as_ref().expect("they differ");
    assert_eq!((layers.added.len(), layers.removed.len(), layers.kept), (3, 1, 0));
    assert!(found.totals.new_bytes > 0 && found.totals.gone_bytes > 0, "{:?}", found.totals);

    // Again: the tag is looked at, and nothing else.
    proxy.record();
    let text = get_as(&onetag, paths::DIFF, &from, &to, "text/plain").await;
    let marked = get_as(&onetag, paths::DIFF, &from, &to, "text/markdown").await;
    assert_eq!(proxy.recorded().len(), 2);
    assert_eq!(header(&text, &CONTENT_TYPE), "text/plain; charset=utf-8");
    assert!(text.text().contains("\n+ linux/s390x  added: "), "{}", text.text());
    assert_eq!(header(&marked, &CONTENT_TYPE), "text/markdown; charset=utf-8");
    assert!(marked.text().contains("\n| removed | `linux/386` | "), "{}", marked.text());

    // Of two digests it is the same for ever.
    let to = proxy.reference(&format!("demo/diff@{now}"));
    for accept in ["application/json", "text/plain", "text/markdown"] {
        let answer = get_as(&onetag, paths::DIFF, &from, &to, accept).await;
        assert_eq!(header(&answer, &CACHE_CONTROL), "private, max-age=31536000, immutable", "{accept}");
        let known = onetag.request(Method::GET, paths::DIFF).query(&[("from", &from), ("to", &to)]);
        let known = known.header(ACCEPT, accept).header(IF_NONE_MATCH, header(&answer, &ETAG));
        assert_eq!(Answer::of(known).await.status, StatusCode::NOT_MODIFIED, "{accept}");
    }
}

#[tokio::test]
async fn the_page_s_own_question_costs_the_registry_nothing() {
    let registry = Registry::start(Auth::None).await;
    then_and_now(&registry).await;
    put(&registry, "v2", &[samples::image("amd64")]).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[]).await;
    let (from, to) = (proxy.reference("demo/diff:v1"), proxy.reference("demo/diff:v2"));
    let ask = async || {
        let request = onetag.request(Method::GET, paths::DIFF).query(&[("from", &from), ("to", &to)]);
        let request = request.header(REFERER, onetag.url(&format!("/diff?from={from}&to={to}")));
        Answer::of(request).await.json::<Diff>()
    };
    get_as(&onetag, "/diff", &from, &to, "text/html").await;
    proxy.record();
    let found = ask().await;
    assert_eq!((proxy.recorded().len(), found.verdict), (0, DiffVerdict::Different));
    // Once: whoever compares again wants to know what the tags hold by then.
    proxy.record();
    assert_eq!(ask().await, found);
    assert_eq!(proxy.recorded().len(), 2);
}

#[tokio::test]
async fn the_page_is_readable_before_any_script_and_in_other_forms() {
    let registry = Registry::start(Auth::None).await;
    let [then, _] = then_and_now(&registry).await;
    let onetag = Onetag::start(&[]).await;
    let (from, to) = (registry.reference(&format!("demo/diff:v1@{then}")), registry.reference("demo/diff:v1"));
    let page = get_as(&onetag, "/diff", &from, &to, "text/html,*/*;q=0.8").await;
    assert_eq!((page.status, header(&page, &CACHE_CONTROL)), (StatusCode::OK, "private, no-cache"));
    let page = page.text();
    assert!(page.contains(&format!("<title>{}", registry.reference("demo/diff:v1@sha256:"))), "{page}");
    for part in [
        "property=\"og:description\" content=\"1 platform replaced, 1 added, 1 removed; 1 unchanged. ",
        "name=\"twitter:card\" content=\"summary\"",
        "<th scope=\"row\">linux/s390x</th><td>added</td>",
        "1 entry unchanged.",
        &format!("<a href=\"/i/{to}\">"),
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("og:image") && page.contains("/diff?from="), "{page}");
    for (accept, begin) in [
        ("text/plain", format!("from  {from}\n")),
        ("text/markdown", "### `".to_owned()),
        ("application/json", "{\"from\":".to_owned()),
    ] {
        let answer = get_as(&onetag, "/diff", &from, &to, accept).await;
        assert!(answer.text().starts_with(&begin), "{}", answer.text());
    }
    // Without a question it is the application's page.
    // Without one of them there are fields for both.
    let asks = get_as(&onetag, "/diff", &from, "", "text/html").await;
    assert_eq!(asks.status, StatusCode::OK);
    let asks = asks.text();
    assert!(asks.contains("action=\"/diff\"") && asks.contains(&format!("name=\"from\" value=\"{from}\"")), "{asks}");
}

#[tokio::test]
async fn a_problem_says_which_side_it_is_about_and_a_missing_image_is_none() {
    let registry = Registry::start(Auth::Htpasswd).await;
    let [then, now] = then_and_now(&registry).await;
    let onetag = Onetag::start(&[&registry]).await;
    let there = registry.reference("demo/diff:v1");
    let nothing = registry.reference("demo/diff:nothing");
    for (from, to, code, pointer) in [
        (&there, &nothing, ProblemCode::ManifestUnknown, "/to"),
        (&nothing, &there, ProblemCode::ManifestUnknown, "/from"),
        (&there, &"Not:A:Reference".to_owned(), ProblemCode::InvalidReference, "/to"),
    ] {
        for path in [paths::DIFF, "/diff"] {
            let problem = get_as(&onetag, path, from, to, "application/json").await.problem();
            assert_eq!((problem.code, problem.pointer.as_deref()), (code, Some(pointer)), "{path} {from} {to}");
        }
        let page = get_as(&onetag, "/diff", from, to, "text/html").await;
        assert!(page.status.is_client_error(), "for programs; the application says more");
        assert!(page.text().contains("noindex"), "{}", page.text());
    }
    // Where neither is there, both are told.
    let problem = get_as(&onetag, paths::DIFF, &nothing, &registry.reference("demo/diff:none"), "*/*").await.problem();
    assert_eq!((problem.code, problem.pointer.as_deref()), (ProblemCode::ManifestUnknown, Some("/from")));
    let (first, second) = problem.detail.split_once("; nor can the other side be had: ").expect("both are told");
    assert!(first.contains("demo/diff:nothing") && second.contains("demo/diff:none"), "{}", problem.detail);
    let text = get_as(&onetag, "/diff", &there, &nothing, "text/plain").await;
    assert_eq!(text.status, StatusCode::NOT_FOUND);
    assert!(text.text().starts_with("There is no such tag or digest: "), "{}", text.text());
    assert_eq!(onetag.get(paths::DIFF, &[("from", &there)]).await.problem().code, ProblemCode::InvalidRequest);

    // What took a login is nobody else's, by digest too.
    let pinned = [&then, &now].map(|digest| registry.reference(&format!("demo/diff@{digest}")));
    let answer = get_as(&onetag, paths::DIFF, &pinned[0], &pinned[1], "*/*").await;
    assert_eq!((answer.status, header(&answer, &CACHE_CONTROL)), (StatusCode::OK, "no-store"));
    let locked = onetag.anonymous(Method::GET, "/diff").query(&[("from", &pinned[0]), ("to", &pinned[1])]);
    assert_eq!(Answer::of(locked).await.status, StatusCode::UNAUTHORIZED);

    registry.delete_manifest("demo/diff", &samples::image("s390x").manifest.digest).await;
    let other = Onetag::start(&[&registry]).await;
    let found: Diff = get_as(&other, paths::DIFF, &pinned[0], &pinned[1], "*/*").await.json();
    let added = &found.entries[2];
    assert_eq!((added.name.as_str(), added.change, found.totals.missing), ("linux/s390x", EntryChange::Added, 1));
    let problem = added.to.as_ref().and_then(|side| side.problem.as_deref()).unwrap_or_default();
    assert!(problem.starts_with("There is no such tag or digest"), "{problem}");
}

#[tokio::test]
async fn nothing_of_a_hostile_image_becomes_markup() {
    let registry = Registry::start(Auth::None).await;
    let onetag = Onetag::start(&[]).await;
    let evil = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>|`\u{202e}\r\n\u{1b}[2J";
    put(&registry, "evil", &[samples::image_of(Platform::new(evil, "javascript:alert(1)"))]).await;
    put(&registry, "v1", &[samples::image("amd64")]).await;
    let (from, to) = (registry.reference("demo/diff:v1"), registry.reference("demo/diff:evil"));
    for accept in ["text/html", "text/plain", "text/markdown"] {
        let text = get_as(&onetag, "/diff", &from, &to, accept).await.text();
        assert!(text.contains("alert(1)"), "{accept} shows what is there: {text}");
        assert!(!text.contains('\u{202e}') && !text.contains('\u{1b}') && !text.contains('\r'), "{accept}: {text}");
        let markup = ["<script>alert", "<img"].iter().any(|markup| text.contains(markup));
        assert!(!markup || accept != "text/html", "{text}");
    }
}
