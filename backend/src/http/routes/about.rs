//! What this server is.

use axum::{Json, extract::State};
use onetag_shared::api::About;

use crate::app::App;

/// What this server is.
#[utoipa::path(get, path = "/api/v1/about", responses((status = 200, body = About)))]
pub(in crate::http) async fn about(State(app): State<App>) -> Json<About> {
    Json(About { version: env!("CARGO_PKG_VERSION").to_owned(), samples: app.samples.clone() })
}
