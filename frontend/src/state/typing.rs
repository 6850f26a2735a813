//! What stands in a field and is not part of the list yet.

use std::collections::BTreeMap;

use onetag_shared::descriptor::Annotations;
use serde::{Deserialize, Serialize};

/// A key and a value, as they stand in two fields.
pub(crate) type Pair = (String, String);

/// By the name of the field: `3.platform` is that of the row with the id 3.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Typing {
    /// Texts.
    pub(crate) texts: BTreeMap<String, String>,
    /// Annotations: some without a key yet, or with one that is there twice.
    pub(crate) pairs: BTreeMap<String, Vec<Pair>>,
}

impl Typing {
    /// Is anything unfinished in the fields whose names begin so?
    pub(crate) fn has_any(&self, prefix: &str) -> bool {
        self.texts.keys().chain(self.pairs.keys()).any(|name| name.starts_with(prefix))
    }

    /// The names of the fields that are not finished; `annotations` says what the list has for a name.
    pub(crate) fn unfinished(&self, annotations: impl Fn(&str) -> Annotations) -> Vec<&str> {
        let pairs = self.pairs.iter().filter(|(name, pairs)| is_unfinished(pairs, &annotations(name)));
        self.texts.keys().chain(pairs.map(|(name, _)| name)).map(String::as_str).collect()
    }

    /// Forgets the fields that are no more.
    pub(crate) fn retain(&mut self, is_there: impl Fn(&str) -> bool) {
        self.texts.retain(|name, _| is_there(name));
        self.pairs.retain(|name, _| is_there(name));
    }
}

/// The annotations that the pairs make: those with a key; of two with the same one, the later.
pub(crate) fn annotations(pairs: &[Pair]) -> Annotations {
    pairs.iter().filter(|(key, _)| !key.is_empty()).cloned().collect()
}

/// Is there more in the fields than in the list? The order of the pairs is of no account, nor is a pair that is empty.
fn is_unfinished(pairs: &[Pair], value: &Annotations) -> bool {
    let written: Vec<&Pair> = pairs.iter().filter(|(key, value)| !(key.is_empty() && value.is_empty())).collect();
    let annotations = annotations(pairs);
    annotations.len() < written.len() || annotations != *value
}

/// Takes into the fields what has become of the annotations elsewhere. What is being typed stays.
pub(crate) fn merge(pairs: &mut Vec<Pair>, before: &Annotations, after: &Annotations) {
    pairs.retain(|(key, value)| after.contains_key(key) || before.get(key) != Some(value));
    for (key, value) in after {
        if before.get(key) == Some(value) {
            continue;
        }
        match pairs.iter_mut().rfind(|(other, _)| other == key) {
            Some((_, old)) => value.clone_into(old),
            None => pairs.push((key.clone(), value.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<Pair> {
        let pair = |pair: &str| pair.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
        text.split_whitespace().filter_map(pair).collect()
    }

    #[test]
    fn changes_elsewhere_leave_what_is_typed() {
        for (typed, before, after, expected) in [
            // Nothing was known yet.
            ("", "", "b=1 a=2", "a=2 b=1"),
            ("=x c=3", "", "a=1", "=x c=3 a=1"),
            // An undo of what is in the fields.
            ("b=1 a=2 =y", "a=2 b=1", "a=2", "a=2 =y"),
            ("b=1 a=2", "a=2 b=1", "a=3 b=1", "b=1 a=3"),
            // What is typed just now is neither.
            ("b=1 a=23", "a=2 b=1", "b=1", "b=1 a=23"),
            // The order in which they were typed stays.
            ("b=1 a=2", "a=2 b=1", "a=2 b=1", "b=1 a=2"),
        ] {
            let mut fields = pairs(typed);
            merge(&mut fields, &annotations(&pairs(before)), &annotations(&pairs(after)));
            assert_eq!(fields, pairs(expected), "{typed} when {before} becomes {after}");
        }
    }

    #[test]
    fn what_is_in_the_list_already_is_finished() {
        for (typed, value, expected) in [
            ("b=1 a=2", "a=2 b=1", false),
            ("b=1 =", "b=1", false),
            ("b=1 =x", "b=1", true),
            ("b=1 b=2", "b=2", true),
            ("b=12", "b=1", true),
            ("b=1", "", true),
            ("", "b=1", true),
        ] {
            assert_eq!(is_unfinished(&pairs(typed), &annotations(&pairs(value))), expected, "{typed} of {value}");
        }
    }

    #[test]
    fn a_row_that_is_gone_takes_its_fields_with_it() {
        let mut typing = Typing::default();
        typing.texts.insert("1.platform".to_owned(), "linux/".to_owned());
        typing.texts.insert("12.platform".to_owned(), "linux/a".to_owned());
        typing.pairs.insert("list.annotations".to_owned(), Vec::new());
        assert!(typing.has_any("1."));
        typing.retain(|name| !name.starts_with("1."));
        assert!(!typing.has_any("1.") && typing.has_any("12.") && typing.has_any("list."));
    }
}
