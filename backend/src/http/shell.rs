//! The application's page with something in it before its script runs.

/// Which style sheets a page begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Styles {
    /// Those of all pages.
    All,
    /// What the page of an image shows at first: it has no room for more (`tests/page/weight.rs`), and fetches the rest when that
    /// is wanted.
    OfImage,
}

/// The page as Trunk built it, cut where something is put in. Written out or minified, it is the same to us.
#[derive(Debug)]
pub(super) struct Shell {
    /// Up to the end of its head, without title and description: what the browser shall fetch is in there.
    beginning: String,
    /// The same without the style sheet that the page of an image does without.
    beginning_of_image: String,
    /// From there on, into the element that is shown until the application is there.
    before_boot: String,
    /// The line at the top that is in that element.
    boot_header: String,
    /// From the end of that element.
    rest: String,
}

impl Shell {
    /// `None` for a page that is not the one that we know.
    pub(super) fn of(html: &str) -> Option<Self> {
        let (before_head, rest) = html.split_once("<title>")?;
        let (_, rest) = rest.split_once("</title>")?;
        let without = without_description(&format!("{before_head}{rest}"));
        let (beginning, rest) = without.split_at(without.find("</head>")?);
        let boot = rest.find("<div id=\"boot\">").or_else(|| rest.find("<div id=boot>"))?;
        let inside = boot + rest[boot..].find('>')? + 1;
        let end = inside + rest[inside..].find("</div>")?;
        let header = rest[inside..end].split_once("</header>").map(|(header, _)| format!("{header}</header>"));
        Some(Self {
            beginning: beginning.to_owned(),
            beginning_of_image: without_tags(beginning, "<link ", |tag| tag.contains("/later-")),
            before_boot: rest[..inside].to_owned(),
            boot_header: header.unwrap_or_default(),
            rest: rest[end..].to_owned(),
        })
    }

    /// What every page begins with, whatever is in it.
    pub(super) fn beginning(&self, styles: Styles) -> &str {
        match styles {
            Styles::All => &self.beginning,
            Styles::OfImage => &self.beginning_of_image,
        }
    }

    /// What follows, with this in its head, and this shown until the application is there.
    pub(super) fn fill(&self, head: &str, body: &str) -> String {
        let Self { before_boot, boot_header, rest, .. } = self;
        [head, before_boot, boot_header, body, rest].concat()
    }
}

/// Without the `<meta>` that describes the page in general.
fn without_description(html: &str) -> String {
    without_tags(html, "<meta ", |tag| tag.contains("name=\"description\"") || tag.contains("name=description"))
}

/// Without those tags that begin so and are not wanted.
fn without_tags(html: &str, begin: &str, is_unwanted: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find(begin) {
        let end = start + rest[start..].find('>').map_or(rest.len() - start, |end| end + 1);
        out.push_str(&rest[..if is_unwanted(&rest[start..end]) { start } else { end }]);
        rest = &rest[end..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = include_str!("../../../frontend/index.html");
    const MINIFIED: &str = "<!doctype html><html lang=en><meta charset=utf-8><meta content=\"One tag: <all>\" name=keywords>\
        <meta content=General name=description><title>Onetag</title><script>a()</script><link rel=\"stylesheet\" href=\"/style-0123456789abcdef.css\">\
        <link rel=\"stylesheet\" href=\"/later-0123456789abcdef.css\"></head><body><p id=broken></p>\
        <div id=boot><header class=site><a href=/>onetag</a></header><p class=boot-note>One tag.</p></div><noscript></noscript></body></html>";

    #[test]
    fn a_page_is_filled_and_else_stays_what_it_is() {
        for html in [SOURCE, MINIFIED] {
            let shell = Shell::of(html).expect("it is our page");
            let rest = shell.fill("<title>New</title>", "<main>table</main>");
            let beginning = shell.beginning(Styles::All);
            assert!(beginning.contains("<script") && rest.starts_with("<title>"), "{rest}");
            let page = beginning.to_owned() + &rest;
            assert!(page.contains("<title>New</title>") && !page.contains("<title>Onetag</title>"), "{page}");
            assert!(!page.contains("name=description") && !page.contains("name=\"description\""), "{page}");
            assert!(page.contains("</header><main>table</main></div>"), "{page}");
            assert!(!page.contains("boot-note\">One tag"), "{page}");
            for kept in ["charset", "broken", "noscript", "</html>"] {
                assert!(page.contains(kept), "{kept}");
            }
        }
        let shell = Shell::of(MINIFIED).expect("it is our page");
        assert!(shell.beginning(Styles::All).contains("/later-"));
        let of_image = shell.beginning(Styles::OfImage);
        assert!(of_image.ends_with("<link rel=\"stylesheet\" href=\"/style-0123456789abcdef.css\">"), "{of_image}");
        assert!(Shell::of("<html><body>something else</body></html>").is_none());
    }
}
