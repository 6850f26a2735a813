//! Repositories: the path of a reference within its registry.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    error::{Fault, Part, ReferenceError, ReferenceErrorKind as Kind},
    parse::LIBRARY,
};

/// The most characters a repository may have, its registry not counted.
const LONGEST: usize = 255;

/// The name of a repository within its registry, in full: `library/ubuntu`.
///
/// Components are runs of lower-case letters and digits, joined by one `.`, one or two `_`, or any number of `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "library/ubuntu"))]
#[serde(try_from = "String", into = "String")]
pub struct Repository(String);

impl Repository {
    /// The text, without the registry.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a path. On Docker Hub a path of one component gains `library/`.
pub(super) fn parse(path: &str, on_docker_hub: bool) -> Result<Repository, Fault> {
    // Docker looks for capitals before anything else.
    if let Some((offset, c)) = path.char_indices().find(|(_, c)| c.is_uppercase()) {
        return Err(Fault::at(offset, Kind::UpperCase(c)));
    }
    let mut offset = 0;
    for component in path.split('/') {
        check_component(component).map_err(|fault| fault.shifted(offset))?;
        offset += component.len() + 1;
    }
    let full = if on_docker_hub && !path.contains('/') { format!("{LIBRARY}{path}") } else { path.to_owned() };
    // Every character is ASCII by now.
    if full.len() > LONGEST {
        return Err(Fault::whole(Kind::RepositoryTooLong(full.len())));
    }
    Ok(Repository(full))
}

fn check_component(component: &str) -> Result<(), Fault> {
    if component.is_empty() {
        return Err(Fault::at(0, Kind::EmptyComponent));
    }
    let is_alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_separator = |c: char| matches!(c, '.' | '_' | '-');
    if let Some((offset, c)) = component.char_indices().find(|&(_, c)| !is_alphanumeric(c) && !is_separator(c)) {
        return Err(Fault::at(offset, Kind::RepositoryCharacter(c)));
    }
    if let Some(c) = component.chars().next().filter(|&c| is_separator(c)) {
        return Err(Fault::at(0, Kind::EdgeSeparator(c)));
    }
    if let Some(c) = component.chars().next_back().filter(|&c| is_separator(c)) {
        return Err(Fault::at(component.len() - 1, Kind::EdgeSeparator(c)));
    }
    let mut offset = 0;
    for run in component.split(is_alphanumeric) {
        let fits = matches!(run, "" | "." | "_" | "__") || run.bytes().all(|b| b == b'-');
        if !fits {
            return Err(Fault::at(offset, Kind::Separator(run.to_owned())));
        }
        offset += run.len() + 1;
    }
    Ok(())
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Repository {
    type Err = ReferenceError;

    /// Reads the name in full: nothing is added, since what is added depends on the registry.
    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        if text.is_empty() {
            return Err(ReferenceError::of_part(Part::Repository, text, Fault::whole(Kind::NoRepository)));
        }
        parse(text, false).map_err(|fault| ReferenceError::of_part(Part::Repository, text, fault))
    }
}

impl TryFrom<String> for Repository {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Self, ReferenceError> {
        text.parse()
    }
}

impl From<Repository> for String {
    fn from(repository: Repository) -> Self {
        repository.0
    }
}
