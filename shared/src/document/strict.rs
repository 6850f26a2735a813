//! JSON without double meanings: no key stands twice in one object, and numbers are what is written.

use std::{cell::RefCell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{
    DocumentError,
    readable::{is_number_text, readable},
};

/// The only key of the object that stands for a number which [`Number`] would write in another way: with more digits than
/// fit, or `1.50`, or `1e2`, or `1e400`. Its value is the number as it was written.
///
/// `serde_json` can keep such numbers itself (`arbitrary_precision`), but only for all crates of a build at once, and then
/// serde can no longer read integers in tagged enums.
const EXACT: &str = "$onetag:number";

/// Reads JSON; objects keep the order of their keys. Nesting deeper than 128 levels is an error. Half of a surrogate pair
/// is read as U+FFFD, as Go reads it.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, DocumentError> {
    let duplicate = RefCell::new(None);
    let numbers = RefCell::new(Numbers { rest: bytes });
    let text = readable(bytes);
    let mut deserializer = serde_json::Deserializer::from_slice(&text);
    let value = Strict { duplicate: &duplicate, numbers: &numbers }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match (value, duplicate.into_inner()) {
        (_, Some(key)) => Err(DocumentError::DuplicateKey(key)),
        (Ok(value), None) => Ok(value),
        (Err(error), None) => Err(DocumentError::NotJson(error.to_string())),
    }
}

/// The number that this object stands for, as it is to be written.
pub(crate) fn exact_number(object: &Map<String, Value>) -> Option<&str> {
    let text = object.get(EXACT).filter(|_| object.len() == 1)?.as_str()?;
    // Drafts come from anywhere: what is no number must not get into a list as one.
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'));
    (is_plain && is_number_text(text.as_bytes())).then_some(text)
}

/// The numbers of a JSON text as they are written, in order. serde tells what they are worth, not how they look.
struct Numbers<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Numbers<'a> {
    type Item = &'a str;

    /// Only sees what serde has found to be JSON so far, so that it need not look for errors.
    fn next(&mut self) -> Option<&'a str> {
        loop {
            let (first, after) = self.rest.split_first()?;
            self.rest = match first {
                b'"' => after_string(after),
                b'-' | b'0'..=b'9' => {
                    let is_number = |b: &u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                    let end = self.rest.iter().position(|b| !is_number(b)).unwrap_or(self.rest.len());
                    let (number, rest) = self.rest.split_at(end);
                    self.rest = rest;
                    return std::str::from_utf8(number).ok();
                }
                _ => after,
            };
        }
    }
}

/// What follows a text, of which the opening quote has been read.
fn after_string(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = match rest {
            [] => return rest,
            [b'"', after @ ..] => return after,
            [b'\\', _, after @ ..] | [_, after @ ..] => after,
        };
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    /// The first key that was met twice: serde's errors carry text only.
    duplicate: &'a RefCell<Option<String>>,
    /// The numbers that have not been visited yet.
    numbers: &'a RefCell<Numbers<'a>>,
}

impl Strict<'_> {
    /// A number that was visited: as serde has it, if that is written the same.
    fn number(self, number: Option<Number>) -> Value {
        let text = self.numbers.borrow_mut().next().unwrap_or_default();
        match number {
            Some(number) if number.to_string() == text => Value::Number(number),
            _ => Value::Object(Map::from_iter([(EXACT.to_owned(), Value::String(text.to_owned()))])),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(self.number(Some(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(self.number(Some(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(self.number(Number::from_f64(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if object.contains_key(&key) {
                self.duplicate.borrow_mut().get_or_insert(key);
                return Err(A::Error::custom("duplicate key"));
            }
            if key == EXACT {
                return Err(A::Error::custom(format!("the key `{EXACT}` is reserved")));
            }
            let value = map.next_value_seed(self)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

/// Refuses keys that Go's encoder, which ignores upper and lower case, takes for one of the known keys.
pub(super) fn refuse_case_variants(object: &Map<String, Value>, known: &[&'static str]) -> Result<(), DocumentError> {
    for key in object.keys() {
        if known.contains(&key.as_str()) {
            continue;
        }
        if let Some(known) = known.iter().find(|known| fold(known).eq(fold(key))) {
            return Err(DocumentError::CaseVariant { found: key.clone(), known });
        }
    }
    Ok(())
}

/// Go's case folding, as far as ASCII keys are concerned: the long s and the Kelvin sign are letters to it.
fn fold(key: &str) -> impl Iterator<Item = char> {
    key.chars().map(|c| match c {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        _ => c.to_ascii_lowercase(),
    })
}
