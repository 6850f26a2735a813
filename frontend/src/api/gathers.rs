//! Gathers: make one, follow it, push it without what is missing, cancel it.

use std::time::Duration;

use gloo_net::http::Request;
use onetag_shared::api::{
    Gather, GatherList, GatherPushRequest, GatherRequest, GatherState, NewGather, Problem, ProblemCode, paths,
};

use super::{
    Abort, body, get, path,
    push::{PATIENCE, pause},
    read, send, unreachable, with_query,
};
use crate::state::tab;

/// A page of gathers, the newest first.
pub(crate) async fn gathers(cursor: Option<&str>) -> Result<GatherList, Problem> {
    read(get(&cursor.map_or_else(|| paths::GATHERS.to_owned(), |cursor| with_query(paths::GATHERS, "cursor", cursor))))
        .await
}

/// Makes a gather. The same key gives the same one.
pub(crate) async fn make_gather(request: &GatherRequest, key: &str) -> Result<NewGather, Problem> {
    send(Request::post(paths::GATHERS).header("idempotency-key", key), request).await
}

/// Pushes what has come.
pub(crate) async fn push_gather(id: &str, request: &GatherPushRequest) -> Result<Gather, Problem> {
    send(Request::post(&path(paths::GATHER_PUSH, id)), request).await
}

/// Calls it off.
pub(crate) async fn cancel_gather(id: &str) -> Result<Gather, Problem> {
    let response = Request::delete(&path(paths::GATHER, id)).send().await.map_err(|error| unreachable(&error))?;
    body(response).await
}

/// Looks at a gather again and again, until nothing can become of it any more; `take` gets what is seen, `lose` hears when
/// contact is lost and when it is there again. An error is the server's word that there is nothing to look at.
pub(crate) async fn watch_gather(
    id: &str,
    abort: &Abort,
    mut take: impl FnMut(Gather),
    mut lose: impl FnMut(Option<&Problem>),
) -> Result<(), Problem> {
    let mut failures = 0;
    let mut interval = Duration::ZERO;
    loop {
        pause(interval).await;
        if abort.is_aborted() {
            return Ok(());
        }
        // Nobody looks at the page: the server is left alone.
        if !tab::is_visible() && !interval.is_zero() {
            continue;
        }
        let seen: Result<Gather, Problem> =
            read(get(&path(paths::GATHER, id)).abort_signal(Some(abort.signal()))).await;
        if abort.is_aborted() {
            return Ok(());
        }
        match seen {
            Ok(gather) => {
                if failures > 0 {
                    lose(None);
                }
                failures = 0;
                let state = gather.state;
                take(gather);
                interval = match state {
                    GatherState::Pushed | GatherState::Cancelled => return Ok(()),
                    GatherState::Pushing => Duration::from_millis(500),
                    GatherState::Open => Duration::from_secs(2),
                    GatherState::Overdue | GatherState::Failed | GatherState::Undone => Duration::from_secs(4),
                };
            }
            Err(problem) if problem.code == ProblemCode::NotFound => return Err(problem),
            Err(problem) => {
                failures += 1;
                if failures >= PATIENCE || interval.is_zero() || problem.code == ProblemCode::AccessKeyRequired {
                    lose(Some(&problem));
                }
                interval = Duration::from_millis(500 << failures.min(5));
            }
        }
    }
}
