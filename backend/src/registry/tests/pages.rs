//! Lists that come in pages.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    http::{StatusCode, Uri, header},
    routing::any,
};
use onetag_shared::api::ProblemCode;

use super::*;

/// A registry that answers each question for tags with this, and writes down what it was asked.
async fn listing(body: &'static str, link: &'static str) -> (String, Arc<Mutex<Vec<Uri>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let written = Arc::clone(&log);
    let host = serve(Router::new().fallback(any(move |uri: Uri| {
        written.lock().unwrap().push(uri);
        std::future::ready(([(header::LINK, link)], body))
    })))
    .await;
    (host, log)
}

#[tokio::test]
async fn a_cursor_is_never_more_than_a_query() {
    for (cursor, query) in [
        ("n=2&last=b", "n=2&last=b"),
        ("last=a#b", "last=a%23b"),
        ("/../../../_catalog?n=1", "/../../../_catalog?n=1"),
        ("../../other/tags/list", "../../other/tags/list"),
        ("http://elsewhere.example/v2/", "http://elsewhere.example/v2/"),
        ("//elsewhere.example/", "//elsewhere.example/"),
        ("a HTTP/1.1\r\nhost: elsewhere.example\r\n\r\n", "a%20HTTP/1.1host:%20elsewhere.example"),
        ("last=\n#/../x", "last=%23/../x"),
        ("last=é\\", "last=%C3%A9\\"),
        ("last=%23%2f..", "last=%23%2f.."),
        ("@elsewhere.example", "@elsewhere.example"),
        ("", ""),
    ] {
        let (host, log) = listing(r#"{"tags":["a"]}"#, "").await;
        client().tags(&app(&host), 100, Some(cursor)).await.unwrap();
        let asked = log.lock().unwrap();
        assert_eq!(asked.len(), 1, "{cursor:?}");
        assert_eq!((asked[0].path(), asked[0].query()), ("/v2/app/tags/list", Some(query)), "{cursor:?}");
    }
}

/// A cursor that no address can hold is refused before anything is asked.
#[tokio::test]
async fn a_cursor_without_end_is_refused() {
    let (host, log) = listing(r#"{"tags":["a"]}"#, "").await;
    let error = client().tags(&app(&host), 100, Some(&"x".repeat(100_000))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol, "{error}");
    assert_eq!(log.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn what_a_registry_sends_at_once_is_told_in_pages() {
    let (host, log) = listing(r#"{"tags":["e","d","c","b","a"]}"#, "</v2/app/tags/list?last=a>; rel=next").await;
    let (client, mut cursor, mut pages) = (client(), None, Vec::new());
    for _ in 0..3 {
        let page = client.tags(&app(&host), 2, cursor.as_deref()).await.unwrap();
        pages.push(page.tags.concat());
        cursor = page.next;
    }
    assert_eq!((pages.join(" ").as_str(), cursor.as_deref()), ("ed cb a", Some("last=a")));
    let asked: Vec<String> = log.lock().unwrap().iter().map(|uri| uri.query().unwrap().to_owned()).collect();
    assert_eq!(asked, ["n=2"; 3]);
    let past = format!("told={}&n=2", usize::MAX);
    assert_eq!(client.tags(&app(&host), 2, Some(&past)).await.unwrap().tags, [""; 0]);
}

#[tokio::test]
async fn tags_are_read_in_every_form() {
    let page = |tags: &[&str], next: Option<&str>| TagsPage {
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        next: next.map(str::to_owned),
    };
    for (body, link, expected) in [
        (r#"{"name":"app","tags":["b","a"]}"#, "", page(&["b", "a"], None)),
        (r#"{"name":"app","tags":null}"#, "", page(&[], None)),
        (r#"{"name":"app"}"#, "", page(&[], None)),
        (r#"{"tags":["a",null,"b"],"manifest":{},"child":[]}"#, "", page(&["a", "b"], None)),
        (r#"{"tags":[]}"#, "</v2/app/tags/list?last=z>; rel=next", page(&[], Some("last=z"))),
        (r#"{"tags":["a"]}"#, "<http://elsewhere.example/x?last=a>; rel=next", page(&["a"], Some("last=a"))),
        // Leads to itself.
        (r#"{"tags":["a"]}"#, "</v2/app/tags/list?n=100>; rel=next", page(&["a"], None)),
    ] {
        let (host, _) = listing(body, link).await;
        assert_eq!(client().tags(&app(&host), 100, None).await.unwrap(), expected, "{body} {link}");
    }
    let (host, _) = listing(r#"{"tags":["a"]}"#, "</v2/app/tags/list?last=a>; rel=next").await;
    let again = client().tags(&app(&host), 100, Some("last=a")).await.unwrap();
    assert_eq!(again.next, None, "a page that leads to itself is the last");
}

#[tokio::test]
async fn lists_that_are_none_are_told() {
    for body in ["", "[]", "{\"tags\":{}}", "{\"tags\":[1]}", "\u{1f}"] {
        let (host, _) = listing(body, "").await;
        let problem = client().tags(&app(&host), 100, None).await.unwrap_err().to_problem();
        assert_eq!(problem.code, ProblemCode::NotARegistry, "{body}: {problem}");
        assert!(problem.detail.contains("listing the tags of"), "{problem}");
    }
    let host = serve(answering((StatusCode::OK, format!("{{\"tags\":[\"{}\"]}}", "a".repeat(5 << 20))))).await;
    assert_eq!(client().tags(&app(&host), 100, None).await.unwrap_err().kind, ErrorKind::TooLarge);
}
