//! Everything about a reference, in one answer or as it arrives.

use std::convert::Infallible;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use onetag_shared::api::{InspectEvent, Inspection, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::App,
    http::{
        extract::{Params, reference},
        problem::ApiError,
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct InspectParams {
    /// An image reference.
    #[serde(rename = "ref")]
    reference: String,
}

/// Everything about a reference. With `Accept: text/event-stream` the same parts as they arrive.
#[utoipa::path(get, path = "/api/v1/inspect", params(InspectParams),
    responses((status = 200, body = Inspection), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn inspect(
    State(app): State<App>,
    headers: HeaderMap,
    Params(params): Params<InspectParams>,
) -> Result<Response, ApiError> {
    let reference = reference(&params.reference)?;
    let wants_events = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/event-stream"));
    if wants_events {
        let events = stream::unfold(app.inspector.stream(reference), |mut events| async move {
            let event = events.recv().await?;
            Some((Ok::<_, Infallible>(as_event(&event)), events))
        });
        return Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response());
    }
    let inspection = app.inspector.inspect(&reference).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(inspection)).into_response())
}

fn as_event(event: &InspectEvent) -> Event {
    let name = match event {
        InspectEvent::Root { .. } => "root",
        InspectEvent::Manifest { .. } => "manifest",
        InspectEvent::Config { .. } => "config",
        InspectEvent::Done => "done",
        InspectEvent::Problem(_) => "problem",
    };
    Event::default().event(name).data(serde_json::to_string(event).unwrap_or_default())
}
