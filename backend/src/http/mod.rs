//! The HTTP side: routes, who may call them, and what the answers look like.

mod access;
mod api_docs;
mod assets;
mod extract;
mod plain_page;
mod problem;
mod routes;
mod share;
mod shell;

pub use access::Access;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{Method, Uri},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use onetag_shared::api::{Problem, ProblemCode, paths};
use problem::ApiError;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

/// Largest request body: a draft of a list that registries take fits many times.
const MAX_BODY: usize = 16 * 1024 * 1024;

#[derive(OpenApi)]
#[openapi(info(
    title = "Onetag",
    description = "Creates, checks, pushes and inspects multi-architecture image lists. Every route but `/healthz` and \
                   `/readyz` wants `Authorization: Bearer KEY` or the cookie that the printed URL sets. To add parts to a \
                   gather, or to read it, that gather's token will do."
))]
struct ApiDoc;

/// The one index of routes.
pub fn router(app: App) -> Router {
    let (api, document) = OpenApiRouter::with_openapi(ApiDoc::openapi())
        .routes(routes!(routes::inspect::inspect))
        .routes(routes!(routes::lookup::resolve))
        .routes(routes!(routes::browse::tags))
        .routes(routes!(routes::browse::repositories))
        .routes(routes!(routes::browse::siblings))
        .routes(routes!(routes::lookup::select))
        .routes(routes!(routes::lookup::referrers))
        .routes(routes!(routes::attestations::attestations))
        .routes(routes!(routes::diff::diff))
        .routes(routes!(routes::tags::pointing))
        .routes(routes!(routes::tags::delete))
        .routes(routes!(routes::tags::history))
        .routes(routes!(routes::verify::verify))
        .routes(routes!(routes::plan::plan))
        .routes(routes!(routes::spec::read, routes::spec::write))
        .routes(routes!(routes::pushes::create))
        .routes(routes!(routes::pushes::find))
        .routes(routes!(routes::pushes::events))
        .routes(routes!(routes::pushes::undo))
        .routes(routes!(routes::pushes::restore))
        .routes(routes!(routes::gathers::create, routes::gathers::list))
        .routes(routes!(routes::gathers::find, routes::gathers::cancel))
        .routes(routes!(routes::gathers::add))
        .routes(routes!(routes::gathers::push))
        .routes(routes!(routes::registries::list))
        .routes(routes!(routes::registries::find, routes::registries::put, routes::registries::forget))
        .routes(routes!(routes::registries::test))
        .routes(routes!(routes::about::about))
        .split_for_parts();
    let document = serde_json::to_value(&document).unwrap_or_default();
    let docs = api_docs::render(&document);
    let guarded = api
        .layer(middleware::from_fn_with_state(app.clone(), registries_of_now))
        .route(paths::OPENAPI, get(move || async move { axum::Json(document) }))
        .route(paths::API_DOCS, get(move || async move { docs }))
        .route(paths::INSPECT_PAGE, get(share::page::inspect))
        .route(paths::BROWSE_PAGE, get(share::repository::browse))
        .route(paths::DIFF_PAGE, get(share::diff::page))
        .route(paths::GO, get(share::go::go))
        .route(paths::BADGE, get(share::badge::badge))
        .route(paths::CARD, get(share::card::card))
        .route(paths::EMBED, get(share::embed::embed))
        .fallback(assets::serve)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(app.clone(), access::check));
    Router::new()
        .route(paths::HEALTHZ, get(routes::health::healthz))
        .route(paths::READYZ, get(routes::health::readyz))
        .merge(guarded)
        .layer(middleware::from_fn(assets::security_headers))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app)
}

/// What another server on the same database was told about registries counts here too.
async fn registries_of_now(State(app): State<App>, request: Request, next: Next) -> Response {
    app.registries.refresh().await;
    next.run(request).await
}

/// A path of the API, asked for in a way that it does not know.
async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    ApiError(
        Problem::new(ProblemCode::MethodNotAllowed, format!("{} does not know {method}", uri.path()))
            .with_hint("The API is described at /api/v1/docs."),
    )
}
