//! Who may keep what is shared, for how long; and answers that are not sent twice.

use std::io::Write as _;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use onetag_shared::{api::Problem, share::sentence};
use sha2::{Digest, Sha256};

use super::accept::{Form, wanted};
use crate::{
    config::hex,
    http::{
        assets::{is_known, takes},
        problem::ApiError,
    },
};

/// Whose copies these may be. Everything here is behind the access key, and may be of what its owner's logins opened: no
/// cache between them and us may hand it to others. Where a portal opens a reference to everybody, this is what changes.
const AUDIENCE: &str = "private";

/// What a page in several forms depends on.
pub(super) const VARY: &str = "accept, accept-encoding";

/// How long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// It is settled: the same for ever.
    Forever,
    /// It is settled, but names files of this very build: after an update others are there.
    ThisBuild,
    /// So many seconds.
    Seconds(u32),
    /// It is asked for each time, and sent only when it is another.
    Check,
    /// Nowhere.
    Not,
}

impl Keep {
    /// The longest that something settled may be kept, else this.
    pub(super) const fn settled_or(is_settled: bool, other: Self) -> Self {
        if is_settled { Self::Forever } else { other }
    }

    /// As `Cache-Control` has it.
    pub(super) fn header(self) -> String {
        match self {
            Self::Forever => format!("{AUDIENCE}, max-age=31536000, immutable"),
            Self::ThisBuild => format!("{AUDIENCE}, max-age=3600, immutable"),
            Self::Seconds(seconds) => format!("private, max-age={seconds}"),
            Self::Check => "private, no-cache".to_owned(),
            Self::Not => "no-store".to_owned(),
        }
    }

    /// The same in seconds.
    pub(super) const fn seconds(self) -> u32 {
        match self {
            Self::Forever => 86_400,
            Self::ThisBuild => 3600,
            Self::Seconds(seconds) => seconds,
            Self::Check | Self::Not => 0,
        }
    }
}

/// An answer with its tag; empty for who has it already. `vary` names what else it depends on.
pub(super) fn answer(
    headers: &HeaderMap,
    content_type: &'static str,
    vary: &'static str,
    keep: Keep,
    body: Vec<u8>,
) -> Response {
    let etag = format!("W/\"{}\"", &hex(&Sha256::digest(&body))[..32]);
    let is_known = is_known(headers, &etag);
    let is_text = content_type != "image/png";
    let compressed = (is_text && !is_known && takes(headers, "gzip")).then(|| gzip(&body)).flatten();
    let coding = compressed.is_some();
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(compressed.unwrap_or(body)) });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let out = response.headers_mut();
    for (name, value) in [(header::ETAG, etag), (header::CACHE_CONTROL, keep.header())] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            out.insert(name, value);
        }
    }
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    out.insert(header::VARY, HeaderValue::from_static(vary));
    if coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// Says of an answer that it is one of several forms.
pub(super) fn varying(mut response: Response) -> Response {
    response.headers_mut().insert(header::VARY, HeaderValue::from_static(VARY));
    response
}

/// A problem in sentences, and where the tags of the repository are listed.
pub(super) fn plain_problem(problem: &Problem, tags: Option<&str>) -> Response {
    let hint = problem.hint.as_deref().unwrap_or_default();
    let text = format!("{} {}", sentence(&problem.to_string()), hint);
    let text: String = text.trim().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    let mut response = ApiError(problem.clone()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    let tags = tags.map(|tags| format!("Its tags: {tags}\n")).unwrap_or_default();
    *response.body_mut() = format!("{text}\n{tags}").into();
    response
}

/// For who wants no page and may not have what was asked for: the same as a text, or as the API says it.
pub(in crate::http) fn locked_in_form(headers: &HeaderMap, problem: &Problem) -> Option<Response> {
    match wanted(headers, &[Form::Html, Form::Text, Form::Json]) {
        Form::Json => Some(varying(ApiError(problem.clone()).into_response())),
        Form::Text => Some(varying(plain_problem(problem, None))),
        Form::Html | Form::Markdown => None,
    }
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(bytes).ok()?;
    writer.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_is_sent_once_and_kept_as_long_as_it_holds() {
        for (keep, text) in [
            (Keep::settled_or(true, Keep::Check), "private, max-age=31536000, immutable"),
            (Keep::settled_or(false, Keep::Check), "private, no-cache"),
            (Keep::Seconds(300), "private, max-age=300"),
            (Keep::ThisBuild, "private, max-age=3600, immutable"),
        ] {
            let response = answer(&HeaderMap::new(), "image/svg+xml", "accept-encoding", keep, b"<svg/>".to_vec());
            assert_eq!(
                (response.status(), &response.headers()[header::CACHE_CONTROL]),
                (StatusCode::OK, &HeaderValue::from_static(text))
            );
            let etag = response.headers()[header::ETAG].clone();
            let again = HeaderMap::from_iter([(header::IF_NONE_MATCH, etag.clone())]);
            let response = answer(&again, "image/svg+xml", "accept-encoding", keep, b"<svg/>".to_vec());
            assert_eq!((response.status(), &response.headers()[header::ETAG]), (StatusCode::NOT_MODIFIED, &etag));
            let other = answer(&again, "image/svg+xml", "accept-encoding", keep, b"<svg />".to_vec());
            assert_eq!(other.status(), StatusCode::OK);
        }
    }
}
