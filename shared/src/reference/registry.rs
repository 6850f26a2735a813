//! Registries: the host part of a reference.

use std::{fmt, net::Ipv4Addr, net::Ipv6Addr, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    error::{Fault, Part, ReferenceError, ReferenceErrorKind as Kind},
    parse::{DOCKER_HUB, OLD_DOCKER_HUB, looks_like_host},
};

/// The registry of a reference: a host, with a port where it is not the usual one.
///
/// Kept as it was typed, upper case included, except that `index.docker.io` becomes `docker.io`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "ghcr.io"))]
#[serde(try_from = "String", into = "String")]
pub struct Registry(String);

impl Registry {
    /// Docker Hub: what a reference without a host means.
    pub fn docker_hub() -> Self {
        Self(DOCKER_HUB.to_owned())
    }

    /// Is it Docker Hub, by the name that references have for it?
    pub fn is_docker_hub(&self) -> bool {
        self.0 == DOCKER_HUB
    }

    /// Host and port as references name them.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port where the API answers: for `docker.io` that is `registry-1.docker.io`.
    pub fn api_host(&self) -> &str {
        if self.is_docker_hub() { "registry-1.docker.io" } else { &self.0 }
    }

    /// The key under which Docker's config file keeps its credentials: for `docker.io` a URL of old.
    pub fn credential_key(&self) -> &str {
        if self.is_docker_hub() { "https://index.docker.io/v1/" } else { &self.0 }
    }

    /// The host without its port; an IPv6 address keeps its brackets.
    pub fn host(&self) -> &str {
        split_port(&self.0).0
    }

    /// The port, where one is named and fits. A reference may name one that no machine has, such as 99999.
    pub fn port(&self) -> Option<u16> {
        split_port(&self.0).1?.parse().ok()
    }

    /// Is it this machine: `localhost`, `127.0.0.0/8` or `[::1]`, on any port? There plain HTTP is fine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return address.parse().is_ok_and(|address: Ipv6Addr| address.is_loopback());
        }
        host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback())
    }

    /// The registry that a text names, where it names no more: `localhost:5000`, `ghcr.io`, and with a slash behind it also what
    /// would else be an image with a tag (`registry:5000/`). Its address in a browser does, too, and that of its page here
    /// (`https://onetag.example/r/ghcr.io/`).
    pub fn alone(text: &str) -> Option<Self> {
        let text = match text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) {
            Some(address) => match address.split_once("/r/") {
                Some((ours, registry)) if !ours.contains('/') => registry,
                _ => address,
            },
            None => text,
        };
        let name = text.strip_suffix('/').unwrap_or(text);
        let (host, _) = split_port(name);
        let is_registry = text.len() > name.len() || host == "localhost" || host.contains(['.', '[']);
        if !is_registry || name.contains('/') || !looks_like_host(name) {
            return None;
        }
        parse(name).ok().map(|registry| if registry.0 == OLD_DOCKER_HUB { Self::docker_hub() } else { registry })
    }

    /// Do both names mean one registry? Hosts are the same in upper and lower case, and Docker Hub has two names.
    pub fn same(&self, other: &Self) -> bool {
        self.api_host().eq_ignore_ascii_case(other.api_host())
    }
}

/// Reads a host, with or without a port.
pub(super) fn parse(text: &str) -> Result<Registry, Fault> {
    let (host, port) = split_port(text);
    if let Some(inner) = host.strip_prefix('[') {
        let address = inner.strip_suffix(']').ok_or_else(|| Fault::at(0, Kind::Ipv6))?;
        // Docker looks at the characters only; `[zz]` and zones are refused, `[::::]` is not.
        if address.is_empty() || !address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':') {
            return Err(Fault::at(0, Kind::Ipv6));
        }
    } else {
        check_name(host)?;
    }
    if let Some(port) = port
        && (port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err(Fault::at(host.len() + 1, Kind::Port));
    }
    Ok(Registry(text.to_owned()))
}

fn check_name(host: &str) -> Result<(), Fault> {
    // Hex and colons, more than one of them: someone forgot the brackets.
    if host.contains(':') && host.bytes().all(|b| b.is_ascii_hexdigit() || b == b':') {
        return Err(Fault::at(0, Kind::Ipv6));
    }
    if let Some((offset, c)) = host.char_indices().find(|(_, c)| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-'))
    {
        return Err(Fault::at(offset, Kind::HostCharacter(c)));
    }
    let mut offset = 0;
    for label in host.split('.') {
        if label.is_empty() || label.starts_with('-') || label.ends_with('-') {
            return Err(Fault::at(offset, Kind::HostLabel));
        }
        offset += label.len() + 1;
    }
    Ok(())
}

/// Host and port, if the last colon does not belong to an IPv6 address.
fn split_port(text: &str) -> (&str, Option<&str>) {
    let after_address = text.rfind(']').map_or(0, |bracket| bracket + 1);
    match text[after_address..].rfind(':') {
        Some(colon) => (&text[..after_address + colon], Some(&text[after_address + colon + 1..])),
        None => (text, None),
    }
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Registry {
    type Err = ReferenceError;

    /// Reads what stands before the first slash of a reference, and takes no more than a reference does: `myhost` is the
    /// first part of a repository on Docker Hub there, so that it names no registry here either.
    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let registry = match text {
            "" => Err(Fault::whole(Kind::Empty)),
            OLD_DOCKER_HUB => Ok(Self::docker_hub()),
            _ => parse(text),
        };
        registry
            .and_then(|registry| {
                let is_host = looks_like_host(&registry.0);
                if is_host { Ok(registry) } else { Err(Fault::whole(Kind::LoneWord(registry.0))) }
            })
            .map_err(|fault| ReferenceError::of_part(Part::Registry, text, fault))
    }
}

impl TryFrom<String> for Registry {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Self, ReferenceError> {
        text.parse()
    }
}

impl From<Registry> for String {
    fn from(registry: Registry) -> Self {
        registry.0
    }
}
