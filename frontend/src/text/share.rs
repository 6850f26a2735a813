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

/// All of them. `origin` is that of this server; `digest` pins what is shown, whatever becomes of the tag.
pub(crate) fn snippets(origin: &str, reference: &Reference, digest: &Digest) -> Vec<Snippet> {
    let pinned = reference.clone().with_digest(digest.clone());
    let page = |reference: &Reference| format!("{origin}/i/{}", reference.familiar());
    let markdown = |reference: &Reference| format!("[![platforms]({})]({})", badge(origin, reference), page(reference));
    let (shown, picture) = (escape(&page(reference)), escape(&badge(origin, reference)));
    let mut snippets = vec![Snippet { what: "Link to exactly this content", text: page(&pinned) }];
    if reference.digest().is_none() {
        snippets.insert(0, Snippet { what: "Link to this tag", text: page(reference) });
        snippets.push(Snippet { what: "Badge in Markdown", text: markdown(reference) });
    }
    snippets.push(Snippet { what: "Badge in Markdown, of exactly this content", text: markdown(&pinned) });
    snippets.push(Snippet {
        what: "Badge in HTML",
        text: format!("<a href=\"{shown}\"><img src=\"{picture}\" alt=\"platforms\"></a>"),
    });
    snippets.push(Snippet {
        what: "Frame for a page",
        text: format!(
            "<iframe src=\"{}\" title=\"{}\" width=\"640\" height=\"320\"></iframe>",
            escape(&format!("{origin}/embed/{}", reference.familiar())),
            escape(&format!("Platforms of {}", reference.familiar()))
        ),
    });
    snippets.push(Snippet {
        what: "For shields.io's endpoint badge",
        text: format!("{origin}/badge/{}.json", reference.familiar()),
    });
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
        // What names a digest is pinned already.
        let of_digest = texts(&format!("ghcr.io/me/app@{digest}"));
        assert!(of_digest.iter().all(|(what, _)| !what.contains("this tag")), "{of_digest:?}");
        assert!(of_digest.iter().all(|(_, text)| text.contains("sha256")), "{of_digest:?}");
    }
}
