//! `/embed/REFERENCE`: a small page that may be framed, the only one that may.

use std::sync::LazyLock;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use onetag_shared::{
    api::Problem,
    markup::{escape, prose},
    reference::Reference,
    share::{Overview, name, sentence},
};
use sha2::{Digest, Sha256};

use super::{
    address::origin,
    answer::{Keep, answer},
    asked::Asked,
    table::{page_path, table},
};
use crate::{
    app::App,
    http::{extract, problem::with_status},
};

/// Where it is.
const PATH: &str = "/embed/";
const HTML: &str = "text/html; charset=utf-8";
/// What it depends on, besides the key.
const VARY: &str = "accept-encoding";

/// How long the table of a tag may be kept.
const MOVING: Keep = Keep::Seconds(60);

/// All of its look: the policy names its hash.
const STYLE: &str = include_str!("embed.css");

/// It may be framed by anybody. It loads nothing, runs nothing, and sends nothing anywhere.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors *",
        STANDARD.encode(Sha256::digest(STYLE.as_bytes()))
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// The table of platforms of a reference, and a link to its page.
pub(in crate::http) async fn embed(
    State(app): State<App>,
    Path(path): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let reference = extract::reference(&path);
    let asked = Asked::of(&uri);
    let found = app.previews.find(&reference).await;
    let origin = origin(&headers);
    let (body, keep) = match (&found, &reference) {
        (Ok(preview), _) => {
            let overview = Overview::new(&preview.source, asked.platform());
            (found_body(&origin, &overview, asked.misread()), Keep::settled_or(preview.is_settled, MOVING))
        }
        (Err(problem), reference) => (problem_body(&origin, reference.as_ref().ok(), problem), Keep::Seconds(30)),
    };
    let title = reference.as_ref().map_or_else(|_| "Not an image reference".to_owned(), name);
    let page = document(&title, &body);
    framed(answer(&headers, HTML, VARY, keep, page.into_bytes()))
}

/// Does a page ask for what is shown in a frame? Browsers say so.
pub(in crate::http) fn is_framed(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    let wanted = headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok()).unwrap_or_default();
    *method == Method::GET && path.starts_with(PATH) && ["iframe", "frame", "embed", "object"].contains(&wanted)
}

/// The frame for those who may not have the one that they ask for: it tells no more than its own address.
pub(in crate::http) fn refused(headers: &HeaderMap, path: &str) -> Response {
    let name = path.strip_prefix(PATH).unwrap_or_default();
    let to =
        extract::reference(name).map(|reference| format!(" {}", link(&origin(headers), &reference, "Open it there")));
    let body = format!(
        "<h1>Not shared</h1><p>This Onetag shows what it has only to who has its access key.{}</p>",
        to.unwrap_or_default()
    );
    let page = document("Not shared", &body).into_bytes();
    with_status(framed(answer(headers, HTML, VARY, Keep::Not, page)), StatusCode::UNAUTHORIZED)
}

/// May be framed, and does nothing else.
fn framed(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}

fn document(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">\n\
         <style>{STYLE}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )
}

fn link(origin: &str, reference: &Reference, words: &str) -> String {
    let url = escape(&format!("{origin}{}", page_path(reference)));
    format!("<a href=\"{url}\" target=\"_blank\" rel=\"noopener\">{}</a>", escape(words))
}

fn found_body(origin: &str, overview: &Overview, misread: Option<String>) -> String {
    let on = overview.on.as_ref().map(|on| {
        format!(
            "<p>Will it run on <code>{}</code>? <strong>{}.</strong> {}</p>",
            escape(&on.platform),
            on.runs.word(),
            prose(&on.reason)
        )
    });
    let on = on.or_else(|| misread.map(|words| format!("<p>{}</p>", prose(&words)))).unwrap_or_default();
    let table = table(overview, |reference| format!("{origin}{}", page_path(reference)))
        .replace("<a class=\"digest\" ", "<a class=\"digest\" target=\"_blank\" rel=\"noopener\" ");
    format!(
        "<h1>{}</h1><p>{}</p>{on}{table}",
        link(origin, &overview.reference, &overview.name()),
        escape(&overview.description())
    )
}

fn problem_body(origin: &str, reference: Option<&Reference>, problem: &Problem) -> String {
    match reference {
        Some(reference) => format!(
            "<h1>{}</h1><p>{}</p>",
            link(origin, reference, &name(reference)),
            escape(&sentence(&problem.to_string()))
        ),
        None => format!("<h1>That is not an image reference</h1><p>{}</p>", escape(&sentence(&problem.detail))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_is_what_the_policy_allows() {
        let page = document("<script>", "text");
        let (_, rest) = page.split_once("<style>").unwrap();
        let (style, _) = rest.split_once("</style>").unwrap();
        let hash = STANDARD.encode(Sha256::digest(style.as_bytes()));
        assert!(POLICY.to_str().unwrap().contains(&format!("'sha256-{hash}'")));
        assert!(!page.contains("<script"), "{page}");
    }
}
