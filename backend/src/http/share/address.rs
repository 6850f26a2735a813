//! Addresses of what is shared: ours, in full, and the reference in those that are asked for.

use axum::http::{HeaderMap, header};
use onetag_shared::{api::Problem, reference::Reference};

use crate::http::extract;

/// Where this server is for whoever asks: `http://localhost:8080`. Previews want whole addresses.
///
/// The one place that decides it. It is the `Host` of the request, which `http::access` has checked to be a name of this
/// machine; behind a public address it will be that one.
pub(super) fn origin(headers: &HeaderMap) -> String {
    format!("http://{}", host(headers))
}

/// The same without its scheme: `localhost:8080`.
pub(super) fn host(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost")
}

/// A reference as part of a path. Of what it has in it, only the brackets around an address need an escape.
pub(super) fn path_of(reference: &Reference) -> String {
    reference.familiar().replace('[', "%5B").replace(']', "%5D")
}

/// The reference in front of an ending: references have dots, slashes, colons and `@` themselves. `None` without that
/// ending.
pub(super) fn before_ending(path: &str, ending: &str) -> Option<Result<Reference, Problem>> {
    path.strip_suffix(ending).map(extract::reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_out_of_paths_and_written_into_them() {
        let digest = format!("sha256:{}", "0".repeat(64));
        for name in
            ["ubuntu:22.04", "localhost:5000/a/b.svg:v1.svg", "[::1]:5000/app", &format!("ghcr.io/a/b:c@{digest}")]
        {
            assert_eq!(before_ending(&format!("{name}.svg"), ".svg").unwrap().unwrap().familiar(), name);
        }
        assert!(before_ending("Not:A:Reference.svg", ".svg").unwrap().is_err());
        assert!(before_ending("ubuntu:22.04", ".svg").is_none());
        let reference: Reference = "[::1]:5000/app:v1".parse().unwrap();
        assert_eq!(path_of(&reference), "%5B::1%5D:5000/app:v1");
    }

    #[test]
    fn addresses_are_those_that_were_used() {
        let headers = HeaderMap::from_iter([(header::HOST, "127.0.0.1:8080".parse().unwrap())]);
        assert_eq!(origin(&headers), "http://127.0.0.1:8080");
    }
}
