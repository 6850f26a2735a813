//! A table of platforms in HTML. Every text in it goes through [`escape`], and there are no links but our own.

use std::fmt::Write as _;

use onetag_shared::{
    check::Severity,
    markup::escape,
    paste::Page,
    reference::{Reference, Registry},
    share::{Overview, OverviewRow, severity_word, size},
    view::Absence,
};

/// Rows of a page; the plain text has all of them.
pub(super) const MOST_ROWS: usize = 200;

/// The table, in the classes of the page that takes its place.
pub(super) fn table(overview: &Overview, link: impl Fn(&Reference) -> String) -> String {
    let mut html = format!(
        "<table class=\"platforms\" role=\"table\"><caption class=\"visually-hidden\">Platforms of {}</caption>\
         <thead role=\"rowgroup\"><tr class=\"row head\" role=\"row\">",
        escape(&overview.name())
    );
    for (name, class) in [
        ("#", ""),
        ("Platform", ""),
        ("Size", " number"),
        ("Layers", " layers"),
        ("Created", " created"),
        ("Digest", ""),
        ("With it", " with-it"),
    ] {
        let _ = write!(html, "<th class=\"cell{class}\" role=\"columnheader\" scope=\"col\">{name}</th>");
    }
    html.push_str("</tr></thead><tbody role=\"rowgroup\">");
    for row in overview.rows.iter().take(MOST_ROWS) {
        push_row(&mut html, row, &link(&overview.reference.repository_only().with_digest(row.digest.clone())));
    }
    html.push_str("</tbody></table>");
    match overview.rows.len() {
        0 => html.push_str("<p class=\"empty\">The list is empty: it names no image.</p>"),
        count if count > MOST_ROWS => {
            let _ = write!(html, "<p class=\"empty\">And {} more.</p>", count - MOST_ROWS);
        }
        _ => {}
    }
    html
}

fn push_row(html: &mut String, row: &OverviewRow, link: &str) {
    let class = match (row.absent.as_ref().map(|absent| absent.kind), row.depth) {
        (Some(Absence::Unknown), _) => " is-unseen",
        (Some(_), _) => " is-missing",
        (None, 0) => "",
        (None, _) => " is-inside",
    };
    let sign = row.severity.map(sign).unwrap_or_default();
    let title = row.words.map(|words| format!(" title=\"{}\"", escape(words))).unwrap_or_default();
    let _ = write!(
        html,
        "<tr class=\"row{class}\" role=\"row\"><td class=\"cell hint\" role=\"cell\">{}</td>\
         <th class=\"cell platform\" role=\"rowheader\" scope=\"row\"{title}>{}{sign}</th>",
        row.number,
        escape(&row.name)
    );
    if let Some(absent) = &row.absent {
        let _ = write!(
            html,
            "<td class=\"cell missing\" role=\"cell\">{}</td><td class=\"cell reason\" role=\"cell\" colspan=\"2\">{}</td>",
            absent.kind.word(),
            escape(&absent.short)
        );
    } else {
        let size = row.size.map(size).unwrap_or_default();
        let layers = if row.layers > 0 { row.layers.to_string() } else { String::new() };
        let _ = write!(
            html,
            "<td class=\"cell number\" role=\"cell\">{}</td><td class=\"cell layers\" role=\"cell\">{layers}</td>\
             <td class=\"cell created\" role=\"cell\">{}</td>",
            escape(&size),
            escape(row.created.as_deref().unwrap_or_default()),
        );
    }
    let digest = escape(row.digest.short());
    let _ = write!(
        html,
        "<td class=\"cell\" role=\"cell\" data-label=\"Digest\"><a class=\"digest\" href=\"{}\">{digest}</a></td>\
         <td class=\"cell with-it\" role=\"cell\">{}</td></tr>",
        escape(link),
        escape(&row.with_it)
    );
}

/// That the checks say something of a row: what, stands below the table, or on the page.
fn sign(severity: Severity) -> String {
    let (name, sign) = match severity {
        Severity::Error => ("error", "✕"),
        Severity::Warning => ("warning", "⚠\u{fe0e}"),
        Severity::Info => ("info", "ⓘ"),
    };
    let word = severity_word(severity);
    format!(
        " <span class=\"sign\" data-severity=\"{name}\" title=\"{word}\"><span aria-hidden=\"true\">{sign}</span>\
         <span class=\"visually-hidden\">{word}</span></span>"
    )
}

/// The address of the page of a repository, from the root of this site.
pub(super) fn repository_path(repository: &Reference) -> String {
    Page::Tags(repository.clone()).path()
}

/// The address of the page of a registry, from the root of this site.
pub(super) fn registry_path(registry: &Registry) -> String {
    Page::Browse(registry.clone()).path()
}

/// The address of the page of a reference, from the root of this site.
pub(super) fn page_path(reference: &Reference) -> String {
    Page::Inspect(reference.clone(), None).path()
}
