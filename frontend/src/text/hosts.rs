//! Machines that people have, in their words.

use onetag_shared::platform::{MACHINES, Machine, machine};

/// The place among all machines of the one that has this platform, and is called so where a name is said; of several the first.
pub(crate) fn place(platform: &str, name: Option<&str>) -> Option<usize> {
    let mut hosts = MACHINES.iter().flat_map(|(_, hosts)| *hosts);
    hosts.position(|host| host.platform == platform && name.is_none_or(|name| host.name == name))
}

/// Only one machine has this platform.
pub(crate) fn is_one(platform: &str) -> bool {
    MACHINES.iter().flat_map(|(_, hosts)| *hosts).filter(|host| host.platform == platform).count() == 1
}

/// The platform that is asked for first where nothing is known of the visitor.
pub(crate) const USUAL: &str = "linux/amd64";

/// The platform of the containers that the visitor's machine most likely runs, from what its browser says of it:
/// `navigator.platform` and `navigator.userAgent`. On Macs and on Windows containers run in a Linux of the same processor.
/// `None` for phones and for what cannot be told.
pub(crate) fn guess(platform: &str, user_agent: &str) -> Option<&'static str> {
    let says = |word: &str| user_agent.contains(word);
    if says("Android") || says("Mobile") || says("iPhone") || says("iPad") {
        return None;
    }
    match platform {
        // Safari and Firefox say this of every Mac. Those of the last years have Apple's processor.
        "MacIntel" | "MacArm" => Some("linux/arm64/v8"),
        "Win32" | "Win64" if says("ARM64") => Some("linux/arm64/v8"),
        "Win32" | "Win64" => Some(if says("Win64") || says("WOW64") { "linux/amd64" } else { "linux/386" }),
        _ => Some(match platform.strip_prefix("Linux ")? {
            "x86_64" => "linux/amd64",
            "aarch64" => "linux/arm64/v8",
            "armv7l" | "armv8l" => "linux/arm/v7",
            "armv6l" => "linux/arm/v6",
            "i686" | "i586" => "linux/386",
            "ppc64le" => "linux/ppc64le",
            "s390x" => "linux/s390x",
            "riscv64" => "linux/riscv64",
            "loongarch64" => "linux/loong64",
            _ => return None,
        }),
    }
}

/// What people call a machine with this platform whose browser says this of itself; else it is called what most are.
pub(crate) fn name_of(navigator: &str, platform: &str) -> Option<&'static str> {
    match platform {
        _ if !navigator.starts_with("Mac") => None,
        "linux/amd64" => Some("Intel Mac"),
        _ => Some("Apple silicon Mac"),
    }
}

/// The same from the hints of browsers that give them, which know the true processor: `architecture` and `bitness`.
pub(crate) fn guess_by_hints(architecture: &str, bitness: &str) -> Option<&'static str> {
    match (architecture, bitness) {
        ("x86", "64") => Some("linux/amd64"),
        ("x86", "32") => Some("linux/386"),
        ("arm", "64") => Some("linux/arm64/v8"),
        ("arm", "32") => Some("linux/arm/v7"),
        _ => None,
    }
}

/// The machines to show beside a list that is being made.
pub(crate) const SHORT_HOSTS: &[Machine] = &[
    machine("PC or server", "linux/amd64"),
    machine("Apple silicon, Graviton", "linux/arm64/v8"),
    machine("Pi 2–4, 32-bit", "linux/arm/v7"),
    machine("Pi 1, Pi Zero", "linux/arm/v6"),
    machine("IBM Z", "linux/s390x"),
    machine("IBM POWER", "linux/ppc64le"),
    machine("RISC-V", "linux/riscv64"),
    machine("Windows Server 2022", "windows(10.0.20348)/amd64"),
];

#[cfg(test)]
mod tests {
    use onetag_shared::platform::Platform;

    use super::*;

    #[test]
    fn every_machine_has_a_platform() {
        for host in MACHINES.iter().flat_map(|(_, hosts)| *hosts).chain(SHORT_HOSTS) {
            assert!(host.platform.parse::<Platform>().is_ok(), "{host:?}");
        }
        assert_eq!(MACHINES[0].1[0].platform, USUAL);
    }

    #[test]
    fn browsers_say_what_they_run_on() {
        for (platform, user_agent, expected) in [
            (
                "Linux x86_64",
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                Some("linux/amd64"),
            ),
            (
                "Linux aarch64",
                "Mozilla/5.0 (X11; Linux aarch64; rv:140.0) Gecko/20100101 Firefox/140.0",
                Some("linux/arm64/v8"),
            ),
            (
                "Linux armv7l",
                "Mozilla/5.0 (X11; Linux armv7l; rv:140.0) Gecko/20100101 Firefox/140.0",
                Some("linux/arm/v7"),
            ),
            ("Linux armv6l", "Mozilla/5.0 (X11; Linux armv6l) AppleWebKit/605.1.15", Some("linux/arm/v6")),
            ("Linux riscv64", "Mozilla/5.0 (X11; Linux riscv64)", Some("linux/riscv64")),
            (
                "Linux armv81",
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
                None,
            ),
            ("Linux armv8l", "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", None),
            ("iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", None),
            (
                "MacIntel",
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15",
                Some("linux/arm64/v8"),
            ),
            ("Win32", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", Some("linux/amd64")),
            ("Win32", "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", Some("linux/386")),
            ("FreeBSD amd64", "Mozilla/5.0 (X11; FreeBSD amd64; rv:140.0)", None),
            ("", "", None),
        ] {
            assert_eq!(guess(platform, user_agent), expected, "{platform}; {user_agent}");
            assert!(expected.is_none_or(|platform| platform.parse::<Platform>().is_ok()));
        }
        assert_eq!(guess_by_hints("arm", "64"), Some("linux/arm64/v8"));
        assert_eq!(guess_by_hints("x86", "64"), Some("linux/amd64"));
        assert_eq!(guess_by_hints("", ""), None);
        let called = |navigator: &str, platform: &str| {
            let place = place(platform, name_of(navigator, platform))?;
            MACHINES.iter().flat_map(|(_, hosts)| *hosts).nth(place).map(|host| host.name)
        };
        assert_eq!(called("MacIntel", "linux/arm64/v8"), Some("Apple silicon Mac"));
        assert_eq!(called("MacIntel", "linux/amd64"), Some("Intel Mac"));
        assert_eq!(called("Linux aarch64", "linux/arm64/v8"), Some("PC or server, 64-bit ARM"));
        assert_eq!(called("Linux x", "linux/x"), None);
        assert!(is_one("linux/s390x") && !is_one("linux/arm64/v8") && !is_one("linux/x"));
    }
}
