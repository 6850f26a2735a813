//! Gathers: make, add to, look, push, cancel.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use onetag_shared::{
    api::{Gather, GatherList, GatherPushRequest, GatherRequest, NewGather, PartRequest, Problem},
    gather::Added,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::App,
    http::{
        extract::{Body, Params, idempotency_key},
        problem::ApiError,
    },
};

/// Make a gather: a push that waits until an image has come for each of its platforms. The same `Idempotency-Key` gives the
/// same gather (200 rather than 201), whatever the deadline, with another token.
#[utoipa::path(post, path = "/api/v1/gathers", request_body = GatherRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes it safe to ask twice: the id of a workflow's run")),
    responses((status = 201, body = NewGather), (status = 200, body = NewGather),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    headers: HeaderMap,
    Body(request): Body<GatherRequest>,
) -> Result<Response, ApiError> {
    let key = idempotency_key(&headers)?;
    let (gather, is_new) = app.gathers.create(&request, key.as_deref()).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let headers = [(header::LOCATION, gather.gather.url.clone()), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((status, headers, Json(gather)).into_response())
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ListParams {
    /// `next` of the page before.
    cursor: Option<String>,
    /// Gathers a page, 100 when absent, and at most.
    limit: Option<usize>,
}

/// Gathers, the newest first. They are kept until seven days after their deadline.
#[utoipa::path(get, path = "/api/v1/gathers", params(ListParams),
    responses((status = 200, body = GatherList), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    Params(params): Params<ListParams>,
) -> Result<Json<GatherList>, ApiError> {
    Ok(Json(app.gathers.list(params.cursor.as_deref(), params.limit).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct WaitParams {
    /// Answer when the gather is `open` or `pushing` no more, at the latest after so many seconds; 60 at most.
    wait: Option<u64>,
}

/// How far a gather has come. Its token will do.
#[utoipa::path(get, path = "/api/v1/gathers/{id}", params(("id" = String, Path), WaitParams),
    responses((status = 200, body = Gather), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn find(
    State(app): State<App>,
    Path(id): Path<String>,
    Params(params): Params<WaitParams>,
) -> Result<Json<Gather>, ApiError> {
    Ok(Json(app.gathers.find(&id, Duration::from_secs(params.wait.unwrap_or_default())).await?))
}

/// Add the image for one of the platforms. Its token will do. The same again changes nothing; another image for a platform
/// that has one wants `replace`. With the last, the push begins.
#[utoipa::path(post, path = "/api/v1/gathers/{id}/parts", params(("id" = String, Path)), request_body = PartRequest,
    responses((status = 201, body = Gather), (status = 200, body = Gather),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn add(
    State(app): State<App>,
    Path(id): Path<String>,
    Body(request): Body<PartRequest>,
) -> Result<(StatusCode, Json<Gather>), ApiError> {
    let (added, gather) = app.gathers.add(&id, &request).await?;
    Ok((if added == Added::New { StatusCode::CREATED } else { StatusCode::OK }, Json(gather)))
}

/// Push what has come: without what is missing, where `without` or `incomplete` says so; or once more, where the push has
/// failed.
#[utoipa::path(post, path = "/api/v1/gathers/{id}/push", params(("id" = String, Path)), request_body = GatherPushRequest,
    responses((status = 202, body = Gather), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn push(
    State(app): State<App>,
    Path(id): Path<String>,
    Body(request): Body<GatherPushRequest>,
) -> Result<(StatusCode, Json<Gather>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.gathers.push(&id, &request).await?)))
}

/// Cancel a gather whose push has not begun, or has failed. It takes no more parts then.
#[utoipa::path(delete, path = "/api/v1/gathers/{id}", params(("id" = String, Path)),
    responses((status = 200, body = Gather), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn cancel(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Gather>, ApiError> {
    Ok(Json(app.gathers.cancel(&id).await?))
}
