//! What a push would do.

use axum::{Json, extract::State};
use futures::future::join_all;
use onetag_shared::{
    api::{Plan, PlanRequest, PlanTarget, Problem, ProblemCode},
    list,
    reference::Reference,
};

use crate::{
    app::App,
    http::{extract::Body, problem::ApiError},
};

/// A draft's plan and findings: the exact bytes of the list, what has to move, what the tags hold now.
#[utoipa::path(post, path = "/api/v1/plan", request_body = PlanRequest,
    responses((status = 200, body = Plan), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn plan(
    State(app): State<App>,
    Body(request): Body<PlanRequest>,
) -> Result<Json<Plan>, ApiError> {
    let (sources, targets) = futures::join!(
        app.inspector.sources(&request.draft),
        join_all(request.targets.iter().map(|target| look(&app, target))),
    );
    Ok(Json(list::plan(&request.draft, &sources, &targets, &request.options)))
}

async fn look(app: &App, target: &Reference) -> PlanTarget {
    let (current, problem) = if target.digest().is_some() {
        let problem = Problem::new(ProblemCode::TargetIsDigest, format!("{target} is a digest, which cannot be moved"))
            .with_hint("Name a tag.");
        (None, Some(Box::new(problem)))
    } else {
        match app.client.resolve(target).await {
            Ok(resolved) => (resolved.map(|resolved| resolved.digest), None),
            Err(error) => (None, Some(Box::new(error.to_problem()))),
        }
    };
    PlanTarget { reference: target.clone(), current, problem }
}
