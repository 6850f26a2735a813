//! What a registry wants, in `WWW-Authenticate` (RFC 9110, section 11.6.1).
//!
//! Read leniently, by hand: registries send unquoted addresses, and schemes of other kinds with data that a strict parser
//! stops at, and what follows those is the challenge that counts.

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

use super::scope::{Scope, ScopeSet};
use crate::registry::header::{split, unquote};

/// A challenge that can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// User and password with each request.
    Basic,
    /// A token from a token server. The scope that it names is not kept: each request has its own.
    Bearer { realm: String, service: Option<String> },
}

/// The best of all challenges: Bearer before Basic. Unknown schemes are skipped.
pub(crate) fn challenges(headers: &HeaderMap) -> Option<Challenge> {
    let mut basic = None;
    for parsed in all(headers) {
        if parsed.is("bearer") {
            if let Some(realm) = parsed.parameter("realm") {
                return Some(Challenge::Bearer { realm, service: parsed.parameter("service") });
            }
        } else if parsed.is("basic") {
            basic = Some(Challenge::Basic);
        }
    }
    basic
}

/// The scopes that a registry says are missing from the token it was shown (RFC 6750, section 3.1).
pub(crate) fn missing_scopes(headers: &HeaderMap) -> Option<ScopeSet> {
    let parsed = all(headers).into_iter().find(|parsed| {
        parsed.is("bearer") && parsed.parameter("error").is_some_and(|error| error == "insufficient_scope")
    })?;
    let scopes = parsed.parameter("scope").unwrap_or_default();
    Some(scopes.split_ascii_whitespace().filter_map(Scope::parse).take(ScopeSet::MOST).collect())
}

struct Parsed {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl Parsed {
    fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    fn parameter(&self, name: &str) -> Option<String> {
        self.parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    }
}

fn all(headers: &HeaderMap) -> Vec<Parsed> {
    // The name of a realm may be in any encoding, which must not hide the challenge.
    let values = headers.get_all(WWW_AUTHENTICATE).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    values.flat_map(|value| parse(&value)).collect()
}

/// Splits at commas outside of quotes. An item that starts with a word and no `=` begins a challenge; the others are
/// parameters of the one before.
fn parse(header: &str) -> Vec<Parsed> {
    let mut found: Vec<Parsed> = Vec::new();
    for item in split(header, ',') {
        let word_end = item.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(item.len());
        let (word, rest) = item.split_at(word_end);
        let rest = rest.trim_start();
        let parameter = if rest.starts_with('=') {
            item
        } else {
            found.push(Parsed { scheme: word.to_owned(), parameters: Vec::new() });
            rest
        };
        if let (Some(challenge), Some((key, value))) = (found.last_mut(), parameter.split_once('=')) {
            challenge.parameters.push((key.trim().to_owned(), unquote(value.trim())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (WWW_AUTHENTICATE, HeaderValue::from_bytes(value.as_bytes()).unwrap())).collect()
    }

    #[test]
    fn challenges_are_read_in_every_shape() {
        let bearer = |realm: &str, service: Option<&str>| {
            Some(Challenge::Bearer { realm: realm.to_owned(), service: service.map(str::to_owned) })
        };
        let table: &[(&str, &[&str], Option<Challenge>)] = &[
            (
                "as most send it",
                &[r#"Bearer realm="https://a/t",service="s",scope="repository:x:pull,push""#],
                bearer("https://a/t", Some("s")),
            ),
            (
                "repeated headers (Gitea)",
                &[r#"Bearer realm="https://a/t",service="s""#, r#"Basic realm="x""#],
                bearer("https://a/t", Some("s")),
            ),
            (
                "repeated headers, the other way round",
                &[r#"Basic realm="x""#, r#"Bearer realm="https://a/t""#],
                bearer("https://a/t", None),
            ),
            (
                "several in one header",
                &[r#"Basic realm="x", Bearer realm="https://a/t",service="s", Basic realm="y""#],
                bearer("https://a/t", Some("s")),
            ),
            ("a scheme in capitals (Nexus)", &[r#"BASIC realm="Sonatype""#], Some(Challenge::Basic)),
            ("names in any case", &[r#"bearer REALM="https://a/t",SERVICE=s"#], bearer("https://a/t", Some("s"))),
            (
                "escapes and commas in quotes",
                &[r#"Bearer realm="https://a/t?x=1,2",service="b\"c, Basic realm=\\""#],
                bearer("https://a/t?x=1,2", Some(r#"b"c, Basic realm=\"#)),
            ),
            ("unquoted tokens", &["Bearer realm=https://a/t,service=s.io"], bearer("https://a/t", Some("s.io"))),
            (
                "space around the =",
                &[r#"Bearer realm = "https://a/t" , service = s"#],
                bearer("https://a/t", Some("s")),
            ),
            ("no scope (ACR, Artifactory)", &[r#"Bearer realm="https://a/t""#], bearer("https://a/t", None)),
            (
                "unknown schemes are skipped, with and without data",
                &[r#"Negotiate, NTLM TlRM+/==, Digest realm="x",nonce="y", Bearer realm="https://a/t""#],
                bearer("https://a/t", None),
            ),
            (
                "a realm beyond ASCII",
                &["Basic realm=\"Prüfstand\"", "Bearer realm=\"https://a/t\",service=\"Prüfstand\""],
                bearer("https://a/t", Some("Prüfstand")),
            ),
            (
                "a parameter twice: the first counts",
                &[r#"Bearer realm="https://a/t",realm="https://b/t""#],
                bearer("https://a/t", None),
            ),
            ("only unknown schemes", &[r#"Digest realm="x", nonce="y""#], None),
            ("Bearer without a realm", &["Bearer"], None),
            ("a quote without end", &[r#"Bearer realm="https://a/t"#], bearer("https://a/t", None)),
            ("Basic without a realm", &["Basic"], Some(Challenge::Basic)),
            ("nonsense", &["=, ,=\"", "\"", ","], None),
            ("no header", &[], None),
        ];
        for (name, values, expected) in table {
            assert_eq!(challenges(&headers(values)), *expected, "{name}");
        }
    }

    #[test]
    fn missing_scopes_are_told_from_other_errors() {
        let scopes = |value: &str| missing_scopes(&headers(&[value])).map(|scopes| scopes.to_string());
        assert_eq!(
            scopes(r#"Bearer realm="r",scope="repository:a:pull repository:b:push",error="insufficient_scope""#)
                .as_deref(),
            Some("repository:a:pull repository:b:push")
        );
        assert_eq!(scopes(r#"Bearer realm="r",error="insufficient_scope""#).as_deref(), Some(""));
        assert_eq!(scopes(r#"Bearer realm="r",scope="repository:a:pull",error="invalid_token""#), None);
        assert_eq!(scopes(r#"Bearer realm="r",scope="repository:user/image:pull""#), None);
    }
}
