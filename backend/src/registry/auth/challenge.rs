//! What a registry wants, in `WWW-Authenticate` (RFC 9110, section 11.6.1).

use http_auth::parser::ChallengeParser;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// A challenge that can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// User and password with each request.
    Basic,
    /// A token from a token server. The scope that it names is not kept: each request has its own.
    Bearer { realm: String, service: Option<String> },
}

/// The best of all challenges: Bearer before Basic. Unknown schemes are skipped.
pub(super) fn challenges(headers: &HeaderMap) -> Option<Challenge> {
    let mut best = None;
    for value in headers.get_all(WWW_AUTHENTICATE) {
        let Ok(value) = value.to_str() else { continue };
        for challenge in ChallengeParser::new(value).map_while(Result::ok) {
            let parameter = |name: &str| {
                challenge
                    .params
                    .iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value.to_unescaped())
            };
            if challenge.scheme.eq_ignore_ascii_case("bearer") {
                if let Some(realm) = parameter("realm") {
                    return Some(Challenge::Bearer { realm, service: parameter("service") });
                }
            } else if challenge.scheme.eq_ignore_ascii_case("basic") {
                best = Some(Challenge::Basic);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read_in_every_shape() {
        let bearer = |realm: &str, service: Option<&str>| {
            Some(Challenge::Bearer { realm: realm.to_owned(), service: service.map(str::to_owned) })
        };
        let table: &[(&[&str], Option<Challenge>)] = &[
            (
                &[r#"Bearer realm="https://a/t",service="s",scope="repository:x:pull,push""#],
                bearer("https://a/t", Some("s")),
            ),
            (&[r#"bearer REALM="https://a/t""#], bearer("https://a/t", None)),
            (&["BASIC realm=\"x\""], Some(Challenge::Basic)),
            (&["Basic realm=\"x\"", r#"Bearer realm="https://a/t""#], bearer("https://a/t", None)),
            (
                &[r#"Negotiate, Basic realm="x", Bearer realm="https://a/t",service="b\"c""#],
                bearer("https://a/t", Some("b\"c")),
            ),
            (&["Digest realm=\"x\", nonce=\"y\""], None),
            (&["Bearer"], None),
            (&[], None),
        ];
        for (values, expected) in table {
            let mut headers = HeaderMap::new();
            for value in *values {
                headers.append(WWW_AUTHENTICATE, value.parse().unwrap());
            }
            assert_eq!(challenges(&headers), *expected, "{values:?}");
        }
    }
}
