//! Short questions about what is in a registry.

use axum::{Json, extract::State};
use onetag_shared::{
    api::{Problem, ProblemCode, Referrers, Resolution, SelectAnswer},
    platform::{Platform, PlatformError},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::App,
    http::{
        extract::{Params, ReferenceParams, reference},
        problem::ApiError,
    },
};

/// What a reference names: digest, media type and size, by one `HEAD`.
#[utoipa::path(get, path = "/api/v1/resolve", params(ReferenceParams),
    responses((status = 200, body = Resolution), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn resolve(
    State(app): State<App>,
    Params(params): Params<ReferenceParams>,
) -> Result<Json<Resolution>, ApiError> {
    let reference = reference(&params.reference)?;
    let resolved = app.client.resolve_for_reading(&reference).await.map_err(|error| error.to_problem())?;
    let Some(resolved) = resolved else {
        return Err(Problem::new(
            ProblemCode::ManifestUnknown,
            format!("{} has no {}", reference.repo(), reference.target()),
        )
        .into());
    };
    Ok(Json(Resolution {
        reference: reference.to_string(),
        digest: resolved.digest,
        media_type: resolved.media_type,
        size: resolved.size,
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ReferrersParams {
    /// An image reference.
    #[serde(rename = "ref")]
    reference: String,
    /// Only those of this kind, such as `application/vnd.dev.cosign.artifact.sig.v1+json`.
    #[serde(rename = "artifactType")]
    artifact_type: Option<String>,
}

/// What refers to a document, and to each entry of a list (the first 99): signatures, SBOMs and the like, as the registry
/// lists it, as an index at the fallback tag does, or at cosign's tags.
#[utoipa::path(get, path = "/api/v1/referrers", params(ReferrersParams),
    responses((status = 200, body = Referrers), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn referrers(
    State(app): State<App>,
    Params(params): Params<ReferrersParams>,
) -> Result<Json<Referrers>, ApiError> {
    let reference = reference(&params.reference)?;
    Ok(Json(app.inspector.referrers(&reference, params.artifact_type.as_deref()).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct SelectParams {
    /// An image reference.
    #[serde(rename = "ref")]
    reference: String,
    /// A platform, such as `linux/arm64` or `windows(10.0.20348)/amd64`; a processor alone means Linux. What kernels call
    /// processors (`armv7l`) and machines that everybody knows ("Raspberry Pi Zero") are understood, too.
    platform: String,
}

/// Which image a client on a platform gets, and why. Lists in the list are looked into, as containerd does.
#[utoipa::path(get, path = "/api/v1/select", params(SelectParams),
    responses((status = 200, body = SelectAnswer), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn select(
    State(app): State<App>,
    Params(params): Params<SelectParams>,
) -> Result<Json<SelectAnswer>, ApiError> {
    let reference = reference(&params.reference)?;
    let host = Platform::called(&params.platform).map_err(|error| no_platform(&error))?;
    let not_known = host.not_known();
    let answer = app.inspector.select(&reference, host).await.map_err(|problem| match &not_known {
        Some(error) if problem.code == ProblemCode::InvalidPlatform => no_platform(error),
        _ => problem,
    })?;
    Ok(Json(answer))
}

fn no_platform(error: &PlatformError) -> Problem {
    Problem::new(ProblemCode::InvalidPlatform, error.to_string()).with_hint(
        "Name a platform, such as linux/arm64 or windows(10.0.20348)/amd64, a processor, such as armv7l, or a machine, such as \
         Raspberry Pi Zero.",
    )
}
