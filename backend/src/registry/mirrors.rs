//! Reading by mirrors first. A mirror is a registry of its own, with settings and logins of its own: what is known of the
//! registry that it mirrors is never shown to it. What it serves is checked as everything is; what it does not have, or
//! does not serve as it should, is read from the registry itself.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use onetag_shared::reference::{Reference, Registry};

use super::{
    Client, Error, ErrorKind, lock,
    settings::{Mirror, key},
};

/// How long a mirror that cannot be reached is left alone.
const PAUSE: Duration = Duration::from_mins(1);

/// Mirrors that could not be reached, and since when.
#[derive(Debug, Default)]
pub(super) struct Unreachable(Mutex<HashMap<String, Instant>>);

impl Unreachable {
    fn add(&self, mirror: &Registry, now: Instant) {
        let mut since = lock(&self.0);
        since.retain(|_, since| *since + PAUSE > now);
        since.insert(key(mirror), now);
    }

    fn includes(&self, mirror: &Registry, now: Instant) -> bool {
        let since = lock(&self.0);
        since.get(&key(mirror)).is_some_and(|since| *since + PAUSE > now)
    }

    pub(super) fn forget(&self, mirror: &Registry) {
        lock(&self.0).remove(&key(mirror));
    }
}

impl Client {
    /// Where else to read first; `place` finds the place at a mirror. Mirrors that could not be reached just now are left
    /// out.
    pub(super) fn mirrors(
        &self,
        reference: &Reference,
        place: fn(&Mirror, &Reference) -> Option<Reference>,
    ) -> Vec<Reference> {
        let (settings, now) = (self.settings(reference.registry()), self.transport.clock().instant());
        let mirrors = settings.mirrors.value.iter();
        let reachable = mirrors.filter(|mirror| !self.unreachable.includes(mirror.registry(), now));
        reachable.filter_map(|mirror| place(mirror, reference)).collect()
    }

    /// A mirror did not serve what it was asked for.
    pub(super) fn pass_over(&self, place: &Reference, error: &Error) {
        tracing::debug!(%error, %place, "a mirror is passed over");
        if matches!(error.kind, ErrorKind::Unreachable | ErrorKind::Timeout | ErrorKind::Tls(_)) {
            self.unreachable.add(place.registry(), self.transport.clock().instant());
        }
    }
}
