//! How much is asked of one host at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many places for each host.
#[derive(Debug)]
pub(super) struct Limit {
    places: usize,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A place at a host, until the last clone of it is dropped. Whoever has one waits for no other: else all could wait for
/// each other.
pub(in crate::registry) type Place = Arc<OwnedSemaphorePermit>;

impl Limit {
    pub(super) fn new(places: usize) -> Self {
        Self { places, hosts: Mutex::default() }
    }

    /// Waits for a place; they are given in the order in which they were asked for.
    pub(super) async fn place(&self, host: &str) -> Place {
        let semaphore = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let semaphore = hosts.entry(host.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.places)));
            Arc::clone(semaphore)
        };
        Arc::new(semaphore.acquire_owned().await.expect("the semaphore is never closed"))
    }
}
