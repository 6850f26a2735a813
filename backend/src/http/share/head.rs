//! What is in the head of a page for previews of links to it. Every text in it goes through [`escape`].

use std::fmt::Write as _;

use onetag_shared::markup::escape;

/// What a preview of a link shows.
pub(super) struct Head {
    pub(super) title: String,
    pub(super) description: String,
    /// Of a page that can be linked to.
    pub(super) place: Option<Place>,
}

/// A page's address.
pub(super) struct Place {
    pub(super) canonical: String,
    /// The same with the question in it.
    pub(super) url: String,
    pub(super) picture: Option<Picture>,
}

/// A picture of what is on a page.
pub(super) struct Picture {
    pub(super) address: String,
    pub(super) alt: String,
}

impl Head {
    /// As it stands in a page.
    pub(super) fn html(&self) -> String {
        let (title, description) = (escape(&self.title), escape(&self.description));
        let mut html = format!("<title>{title} · Onetag</title><meta name=\"description\" content=\"{description}\">");
        let Some(place) = &self.place else {
            html.push_str("<meta name=\"robots\" content=\"noindex\">");
            self.push_properties(&mut html, &[]);
            return html;
        };
        let _ = write!(html, "<link rel=\"canonical\" href=\"{}\">", escape(&place.canonical));
        let texts =
            [("name", "twitter:title", self.title.as_str()), ("name", "twitter:description", &self.description)];
        self.push_properties(&mut html, &[("property", "og:url", &place.url)]);
        let Some(Picture { address, alt }) = &place.picture else {
            push(&mut html, &[("name", "twitter:card", "summary")]);
            push(&mut html, &texts);
            return html;
        };
        push(
            &mut html,
            &[
                ("property", "og:image", address),
                ("property", "og:image:type", "image/png"),
                ("property", "og:image:width", "1200"),
                ("property", "og:image:height", "630"),
                ("property", "og:image:alt", alt),
                ("name", "twitter:card", "summary_large_image"),
            ],
        );
        push(&mut html, &texts);
        push(&mut html, &[("name", "twitter:image", address), ("name", "twitter:image:alt", alt)]);
        html
    }

    fn push_properties(&self, html: &mut String, more: &[(&str, &str, &str)]) {
        let common = [
            ("property", "og:type", "website"),
            ("property", "og:site_name", "Onetag"),
            ("property", "og:title", self.title.as_str()),
            ("property", "og:description", self.description.as_str()),
        ];
        push(html, &common);
        push(html, more);
    }
}

fn push(html: &mut String, properties: &[(&str, &str, &str)]) {
    for (kind, name, content) in properties {
        let _ = write!(html, "<meta {kind}=\"{name}\" content=\"{}\">", escape(content));
    }
}

/// A text in a query. Slashes may stay there.
pub(super) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace("%2F", "/")
}
