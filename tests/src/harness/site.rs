//! A site with one page, for tests of the browser's part of the harness.

use axum::{
    Router,
    response::Html,
    routing::{any, get},
};

use super::server::Server;

/// A site that serves one page at `/`, and nothing else.
#[derive(Debug)]
pub struct Site {
    server: Server,
}

impl Site {
    /// Starts one with this page.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(html: impl Into<String>) -> Self {
        let html: String = html.into();
        // A browser asks for an icon; that it gets none is no error of the page.
        let no_icon = any(|| async { axum::http::StatusCode::NO_CONTENT });
        let page = get(move || std::future::ready(Html(html.clone())));
        let router = Router::new().route("/", page).route("/favicon.ico", no_icon);
        Self { server: Server::start(router).await }
    }

    /// The address of its page.
    pub fn url(&self) -> String {
        format!("http://{}/", self.server.host())
    }
}
