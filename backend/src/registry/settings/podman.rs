//! What podman was told: `registries.conf` (containers-registries.conf(5), version 2) and the files beside it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use onetag_shared::api::{Scheme, ShortName};
use serde::Deserialize;

use super::{
    Mirror, Options, Pull, Source, Whom, docker,
    tools::{Tools, files},
};

/// What counts here of such a file. Podman's other keys are about how it pulls.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    registry: Vec<Entry>,
    aliases: BTreeMap<String, String>,
    /// Of version 1, as tables with a list of names.
    registries: Option<toml::Table>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Entry {
    prefix: Option<String>,
    location: Option<String>,
    insecure: bool,
    blocked: bool,
    mirror_by_digest_only: bool,
    mirror: Vec<MirrorEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct MirrorEntry {
    location: String,
    insecure: bool,
    pull_from_mirror: Option<String>,
}

/// Adds what those files say: the person's own, else the machine's; then the pieces of both folders beside them.
pub(super) fn read(etc: &Path, config: Option<&Path>, tools: &mut Tools) {
    let machine = etc.join("containers/registries.conf");
    let own = config.map(|config| config.join("containers/registries.conf"));
    let main = own.filter(|path| path.is_file()).unwrap_or(machine);
    let mut paths = vec![main];
    for root in std::iter::once(etc).chain(config) {
        let folder = root.join("containers/registries.conf.d");
        match files(&folder, "conf") {
            Ok(found) => paths.extend(found),
            Err(error) => tools.problem(Source::Podman(folder), format!("it cannot be read: {error}")),
        }
    }
    // Of two that speak of one prefix the later one counts, as a whole.
    let mut entries: BTreeMap<String, (PathBuf, Entry)> = BTreeMap::new();
    let mut aliases: BTreeMap<String, (PathBuf, String)> = BTreeMap::new();
    for path in paths {
        let source = Source::Podman(path.clone());
        let Some(text) = tools.text(&path, &source) else { continue };
        let file: File = match toml::from_str(&text) {
            Ok(file) => file,
            Err(error) => {
                tools.problem(source, format!("it is not as podman writes it: {}", error.message()));
                continue;
            }
        };
        if file.registries.is_some() {
            let words = "it is of version 1, which is not read: write [[registry]] instead of [registries.…]";
            tools.problem(source, words.to_owned());
        }
        for entry in file.registry {
            let Some(prefix) = entry.prefix.clone().or_else(|| entry.location.clone()) else { continue };
            entries.insert(prefix, (path.clone(), entry));
        }
        aliases.extend(file.aliases.into_iter().map(|(name, repository)| (name, (path.clone(), repository))));
    }
    // The narrower a prefix is, the earlier its mirrors are asked.
    for (prefix, (path, entry)) in entries.into_iter().rev() {
        add(&prefix, &entry, &Source::Podman(path), tools);
    }
    // An empty one takes the name away.
    let named = aliases.into_iter().filter(|(_, (_, repository))| !repository.is_empty());
    tools.short_names.extend(named.map(|(name, (path, repository))| ShortName {
        name,
        repository,
        source: Source::Podman(path).to_api(),
    }));
}

fn add(prefix: &str, entry: &Entry, source: &Source, tools: &mut Tools) {
    let (host, part) = prefix.split_once('/').unwrap_or((prefix, ""));
    let whom = match host.strip_prefix('*') {
        Some(domain) if domain.starts_with('.') => Whom::Below(domain.to_ascii_lowercase()),
        _ => match host.parse() {
            Ok(registry) => Whom::One(registry),
            Err(error) => return tools.problem(source.clone(), format!("prefix `{prefix}` is no registry: {error}")),
        },
    };
    let mut options = Options::default();
    if entry.insecure {
        if part.is_empty() {
            options = docker::insecure();
        } else {
            let words = format!("insecure for {prefix} alone does not count here, where {host} is one registry");
            tools.problem(source.clone(), words);
        }
    }
    if entry.blocked {
        let words = format!("{prefix} is blocked for podman, which does not count here");
        tools.problem(source.clone(), words);
    }
    let mut mirrors = Vec::new();
    // Where podman reads instead of there, if that is elsewhere.
    let instead = entry.location.as_ref().filter(|location| *location != prefix && matches!(whom, Whom::One(_)));
    let instead = instead.map(|location| (location, entry.insecure, Pull::All));
    let listed = entry.mirror.iter().map(|mirror| {
        let pull = match mirror.pull_from_mirror.as_deref() {
            Some("digest-only") => Pull::Digests,
            Some("tag-only") => Pull::Tags,
            _ if entry.mirror_by_digest_only => Pull::Digests,
            _ => Pull::All,
        };
        (&mirror.location, mirror.insecure, pull)
    });
    for (location, is_insecure, pull) in listed.chain(instead) {
        match location.parse::<Mirror>() {
            Ok(mirror) => {
                let mirror = mirror.of_part(part, pull);
                if is_insecure {
                    tools.say(Whom::One(mirror.registry().clone()), source.clone(), docker::insecure());
                }
                mirrors.push(mirror);
            }
            Err(words) => tools.problem(source.clone(), words),
        }
    }
    let earlier = tools.said.iter_mut().find_map(|(other, said)| {
        (*other == whom && matches!(said.source, Source::Podman(_))).then_some(said.value.mirrors.as_mut()).flatten()
    });
    match earlier {
        Some(earlier) => earlier.append(&mut mirrors),
        None if mirrors.is_empty() => {}
        None => options.mirrors = Some(mirrors),
    }
    if options.mirrors.is_some() || options.scheme == Some(Scheme::HttpsElseHttp) {
        tools.say(whom, source.clone(), options);
    }
}
