//! How much is asked of one host at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::registry::lock;

/// Some places for each host.
#[derive(Debug, Default)]
pub(super) struct Limit {
    /// With how many there are.
    hosts: Mutex<HashMap<String, (usize, Arc<Semaphore>)>>,
}

/// A place at a host, until the last clone of it is dropped. Whoever has one waits for no other: else all could wait for
/// each other.
pub(in crate::registry) type Place = Arc<OwnedSemaphorePermit>;

impl Limit {
    /// Waits for a place, of so many that there are; they are given in the order in which they were asked for. When there
    /// are more or fewer than before, those that were given out before are not counted.
    pub(super) async fn place(&self, host: &str, places: usize) -> Place {
        let semaphore = {
            let mut hosts = lock(&self.hosts);
            let there = hosts.entry(host.to_owned()).or_insert_with(|| (places, Arc::new(Semaphore::new(places))));
            if there.0 != places {
                *there = (places, Arc::new(Semaphore::new(places)));
            }
            Arc::clone(&there.1)
        };
        Arc::new(semaphore.acquire_owned().await.expect("the semaphore is never closed"))
    }
}
