//! Clients that choose otherwise among versions of Windows, in words.

use std::cmp::Reverse;

use super::{Rank, place_below, same_build};
use crate::platform::Platform;

/// What clients get that go by other rules for Windows than containerd on Windows does; empty where all get the same.
///
/// Two are known. containerd's general rule (`Only`, for a platform that is asked for) does not compare versions: of those
/// that run, the first in the list goes first. Docker's classic image store drops builds after the host's, which are not
/// among the fitting here, and prefers the host's own build.
pub(super) fn others_get(
    host: &Platform,
    list: &[Option<Platform>],
    fitting: &[(Rank, usize)],
    chosen: usize,
    at: &str,
) -> String {
    let version = |index: usize| list[index].as_ref().map_or("", Platform::os_version);
    if host.os != "windows" || fitting.iter().all(|(_, index)| version(*index) == version(chosen)) {
        return String::new();
    }
    let mut words = Vec::new();
    let general = fitting
        .iter()
        .min_by_key(|(rank, index)| (rank.without_platform, rank.place, Reverse(rank.features.0), *index));
    if let Some((_, general)) = general.filter(|(_, general)| *general != chosen) {
        words.push(format!(
            " A client that goes by containerd's general rule, `Only`, does not compare versions of Windows: it gets {}, \
             the first that runs there.",
            place_below(at, *general)
        ));
    }
    let own = host.os_version();
    if own.is_empty() {
        let known =
            " Docker's classic image store knows the build of its host: it drops later ones, and prefers that build.";
        words.push(known.to_owned());
        return words.concat();
    }
    let classic = fitting
        .iter()
        .filter(|(rank, _)| !rank.without_platform)
        .min_by_key(|(_, index)| (!same_build(own, version(*index)), *index));
    if let Some((_, classic)) = classic.filter(|(_, classic)| *classic != chosen) {
        words.push(format!(
            " Docker's classic image store prefers the host's own build, and else goes by the list's order: it gets {}.",
            place_below(at, *classic)
        ));
    }
    words.concat()
}
