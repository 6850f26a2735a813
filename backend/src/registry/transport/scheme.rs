//! Whether a registry that may be on either answers by https or by plain http.

use std::{collections::HashMap, sync::Mutex};

use onetag_shared::{api::Scheme, reference::Registry};
use reqwest::Method;

use super::{Request, Transport, base};
use crate::registry::{Error, ErrorKind, error::TlsFault, lock, settings::key};

/// What was found out. What answered by https once is not asked by http later.
#[derive(Debug, Default)]
pub(super) struct Schemes(Mutex<HashMap<String, &'static str>>);

impl Schemes {
    /// What a registry was found to answer by; https as long as it was not.
    pub(super) fn found(&self, registry: &Registry) -> &'static str {
        self.lock().get(&key(registry)).copied().unwrap_or("https")
    }

    fn is_found(&self, registry: &Registry) -> bool {
        self.lock().contains_key(&key(registry))
    }

    fn keep(&self, registry: &Registry, scheme: &'static str) {
        self.lock().insert(key(registry), scheme);
    }

    pub(super) fn forget(&self, registry: &Registry) {
        self.lock().remove(&key(registry));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, &'static str>> {
        lock(&self.0)
    }
}

impl Transport {
    /// Finds out how a registry is to be spoken to, where the settings leave that open. Only what does not speak https at
    /// all is asked by plain http: somebody who is slow, or whose certificate cannot be read, is not.
    pub(in crate::registry) async fn find_scheme(&self, registry: &Registry) -> Result<(), Error> {
        if self.settings(registry).scheme.value != Scheme::HttpsElseHttp || self.schemes.is_found(registry) {
            return Ok(());
        }
        let knock = |scheme| async move {
            let request = Request::new(registry, Method::GET, base(scheme, registry)?);
            self.send_without_redirects(&request).await
        };
        let Err(error) = knock("https").await else {
            self.schemes.keep(registry, "https");
            return Ok(());
        };
        if !matches!(error.kind, ErrorKind::Tls(TlsFault::NotTls) | ErrorKind::Unreachable | ErrorKind::Broken) {
            return Err(error);
        }
        if knock("http").await.is_err() {
            return Err(error);
        }
        self.schemes.keep(registry, "http");
        Ok(())
    }
}
