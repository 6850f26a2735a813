//! What this server is.

use axum::{Json, extract::State, response::Html};
use onetag_shared::api::About;

use crate::app::App;

/// What this server is.
#[utoipa::path(get, path = "/api/v1/about", responses((status = 200, body = About)))]
pub(in crate::http) async fn about(State(app): State<App>) -> Json<About> {
    Json(About { version: env!("CARGO_PKG_VERSION").to_owned(), samples: app.samples.clone() })
}

/// A page that says where the API's description is; it needs no script.
pub(in crate::http) async fn docs() -> Html<&'static str> {
    Html(
        r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Onetag API</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head><body><main>
<h1>Onetag API, version 1</h1>
<p>The description is an <a href="/api/v1/openapi.json">OpenAPI document</a>, generated from the code.</p>
<ul>
<li><code>GET /api/v1/inspect?ref=R</code>: everything about a reference</li>
<li><code>GET /api/v1/resolve?ref=R</code>: digest, media type and size</li>
<li><code>GET /api/v1/tags?repo=R</code>: tags, paged</li>
<li><code>GET /api/v1/select?ref=R&amp;platform=P</code>: what a client on a platform gets</li>
<li><code>POST /api/v1/plan</code>: a draft's plan and findings</li>
<li><code>POST /api/v1/pushes</code>: start a push</li>
<li><code>GET /api/v1/pushes/ID</code> and <code>…/events</code>: how far it has come</li>
</ul></main></body></html>"#,
    )
}
