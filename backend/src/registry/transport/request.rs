//! What is sent, and on whose behalf.

use bytes::Bytes;
use onetag_shared::reference::Registry;
use reqwest::{
    Method,
    header::{ACCEPT_ENCODING, HeaderMap, HeaderValue},
};
use url::Url;

/// A request, so that it can be sent again.
#[derive(Clone, Debug)]
pub(in crate::registry) struct Request {
    /// On whose behalf it is made: who decides what it may reach, wherever that registry leads.
    pub(super) registry: Registry,
    pub(in crate::registry) method: Method,
    pub(in crate::registry) url: Url,
    pub(in crate::registry) headers: HeaderMap,
    pub(in crate::registry) body: Bytes,
    /// Nobody is told who we are, the registry itself neither.
    pub(super) anonymous: bool,
}

impl Request {
    pub(in crate::registry) fn new(registry: &Registry, method: Method, url: Url) -> Self {
        let mut headers = HeaderMap::new();
        // What is hashed must be what is stored.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        Self { registry: registry.clone(), method, url, headers, body: Bytes::new(), anonymous: false }
    }

    /// To an address that a manifest names, on behalf of the registry that has the manifest. A login in the address is
    /// dropped: it is none of ours, and would be shown as one.
    pub(in crate::registry) fn anonymous(registry: &Registry, mut url: Url) -> Self {
        // They fail for addresses without a host, which have no login either.
        let _ = (url.set_username(""), url.set_password(None));
        Self { anonymous: true, ..Self::new(registry, Method::GET, url) }
    }

    /// Starting an upload twice leaves two; everything else can be repeated.
    pub(super) fn is_idempotent(&self) -> bool {
        self.method != Method::POST && self.method != Method::PATCH
    }
}
