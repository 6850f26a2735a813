#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn names_are_read_as_people_use_them() {
    for (name, expected) in [
        // Docker's official images.
        ("arm64v8/nginx", Some(("nginx", "linux/arm64"))),
        ("arm32v7/nginx", Some(("nginx", "linux/arm/v7"))),
        ("i386/alpine", Some(("alpine", "linux/386"))),
        ("nginx", None),
        // Linuxserver's tags.
        ("arm64v8-latest", Some(("latest", "linux/arm64"))),
        ("amd64-version-1.2.3", Some(("version-1.2.3", "linux/amd64"))),
        // Home Assistant.
        ("homeassistant/aarch64-homeassistant", Some(("homeassistant/homeassistant", "linux/arm64"))),
        ("home-assistant/armhf-base", Some(("home-assistant/base", "linux/arm/v7"))),
        // Everybody's.
        ("me/app-amd64", Some(("me/app", "linux/amd64"))),
        ("me/app_arm64", Some(("me/app", "linux/arm64"))),
        ("me/app-linux-arm64-v8", Some(("me/app", "linux/arm64"))),
        ("me/app-linux-arm-v7", Some(("me/app", "linux/arm/v7"))),
        ("me/linux_amd64_app", Some(("me/app", "linux/amd64"))),
        ("me/app-x86_64", Some(("me/app", "linux/amd64"))),
        ("me/app-x64", Some(("me/app", "linux/amd64"))),
        ("me/app/arm64", Some(("me/app", "linux/arm64"))),
        ("me/arm64/app", Some(("me/app", "linux/arm64"))),
        ("me/app-arm64-debug", Some(("me/app-debug", "linux/arm64"))),
        ("kube-proxy-ppc64le", Some(("kube-proxy", "linux/ppc64le"))),
        ("1.2.3-Linux-X64", Some(("1.2.3", "linux/amd64"))),
        ("1.2-arm64-alpine", Some(("1.2-alpine", "linux/arm64"))),
        ("v1-windows-amd64", Some(("v1", "windows/amd64"))),
        ("v1-windowsservercore-ltsc2022-amd64", Some(("v1-windowsservercore-ltsc2022", "windows/amd64"))),
        ("arm64", Some(("", "linux/arm64"))),
        ("linux-amd64", Some(("", "linux/amd64"))),
        ("latest-amd64-v3", Some(("latest", "linux/amd64/v3"))),
        // A word is a whole one.
        ("me/charm", None),
        ("me/arm64ish", None),
        ("me/xamd64", None),
        ("1.386-dev", Some(("1-dev", "linux/386"))),
        ("", None),
        ("---///", None),
        // What a slash separates are two words.
        ("me/arm/v7", Some(("me/v7", "linux/arm"))),
    ] {
        let read = read(name);
        let read = read.as_ref().map(|named| (named.stem.as_str(), named.platform));
        assert_eq!(read, expected, "{name}");
    }
    assert_eq!((stem("me/app-amd64"), stem("me/app")), ("me/app".to_owned(), "me/app".to_owned()));
}

fn shown(members: &[Member]) -> String {
    members.iter().map(|member| format!("{}={}", member.name, member.platform)).collect::<Vec<_>>().join(" ")
}

#[test]
fn names_that_belong_together_are_found() {
    let tags = "v1 v1-arm64 v1-amd64 v2-amd64 v1-armv7 amd64 arm64 v3-x64 v3-amd64 latest";
    let groups = group(tags.split(' '));
    let groups: Vec<_> = groups.iter().map(|group| (group.stem.as_str(), shown(&group.members))).collect();
    assert_eq!(
        groups,
        [
            ("", "amd64=linux/amd64 arm64=linux/arm64".to_owned()),
            ("v1", "v1-amd64=linux/amd64 v1-arm64=linux/arm64 v1-armv7=linux/arm/v7".to_owned()),
        ],
        "one platform alone is no group, under two names neither"
    );
    let catalogue = ["me/app", "me/app-arm64", "me/app-amd64", "you/app-arm64", "me/app-arm64-debug", "arm64/me/app"];
    for name in ["me/app", "me/app-amd64", "me/app-s390x"] {
        assert_eq!(
            shown(&with_stem(name, catalogue)),
            "me/app-amd64=linux/amd64 arm64/me/app=linux/arm64 me/app-arm64=linux/arm64",
            "{name}"
        );
    }
}

#[test]
fn what_others_are_called_is_guessed_in_the_same_way() {
    let names = |members: Vec<Member>| members.into_iter().map(|member| member.name).collect::<Vec<_>>();
    for (name, some) in [
        ("arm64v8/nginx", &["amd64/nginx", "arm32v7/nginx", "i386/nginx", "s390x/nginx"][..]),
        ("ha/aarch64-homeassistant", &["ha/amd64-homeassistant", "ha/armv7-homeassistant", "ha/armhf-homeassistant"]),
        ("me/app-amd64", &["me/app-arm64", "me/app-arm64v8", "me/app-armv7", "me/app-aarch64"]),
        ("me/app-linux-arm-v7", &["me/app-linux-amd64", "me/app-linux-arm64"]),
        ("app_linux_arm64", &["app_linux_amd64", "app_linux_arm_v7"]),
        ("app-aarch64", &["app-x86_64", "app-armv7l", "app-amd64"]),
    ] {
        let others = names(others(name));
        assert!(others.len() <= 16 && !others.contains(&name.to_owned()), "{others:?}");
        for expected in some {
            assert!(others.iter().any(|other| other == expected), "{name}: {expected} is not in {others:?}");
        }
    }
    assert_eq!(others("me/app"), []);
    // What the rest of the name makes another word is of another group.
    assert!(!names(others("arm64-v2")).contains(&"amd64-v2".to_owned()));
    // A way that nobody mixes with Docker's is not looked for.
    assert!(!names(others("arm64v8/nginx")).contains(&"aarch64/nginx".to_owned()));
    let first = names(first_guesses("nginx"));
    assert!(first.contains(&"arm64v8/nginx".to_owned()) && first.contains(&"nginx-arm64".to_owned()), "{first:?}");
    let first = first_guesses("ghcr/me/app");
    assert!(first.len() < 10 && first.iter().all(|member| stem(&member.name) == "ghcr/me/app"), "{first:?}");
}

#[test]
fn a_repository_is_found_beside_another() {
    let hub: Reference = "nginx".parse().unwrap();
    assert_eq!(path(&hub), "nginx");
    assert_eq!(at(&hub, "arm64v8/nginx").unwrap().to_string(), "docker.io/arm64v8/nginx");
    assert_eq!(at(&hub, "nginx").unwrap(), hub);
    let other: Reference = "localhost:5000/library/nginx:v1".parse().unwrap();
    assert_eq!(path(&other), "library/nginx");
    assert_eq!(at(&other, "me/app-arm64").unwrap().to_string(), "localhost:5000/me/app-arm64");
    for name in ["a:b", "a@b", "", "/", "A/b", "a b", "a\u{202e}b", "a\u{0}", "../x", "a?b", &"a".repeat(300)] {
        assert_eq!(at(&other, name), None, "{name}");
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Nothing panics, and what is guessed is one of the group that the name is in.
        #[test]
        fn guesses_have_the_stem_of_the_name(name in "[a-z0-9]{0,3}[-_./]?(arm64|x86_64|linux-arm-v7|é|)[-_./]?[a-z0-9]{0,3}") {
            let stem = stem(&name);
            for other in others(&name) {
                prop_assert_eq!(super::stem(&other.name), stem.clone());
            }
            prop_assert!(group([name.as_str()]).is_empty());
        }
    }
}
