//! What docker was told: `insecure-registries` and `registry-mirrors` (dockerd's `daemon.json`).

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
};

use onetag_shared::{api::Scheme, reference::Registry};
use serde::Deserialize;

use super::{Mirror, Options, Source, Whom, tools::Tools};

/// Addresses with the same beginning: `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads `address/bits`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let (address, bits): (IpAddr, u32) = (address.parse().ok()?, bits.parse().ok()?);
        (bits <= if address.is_ipv4() { 32 } else { 128 }).then_some(Self { address, bits })
    }

    /// Is a registry named by an address in it? Names are not resolved: what they lead to may change.
    pub(super) fn includes(self, registry: &Registry) -> bool {
        let host = registry.host();
        let literal = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match self.address {
            IpAddr::V4(own) => host.parse().is_ok_and(|other: Ipv4Addr| {
                own.to_bits().checked_shr(32 - self.bits).unwrap_or(0)
                    == other.to_bits().checked_shr(32 - self.bits).unwrap_or(0)
            }),
            IpAddr::V6(own) => literal.and_then(|literal| literal.parse().ok()).is_some_and(|other: Ipv6Addr| {
                own.to_bits().checked_shr(128 - self.bits).unwrap_or(0)
                    == other.to_bits().checked_shr(128 - self.bits).unwrap_or(0)
            }),
        }
    }
}

/// What counts here of `daemon.json`; `config.json` may have the first of them too.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct File {
    insecure_registries: Option<Vec<String>>,
    registry_mirrors: Option<Vec<String>>,
}

/// What docker and podman mean by insecure: https by whoever answers, else plain http.
pub(super) fn insecure() -> Options {
    Options { scheme: Some(Scheme::HttpsElseHttp), skip_verify: Some(true), ..Options::default() }
}

/// Adds what such a file says.
pub(super) fn read(path: &Path, tools: &mut Tools) {
    let source = Source::Docker(path.to_owned());
    let Some(text) = tools.text(path, &source) else { return };
    let file: File = match serde_json::from_str(&text) {
        Ok(file) => file,
        Err(_) if text.trim().is_empty() => return,
        Err(error) => {
            // Its words could quote a login.
            let words = format!("line {}, column {} is not as docker writes it", error.line(), error.column());
            return tools.problem(source, words);
        }
    };
    for name in file.insecure_registries.unwrap_or_default() {
        // Some write addresses, of which only the host counts.
        let host = name.trim_start_matches("http://").trim_start_matches("https://").trim_end_matches('/');
        if let Some(network) = Network::parse(host) {
            tools.say(Whom::Within(network), source.clone(), insecure());
        } else {
            match host.parse() {
                Ok(registry) => tools.say(Whom::One(registry), source.clone(), insecure()),
                Err(error) => tools.problem(source.clone(), format!("insecure-registries: `{name}` is none: {error}")),
            }
        }
    }
    let mut mirrors = Vec::new();
    for address in file.registry_mirrors.unwrap_or_default() {
        let (scheme, place) = match address.split_once("://") {
            Some(("http", place)) => (Some(Scheme::Http), place),
            Some((_, place)) => (None, place),
            None => (None, &*address),
        };
        match place.trim_end_matches('/').parse::<Mirror>() {
            Ok(mirror) => {
                if let Some(scheme) = scheme {
                    let options = Options { scheme: Some(scheme), ..Options::default() };
                    tools.say(Whom::One(mirror.registry().clone()), source.clone(), options);
                }
                mirrors.push(mirror);
            }
            Err(words) => tools.problem(source.clone(), format!("registry-mirrors: {words}")),
        }
    }
    // Docker has mirrors for Docker Hub only.
    if !mirrors.is_empty() {
        let options = Options { mirrors: Some(mirrors), ..Options::default() };
        tools.say(Whom::One(Registry::docker_hub()), source, options);
    }
}
