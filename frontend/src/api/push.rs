//! Pushes: start one, follow it to its end.

use gloo_net::http::Request;
use leptos::prelude::set_timeout;
use onetag_shared::api::{Problem, ProblemCode, PushJob, PushRequest, paths};
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::{Abort, body, events::Events, get, read, unreachable};

/// How often a broken connection is made anew before that is called a problem.
const ATTEMPTS: u32 = 8;

/// Starts a push. The same key gives the same job, so asking twice is safe.
pub(crate) async fn start_push(request: &PushRequest, key: &str) -> Result<PushJob, Problem> {
    let text =
        serde_json::to_string(request).map_err(|error| Problem::new(ProblemCode::Internal, error.to_string()))?;
    let response = Request::post(paths::PUSHES)
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .body(text)
        .map_err(|error| unreachable(&error))?
        .send()
        .await
        .map_err(|error| unreachable(&error))?;
    body(response).await
}

/// Follows a push until it has ended, through lost connections; `take` gets each state.
pub(crate) async fn follow(id: &str, abort: &Abort, mut take: impl FnMut(PushJob)) -> Result<(), Problem> {
    let mut last_id = String::new();
    let mut failures = 0;
    loop {
        match attempt(id, abort, &mut last_id, &mut take).await {
            Ok(true) => return Ok(()),
            Ok(false) => failures = 0,
            // The server knows no such push: asking again changes nothing.
            Err(problem) if problem.code != ProblemCode::Internal || failures >= ATTEMPTS => return Err(problem),
            Err(_) => failures += 1,
        }
        if abort.is_aborted() {
            return Ok(());
        }
        pause(Duration::from_millis(250 << failures.min(5))).await;
    }
}

/// One connection; `true` when the push has ended.
async fn attempt(
    id: &str,
    abort: &Abort,
    last_id: &mut String,
    take: &mut impl FnMut(PushJob),
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
        take(job);
        return Ok(ended);
    };
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

fn path(template: &str, id: &str) -> String {
    template.replace("{id}", &String::from(js_sys::encode_uri_component(id)))
}

async fn pause(duration: Duration) {
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
