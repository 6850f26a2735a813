//! Who asks a registry first, while the others wait.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::registry::lock;

/// Which registries were asked already. A registry's semaphore has one place until its first answer has come, and is
/// closed then.
#[derive(Debug, Default)]
pub(super) struct FirstRequests(Mutex<HashMap<String, Arc<Semaphore>>>);

/// The first request to a registry: until it is dropped, the others wait.
#[derive(Debug)]
pub(in crate::registry) struct FirstRequest {
    gate: Arc<Semaphore>,
    _place: OwnedSemaphorePermit,
}

impl Drop for FirstRequest {
    fn drop(&mut self) {
        // However it ended: nobody waits for a second one.
        self.gate.close();
    }
}

impl FirstRequests {
    /// Has somebody been answered already?
    pub(super) fn was_made(&self, registry: &str) -> bool {
        lock(&self.0).get(registry).is_some_and(|gate| gate.is_closed())
    }

    /// The first request, for whoever comes first; `None` for the others, after it.
    pub(super) async fn make(&self, registry: &str) -> Option<FirstRequest> {
        let gate = {
            let mut gates = lock(&self.0);
            Arc::clone(gates.entry(registry.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(1))))
        };
        let place = Arc::clone(&gate).acquire_owned().await.ok()?;
        Some(FirstRequest { gate, _place: place })
    }

    /// Forgets that registries were asked.
    pub(super) fn forget(&self, is_meant: impl Fn(&str) -> bool) {
        lock(&self.0).retain(|registry, _| !is_meant(registry));
    }
}
