//! The server itself: who is let in, what its answers carry, how it stops.

use http::{Method, StatusCode, header};
use onetag_shared::api::ProblemCode;
use onetag_tests::{Auth, Hostile, Onetag, Registry};
use serde_json::Value;

#[tokio::test]
async fn the_printed_address_lets_a_browser_in() {
    let onetag = Onetag::start(&[]).await;
    let locked = onetag.anonymous(Method::GET, "/i/app:v1?on=linux/arm64").send().await.unwrap();
    assert_eq!(locked.status(), StatusCode::UNAUTHORIZED);
    let policy = locked.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    let page = locked.text().await.unwrap();
    assert!(page.contains("Onetag wants its access key") && page.contains("linux/arm64"), "{page}");

    let entered = onetag.anonymous(Method::GET, &format!("/i/app:v1?key={}", onetag.key())).send().await.unwrap();
    assert_eq!(entered.status(), StatusCode::SEE_OTHER);
    assert_eq!(entered.headers()[header::LOCATION], "/i/app:v1");
    let cookie = entered.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(!cookie.contains(onetag.key()), "other ports of this host get it too: {cookie}");
    let (cookie, attributes) = cookie.split_once(';').unwrap();
    assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax"), "{attributes}");

    let ask = |cookie: &str| onetag.anonymous(Method::GET, "/api/v1/about").header(header::COOKIE, cookie).send();
    assert_eq!(ask(cookie).await.unwrap().status(), StatusCode::OK);
    assert_eq!(ask("onetag_key=wrong").await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn other_names_and_other_sites_are_refused() {
    let onetag = Onetag::start(&[]).await;
    for (name, value) in [
        ("host", "evil.example"),
        ("origin", "http://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let answer = onetag.request(Method::GET, "/api/v1/about").header(name, value).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
    // Nobody sees the status of a picture: a badge says it, and the same of everything.
    let mut badges = Vec::new();
    for name in ["me/app:v1", "me/none"] {
        let address = format!("/badge/{name}.svg?style=flat");
        let stranger = onetag.anonymous(Method::GET, &address).send().await.unwrap();
        let elsewhere =
            onetag.request(Method::GET, &address).header("sec-fetch-site", "cross-site").send().await.unwrap();
        for answer in [stranger, elsewhere] {
            assert_eq!(answer.status(), StatusCode::OK, "{name}");
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "image/svg+xml");
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "private, max-age=30");
            badges.push(answer.text().await.unwrap());
        }
    }
    assert!(badges[0].contains("not shared") && badges.iter().all(|badge| *badge == badges[0]), "{badges:?}");
    // A frame says it, too, and the page that asks for the key is in none.
    for dest in ["iframe", "document"] {
        let request = onetag.anonymous(Method::GET, "/embed/me/app:v1").header("sec-fetch-site", "cross-site");
        let request = request.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", dest);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{dest}");
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        let page = answer.text().await.unwrap();
        let is_frame = dest == "iframe";
        assert_eq!(policy.contains("frame-ancestors *"), is_frame, "{policy}");
        assert_eq!((page.contains("Not shared"), page.contains("<form")), (is_frame, !is_frame), "{page}");
        assert!(!is_frame || page.contains("/i/me/app:v1\""), "{page}");
    }
    // A terminal is told in a line.
    for (accept, content_type) in [
        ("text/plain", "text/plain; charset=utf-8"),
        ("application/json", "application/problem+json"),
        ("text/html,*/*;q=0.8", "text/html; charset=utf-8"),
    ] {
        let answer = onetag.anonymous(Method::GET, "/i/me/app:v1").header("accept", accept).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{accept}");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], content_type, "{accept}");
        let text = answer.text().await.unwrap();
        assert_eq!(text.contains("Authorization: Bearer KEY"), !accept.contains("html"), "{text}");
        assert!(accept != "text/plain" || text.lines().count() == 1, "{text}");
    }
    let json = onetag.anonymous(Method::GET, "/badge/me/app:v1.json").send().await.unwrap();
    assert_eq!(json.status(), StatusCode::OK);
    assert_eq!(json.headers()[header::CACHE_CONTROL], "private, max-age=30");
    let badge: Value = json.json().await.unwrap();
    assert_eq!((badge["message"].as_str(), badge["isError"].as_bool()), (Some("not shared"), Some(true)), "{badge}");
    let tunnel = onetag.request(Method::GET, "/api/v1/about").header("host", "localhost:9999").send().await.unwrap();
    assert_eq!(tunnel.status(), StatusCode::OK, "a tunnel has another port");
}

#[tokio::test]
async fn whatever_the_api_does_not_know_is_a_problem() {
    let onetag = Onetag::start(&[]).await;
    for (method, path, body, code) in [
        (Method::GET, "/api/v1/nothing", String::new(), ProblemCode::NotFound),
        (Method::POST, "/api/v1/nothing", String::new(), ProblemCode::NotFound),
        (Method::POST, "/api/v1/about", String::new(), ProblemCode::MethodNotAllowed),
        (Method::DELETE, "/i/app:v1", String::new(), ProblemCode::MethodNotAllowed),
        (Method::POST, "/api/v1/plan", r#"{"draft":{"entries":[]}} more"#.to_owned(), ProblemCode::InvalidRequest),
        (Method::POST, "/api/v1/plan", " ".repeat((16 << 20) + 1), ProblemCode::TooLarge),
    ] {
        let answer = onetag.request(method.clone(), path).body(body).send().await.unwrap();
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json", "{method} {path}");
        assert_eq!(answer.status().as_u16(), code.status(), "{method} {path}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(code.as_str()), "{method} {path}: {text}");
    }
    // A body as large as drafts get is read: it is refused for what it says.
    let large = onetag.request(Method::POST, "/api/v1/plan").body(" ".repeat(4 << 20)).send().await.unwrap();
    assert_eq!(large.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_a_digest_names_is_asked_for_once() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let by_tag = onetag.get("/api/v1/inspect", &[("ref", &registry.reference("demo/app:v1-arm64"))]).await;
    assert_eq!(by_tag.headers[header::CACHE_CONTROL], "no-store", "a tag may move");
    let digest = registry.manifest("demo/app", "v1-arm64").await.unwrap().digest;
    let reference = registry.reference(&format!("demo/app@{digest}"));
    let by_digest = onetag.get("/api/v1/inspect", &[("ref", &reference)]).await;
    assert_eq!(by_digest.headers[header::CACHE_CONTROL], "private, max-age=31536000, immutable");
    let etag = by_digest.headers[header::ETAG].clone();
    let again = onetag.request(Method::GET, "/api/v1/inspect").query(&[("ref", &reference)]);
    let again = again.header(header::IF_NONE_MATCH, etag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn it_listens_where_only_this_machine_can_reach_it() {
    let refused = tokio::process::Command::new(onetag_tests::server_program().await)
        .args(["serve", "--listen", "192.0.2.1:8080"])
        .output()
        .await
        .unwrap();
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && words.contains("ssh -L 8080:localhost:8080"), "{words}");
}

#[tokio::test]
async fn it_stops_although_somebody_is_still_waiting() {
    let hostile = Hostile::start().await;
    let mut onetag = Onetag::start(&[]).await;
    let stream = onetag.request(Method::GET, "/api/v1/inspect").query(&[("ref", hostile.reference("never:v1"))]);
    // The headers are there, and the body does not end.
    let stream = stream.header(header::ACCEPT, "text/event-stream").send().await.unwrap();
    assert_eq!(stream.status(), StatusCode::OK);
    onetag.stop().await;
}
