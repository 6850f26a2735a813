//! What is in a repository, and what is like it.

use axum::{Json, extract::State, http::HeaderMap};
use onetag_shared::{
    api::{Problem, ProblemCode, Repositories, Siblings, TagPage},
    reference::{Reference, ReferenceError, Registry, Tag},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::App,
    http::{
        extract::{Params, ReferenceParams, is_from_page, reference},
        problem::ApiError,
    },
    tags::MOST_NAMES,
};

/// Tags a page where nothing else is said.
const USUAL: usize = 100;
/// Most tags a page, by their names; and with what they hold.
const MOST: usize = MOST_NAMES;
const MOST_LOOKED: usize = 1000;
/// Most tags that are named.
const MOST_NAMED: usize = 100;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct TagsParams {
    /// A repository.
    repo: String,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Tags a page, 100 when absent, 10000 at most, with `platforms` 1000. Registries that send them in pages send 1000 a page.
    limit: Option<usize>,
    /// Also what each tag of the page points to, its platforms and when it was made: a `HEAD` for each tag, and each distinct
    /// document once.
    #[serde(default)]
    platforms: bool,
    /// Only these tags, and what they hold: up to 100, separated by commas. They come in this order, and are not paged.
    tags: Option<String>,
}

/// Tags of a repository, a page at a time, in the registry's order. What is no tag is left out.
#[utoipa::path(get, path = "/api/v1/tags", params(TagsParams),
    responses((status = 200, body = TagPage), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn tags(
    State(app): State<App>,
    headers: HeaderMap,
    Params(params): Params<TagsParams>,
) -> Result<Json<TagPage>, ApiError> {
    let repository = reference(&params.repo)?.repository_only();
    if let Some(tags) = &params.tags {
        if params.cursor.is_some() || params.limit.is_some() {
            return Err(refused("tags that are named are not paged", "Leave out cursor and limit.").into());
        }
        let tags = app.tags.summaries(&repository, named(tags)?).await;
        return Ok(Json(TagPage { repo: repository.to_string(), tags, next: None, ignored: 0 }));
    }
    let most = if params.platforms { MOST_LOOKED } else { MOST };
    let limit = params.limit.unwrap_or(USUAL).clamp(1, most);
    let is_first = params.cursor.is_none() && !params.platforms;
    if is_first && limit == MOST && is_from_page(&headers, "/r/") {
        return Ok(Json(app.tags.first_names_to_page(&repository).await?));
    }
    page(&app, &repository, limit, params.cursor.as_deref(), params.platforms).await
}

/// The first page as it is where nothing else is asked for.
pub(in crate::http) async fn first_page(app: &App, repository: &Reference) -> Result<Json<TagPage>, ApiError> {
    page(app, repository, USUAL, None, false).await
}

async fn page(
    app: &App,
    repository: &Reference,
    limit: usize,
    cursor: Option<&str>,
    with_platforms: bool,
) -> Result<Json<TagPage>, ApiError> {
    let mut page = app.tags.page(repository, limit, cursor).await?;
    if with_platforms {
        let names = page.tags.into_iter().map(|tag| tag.tag).collect();
        page.tags = app.tags.summaries(repository, names).await;
    }
    Ok(Json(page))
}

/// Tags that are named, each of which may be one.
fn named(tags: &str) -> Result<Vec<String>, Problem> {
    let tags: Vec<&str> = tags.split(',').collect();
    if tags.len() > MOST_NAMED {
        let words = format!("{} tags are named, and {MOST_NAMED} are looked at", tags.len());
        return Err(refused(&words, "Ask for the others next."));
    }
    let check = |tag: &str| {
        let read: Result<Tag, ReferenceError> = tag.parse();
        read.map(|tag| tag.to_string())
            .map_err(|error| refused(&error.to_string(), "Name tags, with commas between them."))
    };
    tags.into_iter().map(check).collect()
}

fn refused(words: &str, hint: &str) -> Problem {
    Problem::new(ProblemCode::InvalidRequest, words).with_hint(hint)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct RegistryParams {
    /// A registry: host, and port where it is not the usual one.
    registry: String,
    /// Ask the registry now, unless it was asked in the last two seconds.
    #[serde(default)]
    fresh: bool,
}

/// What repositories a registry has (distribution, "Catalog"): the first 10000 names, kept for two minutes. Many registries tell
/// nobody, or only some.
#[utoipa::path(get, path = "/api/v1/repositories", params(RegistryParams),
    responses((status = 200, body = Repositories), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn repositories(
    State(app): State<App>,
    Params(params): Params<RegistryParams>,
) -> Result<Json<Repositories>, ApiError> {
    let registry: Registry = params.registry.parse().map_err(|error: ReferenceError| {
        Problem::new(ProblemCode::InvalidReference, error.to_string())
            .with_hint("Name a registry, as in localhost:5000.")
    })?;
    Ok(Json(app.tags.repositories(&registry, params.fresh).await?))
}

/// Repositories that look like the same application for other machines (`app-arm64` beside `app-amd64`, `arm64v8/app`), with
/// what the tag of the reference is in each (without one `latest`, or that of the newest group of tags, or the newest); and tags of the repository that do (`v1-amd64`): with the tag
/// those that belong to it, else the newest. The registry's catalogue is read (the first 10000 names, kept for two minutes);
/// where there is none, or more, likely names are asked for. All in all up to 32 repositories are asked for, by a `HEAD` each.
#[utoipa::path(get, path = "/api/v1/siblings", params(ReferenceParams),
    responses((status = 200, body = Siblings), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn siblings(
    State(app): State<App>,
    Params(params): Params<ReferenceParams>,
) -> Result<Json<Siblings>, ApiError> {
    Ok(Json(app.tags.siblings(&reference(&params.reference)?).await?))
}
