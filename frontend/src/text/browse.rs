//! Tags and siblings in words.

use onetag_shared::{
    api::{CatalogueUse, Siblings, TagSummary},
    platform::Platform,
    reference::Reference,
};

use super::format::{count, grouped};

/// The most names of tags that the page reads.
pub(crate) const MOST_NAMES: usize = 10_000;
/// Platforms of a tag that are named in its row.
const NAMED: usize = 6;

/// How many tags there are, and how many of them are shown.
pub(crate) fn number(all: usize, matching: usize, is_filtered: bool, is_done: bool, is_cut: bool) -> String {
    let tags = format!("{} {}", grouped(all as u64), if all == 1 { "tag" } else { "tags" });
    let known = match (is_done, is_cut) {
        (false, _) => format!("{tags} so far …"),
        (true, true) => format!("the first {tags}; the registry has more"),
        (true, false) => tags,
    };
    if is_filtered { format!("{} of {known}", grouped(matching as u64)) } else { known }
}

/// How many repositories there are, and how many of them are shown.
pub(crate) fn repositories(all: usize, matching: usize, is_filtered: bool, is_cut: bool) -> String {
    let names = format!("{} {}", grouped(all as u64), if all == 1 { "repository" } else { "repositories" });
    let known = if is_cut { format!("the first {names}; the registry has more") } else { names };
    if is_filtered { format!("{} of {known}", grouped(matching as u64)) } else { known }
}

/// Names that were left out; `None` where there are none.
pub(crate) fn ignored(number: usize) -> Option<String> {
    (number > 0).then(|| format!("{} left out that no tag can have", count(number, "name is", "names are")))
}

/// The platforms of a tag, in a line, and all of them.
pub(crate) fn platforms(summary: &TagSummary) -> (String, String) {
    let names: Vec<String> = summary.platforms.iter().flatten().map(short).collect();
    let all = names.join(", ");
    match names.len() {
        0 => ("no platform".to_owned(), all),
        number if number > NAMED => (format!("{} and {} more", names[..NAMED - 1].join(", "), number - NAMED + 1), all),
        _ => (all.clone(), all),
    }
}

/// A platform without its version. What a registry wrote there stays in its line.
fn short(platform: &Platform) -> String {
    let whole = Platform { os_version: None, os_features: Vec::new(), ..platform.clone() };
    let text: String = whole.to_string().chars().filter(char::is_ascii_graphic).take(40).collect();
    if text.is_empty() { "unknown".to_owned() } else { text }
}

/// How it was looked for siblings.
pub(crate) fn looked(siblings: &Siblings) -> String {
    let asked = count(siblings.asked, "name was", "names were");
    match siblings.catalogue {
        CatalogueUse::Complete => format!("The registry lists all of its repositories; {asked} looked up."),
        CatalogueUse::Partial => format!("The registry has more repositories than are read; {asked} looked up."),
        CatalogueUse::None => format!("The registry does not list its repositories; {asked} looked up."),
    }
}

/// The address of the editor with a list of these images.
pub(crate) fn new_list<'a>(images: impl Iterator<Item = &'a Reference>, target: &Reference) -> String {
    let mut address = "/new?".to_owned();
    for image in images {
        address.push_str("from=");
        address.push_str(&in_query(&image.familiar()));
        address.push('&');
    }
    address.push_str("to=");
    address.push_str(&in_query(&target.familiar()));
    address
}

/// A reference in a query: of its characters, none but these means something there.
fn in_query(reference: &str) -> String {
    reference.replace('[', "%5B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_tags() {
        for (said, words) in [
            (number(1, 1, false, true, false), "1 tag"),
            (number(1200, 3, true, true, false), "3 of 1,200 tags"),
            (number(2000, 2000, false, false, false), "2,000 tags so far …"),
            (number(10_000, 7, true, true, true), "7 of the first 10,000 tags; the registry has more"),
        ] {
            assert_eq!(said, words);
        }
        assert_eq!(ignored(0), None);
        assert_eq!(ignored(2).unwrap(), "2 names are left out that no tag can have");
    }

    #[test]
    fn platforms_in_a_line() {
        let of = |names: &[&str]| TagSummary {
            platforms: Some(names.iter().map(|name| name.parse().unwrap()).collect()),
            ..TagSummary::of("v1".to_owned())
        };
        assert_eq!(platforms(&of(&["linux/amd64", "windows(10.0.1)/amd64"])).0, "linux/amd64, windows/amd64");
        assert_eq!(platforms(&of(&[])).0, "no platform");
        let many = of(&["linux/amd64"; 9]);
        assert_eq!(platforms(&many).0.matches("linux/amd64").count(), 5);
        assert!(platforms(&many).0.ends_with(" and 4 more"));
        let evil = Platform::new("a\u{202e}b\n<script>", "x".repeat(1000));
        let evil = TagSummary { platforms: Some(vec![evil]), ..of(&[]) };
        assert!(platforms(&evil).0.len() <= 40 && platforms(&evil).0.is_ascii());
    }

    #[test]
    fn a_list_of_siblings_is_an_address() {
        let images: Vec<Reference> = ["[::1]:5000/a-arm64:v1", "nginx"].map(|name| name.parse().unwrap()).into();
        let address = new_list(images.iter(), &"[::1]:5000/a:v1".parse().unwrap());
        assert_eq!(address, "/new?from=%5B::1%5D:5000/a-arm64:v1&from=nginx&to=%5B::1%5D:5000/a:v1");
    }
}
