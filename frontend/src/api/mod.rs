//! Every request that the page makes.

mod abort;
mod events;
mod inspect;
mod push;
mod sse;

pub(crate) use abort::Abort;
use async_lock::Semaphore;
use gloo_net::http::{Request, RequestBuilder, Response};
pub(crate) use inspect::inspect;
use onetag_shared::{
    api::{About, Problem, ProblemCode, Resolution, paths},
    reference::Reference,
};
pub(crate) use push::{follow, start_push};
use serde::de::DeserializeOwned;

/// Places for requests that wait for a registry, however many images a draft names.
///
/// Browsers open six connections to a server that speaks HTTP/1.1. When slow registries keep all of them, nothing else
/// gets through: no push, no news of it.
static WAITING: Semaphore = Semaphore::new(4);

/// What this server is.
pub(crate) async fn about() -> Result<About, Problem> {
    read(get(paths::ABOUT)).await
}

/// What a tag points to; `None` when there is no such tag, or no such repository yet.
pub(crate) async fn resolve(reference: &Reference, abort: &Abort) -> Result<Option<Resolution>, Problem> {
    let _place = WAITING.acquire().await;
    let request = get(&with_query(paths::RESOLVE, "ref", &reference.to_string())).abort_signal(Some(abort.signal()));
    match read(request).await {
        Ok(resolution) => Ok(Some(resolution)),
        Err(problem) if matches!(problem.code, ProblemCode::ManifestUnknown | ProblemCode::NameUnknown) => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn get(url: &str) -> RequestBuilder {
    Request::get(url)
}

/// A path with one query parameter.
fn with_query(path: &str, name: &str, value: &str) -> String {
    format!("{path}?{name}={}", String::from(js_sys::encode_uri_component(value)))
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Problem> {
    let response = request.send().await.map_err(|error| unreachable(&error))?;
    body(response).await
}

/// The answer's body, or the problem it carries.
async fn body<T: DeserializeOwned>(response: Response) -> Result<T, Problem> {
    let text = response.text().await.map_err(|error| unreachable(&error))?;
    if !response.ok() {
        return Err(serde_json::from_str(&text).unwrap_or_else(|_| no_problem(response.status())));
    }
    serde_json::from_str(&text).map_err(|error| {
        Problem::new(ProblemCode::Internal, format!("the server's answer cannot be read: {error}"))
            .with_hint("Reload the page: it may be older than the server.")
    })
}

/// The server cannot be reached at all.
fn unreachable(error: &gloo_net::Error) -> Problem {
    Problem::new(ProblemCode::Internal, format!("Onetag's server does not answer: {error}"))
        .with_hint("Check that it is running, then try again. Drafts are kept in this browser.")
}

/// An error answer that is not one of ours, as a proxy in between makes them.
fn no_problem(status: u16) -> Problem {
    Problem::new(ProblemCode::Internal, format!("the answer has status {status} and says no more"))
        .with_hint("Something between this page and Onetag's server may have answered.")
}
