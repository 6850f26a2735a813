//! `/i/REFERENCE` before any script runs: what previews, search engines, terminals and browsers without WebAssembly see.

use std::fmt::Write as _;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use onetag_shared::{
    api::{Problem, ProblemCode},
    markup::{escape, prose},
    platform::Platform,
    reference::Reference,
    share::{Overview, Runs, count, name, plain_text, sentence, size},
};

use super::{
    accept::{Form, wanted},
    address::{origin, path_of},
    answer::{Keep, VARY, answer, plain_problem, varying},
    asked::Asked,
    early::{self, Page},
    head::{Head, Picture, Place, encoded},
    table::{page_path, registry_path, repository_path, table},
};
use crate::{
    app::App,
    http::{
        extract,
        problem::{ApiError, status_of_page},
        routes::inspect,
        shell::Styles,
    },
};

/// The page, a table for a terminal, or what the API answers.
pub(in crate::http) async fn inspect(
    State(app): State<App>,
    Path(path): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let reference = extract::reference(&path);
    let asked = Asked::of(&uri);
    let (on, misread) = (asked.platform().cloned(), asked.misread());
    match wanted(&headers, &[Form::Html, Form::Text, Form::Json]) {
        Form::Html | Form::Markdown => {
            if let Some(address) = asked.address(&uri) {
                return varying(Redirect::temporary(&address).into_response());
            }
            let origin = origin(&headers);
            early::page(app.timeout_page, &headers, Styles::OfImage, async move {
                html(&app, &reference, (on.as_ref(), misread.as_deref()), &origin).await
            })
            .await
        }
        Form::Text => text(&app, reference, (on.as_ref(), misread.as_deref()), &headers).await,
        Form::Json => {
            let response = match reference {
                Ok(reference) => inspect::answer(&app, &headers, reference).await.into_response(),
                Err(problem) => ApiError(problem).into_response(),
            };
            varying(response)
        }
    }
}

async fn text(
    app: &App,
    reference: Result<Reference, Problem>,
    (on, misread): (Option<&Platform>, Option<&str>),
    headers: &HeaderMap,
) -> Response {
    let found = app.previews.find(&reference).await;
    match found {
        Ok(preview) => {
            let text = plain_text(&Overview::new(&preview.source, on), misread);
            let keep = Keep::settled_or(preview.is_settled, Keep::Check);
            answer(headers, "text/plain; charset=utf-8", VARY, keep, text.into_bytes())
        }
        Err(problem) => {
            let tags = reference.ok().filter(|_| problem.code == ProblemCode::ManifestUnknown);
            let tags = tags.map(|reference| format!("{}{}", origin(headers), repository_path(&reference)));
            varying(plain_problem(&problem, tags.as_deref()))
        }
    }
}

async fn html(
    app: &App,
    reference: &Result<Reference, Problem>,
    (on, misread): (Option<&Platform>, Option<&str>),
    origin: &str,
) -> Page {
    let found = app.previews.find(reference).await;
    if let Ok(preview) = &found {
        app.previews.serve_with(preview).await;
    }
    let overview = found.as_ref().map(|preview| Overview::new(&preview.source, on));
    let head = head(origin, reference.as_ref().ok(), overview.as_ref().map_err(|problem| *problem), on);
    let body = match (&overview, reference) {
        (Ok(overview), _) => found_body(overview, misread),
        (Err(problem), reference) => problem_body(reference.as_ref().ok(), problem),
    };
    let keep = match &found {
        Ok(preview) if preview.is_settled => Keep::ThisBuild,
        _ => Keep::Check,
    };
    Page { status: status_of_page(&found), head, body, keep }
}

fn head(
    origin: &str,
    reference: Option<&Reference>,
    overview: Result<&Overview, &Problem>,
    on: Option<&Platform>,
) -> Head {
    let Some(reference) = reference else {
        let description = overview.err().map(|problem| sentence(&problem.detail)).unwrap_or_default();
        return Head { title: "Not an image reference".to_owned(), description, place: None };
    };
    let description = match overview {
        Ok(overview) => overview.description(),
        Err(problem) => sentence(&problem.to_string()),
    };
    let canonical = format!("{origin}{}", page_path(reference));
    // A picture by digest is the same for ever; the tag is still its name.
    let pictured = match overview {
        Ok(overview) => reference.clone().with_digest(overview.digest.clone()),
        Err(_) => reference.clone(),
    };
    let picture = Picture {
        address: format!("{origin}/card/{}.png", path_of(&pictured)),
        alt: format!("{} and its platforms", name(reference)),
    };
    let place = Place {
        url: on.map_or_else(|| canonical.clone(), |on| format!("{canonical}?on={}", encoded(&on.to_string()))),
        picture: Some(picture),
        canonical,
    };
    Head { title: name(reference), description, place: overview.is_ok().then_some(place) }
}

/// The name in the parts that the page shows it in, with a link to all that is in the repository, or without.
pub(super) fn heading(reference: &Reference, leads_to_repository: bool) -> String {
    let repository = escape(reference.repository().as_str());
    let repository = if leads_to_repository {
        let path = repository_path(reference);
        format!("<a class=\"reference-repository\" href=\"{}\">{repository}</a>", escape(&path))
    } else {
        format!("<span class=\"reference-repository\">{repository}</span>")
    };
    let mut html = format!(
        "<h1 class=\"reference\"><a class=\"reference-registry\" href=\"{home}\">{registry}/</a><wbr>{repository}",
        home = escape(&registry_path(reference.registry())),
        registry = escape(reference.registry().as_str()),
    );
    if let Some(tag) = reference.tag() {
        let _ = write!(html, "<wbr><span class=\"reference-tag\">:{}</span>", escape(tag.as_str()));
    }
    if let Some(digest) = reference.digest() {
        let _ = write!(html, "<wbr><span class=\"reference-digest\">@{}</span>", escape(digest.short()));
    }
    html.push_str("</h1>");
    html
}

fn found_body(overview: &Overview, misread: Option<&str>) -> String {
    let mut html = format!(
        "<main class=\"page inspect\"><div class=\"inspect-head\">{}</div>",
        heading(&overview.reference, true)
    );
    let _ = write!(
        html,
        "<p class=\"summary\"><span>{}</span><span><code>{}</code></span>",
        escape(&overview.kind),
        escape(overview.digest.short())
    );
    if overview.is_list {
        let _ = write!(html, "<span>{}</span>", count(overview.count, "platform", "platforms"));
    }
    if overview.missing > 0 {
        let _ = write!(html, "<span class=\"missing\">{} missing</span>", overview.missing);
    }
    let _ = write!(html, "<span>{}</span></p>", escape(&size(overview.total_download)));
    if let Some(on) = &overview.on {
        let class = match on.runs {
            Runs::Yes => "yes",
            Runs::InDoubt | Runs::Unknown => "doubt",
            Runs::No => "no",
        };
        let _ = write!(
            html,
            "<section class=\"will-it-run\"><p class=\"boot-answer\">Will it run on <code>{}</code>? \
             <span class=\"{class}\">{}.</span> {}</p>",
            escape(&on.platform),
            on.runs.word(),
            prose(&on.reason)
        );
        if !on.errors.is_empty() {
            html.push_str("<details class=\"client-words\"><summary>What clients say</summary><dl class=\"facts\">");
            for error in &on.errors {
                let (client, when) = (escape(&error.client), error.when.words());
                let says = escape(&error.says);
                let _ = write!(html, "<div><dt>{client} {when}</dt><dd><code>{says}</code></dd></div>");
            }
            html.push_str("</dl></details>");
        }
        if let Some(around) = &on.around {
            let _ = write!(html, "<p class=\"hint\">{}</p>", prose(around));
        }
        html.push_str("</section>");
    }
    if let Some(misread) = misread {
        let _ = write!(html, "<p class=\"boot-answer\">{}</p>", prose(misread));
    }
    html.push_str(&table(overview, page_path));
    if !overview.findings.is_empty() {
        html.push_str("<section><h2>Findings</h2><ul class=\"findings\">");
        for finding in &overview.findings {
            let place = finding.place.as_deref().unwrap_or_default();
            let severity = match finding.severity_word() {
                "note" => "info",
                other => other,
            };
            let _ = write!(
                html,
                "<li><span class=\"finding-place\">{place}</span><div class=\"finding\" data-severity=\"{severity}\"><p>\
                 <span class=\"visually-hidden\">{}: </span><span class=\"finding-message\">{}</span> \
                 <span class=\"finding-hint\">{}</span></p></div></li>",
                finding.severity_word(),
                escape(&finding.message),
                escape(&finding.hint)
            );
        }
        html.push_str("</ul></section>");
    }
    html.push_str("</main>");
    html
}

/// What is wrong, where a page would be.
pub(super) fn problem_body(reference: Option<&Reference>, problem: &Problem) -> String {
    let heading = match reference {
        Some(reference) => format!("<div class=\"inspect-head\">{}</div>", heading(reference, true)),
        None => "<h1>That is not an image reference</h1>".to_owned(),
    };
    let words = if reference.is_some() { problem.to_string() } else { problem.detail.clone() };
    format!(
        "<main class=\"page inspect\">{heading}<p>{} {}</p></main>",
        escape(&sentence(&words)),
        escape(problem.hint.as_deref().unwrap_or_default())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_a_name_a_picture_and_what_was_asked() {
        let problem = Problem::new(onetag_shared::api::ProblemCode::Denied, "\"><script>alert(1)</script>");
        let reference: Reference = "[::1]:5000/demo/app:v1".parse().unwrap();
        let html = head("http://localhost:8080", Some(&reference), Err(&problem), None).html();
        assert!(html.contains("<title>[::1]:5000/demo/app:v1 · Onetag</title>") && html.contains("noindex"), "{html}");
        assert!(!html.contains("<script"), "{html}");
        let html = head("http://localhost:8080", None, Err(&problem), None).html();
        assert!(html.contains("<title>Not an image reference · Onetag</title>") && !html.contains("<script"), "{html}");
        assert!(!problem_body(None, &problem).contains("<script"));
    }
}
