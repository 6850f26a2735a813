//! Problems as answers: the one place where status codes are set.

use std::borrow::Borrow;

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use onetag_shared::api::{PROBLEM_MEDIA_TYPE, Problem};

/// A handler's error.
#[derive(Debug)]
pub(crate) struct ApiError(pub(crate) Problem);

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

/// The answer with another status than that all is well. Who has it already is sent nothing, and goes by what was said then.
pub(crate) fn with_status(mut response: Response, status: StatusCode) -> Response {
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

/// The status of a page that shows what was found, or a problem in its place: programs that follow links go by it. What another
/// try may find is there, as the page itself tries again.
pub(crate) fn status_of_page<T>(found: &Result<T, impl Borrow<Problem>>) -> StatusCode {
    match found.as_ref().map_err(|problem| problem.borrow().status) {
        Err(400) => StatusCode::BAD_REQUEST,
        Err(404) => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let headers = [(header::CONTENT_TYPE, PROBLEM_MEDIA_TYPE), (header::CACHE_CONTROL, "no-store")];
        (status, headers, body).into_response()
    }
}
