//! Repositories that somebody wants to find again: many registries do not tell what they have.

use super::storage;

const KEY: &str = "onetag.saved";

/// The repositories, as they were saved.
pub(crate) fn all() -> Vec<String> {
    storage::read(KEY).unwrap_or_default()
}

/// Saves a repository, or takes it out again.
pub(crate) fn set(repository: &str, is_saved: bool) {
    let mut repositories = all();
    repositories.retain(|saved| saved != repository);
    if is_saved {
        repositories.push(repository.to_owned());
    }
    storage::write(KEY, &repositories);
}
