//! `/badge/REFERENCE.svg`, and `.json` for shields.io.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, Uri},
    response::Response,
};
use onetag_shared::{
    api::{Problem, ProblemCode},
    reference::Reference,
    share::{
        Overview,
        badge::{Badge, BadgeError, BadgeOptions},
    },
};

use super::{
    address::before_ending,
    answer::{Keep, answer},
};
use crate::{app::App, http::assets};

/// How long a badge of a tag may be kept.
const MOVING: Keep = Keep::Seconds(300);

/// How long one that says what went wrong may be.
const FAILED: Keep = Keep::Seconds(30);

const VARY: &str = "accept-encoding";

/// How a picture ends, ...
const SVG: &str = ".svg";
/// ... and a badge for shields.io.
const JSON: &str = ".json";

/// A badge. Whatever is wrong, it is a picture that says so, since nobody sees the status of a picture.
pub(in crate::http) async fn badge(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    // What is no text is no reference, and that is said as for others.
    let path = path.map_or_else(|_| uri.path().trim_start_matches("/badge/").to_owned(), |Path(path)| path);
    let (reference, is_json) = match (before_ending(&path, SVG), before_ending(&path, JSON)) {
        (Some(reference), _) => (reference, false),
        (None, Some(reference)) => (reference, true),
        (None, None) => return assets::not_found("a badge ends in .svg or .json"),
    };
    let (options, read) = options(&uri);
    let (badge, keep) = match read {
        Ok(()) => found(&app, reference, &options).await,
        Err(error) => (Badge::error(&error.to_string(), &options), FAILED),
    };
    // Who may have them was decided before.
    drawn(&headers, &badge, is_json, keep)
}

/// What the address asks for, as far as it can be read.
fn options(uri: &Uri) -> (BadgeOptions, Result<(), BadgeError>) {
    let query = uri.query().unwrap_or_default().as_bytes();
    let pairs: Vec<_> = url::form_urlencoded::parse(query).collect();
    BadgeOptions::read(pairs.iter().map(|(name, value)| (&**name, &**value)))
}

/// Pictures are for pages elsewhere.
fn for_elsewhere(mut response: Response) -> Response {
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}

/// Is a badge at this path?
pub(in crate::http) fn is_badge(path: &str) -> bool {
    path.strip_prefix("/badge/").is_some_and(|name| name.ends_with(SVG) || name.ends_with(JSON))
}

/// The badge for those who may not have the one that they ask for. It is the same whatever they ask for.
pub(in crate::http) fn refused(headers: &HeaderMap, uri: &Uri) -> Response {
    let badge = Badge::error("not shared", &options(uri).0);
    drawn(headers, &badge, uri.path().ends_with(JSON), FAILED)
}

/// As a picture, or for shields.io.
fn drawn(headers: &HeaderMap, badge: &Badge, is_json: bool, keep: Keep) -> Response {
    let (content_type, body) = if is_json {
        let body = serde_json::to_vec(&badge.endpoint(keep.seconds())).unwrap_or_default();
        ("application/json", body)
    } else {
        ("image/svg+xml", badge.svg().into_bytes())
    };
    for_elsewhere(answer(headers, content_type, VARY, keep, body))
}

async fn found(app: &App, reference: Result<Reference, Problem>, options: &BadgeOptions) -> (Badge, Keep) {
    let preview = app.previews.find(&reference).await;
    match preview {
        Ok(preview) => {
            let overview = Overview::new(&preview.source, options.on.as_ref());
            (Badge::of(&overview, options), Keep::settled_or(preview.is_settled, MOVING))
        }
        Err(problem) => (Badge::error(words(&problem), options), FAILED),
    }
}

/// A problem in the few words that a badge has room for.
fn words(problem: &Problem) -> &'static str {
    match problem.code {
        ProblemCode::InvalidReference => "no image reference",
        ProblemCode::NameUnknown | ProblemCode::ManifestUnknown => "not found",
        ProblemCode::Unauthorized | ProblemCode::Denied => "no access",
        ProblemCode::RegistryTimeout => "registry is slow",
        ProblemCode::RateLimited => "rate limited",
        ProblemCode::RegistryUnreachable | ProblemCode::RegistryFailed => "registry unreachable",
        _ => "cannot be read",
    }
}
