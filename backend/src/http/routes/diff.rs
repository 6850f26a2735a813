//! What differs between two references.

use axum::{extract::State, http::HeaderMap, response::Response};
use onetag_shared::api::{Diff, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::App,
    http::{extract::Params, problem::ApiError, share},
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct DiffParams {
    /// What was there: an image reference.
    from: String,
    /// What is there instead.
    to: String,
}

/// What differs between two lists, or one tag then and now: per platform what is new, gone, replaced (and what changed
/// inside), or only said differently. An image is a list of one. `Accept: text/plain` gives it for a terminal, and
/// `text/markdown` for a pull request. A problem's `pointer` is `/from` or `/to`.
#[utoipa::path(get, path = "/api/v1/diff", params(DiffParams),
    responses(
        (status = 200, content((Diff = "application/json"), (String = "text/plain"), (String = "text/markdown"))),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn diff(
    State(app): State<App>,
    headers: HeaderMap,
    Params(params): Params<DiffParams>,
) -> Result<Response, ApiError> {
    share::diff::answer_api(&app, &headers, &params.from, &params.to).await
}
