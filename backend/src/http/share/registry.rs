//! `/r/REGISTRY/` before any script runs: its repositories, where it tells which they are.

use std::fmt::Write as _;

use axum::{
    Json,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use onetag_shared::{
    api::{CatalogueUse, Problem, Repositories},
    markup::escape,
    reference::{Reference, Registry},
    share::{count, sentence},
};

use super::{
    accept::{Form, wanted},
    address::origin,
    answer::{Keep, VARY, answer, plain_problem, varying},
    early::{self, Page},
    head::{Head, Place},
    names::{lines, links},
    table::{registry_path, repository_path},
};
use crate::{
    app::App,
    http::{
        problem::{ApiError, status_of_page},
        shell::Styles,
    },
};

/// Repositories of a page; the plain text has all that were listed.
const MOST_ROWS: usize = 200;

/// The page, a list for a terminal, or what the API answers.
pub(super) async fn browse(app: &App, registry: &Registry, headers: &HeaderMap) -> Response {
    match wanted(headers, &[Form::Html, Form::Text, Form::Json]) {
        Form::Json => varying(app.tags.repositories(registry, false).await.map(Json).map_err(ApiError).into_response()),
        Form::Text => match app.tags.repositories(registry, false).await {
            Ok(found) => answer(headers, "text/plain; charset=utf-8", VARY, Keep::Check, text(&found).into_bytes()),
            Err(problem) => varying(plain_problem(&problem, None)),
        },
        Form::Html | Form::Markdown => {
            let (tags, registry, origin) = (app.tags.clone(), registry.clone(), origin(headers));
            early::page(app.timeout_page, headers, Styles::All, async move {
                let found = tags.repositories(&registry, false).await;
                Page {
                    status: status_of_page(&found),
                    head: head(&origin, &registry, &found),
                    body: body(&registry, &found),
                    keep: Keep::Check,
                }
            })
            .await
        }
    }
}

/// How many there are, in words.
fn number(found: &Repositories) -> String {
    let number = count(found.repositories.len(), "repository", "repositories");
    match found.catalogue {
        CatalogueUse::Complete => number,
        CatalogueUse::Partial => format!("more than {number}"),
        CatalogueUse::None => "which repositories it has, it does not tell here".to_owned(),
    }
}

fn head(origin: &str, registry: &Registry, found: &Result<Repositories, Problem>) -> Head {
    let title = format!("Repositories of {registry}");
    match found {
        Ok(found) => {
            let canonical = format!("{origin}{}", registry_path(registry));
            let place = Place { url: canonical.clone(), canonical, picture: None };
            Head { title, description: format!("{registry}: {}", number(found)), place: Some(place) }
        }
        Err(problem) => Head { title, description: sentence(&problem.to_string()), place: None },
    }
}

fn body(registry: &Registry, found: &Result<Repositories, Problem>) -> String {
    let mut html = format!(
        "<main class=\"page inspect browse\"><div class=\"inspect-head\"><h1 class=\"reference\">\
         <span class=\"reference-repository\">{}</span></h1></div>",
        escape(registry.as_str())
    );
    match found {
        Ok(found) => {
            let _ = write!(html, "<p class=\"summary\"><span>{}</span></p>", escape(&sentence(&number(found))));
            // Only names that can be asked for are listed.
            let path = |name: &str| Some(repository_path(&format!("{registry}/{name}").parse::<Reference>().ok()?));
            html.push_str(&links(&found.repositories, MOST_ROWS, path));
        }
        Err(problem) => {
            let hint = escape(problem.hint.as_deref().unwrap_or_default());
            let _ = write!(html, "<p>{} {hint}</p>", escape(&sentence(&problem.to_string())));
        }
    }
    html.push_str("</main>");
    html
}

fn text(found: &Repositories) -> String {
    lines(found.registry.as_str(), &number(found), &found.repositories)
}
