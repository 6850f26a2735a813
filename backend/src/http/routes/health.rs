//! Whether the server is alive, and ready.

use axum::{extract::State, http::StatusCode};

use crate::app::App;

/// Alive: the process answers.
pub(in crate::http) async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: the database answers too.
pub(in crate::http) async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.database.is_reachable().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
    }
}
