//! Who may call: whoever has the access key, from this server's own page or from no page at all.
//!
//! Other web pages can reach a server on loopback, so the key alone is not enough: `Host` must name this server (a page
//! that rebinds its own name to 127.0.0.1 cannot), and a request that changes something must not come from elsewhere.

use std::fmt::Write as _;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use onetag_shared::api::{Problem, ProblemCode, paths};
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;

use super::{
    plain_page::{escape, plain_page},
    problem::ApiError,
};
use crate::app::App;

const COOKIE: &str = "onetag_key";
/// The name of the key in an address.
const KEY: &str = "key";

pub(super) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    if !is_own_host(request.headers(), app.port) {
        return ApiError(
            Problem::new(ProblemCode::ForbiddenOrigin, "the Host header does not name this server")
                .with_hint("Use the address that `onetag serve` printed."),
        )
        .into_response();
    }
    if !is_own_origin(&request) {
        return ApiError(Problem::new(ProblemCode::ForbiddenOrigin, "the request came from another site's page"))
            .into_response();
    }
    if let Some(key) = key_in_query(request.uri())
        && is_key(&app, &key)
    {
        return enter(&key, request.uri());
    }
    let bearer = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let proven = bearer.is_some_and(|key| is_key(&app, key.trim()))
        || cookies(request.headers()).any(|(name, value)| name == COOKIE && is_key(&app, value));
    if proven {
        return next.run(request).await;
    }
    if request.uri().path().starts_with(paths::API) {
        return ApiError(
            Problem::new(ProblemCode::AccessKeyRequired, "this server answers only to its access key")
                .with_hint("Send `Authorization: Bearer KEY`, or open the URL that `onetag serve` printed."),
        )
        .into_response();
    }
    (StatusCode::UNAUTHORIZED, [(header::CACHE_CONTROL, "no-store")], locked(request.uri())).into_response()
}

/// Shown to a browser that has no key. Works without scripts; leads back to the page that was asked for.
fn locked(uri: &Uri) -> Html<String> {
    let mut kept = String::new();
    for (name, value) in pairs(uri).filter(|(name, _)| name != KEY) {
        let _ = write!(kept, "<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(&name), escape(&value));
    }
    let wrong =
        if key_in_query(uri).is_some() { "<p class=\"wrong\" role=\"alert\">That is not its key.</p>" } else { "" };
    plain_page(
        "Onetag wants its access key",
        &format!(
            "<p>Open the address that <code>onetag serve</code> printed when it started, or enter the key from it. This \
             browser is asked once.</p>{wrong}\
             <form method=\"get\">{kept}<label for=\"key\">Access key</label>\
             <input id=\"key\" name=\"key\" type=\"password\" autocomplete=\"current-password\" required autofocus>\
             <button>Open</button></form>"
        ),
    )
}

/// Keeps the key in a cookie that scripts cannot read, and drops it from the address.
///
/// `Lax`: who follows a link from a chat is let in, as with every site that one is logged in to. Other sites' requests
/// that are no navigation carry no cookie, and [`is_own_origin`] refuses those that would change something.
fn enter(key: &str, uri: &Uri) -> Response {
    let cookie = format!("{COOKIE}={key}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000");
    let mut response = Redirect::to(&without_key(uri)).into_response();
    let headers = response.headers_mut();
    if let Ok(value) = cookie.parse() {
        headers.insert(header::SET_COOKIE, value);
    }
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

/// The same address without the key. Always on this site: `//host/path` would be another.
fn without_key(uri: &Uri) -> String {
    let path = format!("/{}", uri.path().trim_start_matches(['/', '\\']));
    let rest = pairs(uri).filter(|(name, _)| name != KEY);
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(rest).finish();
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

fn is_key(app: &App, given: &str) -> bool {
    app.access_key.expose_secret().as_bytes().ct_eq(given.as_bytes()).into()
}

fn key_in_query(uri: &Uri) -> Option<String> {
    pairs(uri).find(|(name, _)| name == KEY).map(|(_, value)| value.trim().to_owned())
}

/// What the query of an address says.
fn pairs(uri: &Uri) -> url::form_urlencoded::Parse<'_> {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// The names that a browser on this machine may know the server by.
fn is_own_authority(authority: &str, port: u16) -> bool {
    let (host, given_port) = match authority.rsplit_once(':') {
        Some((host, digits)) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            (host, digits.parse().ok())
        }
        _ => (authority, Some(80)),
    };
    given_port == Some(port) && matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

fn is_own_host(headers: &HeaderMap, port: u16) -> bool {
    headers.get(header::HOST).and_then(|value| value.to_str().ok()).is_some_and(|host| is_own_authority(host, port))
}

/// Navigations by link may come from anywhere; everything else only from our own page, or from no page.
fn is_own_origin(request: &Request) -> bool {
    let headers = request.headers();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    // A browser sends the origin wherever it matters; it must be the one the request is addressed to.
    if let Some(origin) = headers.get(header::ORIGIN) {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        return origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://")) == host;
    }
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    reads || site.is_none_or(|site| matches!(site, "same-origin" | "none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entering_leads_to_the_same_page_and_never_off_this_site() {
        for (from, to) in [
            ("/?key=k", "/"),
            ("/i/localhost:5000/app:v1?on=linux/arm64&key=k", "/i/localhost:5000/app:v1?on=linux%2Farm64"),
            ("//evil.example/x?key=k", "/evil.example/x"),
            ("///evil.example?key=k", "/evil.example"),
        ] {
            assert_eq!(without_key(&from.parse().unwrap()), to, "{from}");
        }
    }

    #[test]
    fn the_locked_page_leads_back_to_what_was_asked_for() {
        let Html(page) = locked(&"/i/app:v1?on=linux%2Farm64&x=%22%3E%3Cscript%3E".parse().unwrap());
        assert!(page.contains(r#"<input type="hidden" name="on" value="linux/arm64">"#), "{page}");
        assert!(page.contains(r#"name="x" value="&quot;&gt;&lt;script&gt;""#), "{page}");
        assert!(!page.contains("not its key"), "{page}");
        let Html(page) = locked(&"/?key=mistaken".parse().unwrap());
        assert!(page.contains("not its key") && !page.contains("mistaken"), "{page}");
    }

    #[test]
    fn only_loopback_names_with_our_port_are_ours() {
        for (authority, own) in [
            ("127.0.0.1:8080", true),
            ("localhost:8080", true),
            ("[::1]:8080", true),
            ("localhost", false),
            ("localhost:81", false),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example:8080", false),
            ("", false),
        ] {
            assert_eq!(is_own_authority(authority, 8080), own, "{authority}");
        }
    }

    #[test]
    fn other_sites_may_not_write() {
        let request = |method: Method, headers: &[(&'static str, &'static str)]| {
            let mut builder = Request::builder().method(method).uri("/api/v1/pushes").header("host", "127.0.0.1:8080");
            for (name, value) in headers {
                builder = builder.header(*name, *value);
            }
            is_own_origin(&builder.body(axum::body::Body::empty()).unwrap())
        };
        assert!(request(Method::POST, &[]), "curl");
        assert!(request(Method::POST, &[("origin", "http://127.0.0.1:8080")]));
        assert!(!request(Method::POST, &[("origin", "http://evil.example")]));
        assert!(!request(Method::POST, &[("origin", "null")]));
        assert!(!request(Method::POST, &[("sec-fetch-site", "cross-site")]));
        assert!(!request(Method::GET, &[("origin", "http://evil.example")]));
        assert!(request(Method::GET, &[("sec-fetch-site", "cross-site")]), "a link");
    }
}
