//! Which rows of a table of platforms a person looks for.

use std::collections::BTreeSet;

use onetag_shared::{platform::Platform, view::Row};

/// What can be looked for in a row, in lower case: its platform, as it is written and as people say it, its digest, and the
/// values of its annotations. With it, in how many lists the row stands.
pub(crate) fn texts(rows: &[Row]) -> Vec<(usize, String)> {
    let text = |row: &Row| {
        let said = row.platform.as_ref().and_then(Platform::words).unwrap_or_default();
        let mut text = [&row.name(), said, row.digest.as_str()].join("\n");
        for value in row.annotations.values() {
            text.push('\n');
            text.push_str(value);
        }
        (row.depth, text.to_lowercase())
    };
    rows.iter().map(text).collect()
}

/// The places of the rows that have every word somewhere in their texts. The lists that such a row stands in are among them.
/// `None` where no word is said.
pub(crate) fn kept(texts: &[(usize, String)], words: &str) -> Option<BTreeSet<usize>> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return None;
    }
    let mut kept = BTreeSet::new();
    // The place of the list at each depth.
    let mut above = Vec::new();
    for (place, (depth, text)) in texts.iter().enumerate() {
        above.truncate(*depth);
        above.push(place);
        if words.iter().all(|word| text.contains(word)) {
            kept.extend(&above);
        }
    }
    Some(kept)
}

/// How many rows are shown: `3 of 500 rows`.
pub(crate) fn shown(kept: Option<usize>, all: usize) -> String {
    match kept {
        None => format!("{all} rows"),
        Some(0) => format!("none of {all} rows has that"),
        Some(kept) => format!("{kept} of {all} rows"),
    }
}

#[cfg(test)]
mod tests {
    use onetag_shared::{descriptor::Annotations, digest::Digest};

    use super::*;

    fn row(depth: usize, platform: Option<Platform>, annotations: &[(&str, &str)]) -> Row {
        let annotations: Annotations =
            annotations.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Row {
            index: 0,
            number: String::new(),
            depth,
            digest: Digest::of(format!("{platform:?}").as_bytes()),
            media_type: "application/vnd.oci.image.index.v1+json".to_owned(),
            platform,
            size_to_download: None,
            layers: Vec::new(),
            created: None,
            annotations,
            config: None,
            attestations: Vec::new(),
            orphan_attestation: false,
            artifact_type: None,
            absent: None,
            findings: Vec::new(),
            complete: true,
        }
    }

    #[test]
    fn rows_are_found_by_what_they_are() {
        let arm = Some(Platform::new("linux", "arm64").with_variant("v8"));
        let rows = [
            row(0, Some(Platform::new("linux", "amd64")), &[("org.example.build", "Nightly 7")]),
            row(0, None, &[]),
            row(1, None, &[]),
            row(2, arm, &[]),
            row(0, Some(Platform::new("windows", "amd64").with_os_version("10.0.20348")), &[]),
        ];
        let found = |words: &str| kept(&texts(&rows), words).map(|kept| kept.into_iter().collect::<Vec<_>>());
        assert_eq!(found(" \t"), None);
        for (words, places) in [
            ("AMD64", &[0, 4][..]),
            ("linux amd64", &[0]),
            ("20348", &[4]),
            ("nightly", &[0]),
            ("build", &[]),
            ("linux/arm64/v8", &[1, 2, 3]),
            ("raspberry", &[1, 2, 3]),
            ("no such", &[]),
            ("\u{0}<script>", &[]),
        ] {
            assert_eq!(found(words).unwrap(), places, "{words:?}");
        }
        let digest = rows[4].digest.to_string();
        assert_eq!(found(&digest).unwrap(), [4]);
        assert_eq!(found(&digest[..20]).unwrap(), [4]);
        assert_eq!(
            [shown(None, 20), shown(Some(3), 20), shown(Some(0), 20)],
            ["20 rows", "3 of 20 rows", "none of 20 rows has that"]
        );
    }
}
