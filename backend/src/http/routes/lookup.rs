//! Short questions about what is in a registry.

use axum::{Json, extract::State};
use futures::{StreamExt, stream};
use onetag_shared::{
    api::{Problem, ProblemCode, Referrers, Resolution, SelectAnswer, TagPage, TagSummary},
    document::Document,
    platform::{self, Platform},
    reference::{Reference, Tag},
    source::wanted_config,
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

/// Tags of a page that are looked into at once.
const LOOKS: usize = 6;

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
pub(in crate::http) struct TagsParams {
    /// A repository.
    repo: String,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Tags a page, 100 when absent, 1000 at most.
    limit: Option<usize>,
    /// Also what each tag of the page points to, and its platforms.
    #[serde(default)]
    platforms: bool,
}

/// Tags of a repository, a page at a time, in the registry's order.
#[utoipa::path(get, path = "/api/v1/tags", params(TagsParams),
    responses((status = 200, body = TagPage), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn tags(
    State(app): State<App>,
    Params(params): Params<TagsParams>,
) -> Result<Json<TagPage>, ApiError> {
    let repository = reference(&params.repo)?.repository_only();
    let limit = params.limit.unwrap_or(100).clamp(1, 1000);
    let page =
        app.client.tags(&repository, limit, params.cursor.as_deref()).await.map_err(|error| error.to_problem())?;
    let summaries = stream::iter(page.tags)
        .map(|tag| summary(&app, &repository, tag, params.platforms))
        .buffered(LOOKS)
        .collect()
        .await;
    Ok(Json(TagPage { repo: repository.to_string(), tags: summaries, next: page.next }))
}

async fn summary(app: &App, repository: &Reference, tag: String, with_platforms: bool) -> TagSummary {
    let mut summary = TagSummary { tag, digest: None, media_type: None, platforms: None, problem: None };
    if !with_platforms {
        return summary;
    }
    match tag_platforms(app, repository, &mut summary).await {
        Ok(platforms) => summary.platforms = Some(platforms),
        Err(problem) => summary.problem = Some(Box::new(problem)),
    }
    summary
}

async fn tag_platforms(app: &App, repository: &Reference, summary: &mut TagSummary) -> Result<Vec<Platform>, Problem> {
    let tag: Tag = summary.tag.parse().map_err(|_| {
        Problem::new(ProblemCode::InvalidReference, format!("the registry lists `{}`, which is no tag", summary.tag))
    })?;
    let document = app.inspector.manifest(&repository.clone().with_tag(tag), None).await?;
    summary.digest = Some(document.digest().clone());
    summary.media_type = Some(document.media_type().as_str().to_owned());
    match document.parse().map_err(|error| error.to_problem())? {
        Document::List(list) => {
            Ok(list.manifests.into_iter().filter_map(|child| child.platform).filter(|p| !p.is_unknown()).collect())
        }
        _ => Ok(image_platform(app, repository, &document).await?.into_iter().collect()),
    }
}

async fn image_platform(
    app: &App,
    repository: &Reference,
    manifest: &onetag_shared::document::RawDocument,
) -> Result<Option<Platform>, Problem> {
    let Some(descriptor) = wanted_config(manifest) else { return Ok(None) };
    let bytes = app.client.blob(repository, &descriptor).await.map_err(|error| error.to_problem())?;
    let config = onetag_shared::document::ImageConfig::parse(&bytes).map_err(|error| error.to_problem())?;
    Ok(Some(config.platform()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct SelectParams {
    /// An image reference.
    #[serde(rename = "ref")]
    reference: String,
    /// A platform, such as `linux/arm64` or `windows(10.0.20348)/amd64`.
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
    let host: Platform = params
        .platform
        .parse()
        .map_err(|error: platform::PlatformError| Problem::new(ProblemCode::InvalidPlatform, error.to_string()))?;
    Ok(Json(app.inspector.select(&reference, host).await?))
}
