//! Pushes: start, look, follow.

use std::convert::Infallible;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::StreamExt;
use onetag_shared::api::{Problem, PushJob, PushRequest, RestoreRequest};

use crate::{
    app::App,
    http::{
        extract::{Body, idempotency_key},
        problem::ApiError,
    },
    push::Versioned,
};

/// Start a push. The same `Idempotency-Key` gives the same job.
#[utoipa::path(post, path = "/api/v1/pushes", request_body = PushRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes it safe to ask twice")),
    responses((status = 202, body = PushJob), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    headers: HeaderMap,
    Body(request): Body<PushRequest>,
) -> Result<(StatusCode, Json<PushJob>), ApiError> {
    let job = app.pushes.create(request, idempotency_key(&headers)?).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// The state of a push.
#[utoipa::path(get, path = "/api/v1/pushes/{id}", params(("id" = String, Path)),
    responses((status = 200, body = PushJob), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn find(State(app): State<App>, Path(id): Path<String>) -> Result<Json<PushJob>, ApiError> {
    Ok(Json(app.pushes.find(&id).await?.job))
}

/// Take a push back: its tags get back what they held before it, guarded as a push is. A push job too; asked for twice it is
/// the same one.
#[utoipa::path(post, path = "/api/v1/pushes/{id}/undo", params(("id" = String, Path)),
    responses((status = 202, body = PushJob), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn undo(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<PushJob>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.pushes.undo(&id).await?)))
}

/// Put an earlier digest back at a tag, such as one of its history: guarded as a push is, as long as the registry still has
/// it whole. A push job too. The same `Idempotency-Key` gives the same job.
#[utoipa::path(post, path = "/api/v1/restores", request_body = RestoreRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes it safe to ask twice")),
    responses((status = 202, body = PushJob), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn restore(
    State(app): State<App>,
    headers: HeaderMap,
    Body(request): Body<RestoreRequest>,
) -> Result<(StatusCode, Json<PushJob>), ApiError> {
    let job = app.pushes.restore(request, idempotency_key(&headers)?).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// The progress of a push as server-sent events. Each event carries the whole state, so one that was missed needs no
/// replay: with `Last-Event-ID` the newest state comes at once unless it is the one already seen.
#[utoipa::path(get, path = "/api/v1/pushes/{id}/events", params(("id" = String, Path)),
    responses((status = 200, content_type = "text/event-stream", body = PushJob), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn events(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let seen: u64 = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse().ok())
        .unwrap_or(0);
    let states = app.pushes.follow(&id, seen).await?;
    let events = states.map(|state| Ok::<_, Infallible>(as_event(&state)));
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

fn as_event(state: &Versioned) -> Event {
    Event::default()
        .event("job")
        .id(state.version.to_string())
        .data(serde_json::to_string(&state.job).unwrap_or_default())
}
