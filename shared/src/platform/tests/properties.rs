//! Properties of platforms and of the choice between them.

use proptest::prelude::*;

use super::*;

fn any_platform() -> impl Strategy<Value = Option<Platform>> {
    let text = prop_oneof![
        Just("none"),
        Just("amd64"),
        Just("amd64/v2"),
        Just("amd64/v3"),
        Just("386"),
        Just("arm"),
        Just("arm/v5"),
        Just("arm/v6"),
        Just("arm/v7"),
        Just("arm/v8"),
        Just("arm64"),
        Just("arm64/v8"),
        Just("arm64/v9"),
        Just("arm64/v8.5"),
        Just("s390x"),
        Just("amd64+sse4"),
        Just("unknown/unknown"),
        Just("darwin/arm64"),
    ];
    text.prop_map(platform)
}

fn any_version() -> impl Strategy<Value = String> {
    let build = prop_oneof![Just(14393), Just(17763), Just(20348), Just(22621), Just(26100), Just(27000)];
    prop_oneof![
        1 => Just(String::new()),
        1 => Just("10.0".to_owned()),
        8 => (10..12, 0..2, build, 0..3000).prop_map(|(a, b, build, revision)| format!("{a}.{b}.{build}.{revision}")),
    ]
}

/// Microsoft's rule for images of another build, said once more and in another way. A host whose version is none runs
/// all.
fn runs_on_windows(host: &str, image: &str) -> bool {
    let numbers = |version: &str| version.split('.').map_while(|part| part.parse().ok()).collect::<Vec<u32>>();
    let (host, number) = (numbers(host), numbers(image));
    if host.len() < 3 || image.is_empty() {
        return true;
    }
    let floor = match host[2] {
        26101.. => 26100,
        20348.. => 20348,
        own => own,
    };
    number.len() > 2 && number[..2] == host[..2] && (floor..=host[2]).contains(&number[2])
}

/// What may run where, said once more and in another way.
fn runs(host: &Platform, image: &Platform) -> bool {
    let (host, image) = (host.normalized(), image.normalized());
    let level = |p: &Platform, none: f64| p.variant().trim_start_matches('v').parse().unwrap_or(none);
    let processor = match (host.architecture.as_str(), image.architecture.as_str()) {
        ("amd64", "386") => image.variant().is_empty(),
        ("arm64", "arm") => (5.0..=8.0).contains(&level(&image, 7.0)),
        ("arm64", "arm64") if level(&host, 8.0) >= 9.0 => level(&image, 8.0) <= 8.5 || image.variant() == "v9",
        ("arm64", "arm64") => level(&image, 8.0) <= level(&host, 8.0),
        ("amd64" | "arm", same) if same == host.architecture => level(&image, 1.0) <= level(&host, 1.0),
        (a, b) => a == b && host.variant() == image.variant(),
    };
    host.os == image.os
        && processor
        && image.os_features.iter().all(|f| host.os_features.contains(f))
        && !image.is_unknown()
}

proptest! {
    #[test]
    fn what_is_selected_runs(host in any_platform(), entries in prop::collection::vec(any_platform(), 0..8)) {
        let host = host.unwrap_or_default();
        let choice = select(&host, &entries);
        match choice.index {
            Some(index) => prop_assert!(entries[index].as_ref().is_none_or(|entry| runs(&host, entry)), "{}", choice.reason),
            None => prop_assert!(
                !entries.iter().any(|entry| entry.as_ref().is_none_or(|entry| runs(&host, entry))),
                "{}",
                choice.reason
            ),
        }
    }

    #[test]
    fn what_is_selected_runs_on_windows(host in any_version(), versions in prop::collection::vec(any_version(), 0..6)) {
        let windows = |version: &String| Platform::new("windows", "amd64").with_os_version(version.clone());
        let entries: Vec<_> = versions.iter().map(|version| Some(windows(version))).collect();
        let choice = select(&windows(&host), &entries);
        let fits = |version: &&String| runs_on_windows(&host, version);
        let best = versions.iter().filter(fits).max();
        prop_assert_eq!(choice.index, best.and_then(|best| versions.iter().position(|version| version == best)));
    }

    #[test]
    fn nothing_panics(text in any::<String>(), variant in any::<String>(), version in any::<String>()) {
        let _ = text.parse::<Platform>();
        for os in ["linux", "windows"] {
            for architecture in ["amd64", "arm", "arm64", text.as_str()] {
                let platform = Platform::new(os, architecture).with_variant(&*variant).with_os_version(&*version);
                let list = [Some(platform.clone()), None];
                let _ = (select(&platform, &list), select_containers_image(&platform, &list), platform.to_string());
            }
        }
    }

    #[test]
    fn shown_and_read_again_it_is_the_same(text in "[a-zA-Z0-9]{1,6}(\\([0-9.]{0,6}(\\+[a-z%2B]{1,3}){0,2}\\))?/[a-z0-9_]{1,7}(/[a-z0-9.]{1,4})?") {
        let Ok(platform) = text.parse::<Platform>() else { return Ok(()) };
        let shown = platform.to_string();
        let again: Platform = shown.parse().unwrap();
        prop_assert_eq!(again.to_string(), shown);
        prop_assert!(same(&again, &platform));
    }
}
