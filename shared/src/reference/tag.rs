//! Tags: the names that move.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::error::{Fault, Part, ReferenceError, ReferenceErrorKind as Kind};

/// The most characters a tag may have.
const LONGEST: usize = 128;

/// A tag: `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}` (OCI distribution spec, "Pulling manifests").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "latest"))]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

impl Tag {
    /// `latest`: what a reference without tag and digest means.
    pub fn latest() -> Self {
        Self(LATEST.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The tag that goes without saying.
pub(super) const LATEST: &str = "latest";

pub(super) fn parse(text: &str) -> Result<Tag, Fault> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match text.chars().next() {
        None => return Err(Fault::at(0, Kind::EmptyTag)),
        Some(c @ ('.' | '-')) => return Err(Fault::at(0, Kind::TagStart(c))),
        Some(_) => {}
    }
    if let Some((offset, c)) = text.char_indices().find(|&(_, c)| !is_word(c) && !matches!(c, '.' | '-')) {
        return Err(Fault::at(offset, Kind::TagCharacter(c)));
    }
    if text.len() > LONGEST {
        return Err(Fault::at(LONGEST, Kind::TagTooLong(text.len())));
    }
    Ok(Tag(text.to_owned()))
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Tag {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        parse(text).map_err(|fault| ReferenceError::of_part(Part::Tag, text, fault))
    }
}

impl TryFrom<String> for Tag {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Self, ReferenceError> {
        text.parse()
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0
    }
}
