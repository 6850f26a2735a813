//! Ways to tell others of a reference.

use onetag_shared::{
    digest::Digest,
    markup::escape,
    reference::Reference,
    share::badge::{BadgeOptions, Show, in_query},
};

/// A text to copy, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snippet {
    /// What it is for.
    pub(crate) what: &'static str,
    /// The text.
    pub(crate) text: String,
}

/// The address of a badge that is asked for so.
pub(crate) fn badge(origin: &str, reference: &Reference, options: &BadgeOptions) -> String {
    address(origin, reference, ".svg", options)
}

fn address(origin: &str, reference: &Reference, ending: &str, options: &BadgeOptions) -> String {
    let query = options.query();
    let sign = if query.is_empty() { "" } else { "?" };
    [origin, "/badge/", &reference.familiar(), ending, sign, &query].concat()
}

/// What a badge says to who does not see it.
fn spoken(options: &BadgeOptions) -> String {
    match (&options.label, options.show, &options.on) {
        (Some(label), ..) => label.clone(),
        (None, Show::RunsOn, Some(platform)) => format!("runs on {platform}"),
        (None, Show::Size, _) => "download".to_owned(),
        (None, ..) => "platforms".to_owned(),
    }
}

/// A text about what is shared, by its reference.
type Text<'a> = &'a dyn Fn(&Reference) -> String;

/// All of them. `origin` is that of this server; `digest` pins what is shown, whatever becomes of the tag.
pub(crate) fn snippets(origin: &str, reference: &Reference, digest: &Digest, options: &BadgeOptions) -> Vec<Snippet> {
    let pinned = reference.clone().with_digest(digest.clone());
    let alt = spoken(options);
    // Who shares a badge that answers for a machine shares that answer.
    let on =
        options.on.as_ref().map(|platform| ["?on=", &in_query(&platform.to_string())].concat()).unwrap_or_default();
    let page = |reference: &Reference| format!("{origin}/i/{}{on}", reference.familiar());
    // In Markdown these would end the text.
    let plain = alt.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    let markdown =
        |reference: &Reference| format!("[![{plain}]({})]({})", badge(origin, reference, options), page(reference));
    let html = |reference: &Reference| {
        let (shown, picture, alt) =
            (escape(&page(reference)), escape(&badge(origin, reference, options)), escape(&alt));
        format!("<a href=\"{shown}\"><img src=\"{picture}\" alt=\"{alt}\"></a>")
    };
    let frame = |reference: &Reference| {
        let (shown, title) =
            (format!("{origin}/embed/{}{on}", reference.familiar()), reference.without_digest().familiar());
        let (shown, title) = (escape(&shown), escape(&format!("Platforms of {title}")));
        format!("<iframe src=\"{shown}\" title=\"{title}\" width=\"640\" height=\"320\"></iframe>")
    };
    let endpoint = |reference: &Reference| address(origin, reference, ".json", options);
    let picture = |reference: &Reference| badge(origin, reference, options);
    let kinds: [(&str, &str, Text); 6] = [
        ("Link to this tag", "Link to exactly this content", &page),
        ("Badge", "Badge of exactly this content", &picture),
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
            let usual = BadgeOptions::default();
            let snippets = snippets("https://onetag.example", &text.parse().unwrap(), &digest, &usual);
            snippets.into_iter().map(|snippet| (snippet.what, snippet.text)).collect::<Vec<_>>()
        };
        let of_tag = texts("ghcr.io/me/app:v1");
        assert_eq!(of_tag[0], ("Link to this tag", "https://onetag.example/i/ghcr.io/me/app:v1".to_owned()));
        assert_eq!(of_tag[1].1, format!("https://onetag.example/i/ghcr.io/me/app:v1@{digest}"));
        assert_eq!(of_tag[2], ("Badge", "https://onetag.example/badge/ghcr.io/me/app:v1.svg".to_owned()));
        assert_eq!(
            of_tag[4].1,
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

    #[test]
    fn a_badge_is_shared_as_it_was_chosen() {
        let chosen = BadgeOptions {
            show: Show::RunsOn,
            on: "windows(10.0.20348)/amd64".parse().ok(),
            label: Some("runs [on] \"it\"".to_owned()),
            ..BadgeOptions::default()
        };
        let reference = "ghcr.io/me/app:v1".parse().unwrap();
        let texts = snippets("https://onetag.example", &reference, &Digest::of(b"x"), &chosen);
        let query = "on=windows%2810.0.20348%29/amd64&label=runs%20%5Bon%5D%20%22it%22";
        let of = |what: &str| texts.iter().find(|snippet| snippet.what == what).unwrap().text.clone();
        assert_eq!(
            of("Badge in Markdown"),
            format!(
                "[![runs \\[on\\] \"it\"](https://onetag.example/badge/ghcr.io/me/app:v1.svg?{query})]\
                 (https://onetag.example/i/ghcr.io/me/app:v1?on=windows%2810.0.20348%29/amd64)"
            )
        );
        // The answer is part of the links.
        assert!(of("Link to this tag").ends_with("app:v1?on=windows%2810.0.20348%29/amd64"));
        assert!(of("Frame for a page").contains("/embed/ghcr.io/me/app:v1?on=windows%2810.0.20348%29/amd64\""));
        assert!(of("Badge in HTML").contains("app:v1.svg?on=windows%2810.0.20348%29/amd64&amp;label="));
        assert!(of("Badge in HTML").contains("alt=\"runs [on] &quot;it&quot;\""), "{}", of("Badge in HTML"));
        assert!(of("For shields.io's endpoint badge").ends_with(&format!(".json?{query}")));
    }
}
