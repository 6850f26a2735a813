//! Addresses: where they are, and where answers lead.

use reqwest::header::{HeaderMap, LOCATION};
use url::Url;

use crate::registry::{Error, ErrorKind};

/// Host and port as in a reference.
pub(in crate::registry) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The same address without a user and a password, which would be sent, and shown: what a registry is to be asked with is
/// not for another to say.
pub(in crate::registry) fn without_login(mut url: Url) -> Url {
    // Only an address without a host refuses this, and has none.
    let _ = (url.set_username(""), url.set_password(None));
    url
}

/// Where `Location` leads: absolute, relative, or without a scheme. Never from https to http.
pub(in crate::registry) fn next_hop(from: &Url, headers: &HeaderMap) -> Result<Option<Url>, Error> {
    let next = headers.get(LOCATION).and_then(|value| value.to_str().ok()).and_then(|text| from.join(text).ok());
    let Some(next) = next.filter(|next| matches!(next.scheme(), "http" | "https")) else { return Ok(None) };
    if from.scheme() == "https" && next.scheme() != "https" {
        let words = format!("it leads from https to http, at {}, which is refused", authority(&next));
        return Err(Error::new(ErrorKind::Protocol, &authority(from), words));
    }
    Ok(Some(without_login(next)))
}
