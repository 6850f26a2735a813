//! Ways to tell others of a reference.

use onetag_shared::{digest::Digest, markup::escape, reference::Reference};

/// A text to copy, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snippet {
    /// What it is for.
    pub(crate) what: &'static str,
    /// The text.
    pub(crate) text: String,
}

/// The address of a badge.
pub(crate) fn badge(origin: &str, reference: &Reference) -> String {
    format!("{origin}/badge/{}.svg", reference.familiar())
}

/// A text about what is shared, by its reference.
type Text<'a> = &'a dyn Fn(&Reference) -> String;

/// All of them. `origin` is that of this server; `digest` pins what is shown, whatever becomes of the tag.
pub(crate) fn snippets(origin: &str, reference: &Reference, digest: &Digest) -> Vec<Snippet> {
    let pinned = reference.clone().with_digest(digest.clone());
    let page = |reference: &Reference| format!("{origin}/i/{}", reference.familiar());
    let markdown = |reference: &Reference| format!("[![platforms]({})]({})", badge(origin, reference), page(reference));
    let html = |reference: &Reference| {
        let (shown, picture) = (escape(&page(reference)), escape(&badge(origin, reference)));
        format!("<a href=\"{shown}\"><img src=\"{picture}\" alt=\"platforms\"></a>")
    };
    let frame = |reference: &Reference| {
        let (shown, title) =
            (format!("{origin}/embed/{}", reference.familiar()), reference.without_digest().familiar());
        let (shown, title) = (escape(&shown), escape(&format!("Platforms of {title}")));
        format!("<iframe src=\"{shown}\" title=\"{title}\" width=\"640\" height=\"320\"></iframe>")
    };
    let endpoint = |reference: &Reference| format!("{origin}/badge/{}.json", reference.familiar());
    let kinds: [(&str, &str, Text); 5] = [
        ("Link to this tag", "Link to exactly this content", &page),
        ("Badge in Markdown", "Badge in Markdown, of exactly this content", &markdown),
        ("Badge in HTML", "Badge in HTML, of exactly this content", &html),
        ("Frame for a page", "Frame for a page, of exactly this content", &frame),
        ("For shields.io's endpoint badge", "For shields.io's endpoint badge, of exactly this content", &endpoint),
    ];
    let mut snippets = Vec::new();
    for (of_tag, of_digest, text) in kinds {
        if reference.digest().is_none() {
            snippets.push(Snippet { what: of_tag, text: text(reference) });
        }
        snippets.push(Snippet { what: of_digest, text: text(&pinned) });
    }
    snippets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_can_be_shared_as_it_is_and_as_it_was() {
        let digest = Digest::of(b"x");
        let texts = |text: &str| {
            let snippets = snippets("https://onetag.example", &text.parse().unwrap(), &digest);
            snippets.into_iter().map(|snippet| (snippet.what, snippet.text)).collect::<Vec<_>>()
        };
        let of_tag = texts("ghcr.io/me/app:v1");
        assert_eq!(of_tag[0], ("Link to this tag", "https://onetag.example/i/ghcr.io/me/app:v1".to_owned()));
        assert_eq!(of_tag[1].1, format!("https://onetag.example/i/ghcr.io/me/app:v1@{digest}"));
        assert_eq!(
            of_tag[2].1,
            "[![platforms](https://onetag.example/badge/ghcr.io/me/app:v1.svg)](https://onetag.example/i/ghcr.io/me/app:v1)"
        );
        // Each badge and frame is there both ways.
        for what in ["Badge in Markdown", "Badge in HTML", "Frame for a page", "For shields.io's endpoint badge"] {
            let of =
                |what: &str| of_tag.iter().find(|(name, _)| *name == what).map(|(_, text)| text.contains("sha256:"));
            assert_eq!(
                [of(what), of(&format!("{what}, of exactly this content"))],
                [Some(false), Some(true)],
                "{what}"
            );
        }
        // What names a digest is pinned already.
        let of_digest = texts(&format!("ghcr.io/me/app@{digest}"));
        assert!(of_digest.iter().all(|(what, _)| !what.contains("this tag")), "{of_digest:?}");
        assert!(of_digest.iter().all(|(_, text)| text.contains("sha256")), "{of_digest:?}");
    }
}
