//! A difference for a terminal.

use std::fmt::Write as _;

use super::{
    shown::{self, MOST_NAMED, already, flat, is_quiet, lines, of_field, pinned},
    words::change_word,
};
use crate::{
    api::{Diff, EntryChange},
    excerpt,
    share::count,
};

/// A difference as plain text: what is compared, what it comes to, and per entry what changed. No escape sequences and no
/// line of a document's own, whatever is in it.
pub fn plain_text(diff: &Diff) -> String {
    let mut text = format!("from  {}\nto    {}\n\n{}\n", pinned(&diff.from), pinned(&diff.to), diff.summary);
    if !diff.list.is_empty() {
        text.push_str("\n~ the list\n");
        for change in &diff.list {
            push_line(&mut text, 0, &of_field("", change));
        }
    }
    let mut unchanged: Vec<&str> = Vec::new();
    for (depth, entry) in flat(diff) {
        if is_quiet(entry) {
            unchanged.push(&entry.name);
            continue;
        }
        let sign = match entry.change {
            EntryChange::Added => '+',
            EntryChange::Removed => '-',
            EntryChange::Unchanged => '=',
            EntryChange::Replaced | EntryChange::Metadata | EntryChange::Rewritten => '~',
            EntryChange::Moved => '>',
        };
        let summary = if entry.summary.is_empty() { String::new() } else { format!(": {}", entry.summary) };
        let _ = write!(
            text,
            "\n{}{sign} {}  {}{summary}\n",
            "  ".repeat(depth),
            excerpt::Excerpt(&entry.name),
            change_word(entry.change)
        );
        let (lines, more) = lines(entry);
        for line in &lines {
            push_line(&mut text, depth, line);
        }
        if more > 0 {
            let _ = writeln!(text, "{}    … and {more} more", "  ".repeat(depth));
        }
        if let Some(already) = already(entry) {
            let _ = writeln!(text, "{}    {already}", "  ".repeat(depth));
        }
    }
    if !unchanged.is_empty() {
        let names = unchanged.iter().take(MOST_NAMED).map(|name| excerpt::Excerpt(name).to_string());
        let names = names.collect::<Vec<_>>().join(", ");
        let more = unchanged.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = write!(text, "\n= {} unchanged: {names}{more}\n", count(unchanged.len(), "entry", "entries"));
    }
    text
}

fn push_line(text: &mut String, depth: usize, line: &shown::Line) {
    let (sign, values) = match (&line.before, &line.after) {
        (Some(before), Some(after)) => ('~', format!("{before} → {after}")),
        (None, Some(after)) => ('+', after.clone()),
        (Some(before), None) => ('-', before.clone()),
        (None, None) => (' ', String::new()),
    };
    let key = line.key.as_ref().map(|key| format!(" {key}")).unwrap_or_default();
    let colon = if values.is_empty() { "" } else { ": " };
    let _ = writeln!(text, "{}    {sign} {}{key}{colon}{values}", "  ".repeat(depth), line.words);
}
