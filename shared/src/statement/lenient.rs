//! JSON that others wrote, read for the few fields that are wanted: one of another type than it should be counts as absent,
//! and lists and texts are cut where they get longer than anybody reads. All else is passed over and takes no memory.

use std::{fmt, marker::PhantomData, ops::Deref};

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};

/// The longest text that is kept, in characters.
const LONGEST: usize = 2000;
/// Digests of one thing that are kept.
const MOST_DIGESTS: usize = 8;

/// An object, or the default where something else stands.
#[derive(Debug, Default)]
pub(super) struct Object<T>(pub(super) T);

impl<T> Deref for Object<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A text that is not empty, cut where it is too long; or none.
#[derive(Debug, Default)]
pub(super) struct Text(pub(super) Option<String>);

/// A text of any length.
#[derive(Debug, Default)]
pub(super) struct Whole(pub(super) Option<String>);

/// A list, of which the first are kept and all are counted.
#[derive(Debug)]
pub(super) struct Capped<T, const MOST: usize> {
    pub(super) items: Vec<T>,
    pub(super) total: usize,
}

impl<T, const MOST: usize> Default for Capped<T, MOST> {
    fn default() -> Self {
        Self { items: Vec::new(), total: 0 }
    }
}

/// Digests by their algorithms, in the document's order.
#[derive(Debug, Default)]
pub(super) struct Digests(pub(super) Vec<(String, String)>);

impl Digests {
    /// The one with this algorithm.
    pub(super) fn get(&self, algorithm: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == algorithm).map(|(_, digest)| digest.as_str())
    }

    /// `sha256:…` each.
    pub(super) fn to_texts(&self) -> Vec<String> {
        self.0.iter().map(|(algorithm, digest)| format!("{algorithm}:{digest}")).collect()
    }
}

/// A text with what it is cut to.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The other types that a visitor meets where it wants one: nothing of them is kept.
macro_rules! or_default {
    (value) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("JSON")
        }
    };
    (text) => {
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
    (list) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
    (object) => {
        fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
            while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
}

struct Wanted<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Wanted(PhantomData::<Self>))
    }
}

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Wanted<Object<T>> {
    type Value = Object<T>;

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object)).map(Object)
    }

    or_default!(value);
    or_default!(text);
    or_default!(list);
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Wanted(PhantomData::<Self>))
    }
}

impl<'de> Visitor<'de> for Wanted<Text> {
    type Value = Text;

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text((!text.is_empty()).then(|| cut(text))))
    }

    or_default!(value);
    or_default!(list);
    or_default!(object);
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Wanted(PhantomData::<Self>))
    }
}

impl<'de> Visitor<'de> for Wanted<Whole> {
    type Value = Whole;

    fn visit_str<E>(self, text: &str) -> Result<Whole, E> {
        Ok(Whole(Some(text.to_owned())))
    }

    or_default!(value);
    or_default!(list);
    or_default!(object);
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for Capped<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Wanted(PhantomData::<Self>))
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Wanted<Capped<T, MOST>> {
    type Value = Capped<T, MOST>;

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut capped = Capped::default();
        while capped.items.len() < MOST {
            let Some(item) = list.next_element()? else { break };
            capped.items.push(item);
        }
        capped.total = capped.items.len();
        while list.next_element::<IgnoredAny>()?.is_some() {
            capped.total += 1;
        }
        Ok(capped)
    }

    or_default!(value);
    or_default!(text);
    or_default!(object);
}

impl<'de> Deserialize<'de> for Digests {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Wanted(PhantomData::<Self>))
    }
}

impl<'de> Visitor<'de> for Wanted<Digests> {
    type Value = Digests;

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Digests, A::Error> {
        let mut digests = Digests::default();
        while let Some((Text(algorithm), Text(digest))) = object.next_entry()? {
            if let (Some(algorithm), Some(digest), true) = (algorithm, digest, digests.0.len() < MOST_DIGESTS) {
                digests.0.push((algorithm, digest));
            }
        }
        Ok(digests)
    }

    or_default!(value);
    or_default!(text);
    or_default!(list);
}
