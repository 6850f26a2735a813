//! `/card/REFERENCE.png`: the picture that previews show beside a link.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue},
    response::{IntoResponse, Response},
};
use onetag_shared::{
    api::{Problem, ProblemCode},
    share::Overview,
};

use super::{
    address::before_ending,
    answer::{Keep, answer},
};
use crate::{
    app::App,
    http::{assets, problem::ApiError},
    share::Card,
};

/// How long the card of a tag may be kept.
const MOVING: Keep = Keep::Seconds(300);

/// How long one that says what went wrong may be.
const FAILED: Keep = Keep::Seconds(30);

/// A card. Where nothing is found it is a picture too, and says so.
pub(in crate::http) async fn card(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(reference) = before_ending(&path, ".png") else { return assets::not_found("a card ends in .png") };
    let found = app.previews.find(&reference).await;
    let (card, keep) = match found {
        Ok(preview) => {
            let card = Card::of(&Overview::new(&preview.source, None));
            (card, Keep::settled_or(preview.is_settled, MOVING))
        }
        Err(problem) => (Card::problem(reference.as_ref().ok(), &problem.title), FAILED),
    };
    let Some(png) = app.previews.draw(card).await else {
        return ApiError(Problem::new(ProblemCode::Internal, "the picture could not be drawn")).into_response();
    };
    let mut response = answer(&headers, "image/png", "accept-encoding", keep, png.to_vec());
    // As with badges.
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}
