//! The application's page with something in it before its script runs.

/// The page as Trunk built it, cut where something is put in. Written out or minified, it is the same to us.
#[derive(Debug)]
pub(super) struct Shell {
    /// Up to its title, which is left out.
    before_head: String,
    /// From there on, without its description, into the element that is shown until the application is there.
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
        let without = format!("{}{MARK}{rest}", without_description(before_head));
        let without = without_description(&without);
        let (before_head, rest) = without.split_once(MARK)?;
        let boot = rest.find("<div id=\"boot\">").or_else(|| rest.find("<div id=boot>"))?;
        let inside = boot + rest[boot..].find('>')? + 1;
        let end = inside + rest[inside..].find("</div>")?;
        let header = rest[inside..end].split_once("</header>").map(|(header, _)| format!("{header}</header>"));
        Some(Self {
            before_head: before_head.to_owned(),
            before_boot: rest[..inside].to_owned(),
            boot_header: header.unwrap_or_default(),
            rest: rest[end..].to_owned(),
        })
    }

    /// With this in its head, and this shown until the application is there.
    pub(super) fn fill(&self, head: &str, body: &str) -> String {
        let Self { before_head, before_boot, boot_header, rest } = self;
        [before_head, head, before_boot, boot_header, body, rest].concat()
    }
}

/// Stands where the title was. No page has it.
const MARK: &str = "\u{0}";

/// Without the `<meta>` that describes the page in general.
fn without_description(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("<meta ") {
        let end = start + rest[start..].find('>').map_or(rest.len() - start, |end| end + 1);
        let tag = &rest[start..end];
        let is_description = tag.contains("name=\"description\"") || tag.contains("name=description");
        out.push_str(&rest[..if is_description { start } else { end }]);
        rest = &rest[end..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = include_str!("../../../frontend/index.html");
    const MINIFIED: &str = "<!doctype html><html lang=en><meta charset=utf-8><meta content=\"One tag: <all>\" name=keywords>\
        <meta content=General name=description><title>Onetag</title><script>a()</script></head><body><p id=broken></p>\
        <div id=boot><header class=site><a href=/>onetag</a></header><p class=boot-note>One tag.</p></div><noscript></noscript></body></html>";

    #[test]
    fn a_page_is_filled_and_else_stays_what_it_is() {
        for html in [SOURCE, MINIFIED] {
            let page = Shell::of(html).expect("it is our page").fill("<title>New</title>", "<main>table</main>");
            assert!(page.contains("<title>New</title>") && !page.contains("<title>Onetag</title>"), "{page}");
            assert!(!page.contains("name=description") && !page.contains("name=\"description\""), "{page}");
            assert!(page.contains("</header><main>table</main></div>"), "{page}");
            assert!(!page.contains("boot-note\">One tag") && !page.contains(MARK), "{page}");
            for kept in ["charset", "broken", "noscript", "</html>"] {
                assert!(page.contains(kept), "{kept}");
            }
        }
        assert!(Shell::of("<html><body>something else</body></html>").is_none());
    }
}
