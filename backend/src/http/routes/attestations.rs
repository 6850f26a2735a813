//! What attestations say.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use onetag_shared::{
    api::{Attestations, Problem, ProblemCode},
    digest::Digest,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::App,
    http::{
        assets::is_known,
        extract::{Params, reference},
        problem::ApiError,
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct AttestationParams {
    /// The manifest of an attestation, an SBOM or a signature: `REPO@DIGEST`.
    #[serde(rename = "ref")]
    reference: String,
    /// The digest of what it is attached to; without it, what its manifest says.
    subject: Option<String>,
}

/// What an attestation, an SBOM or a signature says: provenance (SLSA v0.2 and v1), packages (SPDX 2 and `CycloneDX` as JSON,
/// the first 20,000), and whether it names what it is attached to. These are claims: no signature is checked. Layers up to
/// 32 MiB are read.
#[utoipa::path(get, path = "/api/v1/attestations", params(AttestationParams),
    responses((status = 200, body = Attestations), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(in crate::http) async fn attestations(
    State(app): State<App>,
    headers: HeaderMap,
    Params(params): Params<AttestationParams>,
) -> Result<Response, ApiError> {
    let reference = reference(&params.reference)?;
    let subject = params.subject.as_deref().map(str::parse::<Digest>).transpose();
    let subject = subject.map_err(|error| {
        Problem::new(ProblemCode::InvalidRequest, format!("`subject` is no digest: {error}"))
            .with_hint("A digest looks like `sha256:` and 64 hexadecimal digits.")
    })?;
    // What a digest names never changes, but how it is read may, with another version of this server.
    let etag = reference.digest().map(|digest| {
        let subject = subject.as_ref().map_or("", Digest::as_str);
        format!("W/\"{digest}-{subject}-{}\"", env!("CARGO_PKG_VERSION"))
    });
    // What took a login of ours is asked for each time: who may see it can change.
    let is_open = etag.is_some() && app.inspector.is_open(&reference).await;
    let keep = if is_open { "private, max-age=3600, immutable" } else { "private, no-cache" };
    let kept = |etag: String| [(header::CACHE_CONTROL, keep.to_owned()), (header::ETAG, etag)];
    if let Some(etag) = etag.clone().filter(|etag| is_known(&headers, etag)) {
        return Ok((StatusCode::NOT_MODIFIED, kept(etag)).into_response());
    }
    let told = app.inspector.attestations(&reference, subject).await?;
    Ok(match etag.filter(|_| is_settled(&told)) {
        Some(etag) => (kept(etag), Json(told)).into_response(),
        None => ([(header::CACHE_CONTROL, "no-store")], Json(told)).into_response(),
    })
}

/// Will it be told the same the next time? What could not be had may be had then.
fn is_settled(told: &Attestations) -> bool {
    let settled = [ProblemCode::TooLarge, ProblemCode::Unsupported, ProblemCode::InvalidDocument];
    told.layers.iter().all(|layer| layer.problem.as_ref().is_none_or(|problem| settled.contains(&problem.code)))
}
