//! The words of command lines, as a POSIX shell reads them. Nothing is expanded.

use std::collections::HashMap;

/// Lines, with those that a backslash (or PowerShell's backtick, or cmd's caret) ends put together with the next. Comments among
/// those, as Dockerfiles have them, and here-documents are left out.
pub(super) fn lines(text: &str) -> Vec<String> {
    let all: Vec<&str> = text.lines().map(str::trim).collect();
    let last: HashMap<&str, usize> = all.iter().enumerate().map(|(place, line)| (*line, place)).collect();
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    let mut next = 0;
    while let Some(line) = all.get(next) {
        next += 1;
        if goes_on && line.starts_with('#') {
            continue;
        }
        // Only one that ends somewhere is one.
        if let Some(end) = here_document(line).filter(|end| last.get(end).is_some_and(|last| *last >= next)) {
            next += all[next..].iter().position(|line| *line == end).map_or(0, |lines| lines + 1);
        }
        let end = line.strip_suffix(['\\', '^']).or_else(|| line.strip_suffix(" `"));
        let piece = end.unwrap_or(line);
        match lines.last_mut().filter(|_| goes_on) {
            Some(last) => *last = format!("{last} {piece}"),
            None => lines.push(piece.to_owned()),
        }
        goes_on = end.is_some();
    }
    lines
}

/// The word that ends the here-document which a line begins: `EOF` of `RUN <<-'EOF' sh`.
fn here_document(line: &str) -> Option<&str> {
    let (_, word) = line.split_once("<<")?;
    let word = word.strip_prefix('-').unwrap_or(word).trim_start().trim_start_matches(['\'', '"']);
    let end = word.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(word.len());
    Some(&word[..end]).filter(|word| !word.is_empty())
}

/// The commands of a line, each as its words. Comments and redirections are left out.
pub(super) fn commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word = None::<String>;
    let mut quote = None;
    let mut is_redirected = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let ends = quote.is_none() && (c.is_whitespace() || matches!(c, ';' | '&' | '|' | '>'));
        if ends {
            // `2>`: the number is part of it.
            let word = word.take().filter(|word| c != '>' || word.parse::<u8>().is_err());
            if let Some(last) = commands.last_mut().filter(|_| !is_redirected) {
                last.extend(word);
            }
            match c {
                // `>&1`
                '>' if chars.next_if_eq(&'&').is_some() => is_redirected = true,
                '>' => is_redirected = true,
                ';' | '&' | '|' => {
                    commands.push(Vec::new());
                    is_redirected = false;
                }
                _ => {}
            }
            continue;
        }
        match c {
            _ if quote == Some(c) => quote = None,
            '\\' if quote != Some('\'') => word.get_or_insert_default().extend(chars.next()),
            '\'' | '"' if quote.is_none() => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            '#' if quote.is_none() && word.is_none() => break,
            _ => word.get_or_insert_default().push(c),
        }
    }
    if let Some(last) = commands.last_mut().filter(|_| !is_redirected) {
        last.extend(word);
    }
    commands.retain(|words| !words.is_empty());
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let table: [(&str, &[&[&str]]); 8] = [
            ("a b", &[&["a", "b"]]),
            ("a  'b c' \"d 'e'\" f\\ g", &[&["a", "b c", "d 'e'", "f g"]]),
            ("a --b='c d'", &[&["a", "--b=c d"]]),
            ("a && b; c | d", &[&["a"], &["b"], &["c"], &["d"]]),
            ("a b # c", &[&["a", "b"]]),
            ("a b#c", &[&["a", "b#c"]]),
            ("a > b 2>&1 && c 2>/dev/null", &[&["a"], &["c"]]),
            ("a ''", &[&["a", ""]]),
        ];
        for (line, expected) in table {
            assert_eq!(commands(line), expected, "{line}");
        }
    }

    #[test]
    fn lines_that_go_on() {
        assert_eq!(lines("a \\\n  b\nc `\r\nd\n\ne ^\nf \\"), ["a  b", "c d", "", "e  f "]);
    }
}
