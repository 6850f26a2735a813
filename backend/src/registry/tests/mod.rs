//! The client against scripted registries in this process.

mod answers;
mod foreign;
mod fuzz;
mod guard;
mod login;
mod mirrors;
mod pages;
mod redirects;
mod referrers;
mod requests;
mod resume;
mod retries;
mod settings;
mod tls;
mod tokens;
mod transfers;
mod wire;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::{Router, http::HeaderMap, response::IntoResponse, routing::any};
use onetag_shared::reference::Reference;

use super::{
    settings::{Options, Settings, Source, Whom},
    *,
};
use crate::clock::{Clock, testing::TestClock};

const LIST: &str = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// The credential of whoever asks, whatever is asked.
#[derive(Debug)]
struct Fixed(Credential);

#[async_trait]
impl CredentialSource for Fixed {
    async fn credential(&self, _: &Reference) -> Result<Credential, CredentialError> {
        Ok(self.0.clone())
    }
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    host
}

fn answering(answer: impl IntoResponse + Clone + Send + Sync + 'static) -> Router {
    Router::new().fallback(any(move || std::future::ready(answer.clone())))
}

fn app(host: &str) -> Reference {
    format!("{host}/app:v1").parse().unwrap()
}

/// A header of a request; `-` for none.
fn shown(headers: &HeaderMap, name: impl axum::http::header::AsHeaderName) -> String {
    headers.get(name).map_or("-", |value| value.to_str().unwrap()).to_owned()
}

fn me() -> Credential {
    Credential::Basic { user: "me".to_owned(), password: "secret".to_owned().into() }
}

/// What a flag says of some registries.
fn said<'a>(registries: impl IntoIterator<Item = &'a str>, options: &Options) -> Settings {
    let mut settings = Settings::default();
    for registry in registries {
        settings.say(Whom::One(registry.parse().unwrap()), Source::Flag("--test"), options.clone());
    }
    settings
}

/// A client that does not wait between tries.
fn client() -> Client {
    let config = ClientConfig { credentials: Arc::new(Fixed(me())), pause: Duration::ZERO, ..ClientConfig::personal() };
    Client::new(config)
}

/// A client whose time a test tells.
fn timed(credential: Credential) -> (Client, Arc<TestClock>) {
    let clock = TestClock::shared();
    let config = ClientConfig {
        credentials: Arc::new(Fixed(credential)),
        pause: Duration::from_secs(1),
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        ..ClientConfig::personal()
    };
    (Client::new(config), clock)
}

/// What a client makes of `app:v1` in such a registry.
async fn fetch(router: Router) -> Result<String, Error> {
    let host = serve(router).await;
    client().manifest(&app(&host), None).await.map(|document| document.digest().to_string())
}
