//! Everything about a reference, in one answer or as it arrives.

use std::convert::Infallible;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use onetag_shared::{
    api::{Child, InspectEvent, Inspection, Part, Problem},
    reference::Reference,
};

use crate::{
    app::App,
    http::{
        assets::is_known,
        extract::{Params, ReferenceParams, is_from_page, reference},
        problem::ApiError,
    },
};

/// Everything about a reference. With `Accept: text/event-stream` the same parts as they arrive.
#[utoipa::path(get, path = "/api/v1/inspect", params(ReferenceParams),
    responses((status = 200, body = Inspection), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn inspect(
    State(app): State<App>,
    headers: HeaderMap,
    Params(params): Params<ReferenceParams>,
) -> Result<Response, ApiError> {
    answer(&app, &headers, reference(&params.reference)?).await
}

/// The answer, also at a page's own address for who asks for JSON there.
pub(in crate::http) async fn answer(
    app: &App,
    headers: &HeaderMap,
    reference: Reference,
) -> Result<Response, ApiError> {
    let wants_events = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/event-stream"));
    if wants_events {
        let events = if is_from_page(headers, "/i/") {
            app.inspector.stream_to_page(reference)
        } else {
            app.inspector.stream(reference)
        };
        let events = stream::unfold(events, |mut events| async move {
            let event = events.recv().await?;
            Some((Ok::<_, Infallible>(as_event(&event)), events))
        });
        return Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response());
    }
    // What a digest names never changes, so that whoever has it need not ask again.
    let version = env!("CARGO_PKG_VERSION");
    let etag = reference.digest().map(|digest| format!("W/\"{digest}-{version}\""));
    let is_open = etag.is_some() && app.inspector.is_open(&reference).await;
    if let Some(etag) = &etag
        && is_known(headers, etag)
    {
        return Ok((StatusCode::NOT_MODIFIED, kept(etag, is_open)).into_response());
    }
    let inspection = app.inspector.inspect(&reference).await?;
    match etag.filter(|_| is_complete(&inspection)) {
        Some(etag) => Ok((kept(&etag, is_open), Json(inspection)).into_response()),
        None => Ok(([(header::CACHE_CONTROL, "no-store")], Json(inspection)).into_response()),
    }
}

/// For ever where it took no login of ours. Else it is asked for each time: who may see it can change.
fn kept(etag: &str, is_open: bool) -> [(HeaderName, String); 3] {
    let keep = if is_open { "private, max-age=31536000, immutable" } else { "private, no-cache" };
    [(header::CACHE_CONTROL, keep.to_owned()), (header::ETAG, etag.to_owned()), (header::VARY, "accept".to_owned())]
}

/// Is everything there? What could not be had may be had another time.
fn is_complete(inspection: &Inspection) -> bool {
    inspection.config.as_ref().is_none_or(is_there) && inspection.children.iter().all(is_whole)
}

fn is_whole(child: &Child) -> bool {
    is_there(&child.manifest) && child.config.as_ref().is_none_or(is_there) && child.children.iter().all(is_whole)
}

fn is_there(part: &Part) -> bool {
    matches!(part, Part::Document(_))
}

fn as_event(event: &InspectEvent) -> Event {
    let name = match event {
        InspectEvent::Root { .. } => "root",
        InspectEvent::Manifest { .. } => "manifest",
        InspectEvent::Config { .. } => "config",
        InspectEvent::NestedManifest { .. } => "nestedManifest",
        InspectEvent::NestedConfig { .. } => "nestedConfig",
        InspectEvent::Done => "done",
        InspectEvent::Problem(_) => "problem",
    };
    Event::default().event(name).data(serde_json::to_string(event).unwrap_or_default())
}
