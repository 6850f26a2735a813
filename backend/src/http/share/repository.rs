//! `/r/REPOSITORY` before any script runs: its tags, the newest first.

use std::fmt::Write as _;

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use onetag_shared::{
    api::Problem,
    markup::escape,
    reference::{Reference, Registry, Tag},
    share::{count, plain_tags, sentence},
};

use super::{
    accept::{Form, wanted},
    address::origin,
    answer::{Keep, VARY, answer, plain_problem, varying},
    early::{self, Page},
    head::{Head, Place},
    names::links,
    page::{heading, problem_body},
    table::{page_path, repository_path},
};
use crate::{
    app::App,
    http::{
        extract,
        problem::{ApiError, status_of_page},
        routes::browse,
        shell::Styles,
    },
    tags::Listing,
};

/// Tags of a page; the plain text has all that were listed, the newest first.
const MOST_ROWS: usize = 100;
/// Tags that are named in a description.
const NAMED: usize = 5;
/// Tags that the plain text looks at: each costs the registry a `HEAD`, and each distinct document a request or three.
const LOOKED: usize = 20;

/// The page, a list for a terminal, or what the API answers.
pub(in crate::http) async fn browse(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    if let Some(registry) = Registry::alone(&path) {
        return super::registry::browse(&app, &registry, &headers).await;
    }
    let repository = extract::reference(&path).map(|reference| reference.repository_only());
    match (wanted(&headers, &[Form::Html, Form::Text, Form::Json]), &repository) {
        (Form::Json, Ok(repository)) => varying(browse::first_page(&app, repository).await.into_response()),
        (Form::Json, Err(problem)) => varying(ApiError(problem.clone()).into_response()),
        (Form::Text, _) => match find(&app, &repository).await {
            Ok(listing) => {
                let text = text(&app, &listing.0, &listing.1).await;
                answer(&headers, "text/plain; charset=utf-8", VARY, Keep::Check, text.into_bytes())
            }
            Err(problem) => varying(plain_problem(&problem, None)),
        },
        (Form::Html | Form::Markdown, _) => {
            let origin = origin(&headers);
            early::page(app.timeout_page, &headers, Styles::All, async move { html(&app, &repository, &origin).await })
                .await
        }
    }
}

async fn html(app: &App, repository: &Result<Reference, Problem>, origin: &str) -> Page {
    let found = find(app, repository).await;
    if let Ok((repository, listing)) = &found {
        app.tags.serve_with(repository, listing).await;
    }
    let found = found.as_ref().map(|(_, listing)| listing);
    let (status, head) = (status_of_page(&found), head(origin, repository.as_ref().ok(), found));
    let body = match (repository, found) {
        (Ok(repository), Ok(listing)) => body(repository, listing),
        (repository, Err(problem)) => problem_body(repository.as_ref().ok(), problem),
        (Err(problem), Ok(_)) => problem_body(None, problem),
    };
    Page { status, head, body, keep: Keep::Check }
}

async fn find(app: &App, repository: &Result<Reference, Problem>) -> Result<(Reference, Listing), Problem> {
    let repository = repository.clone()?;
    let listing = app.tags.listing(&repository).await?;
    Ok((repository, listing))
}

/// How many tags there are, in words.
fn number(listing: &Listing) -> String {
    let number = count(listing.tags.len(), "tag", "tags");
    if listing.more { format!("more than {number}") } else { number }
}

/// What a preview says: how many tags, and the newest of them.
fn description(repository: &Reference, listing: &Listing) -> String {
    let name = repository.familiar_repo();
    if listing.tags.is_empty() {
        return format!("{name} has no tags.");
    }
    let newest = listing.tags.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = if listing.tags.len() > NAMED { ", …" } else { "" };
    format!("{name} has {}: {newest}{more}", number(listing))
}

fn head(origin: &str, repository: Option<&Reference>, found: Result<&Listing, &Problem>) -> Head {
    let Some(repository) = repository else {
        let description = found.err().map(|problem| sentence(&problem.detail)).unwrap_or_default();
        return Head { title: "Not a repository".to_owned(), description, place: None };
    };
    let title = format!("Tags of {}", repository.familiar_repo());
    match found {
        Ok(listing) => {
            let canonical = format!("{origin}{}", repository_path(repository));
            let place = Place { url: canonical.clone(), canonical, picture: None };
            Head { title, description: description(repository, listing), place: Some(place) }
        }
        Err(problem) => Head { title, description: sentence(&problem.to_string()), place: None },
    }
}

fn body(repository: &Reference, listing: &Listing) -> String {
    let mut html =
        format!("<main class=\"page inspect browse\"><div class=\"inspect-head\">{}</div>", heading(repository, false));
    let _ = write!(html, "<p class=\"summary\"><span>{}</span></p>", escape(&sentence_start(&number(listing))));
    // Only tags are listed.
    let path = |tag: &str| Some(page_path(&repository.clone().with_tag(tag.parse::<Tag>().ok()?)));
    html.push_str(&links(&listing.tags, MOST_ROWS, path));
    html.push_str("</main>");
    html
}

fn sentence_start(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// All tags for a terminal: of the newest also what they hold.
async fn text(app: &App, repository: &Reference, listing: &Listing) -> String {
    let (first, others) = listing.tags.split_at(listing.tags.len().min(LOOKED));
    let looked = app.tags.summaries(repository, first.to_vec()).await;
    plain_tags(&repository.repo(), &number(listing), &looked, others)
}
