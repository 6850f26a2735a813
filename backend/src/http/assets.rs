//! The page: files that Trunk built, compressed when the server was built, from inside its binary.

use std::sync::LazyLock;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use onetag_shared::api::{Problem, ProblemCode, paths};
use sha2::{Digest, Sha256};

use super::{
    plain_page::{STYLE_HASH, bare_page, plain_page},
    problem::{ApiError, with_status},
    shell::{Shell, Styles},
};

struct Asset {
    name: &'static str,
    /// Changes when the file does.
    tag: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A file by its name; every other path is a page of the application, which finds its way by itself.
pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if path.starts_with(paths::API) {
        return ApiError(
            Problem::new(ProblemCode::NotFound, format!("the API has no {path}"))
                .with_hint("It is described at /api/v1/docs."),
        )
        .into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return ApiError(Problem::new(ProblemCode::MethodNotAllowed, format!("pages are only read, and not {method}")))
            .into_response();
    }
    let name = path.trim_start_matches('/');
    if name != "index.html"
        && let Some(asset) = find(name)
    {
        // A name that has the hash of the file in it is never another file's.
        let is_hashed = has_hash(name);
        return send(asset, &headers, if is_hashed { "public, max-age=31536000, immutable" } else { "no-cache" });
    }
    match find("index.html") {
        Some(index) => {
            let page = send(index, &headers, "no-cache");
            // The page says that there is no such page; who asks without reading it goes by the status.
            if is_page(name) { page } else { with_status(page, StatusCode::NOT_FOUND) }
        }
        None => plain_page(
            "This server was built without its page",
            "<p>Run <code>make build</code>, which builds both. The API works: see \
             <a href=\"/api/v1/docs\">its description</a>.</p>",
        )
        .into_response(),
    }
}

/// Does the application have a page at this path? As its `pages/path.rs` has them.
fn is_page(path: &str) -> bool {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match first {
        "" | "new" | "registries" | "diff" => rest.is_empty(),
        "gathers" | "d" => !rest.contains('/'),
        "i" | "r" => true,
        _ => false,
    }
}

/// There is no such thing at a path outside the API.
pub(super) fn not_found(detail: &str) -> Response {
    ApiError(Problem::new(ProblemCode::NotFound, detail)).into_response()
}

/// The application's page with something in it before its script runs.
static SHELL: LazyLock<Option<Shell>> =
    LazyLock::new(|| Shell::of(&String::from_utf8_lossy(find("index.html")?.plain)));

/// What every page of the application begins with: it names the files that a browser needs whatever is shown.
pub(super) fn beginning_of_page(styles: Styles) -> &'static str {
    SHELL.as_ref().map(|shell| shell.beginning(styles)).unwrap_or_default()
}

/// What follows that: what replaces its title and description, and what is read until the application takes its place. A
/// server without the application has a plain page for it.
pub(super) fn rest_of_page(head: &str, body: &str) -> String {
    SHELL.as_ref().map_or_else(|| bare_page(head, body), |shell| shell.fill(head, body))
}

fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// Trunk writes a hash of 64 bits in hex, without leading zeros, before the extension: `page-0123456789abcdef.css`. The parts
/// of the application share one: `app-0123456789abcdef/part.wasm`.
fn has_hash(name: &str) -> bool {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    name.split('-').skip(1).any(|rest| (12..=16).contains(&rest.bytes().take_while(is_digit).count()))
}

/// Does the browser have it already? The comparison is weak: the same file, in whatever coding (RFC 9110, section 13.1.2).
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).map(str::trim).any(|known| known == etag || known == "*")
}

fn send(asset: &'static Asset, headers: &HeaderMap, cache: &'static str) -> Response {
    let (bytes, coding) = if takes(headers, "br") {
        (asset.brotli, Some("br"))
    } else if takes(headers, "gzip") {
        (asset.gzip, Some("gzip"))
    } else {
        (asset.plain, None)
    };
    let etag = format!("W/\"{}\"", asset.tag);
    let is_known = is_known(headers, &etag);
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(bytes) });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let out = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(header::ETAG, etag);
    }
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(asset.name)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if asset.name != "index.html" {
        // It loads nothing by itself, and the policy of pages is long.
        out.insert(header::CONTENT_SECURITY_POLICY, OF_FILES);
    }
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

/// Does the client take this coding?
pub(super) fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepts.split(',').any(|part| is_taken(part, coding))
}

/// `br`, `br;q=0.5`; but not `br;q=0`, which says that it is not taken (RFC 9110, section 12.5.3).
fn is_taken(part: &str, coding: &str) -> bool {
    let (name, weight) = part.split_once(';').unwrap_or((part, "q=1"));
    let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
    name.trim().eq_ignore_ascii_case(coding) && weight.is_none_or(|weight| weight > 0.0)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

/// The policy of what is no page.
const OF_FILES: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// The policy: nothing but our own files, and of inline scripts only those that Trunk wrote into the page.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let mut scripts = String::from("script-src 'self' 'wasm-unsafe-eval'");
    if let Some(index) = find("index.html") {
        for script in inline_scripts(&String::from_utf8_lossy(index.plain)) {
            scripts.push_str(" 'sha256-");
            scripts.push_str(&STANDARD.encode(Sha256::digest(script.as_bytes())));
            scripts.push('\'');
        }
    }
    let style = &*STYLE_HASH;
    let policy = format!(
        "default-src 'none'; {scripts}; style-src 'self' {style}; img-src 'self' data:; connect-src 'self'; font-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// The text of each `<script>` that has no `src`.
fn inline_scripts(html: &str) -> Vec<&str> {
    html.split("<script")
        .skip(1)
        .filter_map(|rest| {
            let (attributes, rest) = rest.split_once('>')?;
            let (text, _) = rest.split_once("</script>")?;
            (!attributes.contains("src=")).then_some(text)
        })
        .collect()
}

/// Headers that every answer carries; those about windows and links only where there may be such.
pub(super) async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // What may be framed says so itself.
    let is_file = headers.get(header::CONTENT_SECURITY_POLICY) == Some(&OF_FILES);
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| POLICY.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !is_file {
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    }
    headers.entry("cross-origin-resource-policy").or_insert(HeaderValue::from_static("same-origin"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    static FILE: Asset =
        Asset { name: "index.html", tag: "0123456789abcdef", plain: b"plain", brotli: b"brotli", gzip: b"gzip" };

    #[tokio::test]
    async fn a_file_is_sent_as_the_browser_takes_it_and_only_when_it_is_new() {
        for (request, status, coding, text) in [
            (vec![], 200, None, "plain"),
            (vec![("accept-encoding", "gzip, deflate, br")], 200, Some("br"), "brotli"),
            (vec![("accept-encoding", "gzip;q=1.0")], 200, Some("gzip"), "gzip"),
            (vec![("accept-encoding", "brotli")], 200, None, "plain"),
            (vec![("accept-encoding", "br;q=0, gzip")], 200, Some("gzip"), "gzip"),
            (vec![("if-none-match", "W/\"0123456789abcdef\"")], 304, None, ""),
            (vec![("if-none-match", "\"a\", W/\"0123456789abcdef\"")], 304, None, ""),
            (vec![("if-none-match", "W/\"other\"")], 200, None, "plain"),
        ] {
            let headers = request
                .iter()
                .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            let response = send(&FILE, &headers, "no-cache");
            assert_eq!(response.status(), status, "{request:?}");
            assert_eq!(response.headers()[header::ETAG], "W/\"0123456789abcdef\"");
            let found = response.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(found.filter(|_| status == 200), coding, "{request:?}");
            let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
            assert_eq!(body, text, "{request:?}");
        }
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        for (name, hashed) in [
            ("page-0123456789abcdef.css", true),
            ("app-0123456789abcdef/onetag-frontend_bg.wasm", true),
            ("app/onetag-frontend_bg.wasm", false),
            ("editor-25c8737da7702ae.css", true),
            ("icon.svg", false),
            ("robots-0123.txt", false),
        ] {
            assert_eq!(has_hash(name), hashed, "{name}");
        }
    }

    #[test]
    fn only_inline_scripts_are_hashed() {
        let html = r#"<script type="module">a()</script><script src="x.js"></script><script>b</script>"#;
        assert_eq!(inline_scripts(html), ["a()", "b"]);
    }
}
