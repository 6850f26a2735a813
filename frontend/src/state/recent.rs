//! The references that were inspected last.

use super::storage;

const KEY: &str = "onetag.recent";
const MOST: usize = 12;

/// The references, the newest first.
pub(crate) fn all() -> Vec<String> {
    storage::read(KEY).unwrap_or_default()
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
