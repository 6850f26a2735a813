//! Pasted YAML of manifest-tool. What it says is read by the server: a parser of YAML would be much to download for it.

/// Is this such YAML, and neither references nor commands? Both of its keys stand at the beginning of a line.
pub fn is_spec(text: &str) -> bool {
    let has_key = |key: &str| {
        let after = text.lines().filter_map(|line| line.trim_start_matches('\u{feff}').strip_prefix(key));
        after
            .map(|rest| rest.trim_start().strip_prefix(':'))
            .any(|rest| rest.is_some_and(|value| value.is_empty() || value.starts_with(char::is_whitespace)))
    };
    has_key("image") && has_key("manifests")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_is_told_from_references() {
        let table = [
            ("image: me/app:v1\nmanifests:\n- image: me/app:amd64\n", true),
            ("# a comment\r\nmanifests: []\r\ntags: [a]\r\nimage : me/app\r\n", true),
            ("\u{feff}image: a\nmanifests:", true),
            ("image: me/app:v1", false),
            ("image: me/app:v1\nimage: me/app:v2", false),
            ("services:\n  image: a\n  manifests:\n", false),
            ("image:v1\nmanifests:v2", false),
            ("images: a\nmanifests: b", false),
            ("docker manifest create me/app:v1 me/app:amd64", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(is_spec(text), expected, "{text}");
        }
    }
}
