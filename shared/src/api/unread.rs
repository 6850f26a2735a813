//! Parts of an answer that are read when they are wanted.

use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::Value;

/// A part of an answer that few want, as JSON until somebody does: a page that shows problems, and none of what is only in
/// some of them, comes without the code that reads it.
#[derive(Debug, PartialEq, Eq)]
pub struct Unread<T>(Option<Box<Value>>, PhantomData<fn() -> T>);

impl<T: Serialize> Unread<T> {
    /// This, for who wants it.
    pub fn of(part: &T) -> Self {
        Self(serde_json::to_value(part).ok().map(Box::new), PhantomData)
    }
}

impl<T: DeserializeOwned + Default> Unread<T> {
    /// What it is. Where it is absent, or another thing than it should be, the default.
    pub fn read(&self) -> T {
        self.0.as_deref().and_then(|part| serde_json::from_value(part.clone()).ok()).unwrap_or_default()
    }
}

impl<T> Unread<T> {
    /// There is nothing.
    pub const fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl<T> Default for Unread<T> {
    fn default() -> Self {
        Self(None, PhantomData)
    }
}

impl<T> Clone for Unread<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<T> Serialize for Unread<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Unread<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::deserialize(deserializer)?, PhantomData))
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn what_is_put_in_comes_out_and_nothing_else_is_an_error() {
        let numbers = Unread::of(&vec![1, 2]);
        assert_eq!((serde_json::to_string(&numbers).unwrap(), numbers.read()), ("[1,2]".to_owned(), vec![1, 2]));
        assert_eq!(numbers, serde_json::from_str("[1, 2]").unwrap());
        let other: Unread<Vec<u8>> = serde_json::from_str(r#"{"not": "a list"}"#).unwrap();
        assert!(!other.is_absent() && other.read().is_empty());
        assert!(Unread::<Vec<u8>>::default().is_absent() && Unread::<Option<u8>>::default().read().is_none());
    }
}
