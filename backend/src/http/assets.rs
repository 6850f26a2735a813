//! The page: files that Trunk built, compressed when the server was built, from inside its binary.

use std::sync::LazyLock;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use onetag_shared::api::{Problem, ProblemCode, paths};
use sha2::{Digest, Sha256};

use super::problem::ApiError;

struct Asset {
    name: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Shown by a server that was built without the page.
const NO_PAGE: &str = "<!doctype html><html lang=\"en\"><title>Onetag</title><main><h1>This server was built without \
                       its page</h1><p>Run <code>make build</code>, which builds both. The API works: see \
                       <a href=\"/api/v1/docs\">its description</a>.</p></main></html>";

/// A file by its name; every other path is a page of the application, which finds its way by itself.
pub(super) async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if path.starts_with(paths::API) {
        return ApiError(Problem::new(ProblemCode::NotFound, format!("the API has no {path}"))).into_response();
    }
    let name = path.trim_start_matches('/');
    if name != "index.html"
        && let Some(asset) = find(name)
    {
        return send(asset, &headers, "public, max-age=31536000, immutable");
    }
    match find("index.html") {
        Some(index) => send(index, &headers, "no-cache"),
        None => (StatusCode::OK, Html(NO_PAGE)).into_response(),
    }
}

fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

fn send(asset: &'static Asset, headers: &HeaderMap, cache: &'static str) -> Response {
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes = |coding: &str| accepts.split(',').any(|part| part.split(';').next().map(str::trim) == Some(coding));
    let (bytes, coding) = if takes("br") {
        (asset.brotli, Some("br"))
    } else if takes("gzip") {
        (asset.gzip, Some("gzip"))
    } else {
        (asset.plain, None)
    };
    let mut response = Response::new(Body::from(bytes));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(asset.name)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
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
    let policy = format!(
        "default-src 'none'; {scripts}; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; \
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

/// Headers that every answer carries.
pub(super) async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_inline_scripts_are_hashed() {
        let html = r#"<script type="module">a()</script><script src="x.js"></script><script>b</script>"#;
        assert_eq!(inline_scripts(html), ["a()", "b"]);
    }
}
