//! The parts of a reference.

use std::{fmt, str::FromStr};

use super::{Fault, ReferenceError, What};

/// Longest path of a repository, in characters.
const MAX_PATH: usize = 255;
/// Longest tag, in characters.
const MAX_TAG: usize = 128;

/// A registry: host name or IP address, with a port where one was given, as typed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Registry(String);

impl Registry {
    /// Docker Hub, under its canonical name.
    pub fn docker_hub() -> Self {
        Self("docker.io".to_owned())
    }

    pub(super) fn is_docker_hub(&self) -> bool {
        self.0 == "docker.io"
    }

    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        if text == "index.docker.io" {
            return Ok(Self::docker_hub());
        }
        let (host, port) = split_port(text)?;
        if let Some(address) = host.strip_prefix('[') {
            let address = address.strip_suffix(']').ok_or((What::Host, 0))?;
            let is_address = !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
            if !is_address {
                return Err((What::Host, 1));
            }
        } else {
            let mut position = 0;
            for label in host.split('.') {
                let is_label = !label.is_empty()
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                    && !label.starts_with('-')
                    && !label.ends_with('-');
                if !is_label {
                    return Err((What::Host, position));
                }
                position += label.len() + 1;
            }
        }
        if let Some((port, at)) = port
            && (port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit()))
        {
            return Err((What::Port, at));
        }
        Ok(Self(text.to_owned()))
    }

    /// As typed, with its port.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where its API is: Docker Hub's is at another name.
    pub fn api_host(&self) -> &str {
        if self.is_docker_hub() { "registry-1.docker.io" } else { &self.0 }
    }

    /// The key under which `docker login` keeps its credentials.
    pub fn credential_key(&self) -> &str {
        if self.is_docker_hub() { "https://index.docker.io/v1/" } else { &self.0 }
    }

    /// Is it on this machine: `localhost`, 127.0.0.0/8 or `[::1]`?
    pub fn is_loopback(&self) -> bool {
        let host = split_port(&self.0).map_or(self.0.as_str(), |(host, _)| host);
        host.eq_ignore_ascii_case("localhost")
            || host == "[::1]"
            || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
    }
}

/// Host, and port with its position where there is one.
fn split_port(text: &str) -> Result<(&str, Option<(&str, usize)>), Fault> {
    if text.starts_with('[') {
        let end = text.find(']').ok_or((What::Host, 0))? + 1;
        let (host, rest) = text.split_at(end);
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some((port, end + 1)))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err((What::Host, end)),
        };
    }
    Ok(match text.split_once(':') {
        Some((host, port)) => (host, Some((port, host.len() + 1))),
        None => (text, None),
    })
}

/// A repository's path: lower-case components joined by slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Repository(String);

impl Repository {
    pub(super) fn parse(path: &str) -> Result<Self, Fault> {
        let mut position = 0;
        for component in path.split('/') {
            check_component(component).map_err(|(what, at)| (what, position + at))?;
            position += component.len() + 1;
        }
        if path.len() > MAX_PATH {
            return Err((What::LongPath(path.len()), MAX_PATH));
        }
        Ok(Self(path.to_owned()))
    }

    /// On Docker Hub a path of one component means an official image.
    pub(super) fn in_library(self) -> Self {
        if self.0.contains('/') { self } else { Self(format!("library/{}", self.0)) }
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Runs of `[a-z0-9]+` joined by one `.`, one or two `_`, or any number of `-`.
fn check_component(component: &str) -> Result<(), Fault> {
    if component.is_empty() {
        return Err((What::EmptyComponent, 0));
    }
    for (position, c) in component.char_indices() {
        if c.is_ascii_uppercase() {
            return Err((What::UpperCase, position));
        }
        if !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-')) {
            return Err((What::Character(c), position));
        }
    }
    let is_separator = |c: char| matches!(c, '.' | '_' | '-');
    if component.starts_with(is_separator) {
        return Err((What::Separator, 0));
    }
    if component.ends_with(is_separator) {
        return Err((What::Separator, component.len() - 1));
    }
    let mut position = 0;
    for run in component.split(|c: char| !is_separator(c)) {
        let fine = matches!(run, "" | "." | "_" | "__") || run.bytes().all(|b| b == b'-');
        if !fine {
            return Err((What::Separator, position));
        }
        position += run.len() + 1;
    }
    Ok(())
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

impl Tag {
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        if text.is_empty() {
            return Err((What::EmptyTag, 0));
        }
        for (position, c) in text.char_indices() {
            let fine = c.is_ascii_alphanumeric() || c == '_' || (position > 0 && matches!(c, '.' | '-'));
            if !fine {
                return Err((What::TagCharacter(c), position));
            }
        }
        if text.len() > MAX_TAG {
            return Err((What::LongTag(text.len()), MAX_TAG));
        }
        Ok(Self(text.to_owned()))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        Self::parse(text).map_err(|(what, position)| ReferenceError::new(text, what, position))
    }
}

macro_rules! display {
    ($($name:ident),+) => { $(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

display!(Registry, Repository, Tag);
