//! JSON in the browser's storage. What cannot be read counts as absent: it may be from another version, or a person's doing.
//!
//! Where the browser keeps nothing, or no more, texts stay in memory: the page goes on until it is left.

use std::{cell::RefCell, collections::BTreeMap};

use serde::{Serialize, de::DeserializeOwned};

use crate::dom;

thread_local! {
    /// What the browser did not take; newer than what it has.
    static UNKEPT: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

/// The value at a key.
pub(super) fn read<T: DeserializeOwned>(key: &str) -> Option<T> {
    let unkept = UNKEPT.with_borrow(|texts| texts.get(key).cloned());
    let text = unkept.or_else(|| dom::storage()?.get_item(key).ok()?)?;
    serde_json::from_str(&text).ok()
}

/// Keeps a value; `false` when only this page does (storage is off, or full).
pub(super) fn write<T: Serialize>(key: &str, value: &T) -> bool {
    serde_json::to_string(value).is_ok_and(|text| write_text(key, &text))
}

/// Keeps a value that is JSON already; `false` when only this page does.
pub(super) fn write_text(key: &str, text: &str) -> bool {
    let is_kept = dom::storage().is_some_and(|storage| storage.set_item(key, text).is_ok());
    UNKEPT.with_borrow_mut(|texts| {
        if is_kept {
            texts.remove(key);
        } else {
            texts.insert(key.to_owned(), text.to_owned());
        }
    });
    is_kept
}

/// Forgets a value.
pub(super) fn remove(key: &str) {
    UNKEPT.with_borrow_mut(|texts| texts.remove(key));
    if let Some(storage) = dom::storage() {
        storage.remove_item(key).ok();
    }
}

/// All keys that begin so.
pub(super) fn keys(prefix: &str) -> Vec<String> {
    let mut keys: Vec<String> = UNKEPT.with_borrow(|texts| texts.keys().cloned().collect());
    if let Some(storage) = dom::storage() {
        let length = storage.length().unwrap_or(0);
        keys.extend((0..length).filter_map(|place| storage.key(place).ok().flatten()));
    }
    keys.retain(|key| key.starts_with(prefix));
    keys.sort_unstable();
    keys.dedup();
    keys
}
