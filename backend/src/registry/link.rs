//! Where the next page is: `Link` (RFC 8288, section 3).

use reqwest::header::{HeaderMap, LINK};

use super::header::{split, unquote};

/// The query of the link to the next page. Its host and path are not kept: the next page of a list is in the same place,
/// and behind a proxy many registries name addresses that nobody else can reach.
pub(super) fn next_query(headers: &HeaderMap) -> Option<String> {
    headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()).find_map(next_in)
}

fn next_in(mut rest: &str) -> Option<String> {
    loop {
        // An address may have commas in it: only what follows it is split at them.
        let (address, after) = rest.split_once('<')?.1.split_once('>')?;
        let parameters = split(after, ',').next().filter(|_| !after.trim_start().starts_with(','));
        if parameters.is_some_and(is_next) {
            let address = address.split_once('#').map_or(address, |(address, _)| address);
            return address.split_once('?').map(|(_, query)| query.to_owned());
        }
        rest = after;
    }
}

/// A link has one relation or several.
fn is_next(parameters: &str) -> bool {
    split(parameters, ';')
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("rel"))
        .is_some_and(|(_, value)| {
            unquote(value.trim()).split_ascii_whitespace().any(|relation| relation.eq_ignore_ascii_case("next"))
        })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use url::Url;

    use super::*;

    #[test]
    fn the_next_page_is_found_in_every_form_of_link() {
        let table: &[(&[&str], Option<&str>)] = &[
            (&[r#"</v2/a/tags/list?n=2&last=b>; rel="next""#], Some("n=2&last=b")),
            (&["<https://elsewhere.example/v2/a/tags/list?last=b>; rel=next"], Some("last=b")),
            (&["<//elsewhere.example/v2/a/tags/list?last=b>;rel=next"], Some("last=b")),
            (&[r#"</v2/a?x=1>; rel="prev", </v2/a?x=2>; title=t; rel="next""#], Some("x=2")),
            (&[r#"</v2/a?x=1>; rel="prev""#, r#"</v2/a?x=2>; rel="next""#], Some("x=2")),
            (&[r#"</v2/a?last=a,b;c>; REL="last NEXT""#], Some("last=a,b;c")),
            (&[r#"</v2/a?x=1>; title="; rel=next, <"; rel=prev, </v2/a?x=2>; rel=next"#], Some("x=2")),
            (&["</v2/a?x=1#part>; rel=next"], Some("x=1")),
            (&["</v2/a?x=1?y>; rel=next"], Some("x=1?y")),
            (&["</v2/a?x=1>, </v2/a?x=2>; rel=next"], Some("x=2")),
            (&[r#"</v2/a?x=1>; rel="prev""#], None),
            (&["</v2/a?x=1>; rel=prev; rel=next"], None),
            (&["</v2/a>; rel=next"], None),
            (&["</v2/a?x=1; rel=next"], None),
            (&["nonsense", "<", "<>", ">; rel=next", ""], None),
            (&[], None),
        ];
        for (values, query) in table {
            let headers: HeaderMap = values.iter().map(|value| (LINK, value.parse().unwrap())).collect();
            assert_eq!(next_query(&headers).as_deref(), *query, "{values:?}");
        }
    }

    /// Whatever it says, it stays the query of our own address.
    #[test]
    fn fuzz_links() {
        onetag_fuzz::fuzz("link", &["</v2/a?last=", ">; rel=\"next\"", "rel=next", "; rel="], |input| {
            let values = input.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok());
            let headers: HeaderMap = values.map(|value| (LINK, value)).collect();
            let Some(query) = next_query(&headers) else { return };
            assert!(query.len() <= input.len() && !query.contains(['#', '>']), "{query}");
            let own: Url = "https://registry.example:5000/v2/a/tags/list".parse().unwrap();
            let mut next = own.clone();
            next.set_query(Some(&query));
            assert!(!next.as_str().contains(|c: char| c.is_control() || c == ' '), "{next}");
            next.set_query(None);
            assert_eq!(next, own);
        });
    }
}
