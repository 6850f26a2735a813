//! The other rule: that of containers/image, which skopeo, podman and buildah share.

use super::Choice;
use crate::platform::Platform;

/// Chooses as skopeo, podman and buildah do when they are told the host's platform.
///
/// They take spelling literally (`aarch64` is not `arm64`), ignore versions and features of the operating system, and
/// try a fixed list of variants. An entry without a platform comes last. Of entries that are equal so far they prefer one
/// annotated as compressed with zstd; a list of platforms cannot show that, and here the first wins.
pub fn select_containers_image(host: &Platform, list: &[Option<Platform>]) -> Choice {
    for variant in wanted_variants(&host.architecture, host.variant()) {
        let found = list.iter().position(|entry| {
            entry.as_ref().is_some_and(|entry| {
                entry.os == host.os && entry.architecture == host.architecture && entry.variant() == variant
            })
        });
        if let Some(index) = found {
            let why = if variant == host.variant() { "spelt the same" } else { "the closest variant" };
            let entry = list[index].as_ref().map(ToString::to_string).unwrap_or_default();
            return Choice { index: Some(index), reason: format!("It gets {entry} (entry {}): {why}.", index + 1) };
        }
    }
    if let Some(index) = list.iter().position(Option::is_none) {
        let reason = format!("It gets entry {}, which names no platform: no other entry fits.", index + 1);
        return Choice { index: Some(index), reason };
    }
    Choice { index: None, reason: format!("None: no entry is for {host}, spelt so.") }
}

/// The variants to try, best first; the empty one is an entry without a variant.
fn wanted_variants<'a>(architecture: &str, variant: &'a str) -> Vec<&'a str> {
    match (architecture, variant) {
        // Measured with skopeo 1.9.3: who names no variant gets the newest there is, unless an entry names none either.
        ("arm", "") => vec!["", "v8", "v7", "v6", "v5"],
        ("arm64", "") => vec!["", "v8"],
        (_, "") => vec![""],
        ("arm", "v8") => vec!["v8", "v7", "v6", "v5", ""],
        ("arm", "v7") => vec!["v7", "v6", "v5", ""],
        ("arm", "v6") => vec!["v6", "v5", ""],
        _ => vec![variant, ""],
    }
}
