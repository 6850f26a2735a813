//! What a host can run, best first (containerd platforms, `Only`).

use crate::platform::{Platform, go::arm64_version};

/// The platforms that a normalised host can run, all normalised, best first.
pub(super) fn vector(host: &Platform) -> Vec<Platform> {
    let of = |architecture: &str, variant: &str| {
        let variant = (!variant.is_empty()).then(|| variant.to_owned());
        Platform { architecture: architecture.to_owned(), variant, ..host.clone() }.normalized()
    };
    let arm_from = |newest: u32| (5..=newest).rev().map(|level| ("arm", format!("v{level}")));
    let variants: Vec<(&str, String)> = match (host.architecture.as_str(), host.variant()) {
        ("amd64", variant) => {
            // Levels end at v4; a made-up number must not make a list as long as it is large.
            let level = number(variant).filter(|level| *level <= 64).unwrap_or(1);
            let own = std::iter::once(("amd64", variant.to_owned()));
            let below = (1..level).rev().map(|level| ("amd64", format!("v{level}")));
            own.chain(below).chain([("386", String::new())]).collect()
        }
        ("arm", variant) => {
            let below = number(variant).filter(|level| (6..=64).contains(level)).map_or(4, |level| level - 1);
            std::iter::once(("arm", variant.to_owned())).chain(arm_from(below)).collect()
        }
        ("arm64", variant) => match arm64_version(variant) {
            Some((9, minor)) => arm64(9, minor).chain(arm64(8, (minor + 5).min(9))).chain(arm_from(8)).collect(),
            Some((_, minor)) => arm64(8, minor).chain(arm_from(8)).collect(),
            None => Vec::new(),
        },
        (architecture, variant) => vec![(architecture, variant.to_owned())],
    };
    variants.into_iter().map(|(architecture, variant)| of(architecture, &variant)).collect()
}

/// `v8.5`, `v8.4`, … `v8`.
fn arm64(major: u32, minor: u32) -> impl Iterator<Item = (&'static str, String)> {
    (0..=minor)
        .rev()
        .map(move |minor| ("arm64", if minor == 0 { format!("v{major}") } else { format!("v{major}.{minor}") }))
}

fn number(variant: &str) -> Option<u32> {
    variant.strip_prefix('v').unwrap_or(variant).parse().ok()
}
