//! What a push would do.

use axum::{Json, extract::State};
use futures::future::join_all;
use onetag_shared::{
    api::{Plan, PlanRequest, PlanTarget, Problem, ProblemCode},
    list,
    reference::Reference,
    source::Sources,
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
    let mut wanted: Vec<&Reference> = request.draft.entries.iter().map(|entry| &entry.source).collect();
    wanted.extend(&request.draft.base);
    wanted.sort();
    wanted.dedup();
    let (fetched, targets) = futures::join!(
        join_all(wanted.iter().map(|reference| app.inspector.source(reference))),
        join_all(request.targets.iter().map(|target| look(&app, target))),
    );
    let mut sources = Sources::default();
    for (reference, source) in wanted.into_iter().zip(fetched) {
        sources.insert(reference.clone(), source);
    }
    Ok(Json(list::plan(&request.draft, &sources, &targets)))
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
