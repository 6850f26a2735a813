//! Which entry of a list a client gets.

mod containers_image;
mod others;
mod vector;
mod windows;

pub use self::containers_image::select_containers_image;
use self::{others::others_get, vector::vector, windows::runs_on};
use super::{Platform, normalize::normalize_os};

/// What a client gets from a list, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Place of the entry in the list, from 0; `None` when the client gets none.
    pub index: Option<usize>,
    /// The reason, in a sentence. Entries are counted from 1 there.
    pub reason: String,
}

/// Chooses as containerd and Docker do on this host (containerd platforms, `Only`, and its comparer for Windows).
///
/// `list` has the platform of each entry, `None` for an entry that names none. Attestations are `unknown/unknown` and
/// never chosen. Docker raises an `amd64` host to its real level, `v2` to `v4`: ask for that platform to see what it gets.
///
/// An entry that is itself a list is chosen as any other: [`crate::source::Source::select`] looks into it.
pub fn select(host: &Platform, list: &[Option<Platform>]) -> Choice {
    select_in(host, list, "")
}

/// The place alone.
pub(crate) fn chosen(host: &Platform, list: &[Option<Platform>]) -> Option<usize> {
    best(&fitting(&host.normalized(), list)).map(|(_, index)| *index)
}

/// Of those that are equal, the first.
fn best(fitting: &[(Rank, usize)]) -> Option<&(Rank, usize)> {
    fitting.iter().min_by(|(a, _), (b, _)| a.cmp(b))
}

/// The entries that a normalised host can run.
fn fitting(host: &Platform, list: &[Option<Platform>]) -> Vec<(Rank, usize)> {
    let ranks = vector(host);
    let entries = list.iter().enumerate();
    entries.filter_map(|(index, entry)| rank(host, &ranks, entry.as_ref()).map(|rank| (rank, index))).collect()
}

/// The same as [`select`], of the entries of a list in the list; `at` says where that stands: `entry 1`. Empty for the outermost.
pub(crate) fn select_in(host: &Platform, list: &[Option<Platform>], at: &str) -> Choice {
    let host = host.normalized();
    let fitting = fitting(&host, list);
    let best = best(&fitting);
    let reason = match best {
        None => nothing(&host, list, at),
        Some((rank, index)) => explain(&host, list, *index, rank, at) + &others_get(&host, list, &fitting, *index, at),
    };
    Choice { index: best.map(|(_, index)| *index), reason }
}

/// Where an entry stands, from 0 in its list, in words: `entry 1 › entry 2`.
pub(crate) fn place_below(at: &str, index: usize) -> String {
    let number = index + 1;
    if at.is_empty() { format!("entry {number}") } else { format!("{at} › entry {number}") }
}

/// How good an entry is for a host; the least is the best, and of equals the first in the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// The client cannot tell before it has read the image's config, so these come last.
    without_platform: bool,
    /// On Windows the version decides first; as text, the greater the better.
    os_version: std::cmp::Reverse<String>,
    /// Place among the platforms that the host can run.
    place: usize,
    /// More features of the operating system in use are better.
    features: std::cmp::Reverse<usize>,
}

/// `None` when the host cannot run it.
fn rank(host: &Platform, ranks: &[Platform], entry: Option<&Platform>) -> Option<Rank> {
    let Some(entry) = entry else {
        let nothing = std::cmp::Reverse(String::new());
        return Some(Rank { without_platform: true, os_version: nothing, place: 0, features: std::cmp::Reverse(0) });
    };
    if entry.is_unknown() {
        return None;
    }
    let normalized = entry.normalized();
    let on_windows = host.os == "windows";
    if on_windows && !runs_on(host.os_version(), entry.os_version()) {
        return None;
    }
    // On Windows, `win32k` has never been looked at.
    let needed = || normalized.os_features.iter().filter(|feature| !(on_windows && *feature == "win32k"));
    if !needed().all(|feature| host.os_features.contains(feature)) {
        return None;
    }
    let place = ranks.iter().position(|wanted| {
        wanted.os == normalized.os
            && wanted.architecture == normalized.architecture
            && wanted.variant() == normalized.variant()
    })?;
    let os_version = if on_windows { entry.os_version().to_owned() } else { String::new() };
    Some(Rank {
        without_platform: false,
        os_version: std::cmp::Reverse(os_version),
        place,
        features: std::cmp::Reverse(entry.os_features.len()),
    })
}

fn explain(host: &Platform, list: &[Option<Platform>], index: usize, rank: &Rank, at: &str) -> String {
    let place = place_below(at, index);
    let Some(entry) = &list[index] else {
        return format!(
            "It gets {place}, which names no platform: no other entry fits {host}, and the client looks into the \
             image's config."
        );
    };
    let why = if host.os == "windows" && !entry.os_version().is_empty() {
        explain_version(host, list, entry)
    } else if rank.place == 0 {
        let normalized = entry.normalized();
        if normalized.os_features.is_empty() || host.os == "windows" {
            "an exact match".to_owned()
        } else {
            format!("an exact match that uses {}", normalized.os_features.join(" and "))
        }
    } else {
        format!("the closest to {host} of those that run there")
    };
    let others = list
        .iter()
        .enumerate()
        .skip(index + 1)
        .any(|(_, other)| other.as_ref().is_some_and(|other| super::same(other, entry)));
    let first = if others { ", the first of several that are alike" } else { "" };
    format!("It gets {entry} ({place}): {why}{first}.")
}

/// Why this version of Windows.
fn explain_version(host: &Platform, list: &[Option<Platform>], entry: &Platform) -> String {
    let (own, version) = (host.os_version(), entry.os_version());
    if own.is_empty() {
        return "the host does not say which Windows it has, and the greatest version, compared as text, goes first"
            .to_owned();
    }
    let same = if same_build(own, version) {
        "the same build of Windows".to_owned()
    } else {
        format!("Windows {own} runs images of this build")
    };
    // `.587` beats `.2582`: without a word that looks like a mistake of ours.
    let revised = |other: &Platform| {
        let other_version = other.os_version();
        other_version != version
            && same_build(other_version, version)
            && normalize_os(&other.os) == host.os
            && other.normalized().architecture == entry.normalized().architecture
    };
    let revision =
        if list.iter().flatten().any(revised) { ", of its revisions the greatest, compared as text" } else { "" };
    format!("{same}{revision}")
}

/// The words for an empty choice.
fn nothing(host: &Platform, list: &[Option<Platform>], at: &str) -> String {
    let none = if at.is_empty() { "no entry".to_owned() } else { format!("nothing in {at}") };
    let runnable: Vec<&Platform> = list.iter().flatten().filter(|entry| !entry.is_unknown()).collect();
    if runnable.is_empty() {
        let what = if at.is_empty() { "the list" } else { at };
        return format!("None: {what} has no image to run.");
    }
    let same_processor: Vec<&Platform> = runnable
        .into_iter()
        .filter(|entry| entry.normalized().architecture == host.architecture && normalize_os(&entry.os) == host.os)
        .collect();
    if same_processor.is_empty() {
        return format!("None: {none} is for {host}.");
    }
    let other_build = |entry: &&Platform| !runs_on(host.os_version(), entry.os_version());
    if host.os == "windows" && same_processor.iter().all(other_build) {
        return format!("None: {none} is for a build of Windows that {host} runs.");
    }
    let within = if at.is_empty() { String::new() } else { format!(" in {at}") };
    format!("None: every entry{within} for {} needs more than {host} has.", host.architecture)
}

fn same_build(a: &str, b: &str) -> bool {
    a.split('.').take(3).eq(b.split('.').take(3))
}
