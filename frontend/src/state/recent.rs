//! The references that were inspected last.

use onetag_shared::reference::{Reference, Registry};

use super::storage;

const KEY: &str = "onetag.recent";
const MOST: usize = 12;

/// The references, the newest first.
pub(crate) fn all() -> Vec<String> {
    storage::read(KEY).unwrap_or_default()
}

/// The registries of them, each once.
pub(crate) fn registries() -> Vec<Registry> {
    let mut registries = Vec::new();
    for reference in all().iter().filter_map(|reference| reference.parse::<Reference>().ok()) {
        if !registries.contains(reference.registry()) {
            registries.push(reference.registry().clone());
        }
    }
    registries
}

/// Notes a reference that was inspected.
pub(crate) fn note(reference: &str) {
    let mut references = all();
    references.retain(|seen| seen != reference);
    references.insert(0, reference.to_owned());
    references.truncate(MOST);
    storage::write(KEY, &references);
}

/// Forgets all of them.
pub(crate) fn clear() {
    storage::remove(KEY);
}
