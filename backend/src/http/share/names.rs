//! Lists of names: the tags of a repository, the repositories of a registry.

use std::fmt::Write as _;

use onetag_shared::markup::escape;

/// A list in HTML, each name with a link to this path; what has none is left out. Of more names than `most` the number is said.
pub(super) fn links(names: &[String], most: usize, path: impl Fn(&str) -> Option<String>) -> String {
    let mut html = "<ul class=\"tag-names mono\">".to_owned();
    for name in names.iter().take(most) {
        let Some(path) = path(name) else { continue };
        let _ = write!(html, "<li><a href=\"{}\">{}</a></li>", escape(&path), escape(name));
    }
    html.push_str("</ul>");
    if names.len() > most {
        let _ = write!(html, "<p class=\"empty\">And {} more.</p>", names.len() - most);
    }
    html
}

/// The same for a terminal: of what they are, how many, and each on its line.
pub(super) fn lines(of: &str, number: &str, names: &[String]) -> String {
    let mut text = format!("{of}\n{number}\n\n");
    for name in names {
        text.push_str(name);
        text.push('\n');
    }
    text
}
