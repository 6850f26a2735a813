//! The table for a terminal.

use std::fmt::Write as _;

use super::{Overview, OverviewRow, words};
use crate::view::Absence;

/// The columns. The digest comes last: it is the widest, and where a terminal is narrow only it goes on in the next line.
const HEAD: [&str; 6] = ["ENTRY", "PLATFORM", "SIZE", "CREATED", "WITH IT", "DIGEST"];

/// An overview as plain text: what it is, a table of platforms, what cannot be had and why, and what the checks say. No
/// escape sequences, whatever is in it. `misread` says what was asked and not understood.
pub fn plain_text(overview: &Overview, misread: Option<&str>) -> String {
    let mut text = format!("{}\n", overview.reference);
    let facts = [
        Some(overview.kind.clone()),
        overview.is_list.then(|| words::count(overview.count, "platform", "platforms")),
        (overview.missing > 0).then(|| format!("{} missing", overview.missing)),
        (overview.total_download > 0).then(|| words::size(overview.total_download)),
        Some(overview.digest.to_string()),
    ];
    text.push_str(&facts.into_iter().flatten().collect::<Vec<_>>().join(" · "));
    text.push('\n');
    if let Some(misread) = misread {
        let _ = write!(text, "\n{misread}\n");
    }
    if let Some(on) = &overview.on {
        let _ = write!(text, "\nWill it run on {}? {}. {}\n", on.platform, on.runs.word(), on.reason);
        for error in &on.errors {
            let _ = writeln!(text, "  {} {}: {}", error.client, error.when.words(), error.says);
        }
        if let Some(around) = &on.around {
            let _ = writeln!(text, "{around}");
        }
    }
    text.push('\n');
    if overview.rows.is_empty() {
        text.push_str("The list is empty: it names no image.\n");
    } else {
        push_table(&mut text, &overview.rows);
    }
    push_problems(&mut text, &overview.rows);
    push_findings(&mut text, overview);
    text
}

fn push_table(text: &mut String, rows: &[OverviewRow]) {
    let lines: Vec<[String; 6]> = std::iter::once(HEAD.map(str::to_owned)).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 6] = std::array::from_fn(width);
    for line in &lines {
        let mut shown = String::new();
        for (place, (cell, width)) in line.iter().zip(widths).enumerate() {
            // A column without anything in it is none.
            if width == HEAD[place].len() && lines[1..].iter().all(|line| line[place].is_empty()) {
                continue;
            }
            // Numbers stand at the right of their column.
            let is_number = matches!(place, 0 | 2);
            let padding = " ".repeat(width - cell.chars().count());
            let (before, after) = if is_number { (padding, String::new()) } else { (String::new(), padding) };
            let _ = write!(shown, "{before}{cell}{after}  ");
        }
        text.push_str(shown.trim_end());
        text.push('\n');
    }
}

fn cells(row: &OverviewRow) -> [String; 6] {
    let size = match (&row.absent, row.size) {
        (Some(absent), _) => absent.kind.word().to_owned(),
        (None, Some(bytes)) => words::size(bytes),
        (None, None) => String::new(),
    };
    let name = match row.depth {
        0 => row.name.clone(),
        depth => format!("{}└ {}", "  ".repeat(depth - 1), row.name),
    };
    [
        row.number.clone(),
        name,
        size,
        row.created.clone().unwrap_or_default(),
        row.with_it.clone(),
        row.digest.to_string(),
    ]
}

fn push_problems(text: &mut String, rows: &[OverviewRow]) {
    let absent = || rows.iter().filter_map(|row| Some((row, row.absent.as_ref()?)));
    for (heading, kinds) in [
        ("Missing", &[Absence::Gone][..]),
        ("Unusable", &[Absence::Unusable]),
        ("Not known", &[Absence::Unknown, Absence::Unverifiable]),
    ] {
        let of_kind = absent().filter(|(_, absent)| kinds.contains(&absent.kind));
        let lines: Vec<String> = of_kind
            .map(|(row, absent)| format!("  {} ({}): {}\n", row.name, row.digest.short(), absent.reason))
            .collect();
        if !lines.is_empty() {
            let _ = writeln!(text, "\n{heading}:");
            text.extend(lines);
        }
    }
}

fn push_findings(text: &mut String, overview: &Overview) {
    if overview.findings.is_empty() {
        return;
    }
    text.push_str("\nFindings:\n");
    for finding in &overview.findings {
        let place = finding.place.as_ref().map_or_else(String::new, |place| format!(" {place}:"));
        let line = format!("  {:<8}{place} {} {}", finding.severity_word(), finding.message, finding.hint);
        text.push_str(line.trim_end());
        text.push('\n');
    }
}
