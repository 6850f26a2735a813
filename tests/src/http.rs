//! The one place where HTTP clients are made.

/// A client that follows no redirects, takes no proxy from the environment, and gives up on a request after a minute.
pub fn builder() -> reqwest::ClientBuilder {
    // Only the first call can install it; the others find it installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_mins(1))
}
