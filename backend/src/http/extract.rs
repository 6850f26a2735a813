//! What handlers take from a request; what cannot be read is a problem that says where.

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Query, Request, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use onetag_shared::{
    api::{Problem, ProblemCode},
    reference::Reference,
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

use super::{MAX_BODY, problem::ApiError};

/// What to do where a request is not as it should be.
const COMPARE: &str = "Compare it with the API's description at /api/v1/docs.";

/// A JSON body. Unknown fields and wrong types are named by their place.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|error| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                return Problem::new(ProblemCode::TooLarge, format!("the body has more than {MAX_BODY} bytes"));
            }
            Problem::new(ProblemCode::InvalidRequest, format!("the body cannot be read: {error}"))
        })?;
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let pointer = pointer(error.path());
            Problem::new(ProblemCode::InvalidRequest, format!("the body cannot be understood: {}", error.inner()))
                .with_hint(COMPARE)
                .at(pointer)
        })?;
        json.end().map_err(|error| {
            Problem::new(ProblemCode::InvalidRequest, format!("something follows the JSON of the body: {error}"))
        })?;
        Ok(Self(value))
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => "/?".to_owned(),
        })
        .collect()
}

/// A query that is a reference and nothing else.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ReferenceParams {
    /// An image reference.
    #[serde(rename = "ref")]
    pub(in crate::http) reference: String,
}

/// A body that is a text, whatever its type is said to be, of `MOST` bytes at most.
#[derive(Debug)]
pub(crate) struct Text<const MOST: usize>(pub(crate) String);

impl<const MOST: usize, S: Send + Sync> FromRequest<S> for Text<MOST> {
    type Rejection = ApiError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, ApiError> {
        DefaultBodyLimit::max(MOST).apply(&mut request);
        let refused = |words: String| Problem::new(ProblemCode::InvalidRequest, words);
        let bytes = Bytes::from_request(request, state).await.map_err(|error| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                return refused(format!("the body has more than {MOST} bytes"));
            }
            refused(format!("the body cannot be read: {error}"))
        })?;
        let text = String::from_utf8(bytes.into()).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..valid].split(|byte| *byte == b'\n').count();
            refused(format!("the body is no text in UTF-8: line {line} of it is not")).with_hint("Save it as UTF-8.")
        })?;
        Ok(Self(text))
    }
}

/// The query string.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(error) => {
                let words = match &error {
                    QueryRejection::FailedToDeserializeQueryString(inner) => inner.to_string(),
                    _ => error.to_string(),
                };
                let words = words.strip_prefix("Failed to deserialize query string: ").unwrap_or(&words);
                Err(Problem::new(ProblemCode::InvalidRequest, format!("the query cannot be understood: {words}"))
                    .with_hint(COMPARE)
                    .into())
            }
        }
    }
}

/// The `Idempotency-Key`, if there is one.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let key = headers.get("idempotency-key").map(|value| value.to_str().map(str::to_owned)).transpose();
    key.map_err(|_| Problem::new(ProblemCode::InvalidRequest, "the Idempotency-Key is not plain text"))
}

/// Does one of our pages below this path ask? Browsers name it, to its own site.
pub(in crate::http) fn is_from_page(headers: &HeaderMap, path: &str) -> bool {
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    referer.and_then(|page| url::Url::parse(page).ok()).is_some_and(|page| page.path().starts_with(path))
}

/// Reads a reference out of a request.
pub(crate) fn reference(text: &str) -> Result<Reference, Problem> {
    text.parse().map_err(|error: onetag_shared::reference::ReferenceError| {
        let problem = Problem::new(ProblemCode::InvalidReference, error.to_string());
        problem.with_hint(match error.suggestion() {
            Some(suggestion) => format!("Did you mean {suggestion}?"),
            None => "Write it as registry/repository:tag, such as ghcr.io/you/app:v1, or with @sha256:… for a digest."
                .to_owned(),
        })
    })
}
