//! Whether the server is alive, and ready.

use axum::{extract::State, http::StatusCode};

use crate::{app::App, db::Database};

/// Alive: the process answers.
pub(in crate::http) async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: the database answers too.
pub(in crate::http) async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    readiness(&app.database).await
}

async fn readiness(database: &Database) -> (StatusCode, &'static str) {
    if database.is_reachable().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_its_database_a_server_is_not_ready() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        assert_eq!(readiness(&database).await, (StatusCode::OK, "ready\n"));
        database.close().await;
        assert_eq!(readiness(&database).await.0, StatusCode::SERVICE_UNAVAILABLE);
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_read_is_not_ready() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        std::fs::write(folder.path().join("onetag.sqlite"), "this is no database any more ".repeat(1000)).unwrap();
        assert_eq!(readiness(&database).await.0, StatusCode::SERVICE_UNAVAILABLE);
    }
}
