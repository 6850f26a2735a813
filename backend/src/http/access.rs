//! Who may call: whoever has the access key, from this server's own page or from no page at all.
//!
//! Other web pages can reach a server on loopback, so the key alone is not enough: `Host` must be a name of this machine
//! for itself (a page that rebinds its own name to 127.0.0.1 cannot have that), and what another site's page asks for is
//! refused, unless somebody follows a link. Another port of this machine is another site: what listens there may be
//! somebody else's.

use std::fmt::Write as _;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use onetag_shared::api::{Problem, ProblemCode, paths};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{
    plain_page::{escape, plain_page},
    problem::ApiError,
    share::{badge, embed, locked_in_form},
};
use crate::{app::App, config::hex, gathers::is_token};

/// The name of the key in an address.
const KEY: &str = "key";

/// How callers prove that they have the key.
#[derive(Debug)]
pub struct Access {
    key: SecretString,
    /// Cookies know no ports: servers beside each other must not take each other's for theirs.
    cookie_name: String,
    /// Not the key itself: browsers send cookies to every port of a host.
    cookie: SecretString,
}

impl Access {
    /// With this key.
    pub fn new(key: SecretString) -> Self {
        let derive = |purpose: &str| hex(&Sha256::digest(format!("onetag {purpose}: {}", key.expose_secret())));
        let cookie_name = format!("onetag_{}", &derive("cookie name")[..8]);
        let cookie = SecretString::from(derive("cookie"));
        Self { key, cookie_name, cookie }
    }

    fn is_key(&self, given: &str) -> bool {
        is_equal(&self.key, given)
    }

    /// Do these headers prove it?
    fn is_proven(&self, headers: &HeaderMap) -> bool {
        bearer(headers).is_some_and(|key| self.is_key(key))
            || cookies(headers).any(|(name, value)| name == self.cookie_name && is_equal(&self.cookie, value))
    }

    /// Keeps the proof in a cookie that scripts cannot read.
    ///
    /// `Lax`: who follows a link from a chat is let in, as with every site that one is logged in to. Other sites' requests
    /// that are no navigation carry no cookie.
    fn set_cookie(&self) -> String {
        let value = self.cookie.expose_secret();
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000", self.cookie_name)
    }
}

/// What the caller sends to prove itself.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    bearer.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim)
}

fn is_equal(secret: &SecretString, given: &str) -> bool {
    secret.expose_secret().as_bytes().ct_eq(given.as_bytes()).into()
}

pub(super) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let access = &app.access;
    if !is_own_host(request.headers()) {
        return ApiError(
            Problem::new(ProblemCode::ForbiddenOrigin, "the Host header does not name this machine as itself")
                .with_hint("Use the address that `onetag serve` printed, or localhost and the port of your tunnel."),
        )
        .into_response();
    }
    // A badge on another page says what is the matter as a badge, and nothing else.
    let is_badge = *request.method() == Method::GET && badge::is_badge(request.uri().path());
    if is_badge
        && !(is_own_origin(&request) && access.is_proven(request.headers()))
        && key_in_query(request.uri()).is_none()
    {
        return badge::refused(request.headers(), request.uri());
    }
    // So does a frame: the page that asks for the key is not to be framed.
    if embed::is_framed(request.method(), request.uri().path(), request.headers())
        && !access.is_proven(request.headers())
    {
        return embed::refused(request.headers(), request.uri().path());
    }
    if !is_own_origin(&request) {
        return ApiError(Problem::new(ProblemCode::ForbiddenOrigin, "the request came from another site's page"))
            .into_response();
    }
    if let Some(key) = key_in_query(request.uri())
        && access.is_key(&key)
    {
        return enter(access, request.uri());
    }
    if access.is_proven(request.headers()) {
        return next.run(request).await;
    }
    if let Some(token) = bearer(request.headers()).filter(|bearer| is_token(bearer)) {
        return match gather_of(request.method(), request.uri().path()) {
            Some(id) if app.gathers.lets_in(token, id).await => next.run(request).await,
            _ => ApiError(
                Problem::new(
                    ProblemCode::AccessKeyRequired,
                    "a gather's token adds parts to that gather and reads it, and does nothing else",
                )
                .with_hint("Use the access key, which can also ask for the gather again, for a new token."),
            )
            .into_response(),
        };
    }
    let problem = Problem::new(ProblemCode::AccessKeyRequired, "this server answers only to its access key")
        .with_hint("Send `Authorization: Bearer KEY`, or open the URL that `onetag serve` printed.");
    if request.uri().path().starts_with(paths::API) {
        return ApiError(problem).into_response();
    }
    if let Some(response) = locked_in_form(request.headers(), &problem) {
        return response;
    }
    (StatusCode::UNAUTHORIZED, [(header::CACHE_CONTROL, "no-store")], locked(request.uri())).into_response()
}

/// The gather whose token may ask for this. Ids have no characters that an address would write in another way.
fn gather_of<'a>(method: &Method, path: &'a str) -> Option<&'a str> {
    let rest = path.strip_prefix(paths::GATHERS)?.strip_prefix('/')?;
    match rest.split_once('/') {
        None if *method == Method::GET => Some(rest),
        Some((id, "parts")) if *method == Method::POST => Some(id),
        _ => None,
    }
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

/// Lets in, and drops the key from the address.
fn enter(access: &Access, uri: &Uri) -> Response {
    let mut response = Redirect::to(&without_key(uri)).into_response();
    let headers = response.headers_mut();
    if let Ok(value) = access.set_cookie().parse() {
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

/// Is this a name that this machine has for itself? Whatever the port: a tunnel or a container may have another.
fn is_own_authority(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

fn is_own_host(headers: &HeaderMap) -> bool {
    headers.get(header::HOST).and_then(|value| value.to_str().ok()).is_some_and(is_own_authority)
}

/// Links may be followed from anywhere; everything else has to come from our own page, or from no page.
fn is_own_origin(request: &Request) -> bool {
    let headers = request.headers();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // A browser sends the origin wherever it matters; it must be the one the request is addressed to.
    if headers.contains_key(header::ORIGIN) {
        return text("origin").and_then(|origin| origin.strip_prefix("http://")) == text("host");
    }
    let is_link = matches!(*request.method(), Method::GET | Method::HEAD) && text("sec-fetch-mode") == Some("navigate");
    is_link || text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"))
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
    fn a_gathers_token_may_ask_for_its_gather_and_its_parts() {
        for (method, path, id) in [
            (Method::GET, "/api/v1/gathers/abc", Some("abc")),
            (Method::POST, "/api/v1/gathers/abc/parts", Some("abc")),
            (Method::DELETE, "/api/v1/gathers/abc", None),
            (Method::POST, "/api/v1/gathers/abc/push", None),
            (Method::GET, "/api/v1/gathers/abc/parts", None),
            (Method::POST, "/api/v1/gathers/abc/parts/", None),
            (Method::POST, "/api/v1/gathers/abc", None),
            (Method::POST, "/api/v1/gathers", None),
            (Method::GET, "/api/v1/gathers", None),
            (Method::GET, "/api/v1/gathersabc", None),
            (Method::GET, "/api/v1/pushes/abc", None),
            (Method::GET, "/x/api/v1/gathers/abc", None),
        ] {
            assert_eq!(gather_of(&method, path), id, "{method} {path}");
        }
    }

    #[test]
    fn only_names_of_this_machine_for_itself_are_ours() {
        for (authority, own) in [
            ("127.0.0.1:8080", true),
            ("localhost:9000", true),
            ("localhost", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example:8080", false),
            ("localhost:80@evil.example", false),
            ("192.168.1.5:8080", false),
            ("", false),
        ] {
            assert_eq!(is_own_authority(authority), own, "{authority}");
        }
    }

    #[test]
    fn other_sites_may_link_and_nothing_else() {
        let request = |method: Method, headers: &[(&'static str, &'static str)]| {
            let mut builder = Request::builder().method(method).uri("/api/v1/pushes").header("host", "127.0.0.1:8080");
            for (name, value) in headers {
                builder = builder.header(*name, *value);
            }
            is_own_origin(&builder.body(axum::body::Body::empty()).unwrap())
        };
        assert!(request(Method::POST, &[]), "curl");
        assert!(request(Method::POST, &[("origin", "http://127.0.0.1:8080")]));
        assert!(!request(Method::POST, &[("origin", "http://127.0.0.1:9000")]), "another port");
        assert!(!request(Method::POST, &[("origin", "http://evil.example")]));
        assert!(!request(Method::POST, &[("origin", "null")]));
        assert!(!request(Method::POST, &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]), "a form");
        assert!(!request(Method::GET, &[("origin", "http://evil.example")]));
        assert!(!request(Method::GET, &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")]), "an image");
        assert!(request(Method::GET, &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]), "a link");
        assert!(request(Method::GET, &[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")]), "our page");
        assert!(request(Method::GET, &[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")]), "typed");
    }

    #[test]
    fn the_cookie_is_this_servers_and_does_not_tell_the_key() {
        let access = |key: &str| Access::new(SecretString::from(key.to_owned()));
        let (one, other) = (access("0123456789abcdef"), access("fedcba9876543210"));
        let cookie = one.set_cookie();
        assert!(!cookie.contains("0123456789abcdef"), "{cookie}");
        assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
        let (pair, _) = cookie.split_once(';').unwrap();
        let headers = |cookies: String| HeaderMap::from_iter([(header::COOKIE, cookies.parse().unwrap())]);
        assert!(one.is_proven(&headers(format!("a=b; {pair}; c=d"))));
        assert!(!other.is_proven(&headers(pair.to_owned())));
        assert!(!one.is_proven(&headers(format!("{}=0123456789abcdef", one.cookie_name))), "the key is no cookie");
        assert_ne!(one.cookie_name, other.cookie_name);
        assert!(!format!("{one:?}").contains("0123456789abcdef"));
    }
}
