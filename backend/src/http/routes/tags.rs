//! Tags: what points to a digest, deleting, and what was done to a tag.

use axum::{Json, extract::State};
use onetag_shared::api::{Deletion, DeletionRequest, Pointing, Problem, TagHistory};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::App,
    http::{
        extract::{Body, Params, reference},
        problem::ApiError,
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PointingParams {
    /// A tag, or a digest.
    #[serde(rename = "ref")]
    reference: String,
    /// Also look for lists at tags that have it as an entry. Each costs a `GET`, which some registries count as a pull.
    #[serde(default)]
    lists: bool,
}

/// The tags of the repository that point to the same. Each tag costs a `HEAD`; the first 1000 are looked at, and of the lists
/// the first 100.
#[utoipa::path(get, path = "/api/v1/pointing", params(PointingParams),
    responses((status = 200, body = Pointing), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn pointing(
    State(app): State<App>,
    Params(params): Params<PointingParams>,
) -> Result<Json<Pointing>, ApiError> {
    Ok(Json(app.tags.pointing(&reference(&params.reference)?, params.lists).await?))
}

/// Delete a tag, or a manifest by its digest, and look again. A tag is deleted by itself where the registry does that. Else
/// it goes with what it points to, and with every other tag that points there: which is refused (`takes-along`, with what
/// would go in `pointing`) unless the request names exactly these.
#[utoipa::path(post, path = "/api/v1/deletions", request_body = DeletionRequest,
    responses((status = 200, body = Deletion), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn delete(
    State(app): State<App>,
    Body(request): Body<DeletionRequest>,
) -> Result<Json<Deletion>, ApiError> {
    Ok(Json(app.tags.delete(request).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct HistoryParams {
    /// A tag.
    #[serde(rename = "ref")]
    reference: String,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Moves a page, 100 when absent, and at most.
    limit: Option<usize>,
}

/// What was done to a tag here, the newest first: what it held before and after, and by what. What others did with other
/// tools is not known.
#[utoipa::path(get, path = "/api/v1/history", params(HistoryParams),
    responses((status = 200, body = TagHistory), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn history(
    State(app): State<App>,
    Params(params): Params<HistoryParams>,
) -> Result<Json<TagHistory>, ApiError> {
    let tag = reference(&params.reference)?;
    Ok(Json(app.tags.history(&tag, params.cursor.as_deref(), params.limit).await?))
}
