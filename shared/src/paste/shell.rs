//! The words of command lines, as a POSIX shell reads them. Nothing is expanded.

/// Lines, with those that a backslash (or PowerShell's backtick, or cmd's caret) ends put together with the next.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let line = line.trim();
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
