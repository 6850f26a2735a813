//! Differences: what the API answers, and `/diff?from=R&to=R` before any script runs.

use std::{fmt::Write as _, future};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use onetag_shared::{
    api::{Diff, EntryDiff, EntrySide, Problem, ProblemCode, paths},
    diff::{change_word, diff, flat, is_quiet, markdown, plain_text},
    markup::escape,
    reference::Reference,
    share::{count, name, sentence, size},
};

use super::{
    accept::{Form, wanted},
    address::origin,
    answer::{Keep, VARY, answer, plain_problem, varying},
    early::{self, Page},
    head::{Head, Place, encoded},
    table::{MOST_ROWS, page_path},
};
use crate::{
    app::App,
    http::{
        extract::{self, is_from_page},
        problem::{ApiError, status_of_page},
        shell::Styles,
    },
    share::Preview,
};

/// What the API answers, in the form that is asked for.
pub(in crate::http) async fn answer_api(
    app: &App,
    headers: &HeaderMap,
    from: &str,
    to: &str,
) -> Result<Response, ApiError> {
    let sides = Sides { from: side(Some(from), "from")?, to: side(Some(to), "to")? };
    let wants_form = wanted(headers, &[Form::Json, Form::Text, Form::Markdown]);
    // The same in another form is asked for later, and by what was found.
    let found = if wants_form == Form::Json && is_from_page(headers, paths::DIFF_PAGE) {
        sides.wait_for_page(app).await?
    } else {
        sides.wait_for(app).await?
    };
    Ok(found.answer(headers, wants_form, Keep::Not))
}

/// The page, the same for a terminal or a pull request, or what the API answers.
pub(in crate::http) async fn page(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let form = wanted(&headers, &[Form::Html, Form::Text, Form::Markdown, Form::Json]);
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let given = |key: &str| {
        let found = query.iter().find(|(name, value)| name == key && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    };
    let (from, to) = (given("from"), given("to"));
    if form == Form::Html && (from.is_none() || to.is_none()) {
        // The page asks for what is not there yet, and so does a form for who runs no script.
        let body = fields(from.unwrap_or_default(), to.unwrap_or_default());
        return early::page(app.timeout_page, &headers, Styles::All, future::ready(unasked(body))).await;
    }
    let sides = side(from, "from").and_then(|from| Ok(Sides { from, to: side(to, "to")? }));
    if form == Form::Html {
        let origin = origin(&headers);
        return early::page(app.timeout_page, &headers, Styles::All, async move { html(&app, &sides, &origin).await })
            .await;
    }
    let found = match &sides {
        Ok(sides) => sides.wait_for(&app).await,
        Err(problem) => Err(problem.clone()),
    };
    match (found, form) {
        (Ok(found), form) => found.answer(&headers, form, Keep::Check),
        (Err(problem), Form::Json) => varying(ApiError(problem).into_response()),
        (Err(problem), _) => varying(plain_problem(&problem, None)),
    }
}

/// One side of the question; a problem says which.
fn side(text: Option<&str>, of: &str) -> Result<Reference, Problem> {
    let Some(text) = text else {
        let problem = Problem::new(ProblemCode::InvalidRequest, format!("the query has no `{of}`"));
        return Err(problem.with_hint("Ask for /diff?from=REFERENCE&to=REFERENCE.").at(format!("/{of}")));
    };
    extract::reference(text).map_err(|problem| problem.at(format!("/{of}")))
}

/// What is compared.
struct Sides {
    from: Reference,
    to: Reference,
}

/// What was found there.
struct Found {
    diff: Diff,
    /// It will be the same for ever, for everybody.
    is_settled: bool,
}

impl Sides {
    /// Both at once, as long as it takes.
    async fn wait_for(&self, app: &App) -> Result<Found, Problem> {
        let (from, to) = tokio::join!(app.previews.wait_for(&self.from), app.previews.wait_for(&self.to));
        Found::of(from, to)
    }

    /// Both at once, if they come soon. The page that is served with them will ask for the same.
    async fn find(&self, app: &App) -> Result<Found, Problem> {
        let (from, to) = (Ok(self.from.clone()), Ok(self.to.clone()));
        let (from, to) = tokio::join!(app.previews.find(&from), app.previews.find(&to));
        if let (Ok(from), Ok(to)) = (&from, &to) {
            tokio::join!(app.previews.serve_with(from), app.previews.serve_with(to));
        }
        Found::of(from, to)
    }

    /// For that page.
    async fn wait_for_page(&self, app: &App) -> Result<Found, Problem> {
        let (from, to) = tokio::join!(app.previews.wait_for_page(&self.from), app.previews.wait_for_page(&self.to));
        Found::of(from, to)
    }

    fn title(&self) -> String {
        format!("{} → {}", name(&self.from), name(&self.to))
    }

    fn path(&self) -> String {
        let query = |reference: &Reference| encoded(&reference.familiar());
        format!("{}?from={}&to={}", paths::DIFF_PAGE, query(&self.from), query(&self.to))
    }
}

impl Found {
    fn of(from: Result<Preview, Problem>, to: Result<Preview, Problem>) -> Result<Self, Problem> {
        let (from, to) = match (from, to) {
            (Ok(from), Ok(to)) => (from, to),
            (Ok(_), Err(problem)) => return Err(problem.at("/to")),
            (Err(problem), Ok(_)) => return Err(problem.at("/from")),
            (Err(mut problem), Err(other)) => {
                let _ = write!(problem.detail, "; nor can the other side be had: {other}");
                return Err(problem.at("/from"));
            }
        };
        Ok(Self { diff: diff(&from.source, &to.source), is_settled: from.is_settled && to.is_settled })
    }

    /// The answer in a form that is no page.
    fn answer(&self, headers: &HeaderMap, form: Form, unsettled: Keep) -> Response {
        let (content_type, body) = match form {
            Form::Text => ("text/plain; charset=utf-8", plain_text(&self.diff).into_bytes()),
            Form::Markdown => ("text/markdown; charset=utf-8", markdown(&self.diff).into_bytes()),
            Form::Json | Form::Html => ("application/json", serde_json::to_vec(&self.diff).unwrap_or_default()),
        };
        answer(headers, content_type, VARY, Keep::settled_or(self.is_settled, unsettled), body)
    }
}

async fn html(app: &App, sides: &Result<Sides, Problem>, origin: &str) -> Page {
    let found = match sides {
        Ok(sides) => sides.find(app).await,
        Err(problem) => Err(problem.clone()),
    };
    let head = match (sides, &found) {
        (Ok(sides), Ok(found)) => {
            let canonical = format!("{origin}{}", sides.path());
            let place = Place { url: canonical.clone(), canonical, picture: None };
            Head { title: sides.title(), description: found.diff.summary.clone(), place: Some(place) }
        }
        (Ok(sides), Err(problem)) => {
            Head { title: sides.title(), description: sentence(&problem.to_string()), place: None }
        }
        (Err(problem), _) => {
            Head { title: "Difference".to_owned(), description: sentence(&problem.detail), place: None }
        }
    };
    let body = match (sides, &found) {
        (Ok(sides), Ok(found)) => found_body(sides, &found.diff),
        (_, Err(problem)) | (Err(problem), _) => problem_body(problem),
    };
    let keep = match &found {
        Ok(found) if found.is_settled => Keep::ThisBuild,
        _ => Keep::Check,
    };
    Page { status: status_of_page(&found), head, body, keep }
}

fn found_body(sides: &Sides, diff: &Diff) -> String {
    let link = |reference: &Reference| {
        format!("<a href=\"{}\"><code>{}</code></a>", escape(&page_path(reference)), escape(&name(reference)))
    };
    let mut html = format!(
        "<main class=\"page diff\"><h1>Difference</h1><p class=\"diff-sides\">{} → {}</p><p class=\"diff-verdict\">{}</p>",
        link(&sides.from),
        link(&sides.to),
        escape(&diff.summary)
    );
    let (quiet, told): (Vec<_>, Vec<_>) = flat(diff).into_iter().partition(|(_, entry)| is_quiet(entry));
    if !told.is_empty() {
        html.push_str(
            "<table class=\"diff-table\"><caption class=\"visually-hidden\">What changed</caption><thead><tr>\
             <th scope=\"col\">Platform</th><th scope=\"col\">Change</th><th scope=\"col\">What changed</th>\
             <th scope=\"col\">From</th><th scope=\"col\">To</th></tr></thead><tbody>",
        );
        for (depth, entry) in told.iter().take(MOST_ROWS) {
            push_row(&mut html, sides, *depth, entry);
        }
        html.push_str("</tbody></table>");
    }
    if told.len() > MOST_ROWS {
        let _ = write!(html, "<p class=\"empty\">And {} more.</p>", told.len() - MOST_ROWS);
    }
    if !quiet.is_empty() {
        let _ = write!(html, "<p class=\"diff-unchanged\">{} unchanged.</p>", count(quiet.len(), "entry", "entries"));
    }
    html.push_str("</main>");
    html
}

fn push_row(html: &mut String, sides: &Sides, depth: usize, entry: &EntryDiff) {
    let cell = |reference: &Reference, side: Option<&EntrySide>| {
        side.map_or_else(String::new, |side| {
            let at = reference.repository_only().with_digest(side.digest.clone());
            let bytes = side.size.map(size).unwrap_or_default();
            let (path, digest) = (page_path(&at), side.digest.short());
            format!("<a class=\"digest\" href=\"{}\">{}</a> {}", escape(&path), escape(digest), escape(&bytes))
        })
    };
    let inside = if depth > 0 { "└ " } else { "" };
    let _ = write!(
        html,
        "<tr><th scope=\"row\">{inside}{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        escape(&entry.name),
        change_word(entry.change),
        escape(&entry.summary),
        cell(&sides.from, entry.from.as_ref()),
        cell(&sides.to, entry.to.as_ref())
    );
}

fn unasked(body: String) -> Page {
    let description = "What differs between two lists of images, platform by platform.".to_owned();
    let head = Head { title: "Difference".to_owned(), description, place: None };
    Page { status: StatusCode::OK, head, body, keep: Keep::Check }
}

/// The fields for both sides; where the page has a button between them is nothing.
fn fields(from: &str, to: &str) -> String {
    let side = |name: &str, label: &str, value: &str| {
        format!(
            "<div class=\"diff-side\"><label for=\"boot-{name}\">{label}</label>\
             <input id=\"boot-{name}\" name=\"{name}\" value=\"{}\" required></div>",
            escape(value)
        )
    };
    format!(
        "<main class=\"page diff\"><h1>Difference</h1><noscript><form class=\"diff-form\" action=\"{}\">{}<span></span>{}\
         <button class=\"button primary\">Compare</button></form></noscript></main>",
        paths::DIFF_PAGE,
        side("from", "From", from),
        side("to", "To", to)
    )
}

fn problem_body(problem: &Problem) -> String {
    let of = match problem.pointer.as_deref() {
        Some("/from") => "From: ",
        Some("/to") => "To: ",
        _ => "",
    };
    format!(
        "<main class=\"page diff\"><h1>Difference</h1><p>{of}{} {}</p></main>",
        escape(&sentence(&problem.to_string())),
        escape(problem.hint.as_deref().unwrap_or_default())
    )
}
