//! The head of a page before any script runs: what previews of a link show.

use std::fmt::Write as _;

use onetag_shared::markup::escape;

/// What a preview of a link shows.
pub(super) struct Head {
    pub(super) title: String,
    pub(super) description: String,
    /// Of a page that can be linked to.
    pub(super) place: Option<Place>,
}

/// Where a page is.
pub(super) struct Place {
    /// The one address of what it is about.
    pub(super) canonical: String,
    /// The same with the question that was asked.
    pub(super) url: String,
    pub(super) picture: Option<Picture>,
}

/// What a preview shows beside the words.
pub(super) struct Picture {
    pub(super) address: String,
    pub(super) alt: String,
}

impl Head {
    pub(super) fn html(&self) -> String {
        let (title, description) = (escape(&self.title), escape(&self.description));
        let mut html = format!("<title>{title} · Onetag</title><meta name=\"description\" content=\"{description}\">");
        let Some(place) = &self.place else {
            html.push_str("<meta name=\"robots\" content=\"noindex\">");
            self.push_properties(&mut html, &[]);
            return html;
        };
        let _ = write!(html, "<link rel=\"canonical\" href=\"{}\">", escape(&place.canonical));
        let card = if place.picture.is_some() { "summary_large_image" } else { "summary" };
        let mut more = vec![
            ("property", "og:url", place.url.as_str()),
            ("name", "twitter:card", card),
            ("name", "twitter:title", &self.title),
            ("name", "twitter:description", &self.description),
        ];
        if let Some(picture) = &place.picture {
            more.extend([
                ("property", "og:image", picture.address.as_str()),
                ("property", "og:image:type", "image/png"),
                ("property", "og:image:width", "1200"),
                ("property", "og:image:height", "630"),
                ("property", "og:image:alt", &picture.alt),
                ("name", "twitter:image", &picture.address),
                ("name", "twitter:image:alt", &picture.alt),
            ]);
        }
        self.push_properties(&mut html, &more);
        html
    }

    fn push_properties(&self, html: &mut String, more: &[(&str, &str, &str)]) {
        let common = [
            ("property", "og:type", "website"),
            ("property", "og:site_name", "Onetag"),
            ("property", "og:title", self.title.as_str()),
            ("property", "og:description", self.description.as_str()),
        ];
        for (kind, name, content) in common.iter().chain(more) {
            let _ = write!(html, "<meta {kind}=\"{name}\" content=\"{}\">", escape(content));
        }
    }
}

/// A text in a query. Slashes may stay there.
pub(super) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace("%2F", "/")
}
