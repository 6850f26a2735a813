//! Places for requests that wait for a registry.
//!
//! Browsers open six connections to a server that speaks HTTP/1.1. When slow registries keep all of them, nothing else
//! gets through: no push, no news of it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_lock::{Semaphore, SemaphoreGuard, SemaphoreGuardArc};
use onetag_shared::reference::Reference;

/// For images, however many a draft names. A registry that answers nothing leaves a place for the others.
pub(super) static SOURCES: Slots = Slots::new(4, 3);

/// For looks at what a tag holds: these do not wait for images.
pub(super) static LOOKS: Slots = Slots::new(1, 1);

/// So many places, and no more of them for one registry than that.
pub(super) struct Slots {
    all: Semaphore,
    each: usize,
    registries: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

/// A place; given back when it is dropped.
pub(super) struct Place<'a> {
    _of_registry: SemaphoreGuardArc,
    _of_all: SemaphoreGuard<'a>,
}

impl Slots {
    const fn new(all: usize, each: usize) -> Self {
        Self { all: Semaphore::new(all), each, registries: Mutex::new(BTreeMap::new()) }
    }

    /// Waits for a place. The registry's own comes first: whoever waits for one keeps none from the others.
    pub(super) async fn acquire(&self, reference: &Reference) -> Place<'_> {
        let host = reference.registry().to_string();
        let of_registry = {
            let mut registries = self.registries.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(registries.entry(host).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
        };
        Place { _of_registry: of_registry.acquire_arc().await, _of_all: self.all.acquire().await }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    #[test]
    fn a_registry_that_answers_nothing_leaves_a_place_for_others() {
        let slots = Slots::new(4, 3);
        let mut context = Context::from_waker(Waker::noop());
        let dead: Reference = "dead.example.com/app:v1".parse().unwrap();
        let alive: Reference = "alive.example.com/app:v1".parse().unwrap();
        let mut places = Vec::new();
        for _ in 0..3 {
            let Poll::Ready(place) = pin!(slots.acquire(&dead)).poll(&mut context) else { panic!("a free place") };
            places.push(place);
        }
        let mut fourth = pin!(slots.acquire(&dead));
        assert!(fourth.as_mut().poll(&mut context).is_pending());
        let Poll::Ready(other) = pin!(slots.acquire(&alive)).poll(&mut context) else { panic!("a place for it") };
        drop(other);
        places.pop();
        assert!(fourth.poll(&mut context).is_ready());
    }
}
