//! Every request that the page makes.

mod abort;
mod attestations;
mod browse;
mod diff;
mod events;
mod gathers;
mod inspect;
mod push;
mod referrers;
mod registries;
mod slots;
mod spec;
mod sse;
mod tags;
mod verify;

pub(crate) use abort::Abort;
pub(crate) use attestations::attestations;
pub(crate) use browse::{repositories, siblings, tag_names, tag_summaries};
pub(crate) use diff::{diff, diff_as, diff_page};
pub(crate) use gathers::{cancel_gather, gathers, make_gather, push_gather, watch_gather};
use gloo_net::http::{Request, RequestBuilder, Response};
pub(crate) use inspect::{events_of, inspect};
use onetag_shared::{
    api::{About, Problem, ProblemCode, Resolution, paths},
    reference::Reference,
};
pub(crate) use push::{follow, start_push, undo_push};
pub(crate) use referrers::referrers;
pub(crate) use registries::{allow, forget_registry, registries, registry, set_registry, test_registry};
use serde::{Serialize, de::DeserializeOwned};
pub(crate) use spec::read_spec;
pub(crate) use tags::{delete, history, pointing, restore};
pub(crate) use verify::verify;

/// What this server is.
pub(crate) async fn about() -> Result<About, Problem> {
    read(get(paths::ABOUT)).await
}

/// What a tag points to; `None` when there is no such tag, or no such repository yet.
pub(crate) async fn resolve(reference: &Reference, abort: &Abort) -> Result<Option<Resolution>, Problem> {
    let _place = slots::LOOKS.acquire(reference).await;
    let request = get(&with_query(paths::RESOLVE, "ref", &reference.to_string())).abort_signal(Some(abort.signal()));
    match read(request).await {
        Ok(resolution) => Ok(Some(resolution)),
        Err(problem) if matches!(problem.code, ProblemCode::ManifestUnknown | ProblemCode::NameUnknown) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// The same for a page that may cost little: the status, and the text of the answer. 0 where there is none.
pub(crate) async fn resolved(reference: &Reference) -> (u16, String) {
    match get(&with_query(paths::RESOLVE, "ref", &reference.to_string())).send().await {
        Ok(answer) => (answer.status(), answer.text().await.unwrap_or_default()),
        Err(_) => (0, String::new()),
    }
}

fn get(url: &str) -> RequestBuilder {
    Request::get(url)
}

/// A path with one query parameter.
fn with_query(path: &str, name: &str, value: &str) -> String {
    format!("{path}?{name}={}", encoded(value))
}

/// A path with an id in it.
fn path(template: &str, id: &str) -> String {
    template.replace("{id}", &encoded(id))
}

/// A text as a part of a path or of a query.
pub(crate) fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Sends JSON.
async fn send<T: DeserializeOwned>(builder: RequestBuilder, request: &impl Serialize) -> Result<T, Problem> {
    let text =
        serde_json::to_string(request).map_err(|error| Problem::new(ProblemCode::Internal, error.to_string()))?;
    let request = builder.header("content-type", "application/json").body(text);
    body(request.map_err(|error| unreachable(&error))?.send().await.map_err(|error| unreachable(&error))?).await
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Problem> {
    let response = request.send().await.map_err(|error| unreachable(&error))?;
    body(response).await
}

/// The answer's body, or the problem it carries.
async fn body<T: DeserializeOwned>(response: Response) -> Result<T, Problem> {
    serde_json::from_str(&text(response).await?).map_err(|error| unreadable(&error))
}

/// The same, unread.
async fn text(response: Response) -> Result<String, Problem> {
    let text = response.text().await.map_err(|error| unreachable(&error))?;
    if response.ok() {
        Ok(text)
    } else {
        Err(serde_json::from_str(&text).unwrap_or_else(|_| no_problem(response.status())))
    }
}

/// The server cannot be reached at all.
fn unreachable(error: &gloo_net::Error) -> Problem {
    let hint = "Check that it is running, then try again. Drafts are kept in this browser.";
    of_the_way("Onetag's server does not answer", format!("the browser says: {error}"), hint)
}

/// The server speaks another language than this page.
fn unreadable(error: &serde_json::Error) -> Problem {
    let hint = "Reload the page: it may be older than the server. Drafts are kept in this browser.";
    of_the_way("This page does not understand the server's answer", format!("it cannot be read: {error}"), hint)
}

/// A part of the application cannot be fetched.
pub(crate) fn part_missing() -> Problem {
    let detail = "the server does not answer, or is a newer version than this page".to_owned();
    let hint = "Reload the page. Drafts are kept in this browser.";
    of_the_way("A part of this page could not be fetched", detail, hint)
}

/// An error answer that is not one of ours, as a proxy in between makes them.
fn no_problem(status: u16) -> Problem {
    let hint = "Something between this page and Onetag's server may have answered.";
    let detail = format!("it has status {status} and says no more");
    of_the_way("The answer is not one of Onetag's server", detail, hint)
}

/// A problem that is not the server's: the way to it. It has no code of its own, for no server ever sends it.
fn of_the_way(title: &str, detail: String, hint: &str) -> Problem {
    Problem { title: title.to_owned(), ..Problem::new(ProblemCode::Internal, detail).with_hint(hint) }
}
