//! JSON in the browser's storage. What cannot be read counts as absent: it may be from another version, or a person's doing.

use serde::{Serialize, de::DeserializeOwned};

use crate::dom;

/// The value at a key.
pub(super) fn read<T: DeserializeOwned>(key: &str) -> Option<T> {
    let text = dom::storage()?.get_item(key).ok()??;
    serde_json::from_str(&text).ok()
}

/// Keeps a value; `false` when the browser cannot (storage is off, or full).
pub(super) fn write<T: Serialize>(key: &str, value: &T) -> bool {
    let Ok(text) = serde_json::to_string(value) else { return false };
    dom::storage().is_some_and(|storage| storage.set_item(key, &text).is_ok())
}

/// Forgets a value.
pub(super) fn remove(key: &str) {
    if let Some(storage) = dom::storage() {
        storage.remove_item(key).ok();
    }
}

/// All keys that begin so.
pub(super) fn keys(prefix: &str) -> Vec<String> {
    let Some(storage) = dom::storage() else { return Vec::new() };
    let length = storage.length().unwrap_or(0);
    let keys = (0..length).filter_map(|place| storage.key(place).ok().flatten());
    keys.filter(|key| key.starts_with(prefix)).collect()
}
