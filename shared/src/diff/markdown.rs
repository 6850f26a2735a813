//! A difference as Markdown, for a pull request.

use std::fmt::Write as _;

use super::{
    shown::{self, MOST_NAMED, VALUE, already, flat, has_problem, is_quiet, lines, of_field, pinned, side_name},
    words::change_word,
};
use crate::{
    api::{Diff, EntryChange, EntryDiff, EntrySide},
    excerpt,
    share::{count, size},
};

/// The most that the text has, in bytes, and so in characters of any kind: GitHub's limit for a comment.
pub const MOST_MARKDOWN: usize = 65_536;

/// Room for the words that say what was left out.
const ROOM: usize = 200;

/// A difference as Markdown (GitHub's, as others read it too): a headline, a table of what changed, and what changed inside.
///
/// Texts of documents stand in code spans only, so that nothing in them is markup, a link or a mention. What does not fit
/// into [`MOST_MARKDOWN`] is left out, and that is said.
pub fn markdown(diff: &Diff) -> String {
    let mut text = Text::default();
    text.push(&format!("### {} → {}\n", span(&side_name(&diff.from)), span(&side_name(&diff.to))));
    text.push(&format!("\n{}\n", diff.summary));
    text.push(&format!("\nFrom {}\n", fenced(&pinned(&diff.from))));
    text.push(&format!("to {}\n", fenced(&pinned(&diff.to))));
    let entries = flat(diff);
    let (unchanged, changed): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(_, entry)| is_quiet(entry));
    if !changed.is_empty() {
        text.push("\n| | Platform | What changed | From | To |\n| --- | --- | --- | --- | --- |\n");
        for (depth, entry) in &changed {
            text.push(&row(*depth, entry));
        }
    }
    if !unchanged.is_empty() {
        let named: Vec<String> = unchanged.iter().take(MOST_NAMED).map(|(_, entry)| span(&entry.name)).collect();
        let more = unchanged.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let words = count(unchanged.len(), "entry", "entries");
        text.push(&format!("\n{words} unchanged: {}{more}\n", named.join(", ")));
    }
    if !diff.list.is_empty() {
        text.push("\n#### The list itself\n\n");
        for change in &diff.list {
            text.push(&item(&of_field("", change)));
        }
    }
    for (_, entry) in changed {
        let (lines, more) = lines(entry);
        let is_told = matches!(entry.change, EntryChange::Replaced | EntryChange::Metadata) || has_problem(entry);
        if lines.is_empty() || !is_told {
            continue;
        }
        text.push(&format!("\n#### {}: {}\n\n", span(&entry.name), change_word(entry.change)));
        for line in &lines {
            text.push(&item(line));
        }
        if more > 0 {
            text.push(&format!("- and {more} more\n"));
        }
        if let Some(already) = already(entry) {
            text.push(&format!("\n{already}\n"));
        }
    }
    text.done()
}

/// A text that has an end.
#[derive(Default)]
struct Text {
    text: String,
    /// Lines that did not fit.
    left_out: usize,
}

impl Text {
    /// Adds whole lines, while they fit. After the first that does not, nothing comes: a table with a hole in it would lie.
    fn push(&mut self, lines: &str) {
        if self.left_out == 0 && self.text.len() + lines.len() + ROOM <= MOST_MARKDOWN {
            self.text.push_str(lines);
        } else {
            self.left_out += lines.lines().filter(|line| !line.is_empty()).count();
        }
    }

    fn done(mut self) -> String {
        if self.left_out > 0 {
            let lines = count(self.left_out, "line is", "lines are");
            let _ = write!(self.text, "\n{lines} left out here: a comment has room for 65,536 characters.\n");
        }
        self.text
    }
}

fn row(depth: usize, entry: &EntryDiff) -> String {
    let side = |side: &Option<EntrySide>| {
        side.as_ref().map_or_else(String::new, |side| {
            let bytes = side.size.map(|bytes| format!(" {}", size(bytes))).unwrap_or_default();
            format!("{}{bytes}", cell(side.digest.short()))
        })
    };
    let inside = if depth > 0 { "└ " } else { "" };
    format!(
        "| {} | {inside}{} | {} | {} | {} |\n",
        change_word(entry.change),
        cell(&entry.name),
        entry.summary,
        side(&entry.from),
        side(&entry.to)
    )
}

fn item(line: &shown::Line) -> String {
    let key = line.key.as_ref().map(|key| format!(" {}", span(key))).unwrap_or_default();
    let values = match (&line.before, &line.after) {
        (Some(before), Some(after)) => format!(": {} → {}", span(before), span(after)),
        (None, Some(after)) => format!(": {}", span(after)),
        (Some(before), None) => format!(": was {}", span(before)),
        (None, None) => String::new(),
    };
    format!("- {}{key}{values}\n", line.words)
}

/// A value in a code span.
fn span(text: &str) -> String {
    fenced(&excerpt::Line(text, VALUE).to_string())
}

/// The same in a table, where a `|` would end the cell: it is spelled out, since how a backslash before it is read differs.
fn cell(text: &str) -> String {
    fenced(&excerpt::Excerpt(text).to_string().replace('|', "\\u{7c}"))
}

/// A text of one line in a code span: its fence is longer than any in it (`CommonMark` 0.31, section 6.1).
fn fenced(text: &str) -> String {
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let padding = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{padding}{text}{padding}{fence}")
}
