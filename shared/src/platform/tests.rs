mod asked;
#[cfg(not(target_arch = "wasm32"))]
mod properties;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const STANDARD: &str = "amd64 arm/v5 arm/v7 arm64/v8 386 ppc64le s390x";

/// `arm/v7`, `darwin/arm64`, `none`, `amd64+sse4`; Linux unless said otherwise.
fn platform(text: &str) -> Option<Platform> {
    if text == "none" {
        return None;
    }
    let (text, feature) = text.split_once('+').map_or((text, None), |(text, feature)| (text, Some(feature.to_owned())));
    let parts: Vec<&str> = text.split('/').collect();
    let (os, rest) =
        if matches!(parts[0], "darwin" | "unknown") { (parts[0], &parts[1..]) } else { ("linux", &parts[..]) };
    Some(Platform {
        variant: rest.get(1).map(|variant| (*variant).to_owned()),
        os_features: feature.into_iter().collect(),
        ..Platform::new(os, rest[0])
    })
}

fn list(text: &str) -> Vec<Option<Platform>> {
    text.split_whitespace().map(platform).collect()
}

/// What containerd's own code chooses; places count from 0.
#[test]
fn selects_as_containerd_does() {
    let table: [(&str, &str, Option<usize>); 40] = [
        ("amd64", STANDARD, Some(0)),
        ("arm64", STANDARD, Some(3)),
        ("arm/v7", STANDARD, Some(2)),
        ("arm/v6", STANDARD, Some(1)),
        ("arm", STANDARD, Some(2)),
        ("386", STANDARD, Some(4)),
        ("riscv64", STANDARD, None),
        ("arm64", "amd64 arm/v6 arm/v7", Some(2)),
        ("arm64", "amd64 arm/v7 arm/v8", Some(2)),
        ("arm64", "arm64/v9 arm64", Some(1)),
        ("arm64", "arm64/v8.1", None),
        ("arm64/v9", "arm64 arm64/v8.5 arm64/v9", Some(2)),
        ("arm64/v9", "arm64 arm64/v8.5", Some(1)),
        ("arm64/v8.2", "arm64 arm64/v8.1 arm64/v8.5", Some(1)),
        ("amd64/v3", "amd64 amd64/v2 amd64/v3 amd64/v4", Some(2)),
        ("amd64/v3", "amd64 amd64/v2", Some(1)),
        ("amd64", "amd64/v2", None),
        ("amd64", "amd64/v1", Some(0)),
        ("amd64", "386", Some(0)),
        ("amd64/v4", "386 amd64/v2", Some(1)),
        ("arm/v7", "arm", Some(0)),
        ("arm/v6", "arm", None),
        ("arm/v7", "arm/v8 arm/v6 arm/v5", Some(1)),
        ("arm/v7", "arm/v4", None),
        ("arm64", "aarch64", Some(0)),
        ("amd64", "none amd64", Some(1)),
        ("amd64", "unknown/unknown none arm64", Some(1)),
        ("amd64", "amd64 amd64", Some(0)),
        ("amd64", "amd64+sse4", None),
        ("amd64+sse4", "amd64 amd64+sse4", Some(1)),
        ("darwin/arm64", "arm64", None),
        ("ppc64le", "ppc64le/power8", None),
        // The rules behind the examples, at their ends.
        ("arm64/v9.7", "arm64/v9.8 arm64/v8.9 arm64/v9.1", Some(2)),
        ("arm64/v9.4", "arm64/v8.9", Some(0)),
        ("arm64/v9.3", "arm64/v8.9", None),
        ("arm64", "arm/v5 arm", Some(1)),
        ("arm64/v10", "arm64 arm/v7", None),
        ("amd64+sse4", "none amd64", Some(1)),
        ("amd64", "none unknown/unknown none", Some(0)),
        ("386", "amd64", None),
    ];
    for (host, entries, expected) in table {
        let choice = select(&platform(host).unwrap(), &list(entries));
        assert_eq!(choice.index, expected, "{host} of {entries}: {}", choice.reason);
        assert!(choice.reason.starts_with(if expected.is_some() { "It gets " } else { "None: " }), "{}", choice.reason);
    }
}

#[test]
fn a_choice_has_its_reason_in_words() {
    for (host, entries, reason) in [
        ("arm64", "amd64 arm64/v8", "It gets linux/arm64/v8 (entry 2): an exact match."),
        ("amd64", "amd64 amd64", "It gets linux/amd64 (entry 1): an exact match, the first of several that are alike."),
        ("amd64+sse4", "amd64+sse4", "It gets linux(+sse4)/amd64 (entry 1): an exact match that uses sse4."),
        ("amd64", "arm 386", "It gets linux/386 (entry 2): the closest to linux/amd64 of those that run there."),
        (
            "amd64",
            "arm none",
            "It gets entry 2, which names no platform: no other entry fits linux/amd64, and the \
            client looks into the image's config.",
        ),
        ("riscv64", "amd64", "None: no entry is for linux/riscv64."),
        ("amd64", "amd64/v2", "None: every entry for amd64 needs more than linux/amd64 has."),
        ("amd64", "unknown/unknown", "None: the list has no image to run."),
        ("amd64", "", "None: the list has no image to run."),
    ] {
        let choice = select(&platform(host).unwrap(), &list(entries));
        assert!(choice.reason.starts_with(reason), "{}", choice.reason);
    }
    let windows = |architecture: &str, version: &str| Platform::new("windows", architecture).with_os_version(version);
    let servers =
        ["10.0.17763.6054", "10.0.20348.2582", "10.0.20348.587"].map(|version| Some(windows("amd64", version)));
    for (host, reason) in [
        (
            windows("amd64", "10.0.17763.1"),
            "It gets windows(10.0.17763.6054)/amd64 (entry 1): the same build of Windows.",
        ),
        (
            windows("amd64", "10.0.22621"),
            "It gets windows(10.0.20348.587)/amd64 (entry 3): Windows 10.0.22621 runs images of this build, of its \
            revisions the greatest, compared as text.",
        ),
        (
            Platform::new("windows", "amd64"),
            "It gets windows(10.0.20348.587)/amd64 (entry 3): the host does not say which Windows it has",
        ),
        (
            windows("amd64", "10.0.14393"),
            "None: no entry is for a build of Windows that windows(10.0.14393)/amd64 runs",
        ),
        // Not the build is in the way, but the processor.
        (windows("arm64", "10.0.20348"), "None: no entry is for windows(10.0.20348)/arm64"),
    ] {
        let choice = select(&host, &servers);
        assert!(choice.reason.starts_with(reason), "{}", choice.reason);
    }
}

#[test]
fn selects_as_containerd_does_on_windows() {
    let windows = |version: &str| Platform {
        os_version: (!version.is_empty()).then(|| version.to_owned()),
        ..Platform::new("windows", "amd64")
    };
    let servers: &[&str] = &["10.0.17763.6054", "10.0.20348.2582", "10.0.26100.1000"];
    let table: [(&str, &[&str], Option<usize>); 16] = [
        ("10.0.17763", servers, Some(0)),
        ("10.0.20348", servers, Some(1)),
        ("10.0.22621", servers, Some(1)),
        ("10.0.25398", servers, Some(1)),
        ("10.0.26100", servers, Some(2)),
        ("10.0.27000", servers, Some(2)),
        ("", servers, Some(2)),
        ("10.0.14393", servers, None),
        // Major and minor are equal, or nothing.
        ("10.1.20348", servers, None),
        // Below 20348 the build is the same, or nothing.
        ("10.0.17763", &["10.0.18363.1"], None),
        // After 26100 only 26100 and later run.
        ("10.0.27000", &["10.0.20348.1"], None),
        ("10.0.26100", &["10.0.20348.1"], Some(0)),
        // A missing version fits, a cut one never does.
        ("10.0.17763", &[""], Some(0)),
        ("10.0.17763", &["10.0"], None),
        // The revision does not matter for fitting, and is compared as text.
        ("10.0.20348.1", &["10.0.20348.2582", "10.0.20348.587"], Some(1)),
        ("10.0.20348", &["10.0.26100.1"], None),
    ];
    for (host, versions, expected) in table {
        let entries: Vec<_> = versions.iter().map(|version| Some(windows(version))).collect();
        let choice = select(&windows(host), &entries);
        assert_eq!(choice.index, expected, "{host} of {versions:?}: {}", choice.reason);
    }
    let win32k = Platform { os_features: vec!["win32k".to_owned()], ..windows("10.0.17763.1") };
    assert_eq!(select(&windows("10.0.17763"), &[Some(win32k)]).index, Some(0));
}

/// The two that are known to choose otherwise there, told where it makes a difference.
#[test]
fn what_others_get_on_windows_is_told_where_it_is_something_else() {
    let general = |entry: usize| format!("it gets entry {entry}, the first that runs there.");
    let classic = |entry: usize| format!("it gets entry {entry}.");
    let table: [(&str, &[&str], Vec<String>); 8] = [
        // containerd's own comparer takes 26100, its general rule the first that runs.
        ("10.0.26100", &["10.0.17763.6054", "10.0.20348.2582", "10.0.26100.1000"], vec![general(2)]),
        ("10.0.26100", &["10.0.26100.1000", "10.0.20348.2582"], vec![]),
        ("10.0.20348", &["10.0.17763.6054", "10.0.20348.2582", "10.0.26100.1000"], vec![]),
        // The greatest revision as text is not the first.
        ("10.0.20348", &["10.0.20348.2582", "10.0.20348.587"], vec![general(1), classic(1)]),
        ("10.0.22621", &["10.0.20348.2582", "10.0.20348.587"], vec![general(1), classic(1)]),
        // A version that is missing fits: containerd takes a version first, the others what comes first.
        ("10.0.22621", &["", "10.0.20348.1"], vec![general(1), classic(1)]),
        ("10.0.20348", &["", "10.0.20348.1"], vec![general(1)]),
        ("", &["10.0.20348.1", "10.0.26100.1"], vec![general(1), "knows the build of its host".to_owned()]),
    ];
    let windows = |version: &str| Platform {
        os_version: (!version.is_empty()).then(|| version.to_owned()),
        ..Platform::new("windows", "amd64")
    };
    for (host, versions, told) in table {
        let entries: Vec<_> = versions.iter().map(|version| Some(windows(version))).collect();
        let reason = select(&windows(host), &entries).reason;
        assert!(told.iter().all(|words| reason.contains(words)), "{host} of {versions:?}: {reason}");
        let said = ["`Only`", "classic"].into_iter().filter(|words| reason.contains(words)).count();
        assert_eq!(said, told.len(), "{host} of {versions:?}: {reason}");
    }
}

#[test]
fn selects_as_containers_image_does() {
    for (host, entries, expected) in [
        ("amd64", STANDARD, Some(0)),
        ("arm64", STANDARD, Some(3)),
        ("arm/v7", STANDARD, Some(2)),
        ("arm/v6", STANDARD, Some(1)),
        ("arm", STANDARD, Some(2)),
        ("arm", "arm/v6 arm/v7", Some(1)),
        ("arm/v8", "arm/v6 arm/v7", Some(1)),
        ("arm", "arm/v7 arm", Some(1)),
        ("arm/v6", "arm", Some(0)),
        ("arm64", "arm64/v8 arm64", Some(1)),
        ("arm64", "aarch64", None),
        ("arm64", "arm/v7", None),
        ("amd64", "386", None),
        ("amd64", "none amd64", Some(1)),
        ("amd64", "unknown/unknown none arm64", Some(1)),
        ("riscv64", STANDARD, None),
    ] {
        let choice = select_containers_image(&platform(host).unwrap(), &list(entries));
        assert_eq!(choice.index, expected, "{host} of {entries}: {}", choice.reason);
    }
}

/// Containerd's table; what is not in it stays as it is, in lower case.
#[test]
fn each_platform_has_one_spelling() {
    for (architecture, variant, expected) in [
        ("i386", "", "386"),
        ("i386", "v1", "386"),
        ("x86_64", "", "amd64"),
        ("x86-64", "", "amd64"),
        ("X86_64", "V2", "amd64/v2"),
        ("amd64", "v1", "amd64"),
        ("x86_64", "v1", "amd64"),
        ("amd64", "v3", "amd64/v3"),
        ("aarch64", "", "arm64"),
        ("aarch64", "v8", "arm64"),
        ("arm64", "8", "arm64"),
        ("arm64", "v8", "arm64"),
        ("arm64", "v8.0", "arm64"),
        ("arm64", "v8.1", "arm64/v8.1"),
        ("arm64", "9", "arm64/v9"),
        ("arm64", "9.0", "arm64/v9"),
        ("arm64", "v9.0", "arm64/v9"),
        ("arm64", "v9", "arm64/v9"),
        ("armhf", "", "arm/v7"),
        ("armhf", "v6", "arm/v7"),
        ("armel", "", "arm/v6"),
        ("arm", "", "arm/v7"),
        ("arm", "7", "arm/v7"),
        ("arm", "5", "arm/v5"),
        ("arm", "6", "arm/v6"),
        ("arm", "8", "arm/v8"),
        ("ARM", "V7", "arm/v7"),
        ("386", "v1", "386/v1"),
        ("i686", "", "i686"),
        ("armv7l", "", "armv7l"),
        ("ppc64el", "", "ppc64el"),
        ("loongarch64", "", "loongarch64"),
    ] {
        let platform = Platform::new("Linux", architecture).with_variant(variant);
        let normalized = platform.normalized();
        assert_eq!(normalized.to_string(), format!("linux/{expected}"), "{architecture}/{variant}");
        assert_eq!(normalized.normalized(), normalized, "{architecture}/{variant}");
        assert!(same(&platform, &normalized), "{architecture}/{variant}");
    }
    assert_eq!(Platform::new("macOS", "arm64").normalized().os, "darwin");
}

#[test]
fn text_and_spelling() {
    for (text, shown, normalized) in [
        ("linux/arm64", "linux/arm64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64/v8", "linux/arm64"),
        ("Linux/x86_64", "linux/amd64", "linux/amd64"),
        ("linux/arm", "linux/arm", "linux/arm/v7"),
        ("linux/arm/7", "linux/arm/v7", "linux/arm/v7"),
        ("linux/armel", "linux/arm/v6", "linux/arm/v6"),
        ("linux/386/v1", "linux/386/v1", "linux/386/v1"),
        ("arm/v6", "arm/v6", "arm/v6"),
        ("arm64", "linux/arm64", "linux/arm64"),
        ("macOS/arm64", "darwin/arm64", "darwin/arm64"),
        ("linux/armv7l", "linux/armv7l", "linux/armv7l"),
        ("windows(10.0.17763+win32k)/amd64", "windows(10.0.17763+win32k)/amd64", "windows(10.0.17763+win32k)/amd64"),
        ("linux(+b+a)/amd64", "linux(+a+b)/amd64", "linux(+a+b)/amd64"),
        ("windows(1%2B2)/amd64", "windows(1%2B2)/amd64", "windows(1%2B2)/amd64"),
    ] {
        let platform: Platform = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(platform.to_string(), shown, "{text}");
        assert_eq!(platform.normalized().to_string(), normalized, "{text}");
        assert_eq!(shown.parse::<Platform>().unwrap().to_string(), shown);
    }
    for text in [
        "",
        "*",
        "linux/*",
        "/linux/arm",
        "linux/arm/",
        "linux /arm",
        "linux/&arm",
        "a/b/c/d",
        "i686",
        "windows(1/amd64",
    ] {
        assert!(text.parse::<Platform>().is_err(), "{text}");
    }
}

/// A draft with them must survive the way to the browser's storage and to the server.
#[test]
fn lists_of_platforms_are_texts_where_texts_can_say_it() {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Taken(#[serde(with = "text_list")] Vec<Platform>);

    let arm = Platform::new("linux", "arm").with_variant("v7");
    let odd =
        [Platform::new("", "arm"), Platform::new("my os", "a/b"), Platform::new("linux", ""), Platform::default()];
    let all: Vec<Platform> = std::iter::once(arm).chain(odd).collect();
    let json = serde_json::to_string(&Taken(all.clone())).unwrap();
    assert!(json.starts_with(r#"["linux/arm/v7",{"architecture":"arm","os":""},"#), "{json}");
    assert_eq!(serde_json::from_str::<Taken>(&json).unwrap().0, all);
    for refused in [r#"["linux/*"]"#, r#"[""]"#, "[1]", r#""linux/arm""#] {
        assert!(serde_json::from_str::<Taken>(refused).is_err(), "{refused}");
    }
}

#[test]
fn unknown_fields_and_null_survive() {
    let text = r#"{"architecture":"amd64","os":"linux","variant":null,"os.features":null,"z":1,"a":{"b":null}}"#;
    let platform: Platform = serde_json::from_str(text).unwrap();
    assert_eq!(platform.variant, None);
    assert_eq!(
        serde_json::to_string(&platform).unwrap(),
        r#"{"architecture":"amd64","os":"linux","a":{"b":null},"z":1}"#
    );
}
