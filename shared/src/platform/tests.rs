//! Worked examples of what containerd's matcher chooses.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{Platform, select};

/// `arm/v7` and `amd64+sse4` as the tables write them: Linux unless an operating system is named.
fn linux(text: &str) -> Platform {
    let (text, feature) = text.split_once('+').map_or((text, None), |(text, feature)| (text, Some(feature)));
    let mut platform: Platform = match text.split('/').next() {
        Some("darwin" | "linux" | "unknown") => text.parse().unwrap(),
        _ => format!("linux/{text}").parse().unwrap(),
    };
    platform.os_features.extend(feature.map(str::to_owned));
    platform
}

fn list(text: &str) -> Vec<Option<Platform>> {
    let text = if text == "std" { "amd64,arm/v5,arm/v7,arm64/v8,386,ppc64le,s390x" } else { text };
    text.split(',').map(|entry| (entry != "none").then(|| linux(entry))).collect()
}

#[test]
fn linux_hosts_get_what_containerd_chooses() {
    let table: &[(&str, &str, Option<usize>)] = &[
        ("amd64", "std", Some(0)),
        ("arm64", "std", Some(3)),
        ("arm/v7", "std", Some(2)),
        ("arm/v6", "std", Some(1)),
        ("arm", "std", Some(2)),
        ("386", "std", Some(4)),
        ("riscv64", "std", None),
        ("arm64", "amd64,arm/v6,arm/v7", Some(2)),
        ("arm64", "amd64,arm/v7,arm/v8", Some(2)),
        ("arm64", "arm64/v9,arm64", Some(1)),
        ("arm64", "arm64/v8.1", None),
        ("arm64/v9", "arm64,arm64/v8.5,arm64/v9", Some(2)),
        ("arm64/v9", "arm64,arm64/v8.5", Some(1)),
        ("arm64/v8.2", "arm64,arm64/v8.1,arm64/v8.5", Some(1)),
        ("amd64/v3", "amd64,amd64/v2,amd64/v3,amd64/v4", Some(2)),
        ("amd64/v3", "amd64,amd64/v2", Some(1)),
        ("amd64", "amd64/v2", None),
        ("amd64", "amd64/v1", Some(0)),
        ("amd64", "386", Some(0)),
        ("amd64/v4", "386,amd64/v2", Some(1)),
        ("arm/v7", "arm", Some(0)),
        ("arm/v6", "arm", None),
        ("arm/v7", "arm/v8,arm/v6,arm/v5", Some(1)),
        ("arm/v7", "arm/v4", None),
        ("arm64", "aarch64", Some(0)),
        ("amd64", "none,amd64", Some(1)),
        ("amd64", "unknown/unknown,none,arm64", Some(1)),
        ("amd64", "amd64,amd64", Some(0)),
        ("amd64", "amd64+sse4", None),
        ("amd64+sse4", "amd64,amd64+sse4", Some(1)),
        ("darwin/arm64", "linux/arm64", None),
        ("ppc64le", "ppc64le/power8", None),
    ];
    for (host, entries, expected) in table {
        let choice = select(&linux(host), &list(entries));
        assert_eq!(choice.index, *expected, "{host} among {entries}: {}", choice.reason);
        assert!(choice.reason.ends_with('.'), "{}", choice.reason);
    }
}

#[test]
fn windows_hosts_get_what_containerd_chooses() {
    let entry = |build: &str| Some(format!("windows(10.0.{build})/amd64").parse::<Platform>().unwrap());
    let entries = [entry("17763.6054"), entry("20348.2582"), entry("26100.1000")];
    for (host, expected) in [
        ("windows(10.0.17763)/amd64", Some(0)),
        ("windows(10.0.20348)/amd64", Some(1)),
        ("windows(10.0.22621)/amd64", Some(1)),
        ("windows(10.0.25398)/amd64", Some(1)),
        ("windows(10.0.26100)/amd64", Some(2)),
        ("windows(10.0.27000)/amd64", Some(2)),
        ("windows/amd64", Some(2)),
        ("windows(10.0.14393)/amd64", None),
        ("windows(6.1.20348)/amd64", None),
        ("linux/amd64", None),
    ] {
        assert_eq!(select(&host.parse().unwrap(), &entries).index, expected, "{host}");
    }
    let host: Platform = "windows(10.0.20348.1)/amd64".parse().unwrap();
    assert_eq!(select(&host, &[entry("20348.2582"), entry("20348.587")]).index, Some(1), "by text, not by number");
    assert_eq!(select(&host, &["windows(10.0)/amd64".parse().ok()]).index, None, "too few parts");
    assert_eq!(select(&host, &["windows/amd64".parse().ok()]).index, Some(0), "no version matches");
}

#[test]
fn spellings_are_normalized() {
    for (from, to) in [
        ("macos/arm64", "darwin/arm64"),
        ("linux/i386", "linux/386"),
        ("linux/x86_64", "linux/amd64"),
        ("linux/x86-64", "linux/amd64"),
        ("linux/amd64/v1", "linux/amd64"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm64/8", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm64/v8.0", "linux/arm64"),
        ("linux/arm64/9", "linux/arm64/v9"),
        ("linux/arm64/v9.0", "linux/arm64/v9"),
        ("linux/armhf", "linux/arm/v7"),
        ("linux/armel", "linux/arm/v6"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/6", "linux/arm/v6"),
        ("Linux/AMD64", "linux/amd64"),
        ("linux/i686", "linux/i686"),
        ("linux/386/v1", "linux/386/v1"),
    ] {
        assert_eq!(from.parse::<Platform>().unwrap().normalized().to_string(), to, "{from}");
    }
}

#[test]
fn text_goes_both_ways() {
    for text in ["linux/amd64", "linux/arm/v7", "windows(10.0.17763+win32k)/amd64", "windows(+a+b)/arm64", "arm/v6"] {
        assert_eq!(text.parse::<Platform>().unwrap().to_string(), text);
    }
    assert_eq!("arm64".parse::<Platform>().unwrap().to_string(), "linux/arm64");
    for text in ["", "linux", "a/b/c/d", "linux/", "/amd64", "linux/*", "windows(10/amd64", "li nux/amd64"] {
        assert!(text.parse::<Platform>().is_err(), "{text}");
    }
}
