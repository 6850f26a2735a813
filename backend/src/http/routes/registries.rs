//! Registries: what is known of them, and what is set here.

use axum::{
    Json,
    extract::{Path, State},
};
use onetag_shared::{
    api::{Problem, ProblemCode, RegistryInfo, RegistryList, RegistryOptions, RegistryTest, RegistryTestRequest},
    reference::Registry,
};

use crate::{
    app::App,
    http::{extract::Body, problem::ApiError},
};

/// Every registry that something is known of: what holds for it, who says so, and what it said about its limits. No
/// secrets. With podman's short names.
#[utoipa::path(get, path = "/api/v1/registries",
    responses((status = 200, body = RegistryList), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn list(State(app): State<App>) -> Json<RegistryList> {
    Json(app.registries.list())
}

/// What holds for one registry, whether something was set for it or not.
#[utoipa::path(get, path = "/api/v1/registries/{host}", params(("host" = String, Path, description = "As in references: `ghcr.io`, `10.0.0.5:5000`")),
    responses((status = 200, body = RegistryInfo), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn find(
    State(app): State<App>,
    Path(host): Path<String>,
) -> Result<Json<RegistryInfo>, ApiError> {
    Ok(Json(app.registries.info(&registry(&host)?)))
}

/// Set what holds for one registry, in place of what was set here before. It counts at once, and before what flags and
/// files say; what is left out is left to them.
#[utoipa::path(put, path = "/api/v1/registries/{host}", params(("host" = String, Path)), request_body = RegistryOptions,
    responses((status = 200, body = RegistryInfo), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn put(
    State(app): State<App>,
    Path(host): Path<String>,
    Body(options): Body<RegistryOptions>,
) -> Result<Json<RegistryInfo>, ApiError> {
    Ok(Json(app.registries.set(&registry(&host)?, options).await?))
}

/// Test what works at a registry: its address, the connection, the login, reading; and pushing, if asked. One call, which
/// tells how each of it went.
#[utoipa::path(post, path = "/api/v1/registries/{host}/test", params(("host" = String, Path)), request_body = RegistryTestRequest,
    responses((status = 200, body = RegistryTest), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn test(
    State(app): State<App>,
    Path(host): Path<String>,
    Body(request): Body<RegistryTestRequest>,
) -> Result<Json<RegistryTest>, ApiError> {
    Ok(Json(app.registries.test(&registry(&host)?, &request).await?))
}

/// Forget what was set here for one registry: flags, files and defaults hold again.
#[utoipa::path(delete, path = "/api/v1/registries/{host}", params(("host" = String, Path)),
    responses((status = 200, body = RegistryInfo), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn forget(
    State(app): State<App>,
    Path(host): Path<String>,
) -> Result<Json<RegistryInfo>, ApiError> {
    Ok(Json(app.registries.forget(&registry(&host)?).await?))
}

fn registry(host: &str) -> Result<Registry, Problem> {
    host.parse().map_err(|error| {
        Problem::new(ProblemCode::InvalidReference, format!("`{host}` is no registry: {error}"))
            .with_hint("Write it as references do: ghcr.io, localhost:5000 or 10.0.0.5:5000.")
    })
}
