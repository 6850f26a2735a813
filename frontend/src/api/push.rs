//! Pushes: start one, follow it to its end.

use gloo_net::http::Request;
use leptos::prelude::set_timeout;
use onetag_shared::api::{Problem, ProblemCode, PushJob, PushRequest, paths};
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::{Abort, body, events::Events, get, path, read, send, unreachable};

/// After how many failures in a row contact counts as lost. It is sought on.
pub(super) const PATIENCE: u32 = 3;

/// Starts a push. The same key gives the same job, so asking twice is safe.
pub(crate) async fn start_push(request: &PushRequest, key: &str) -> Result<PushJob, Problem> {
    send(Request::post(paths::PUSHES).header("idempotency-key", key), request).await
}

/// Asks for a push to be taken back: a push too. Asking twice gives the same one.
pub(crate) async fn undo_push(id: &str) -> Result<PushJob, Problem> {
    let response = Request::post(&path(paths::PUSH_UNDO, id)).send().await.map_err(|error| unreachable(&error))?;
    body(response).await
}

/// Follows a push until it has ended, through lost connections; `take` gets each state, `lose` hears when contact is lost
/// and when it is there again. An error is the server's word that there is nothing to follow.
pub(crate) async fn follow(
    id: &str,
    abort: &Abort,
    mut take: impl FnMut(PushJob),
    mut lose: impl FnMut(Option<&Problem>),
) -> Result<(), Problem> {
    let mut last_id = String::new();
    let mut failures = 0;
    loop {
        let mut has_news = false;
        let mut take = |job| {
            has_news = true;
            take(job);
        };
        let attempt = attempt(id, abort, &mut last_id, &mut take, &mut || lose(None)).await;
        if abort.is_aborted() {
            return Ok(());
        }
        failures = if has_news { 0 } else { failures + 1 };
        match attempt {
            Ok(true) => return Ok(()),
            // The server knows no such push: asking again changes nothing.
            Err(problem) if problem.code == ProblemCode::NotFound => return Err(problem),
            // Only the person can help, so there is nothing to be patient about.
            Err(problem) if failures >= PATIENCE || problem.code == ProblemCode::AccessKeyRequired => {
                lose(Some(&problem));
            }
            Ok(false) if failures >= PATIENCE => lose(Some(&silent())),
            Ok(false) | Err(_) => {}
        }
        pause(Duration::from_millis(250 << failures.min(5))).await;
    }
}

/// Every connection ends before anything is heard.
fn silent() -> Problem {
    let detail = "its answers end before they begin".to_owned();
    super::of_the_way("Onetag's server fell silent", detail, "Check that it is running.")
}

/// One connection; `true` when the push has ended.
async fn attempt(
    id: &str,
    abort: &Abort,
    last_id: &mut String,
    take: &mut impl FnMut(PushJob),
    connected: &mut impl FnMut(),
) -> Result<bool, Problem> {
    let response = Request::get(&path(paths::PUSH_EVENTS, id))
        .header("accept", "text/event-stream")
        .header("last-event-id", last_id)
        .abort_signal(Some(abort.signal()))
        .send()
        .await
        .map_err(|error| unreachable(&error))?;
    let events = if response.ok() { Events::of(&response) } else { None };
    let Some(mut events) = events else {
        if !response.ok() {
            return Err(body::<PushJob>(response).await.err().unwrap_or_else(|| super::no_problem(0)));
        }
        // Something in between does not let events through: ask for the state instead.
        let job: PushJob = read(get(&path(paths::PUSH, id)).abort_signal(Some(abort.signal()))).await?;
        let ended = job.state.is_final();
        connected();
        take(job);
        return Ok(ended);
    };
    connected();
    while let Some(event) = events.next().await {
        if let Ok(job) = serde_json::from_str::<PushJob>(&event.data) {
            *last_id = event.id;
            let ended = job.state.is_final();
            take(job);
            if ended {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

pub(super) async fn pause(duration: Duration) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        set_timeout(
            move || {
                resolve.call0(&JsValue::NULL).ok();
            },
            duration,
        );
    });
    JsFuture::from(promise).await.ok();
}
