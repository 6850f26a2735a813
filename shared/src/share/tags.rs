//! The tags of a repository for a terminal.

use std::fmt::Write as _;

use super::words;
use crate::{
    api::TagSummary,
    excerpt::{Excerpt, Line},
    media_type::{Kind, MediaType},
};

/// Platforms of a tag that are named.
const MOST_PLATFORMS: usize = 8;
/// Characters of what is the matter with a tag.
const MOST_WORDS: usize = 120;

/// Tags as plain text: of what repository, how many there are, a table of those that were looked at, and the names of the
/// others. No escape sequences, whatever is in it.
pub fn plain_tags(of: &str, number: &str, looked: &[TagSummary], others: &[String]) -> String {
    let mut text = format!("{of}\n{number}\n\n");
    let mut rows = vec![["TAG", "CREATED", "PLATFORMS"].map(str::to_owned)];
    rows.extend(looked.iter().map(cells));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let (tag, created) = (width(0), width(1));
    for row in rows.iter().filter(|_| !looked.is_empty()) {
        let line = format!("{:tag$}  {:created$}  {}", row[0], row[1], row[2]);
        let _ = writeln!(text, "{}", line.trim_end());
    }
    if !others.is_empty() {
        let number = words::count(others.len(), "tag that was", "tags that were");
        let _ = write!(text, "\nAnd {number} not looked at:\n");
    }
    for tag in others {
        let _ = writeln!(text, "{}", Excerpt(tag));
    }
    text
}

/// A tag, when what it holds was made, and what that runs on.
fn cells(found: &TagSummary) -> [String; 3] {
    let what = match (&found.problem, &found.platforms) {
        (Some(problem), _) => Line(&problem.detail, MOST_WORDS).to_string(),
        (None, Some(platforms)) if !platforms.is_empty() => {
            let named: Vec<String> = platforms.iter().take(MOST_PLATFORMS).map(words::short).collect();
            let more = platforms.len().saturating_sub(MOST_PLATFORMS);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{}{more}", named.join(", "))
        }
        // What else has none is no image: of that, the config says one.
        (None, _) if is_list(found) => "no platform".to_owned(),
        (None, _) => "no image".to_owned(),
    };
    let created = found.created.as_deref().and_then(words::day).unwrap_or_else(|| "-".to_owned());
    [Excerpt(&found.tag).to_string(), created, what]
}

fn is_list(found: &TagSummary) -> bool {
    found.media_type.as_deref().is_some_and(|media_type| MediaType::new(media_type).kind() == Kind::List)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{
        api::{Problem, ProblemCode},
        media_type::{OCI_INDEX, OCI_MANIFEST},
        platform::Platform,
    };

    #[test]
    fn tags_are_a_table() {
        let tag = |tag: &str| TagSummary::of(tag.to_owned());
        let platforms = |names: &[&str]| Some(names.iter().map(|name| name.parse::<Platform>().unwrap()).collect());
        let looked = [
            TagSummary {
                platforms: platforms(&["linux/amd64", "linux/arm64", "windows(10.0.17763)/amd64"]),
                created: Some("2025-01-02T03:04:05Z".to_owned()),
                ..tag("1.10")
            },
            TagSummary {
                platforms: platforms(&[]),
                created: Some("yesterday".to_owned()),
                media_type: Some(OCI_MANIFEST.to_owned()),
                ..tag("chart")
            },
            TagSummary { platforms: platforms(&[]), media_type: Some(OCI_INDEX.to_owned()), ..tag("lists") },
            TagSummary {
                problem: Some(Box::new(Problem::new(ProblemCode::ManifestUnknown, "there is\nnone"))),
                ..tag("gone")
            },
        ];
        assert_eq!(
            plain_tags("ghcr.io/me/app", "4 tags", &looked, &["old".to_owned()]),
            "ghcr.io/me/app\n4 tags\n\n\
             TAG    CREATED     PLATFORMS\n\
             1.10   2025-01-02  linux/amd64, linux/arm64, windows/amd64\n\
             chart  -           no image\n\
             lists  -           no platform\n\
             gone   -           there is\\nnone\n\
             \nAnd 1 tag that was not looked at:\nold\n"
        );
        assert_eq!(plain_tags("ghcr.io/me/app", "0 tags", &[], &[]), "ghcr.io/me/app\n0 tags\n\n");
        let many: Vec<String> = (0..10).map(|number| format!("linux/amd64/v{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let text = plain_tags("a", "1 tag", &[TagSummary { platforms: platforms(&many), ..tag("x") }], &[]);
        assert!(text.ends_with("linux/amd64/v7 and 2 more\n"), "{text}");
    }
}
