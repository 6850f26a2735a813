//! Which entry of a list a client gets, as containerd and Docker choose.

use std::cmp::Reverse;

use super::Platform;

/// What a client gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Place in the list, from 0; `None` when the client gets none.
    pub index: Option<usize>,
    /// The reason, in a sentence.
    pub reason: String,
}

/// Which entry a client on `host` gets: the best match, and of equals the first. `None` in the list is an entry without
/// a platform: clients accept it after all others.
pub fn select(host: &Platform, list: &[Option<Platform>]) -> Choice {
    let wanted = wanted(host);
    let best = list
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| rank(host, &wanted, entry.as_ref()).map(|rank| (rank, index)))
        .min();
    match best {
        None => Choice {
            index: None,
            reason: format!(
                "None of the {} entries runs on {host}. The client says: no matching manifest for {host} in the manifest \
                 list entries.",
                list.len()
            ),
        },
        Some((rank, index)) => Choice { index: Some(index), reason: reason(host, list, index, &rank) },
    }
}

fn reason(host: &Platform, list: &[Option<Platform>], index: usize, rank: &Rank) -> String {
    let place = index + 1;
    let Some(entry) = &list[index] else {
        return format!("It gets entry {place}, which names no platform: clients take that when nothing else matches.");
    };
    let twins = list.iter().flatten().filter(|other| other.same(entry)).count();
    let why = if twins > 1 {
        format!("the first of {twins} entries for this platform")
    } else if rank.place == 0 {
        "an exact match".to_owned()
    } else {
        format!("{host} runs it too, and there is no nearer match")
    };
    format!("It gets {entry} (entry {place}): {why}.")
}

/// How well an entry matches; less is better.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// Place among what the host wants; past the end for an entry without platform.
    place: usize,
    /// Windows: the higher version by its text, as containerd compares it.
    version: Reverse<String>,
    /// More features of the host used are better.
    features: Reverse<usize>,
}

fn rank(host: &Platform, wanted: &[(String, Option<String>)], entry: Option<&Platform>) -> Option<Rank> {
    let none = Rank { place: wanted.len(), version: Reverse(String::new()), features: Reverse(0) };
    let Some(entry) = entry.map(Platform::normalized) else { return Some(none) };
    let host = host.normalized();
    if entry.os != host.os || !entry.os_features.iter().all(|feature| host.os_features.contains(feature)) {
        return None;
    }
    let place = wanted
        .iter()
        .position(|(architecture, variant)| *architecture == entry.architecture && *variant == entry.variant)?;
    let is_windows = host.os == "windows";
    if is_windows && !windows_runs(host.os_version.as_deref(), entry.os_version.as_deref()) {
        return None;
    }
    let version = if is_windows { entry.os_version.unwrap_or_default() } else { String::new() };
    Some(Rank { place, version: Reverse(version), features: Reverse(entry.os_features.len()) })
}

/// Architectures and variants that a host runs, the best first.
fn wanted(host: &Platform) -> Vec<(String, Option<String>)> {
    let host = host.normalized();
    let variant = host.variant.as_deref().unwrap_or_default();
    let of = |architecture: &str, variants: &[Option<String>]| -> Vec<(String, Option<String>)> {
        variants.iter().map(|variant| (architecture.to_owned(), variant.clone())).collect()
    };
    let number = |prefix: &str| variant.strip_prefix(prefix).and_then(|rest| rest.parse::<u8>().ok());
    let down = |from: u8, to: u8, prefix: &str| -> Vec<Option<String>> {
        (to..=from).rev().map(|n| Some(format!("{prefix}{n}"))).collect()
    };
    match host.architecture.as_str() {
        "amd64" => {
            let mut variants = number("v").map_or_else(Vec::new, |level| down(level, 2, "v"));
            if variants.is_empty() && !variant.is_empty() {
                variants.push(host.variant.clone());
            }
            variants.push(None);
            [of("amd64", &variants), of("386", &[None])].concat()
        }
        "arm" => match number("v") {
            Some(level) if level >= 5 => of("arm", &down(level, 5, "v")),
            _ => of("arm", &[host.variant.clone()]),
        },
        "arm64" => {
            let mut variants = Vec::new();
            if variant == "v9" || variant.starts_with("v9.") {
                let minor = number("v9.").unwrap_or(0);
                variants.extend(down(minor, 1, "v9."));
                variants.push(Some("v9".to_owned()));
                // Armv9.x has what Armv8.(x+5) has.
                variants.extend(down(minor.saturating_add(5), 1, "v8."));
            } else if let Some(minor) = number("v8.") {
                variants.extend(down(minor, 1, "v8."));
            } else if !variant.is_empty() {
                variants.push(host.variant.clone());
            }
            variants.push(None);
            [of("arm64", &variants), of("arm", &down(8, 5, "v"))].concat()
        }
        architecture => of(architecture, &[host.variant.clone()]),
    }
}

/// Builds of Windows whose containers later builds run.
const STABLE_BUILDS: [u32; 2] = [20348, 26100];

/// Does a Windows host of this version run an image of that version? Unknown versions match.
fn windows_runs(host: Option<&str>, image: Option<&str>) -> bool {
    let (Some(host), Some(image)) = (host, image) else { return true };
    let (Some(host), Some(image)) = (windows_version(host), windows_version(image)) else { return false };
    if (host.0, host.1) != (image.0, image.1) {
        return false;
    }
    if host.2 < STABLE_BUILDS[0] {
        return image.2 == host.2;
    }
    let oldest = STABLE_BUILDS.into_iter().rev().find(|build| *build < host.2).unwrap_or(STABLE_BUILDS[0]);
    (oldest..=host.2).contains(&image.2)
}

/// Major, minor and build; `None` for fewer than three parts.
fn windows_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}
