//! Whether programs are made for the platforms that are promised.

use axum::{Json, extract::State};
use onetag_shared::api::{Problem, Verification};

use crate::{
    app::App,
    http::{
        extract::{Params, ReferenceParams, reference},
        problem::ApiError,
    },
};

/// Reads the program of each image out of its layers, from the uppermost down and only as far as it takes, and compares
/// what its header says with the platform that is promised. What a layer holds is believed before all of it was read, so
/// its digest is not checked.
#[utoipa::path(post, path = "/api/v1/verify", params(ReferenceParams),
    responses((status = 200, body = Verification), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn verify(
    State(app): State<App>,
    Params(params): Params<ReferenceParams>,
) -> Result<Json<Verification>, ApiError> {
    let reference = reference(&params.reference)?;
    Ok(Json(app.verifier.verify(&reference).await?))
}
