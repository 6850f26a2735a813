//! manifest-tool's YAML: read, and written.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use onetag_shared::{
    api::{Problem, ProblemCode, Spec},
    spec,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::App,
    http::{
        extract::{Params, Text, reference},
        problem::ApiError,
    },
    spec::{MAX_SPEC, parse},
};

/// What a spec of `manifest-tool push from-spec` says: a draft, and the tags to push it to. Nothing is pushed, and no
/// registry is asked. `os.version` and `os.features` are taken beside manifest-tool's `osversion` and `osfeatures`, and
/// `features` too; a key that is not known is refused. Aliases are not followed, and a body has 1 MiB at most.
#[utoipa::path(post, path = "/api/v1/spec",
    request_body(content = String, content_type = "application/yaml",
        example = "image: ghcr.io/me/app:v1\ntags: [\"1\", latest]\nmanifests:\n  - image: ghcr.io/me/app:v1-amd64\n  - image: ghcr.io/me/app:v1-armv7\n    platform: {os: linux, architecture: arm, variant: v7}\n"),
    responses((status = 200, body = Spec), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn read(Text(text): Text<MAX_SPEC>) -> Result<Json<Spec>, ApiError> {
    Ok(Json(parse(&text).map_err(|error| error.to_problem())?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct WriteParams {
    /// A reference to a list.
    #[serde(rename = "ref")]
    reference: String,
}

/// A list as such a spec, its images by their digests. Attestations are left out, and comments tell what else a spec cannot
/// say.
#[utoipa::path(get, path = "/api/v1/spec", params(WriteParams),
    responses((status = 200, body = String, content_type = "application/yaml"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn write(
    State(app): State<App>,
    Params(params): Params<WriteParams>,
) -> Result<Response, ApiError> {
    let source = app.inspector.source(&reference(&params.reference)?).await?;
    let yaml = spec::write(&source).map_err(|error| {
        Problem::new(ProblemCode::InvalidRequest, format!("{error}, and a spec describes lists"))
            .with_hint("Name a list; what is there is shown by /api/v1/inspect.")
    })?;
    Ok(([(header::CONTENT_TYPE, "application/yaml"), (header::CACHE_CONTROL, "no-store")], yaml).into_response())
}
