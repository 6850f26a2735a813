//! Addresses that registries lead to.

use reqwest::header::{HeaderValue, LOCATION};
use url::Url;

use super::super::transport::next_hop;

#[test]
fn fuzz_locations() {
    let own: Url = "https://registry.example:5000/v2/a/blobs/uploads/1?_state=x".parse().unwrap();
    let plain: Url = "http://registry.example/v2/".parse().unwrap();
    onetag_fuzz::fuzz("location", &["?digest=", "//other.example", "ftp:"], |input| {
        let Ok(value) = HeaderValue::from_bytes(input) else { return };
        let headers = [(LOCATION, value)].into_iter().collect();
        for from in [&own, &plain] {
            match next_hop(from, &headers) {
                Ok(Some(next)) => {
                    let is_upheld = next.scheme() == "https" || from.scheme() == "http" && next.scheme() == "http";
                    assert!(is_upheld && next.has_host(), "{next}");
                    assert!(next.username().is_empty() && next.password().is_none(), "{next}");
                    assert!(!next.as_str().contains(|c: char| c.is_control() || c == ' '), "{next}");
                    assert!(next.as_str().len() <= from.as_str().len() + input.len() * 3, "{next}");
                }
                Ok(None) => {}
                Err(error) => assert!(!error.words.chars().any(char::is_control), "{}", error.words),
            }
        }
    });
}
