//! Texts for terminals and pull requests.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// What is left of Markdown when its code spans are taken out, as `CommonMark` finds them: a run of backticks, up to the
/// next run of the same length.
pub(super) fn without_code(markdown: &str) -> String {
    let runs: Vec<(usize, usize)> = markdown
        .char_indices()
        .filter(|(at, c)| *c == '`' && !markdown[..*at].ends_with('`'))
        .map(|(at, _)| (at, markdown[at..].len() - markdown[at..].trim_start_matches('`').len()))
        .collect();
    let (mut left, mut from, mut place) = (String::new(), 0, 0);
    while let Some((at, length)) = runs.get(place).copied() {
        let close = runs[place + 1..].iter().position(|(_, other)| *other == length);
        let Some(close) = close else {
            place += 1;
            continue;
        };
        left.push_str(&markdown[from..at]);
        left.push('C');
        place += 1 + close;
        from = runs[place].0 + length;
        place += 1;
    }
    left + &markdown[from..]
}

#[test]
fn a_difference_is_readable_as_text_and_in_a_pull_request() {
    let (amd, arm) = (built("amd64", &json!({})), image("linux", "arm64", None));
    let new = built("amd64", &json!({"config": {"Env": ["A=|`b"]}}));
    let s390x = image("linux", "s390x", None);
    let from = list_source("docker.io/demo/app:v1", &[&amd, &arm]);
    let to = list_source("docker.io/demo/app:v2", &[&new, &arm, &s390x]);
    let found = diff(&from, &to);
    let (old_digest, new_digest) = (amd.manifest.digest(), new.manifest.digest());
    let own = |image: &Image| Digest::of(image.config.digest().as_str().as_bytes());
    assert_eq!(
        plain_text(&found),
        format!(
            "from  docker.io/demo/app:v1@{}\nto    docker.io/demo/app:v2@{}\n\n\
             1 platform replaced, 1 added; 1 unchanged. 20 B of layers are new, 10 B are gone.\n\n\
             ~ linux/amd64  replaced: 1 layer new (10 B), 1 gone (10 B), 1 kept; config: env\n    \
             ~ digest: {old_digest} → {new_digest}\n    \
             + config env A: |`b\n      \
             1 layer kept, 1.0 kB\n    \
             - layer of 10 B: {}\n    \
             + layer of 10 B: {}\n    \
             A client that has the old image has 1.0 kB of 1.1 kB already.\n\n\
             + linux/s390x  added: 1.1 kB\n    \
             + digest: {}\n\n\
             = 1 entry unchanged: linux/arm64\n",
            from.root.digest(),
            to.root.digest(),
            own(&amd),
            own(&new),
            s390x.manifest.digest(),
        )
    );
    let text = markdown(&found);
    let size = crate::share::size(s390x.config.size() + 1010);
    for line in [
        "### `demo/app:v1` → `demo/app:v2`".to_owned(),
        format!("to `docker.io/demo/app:v2@{}`", to.root.digest()),
        "| | Platform | What changed | From | To |".to_owned(),
        format!("| added | `linux/s390x` | {size} |  | `{}` {size} |", s390x.manifest.digest().short()),
        "1 entry unchanged: `linux/arm64`".to_owned(),
        "#### `linux/amd64`: replaced".to_owned(),
        "- config env `A`: ``|`b``".to_owned(),
        format!("- layer of 10 B: was `{}`", own(&amd)),
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn nothing_of_a_hostile_image_is_more_than_text() {
    let evil = "```\n# EVIL\r\n<script>EVIL</script> [EVIL](javascript:EVIL) @EVIL | EVIL ` `` \\| \u{202e}\u{1b}[2J";
    let config = json!({"os": evil, "architecture": evil, "author": evil,
        "config": {"Labels": {evil: evil}, "Env": [format!("{evil}={evil}")], evil: evil}});
    let image = image_of(&config, OCI_MANIFEST, OCI_CONFIG);
    let plain = image_of(&json!({"os": evil, "architecture": evil}), OCI_MANIFEST, OCI_CONFIG);
    let mut entry = descriptor(&image);
    entry["annotations"] = json!({evil: evil});
    entry[evil] = json!(evil);
    let to = listed(TO, &[&image], &[entry], &json!({"annotations": {evil: evil}, evil: evil}));
    let mut missing = to.clone();
    let problem = Problem::new(ProblemCode::Denied, evil.repeat(100));
    missing.children.insert(image.manifest.digest().clone(), Err(problem));
    for (from, to) in [
        (&list_source(FROM, &[&plain]), &to),
        (&to, &list_source(FROM, &[])),
        (&missing, &to),
        (&list_source(FROM, &[]), &missing),
    ] {
        let found = diff(from, to);
        assert!(!found.summary.contains("EVIL") && !found.entries.iter().any(|entry| entry.summary.contains("EVIL")));
        let (text, marked) = (plain_text(&found), markdown(&found));
        for shown in [&text, &marked] {
            assert!(shown.contains("EVIL"), "{shown}");
            assert!(!shown.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{shown:?}");
        }
        assert!(!text.lines().any(|line| line.starts_with(['#', '<'])), "{text}");
        let left = without_code(&marked);
        for part in ["EVIL", "<", "[", "@", "\\"] {
            assert!(!left.contains(part), "{part} in\n{left}\nof\n{marked}");
        }
        for row in marked.lines().filter(|line| line.starts_with('|')) {
            assert_eq!(row.matches('|').count(), 6, "{row}");
        }
    }
}

#[test]
fn what_does_not_fit_into_a_comment_is_left_out_and_said() {
    let label = |n: usize, text: &str| (format!("label-{n}"), json!(text.repeat(40)));
    let labels = |text: &str| (0..50).map(|n| label(n, text)).collect::<serde_json::Map<_, _>>();
    let image = |n: usize, text: &str| built(&format!("cpu{n}"), &json!({"config": {"Labels": labels(text)}}));
    let images = |text: &str| (0..40).map(|n| image(n, text)).collect::<Vec<_>>();
    let (old, new) = (images("old "), images("neu€"));
    let found = lists(&old.iter().collect::<Vec<_>>(), &new.iter().collect::<Vec<_>>());
    let text = markdown(&found);
    assert!(text.len() <= MOST_MARKDOWN && text.len() > MOST_MARKDOWN / 2, "{}", text.len());
    let last = text.lines().last().unwrap();
    assert!(last.ends_with(" lines are left out here: a comment has room for 65,536 characters."), "{last}");
    assert_eq!(text.lines().filter(|line| line.starts_with("| replaced")).count(), 40);
}
