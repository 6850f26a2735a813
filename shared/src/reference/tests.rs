#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// 64 hex digits.
fn h() -> String {
    "0123456789abcdef".repeat(4)
}

/// What Docker's own library makes of each text; `H` stands for 64 hex digits and `L` for `docker.io/library/`.
#[test]
fn reads_as_docker_does() {
    let h = h();
    let h63 = &h[1..];
    let long_tag = "t".repeat(128);
    let sha512 = h.repeat(2);
    let table: Vec<(String, &str, String, &str, String)> = [
        ("ubuntu", "docker.io", "library/ubuntu", "", ""),
        ("ubuntu:22.04", "docker.io", "library/ubuntu", "22.04", ""),
        ("docker.io/ubuntu", "docker.io", "library/ubuntu", "", ""),
        ("index.docker.io/ubuntu", "docker.io", "library/ubuntu", "", ""),
        ("registry-1.docker.io/ubuntu", "registry-1.docker.io", "ubuntu", "", ""),
        ("Docker.io/ubuntu", "Docker.io", "ubuntu", "", ""),
        ("INDEX.docker.io/ubuntu", "INDEX.docker.io", "ubuntu", "", ""),
        ("docker.io", "docker.io", "library/docker.io", "", ""),
        ("docker.io/library/foo/bar", "docker.io", "library/foo/bar", "", ""),
        ("me/app", "docker.io", "me/app", "", ""),
        ("localhost/app", "localhost", "app", "", ""),
        ("localhost", "docker.io", "library/localhost", "", ""),
        ("localhost:5000", "docker.io", "library/localhost", "5000", ""),
        ("localhost:5000/app", "localhost:5000", "app", "", ""),
        ("myhost/app", "docker.io", "myhost/app", "", ""),
        ("MyHost/app", "MyHost", "app", "", ""),
        ("Foo/bar", "Foo", "bar", "", ""),
        ("GHCR.IO/a/b", "GHCR.IO", "a/b", "", ""),
        ("test.com", "docker.io", "library/test.com", "", ""),
        ("test.com:5000", "docker.io", "library/test.com", "5000", ""),
        ("test_com/foo", "docker.io", "test_com/foo", "", ""),
        ("192.168.1.1:5000/r:5050", "192.168.1.1:5000", "r", "5050", ""),
        ("[::1]:5000/r", "[::1]:5000", "r", "", ""),
        ("[::1]/x:y", "[::1]", "x", "y", ""),
        ("ex.com:99999/a", "ex.com:99999", "a", "", ""),
        ("xn--n3h.com/img", "xn--n3h.com", "img", "", ""),
        ("ghcr.io/o/r:t@sha256:H", "ghcr.io", "o/r", "t", "sha256:H"),
        ("ubuntu@sha512:HH", "docker.io", "library/ubuntu", "", "sha512:HH"),
        ("sha256:H", "docker.io", "library/sha256", "H", ""),
        ("63", "docker.io", "library/63", "", ""),
        ("docker.io/H", "docker.io", "library/H", "", ""),
        ("a__b", "docker.io", "library/a__b", "", ""),
        ("a--b", "docker.io", "library/a--b", "", ""),
        ("a/b:_x", "docker.io", "a/b", "_x", ""),
        ("a/b:128", "docker.io", "a/b", "128", ""),
    ]
    .into_iter()
    .map(|(text, registry, path, tag, digest)| {
        let fill = |part: &str| match part {
            "63" => h63.to_owned(),
            "library/63" => format!("library/{h63}"),
            "128" => long_tag.clone(),
            "a/b:128" => format!("a/b:{long_tag}"),
            _ if part.starts_with("GHCR") => part.to_owned(),
            _ => part.replace("HH", &sha512).replace(":H", &format!(":{h}")).replace("/H", &format!("/{h}")),
        };
        let tag = if tag == "H" { h.clone() } else { fill(tag) };
        (fill(text), registry, fill(path), "", format!("{tag}|{}", fill(digest)))
    })
    .collect();
    for (text, registry, path, _, ends) in table {
        let reference: Reference = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(reference.registry().as_str(), registry, "{text}");
        assert_eq!(reference.repository().as_str(), path, "{text}");
        let tag = reference.tag().map_or("", Tag::as_str);
        let digest = reference.digest().map_or("", Digest::as_str);
        assert_eq!(format!("{tag}|{digest}"), ends, "{text}");
        assert_eq!(reference.to_string().parse::<Reference>().as_ref(), Ok(&reference), "{text}");
        assert_eq!(reference.familiar().parse::<Reference>().as_ref(), Ok(&reference), "{text}");
        let json = serde_json::to_string(&reference).unwrap();
        assert_eq!(serde_json::from_str::<Reference>(&json).unwrap(), reference, "{text}");
    }
}

/// What Docker refuses, with the beginning of our reason and the near miss, if there is one.
#[test]
fn refuses_what_docker_refuses() {
    let h = h();
    let upper = h.to_uppercase();
    let long_path = "p".repeat(256);
    let long_tag = format!("a/b:{}", "t".repeat(129));
    let table: Vec<(String, &str, Option<String>)> = [
        ("H", "64 hex digits", None),
        ("Ubuntu", "at character 1: the capital letter `U`", Some("ubuntu")),
        ("foo/Bar", "at character 5: the capital letter `B`", Some("foo/bar")),
        ("docker.io/", "at character 11: the name of the repository is missing", None),
        ("docker.io/Library/ubuntu", "at character 11: the capital", Some("docker.io/library/ubuntu")),
        ("test.com:5000/", "the name of the repository is missing", None),
        ("foo_bar.com:8080/app", "at character 4: `_` cannot be in the name of a registry", None),
        ("foo_bar.com/app", "at character 4: `_` cannot be in the name of a registry", None),
        ("[::1]", "at character 1: `[` cannot be", None),
        ("fc00::1:5000/d", "an IPv6 address stands in square brackets", None),
        ("[fe80::1%eth0]:5000/d", "an IPv6 address stands in square brackets", None),
        ("https://ghcr.io/a/b", "it begins with `https://`", Some("ghcr.io/a/b")),
        ("https://ghcr.io", "it begins with `https://`", None),
        ("ghcr.io/a//b", "is empty", Some("ghcr.io/a/b")),
        ("a/b/", "is empty", Some("a/b")),
        ("a..b", "at character 2: `..` between", Some("a.b")),
        ("a___b", "`___` between", Some("a__b")),
        ("a._b", "`._` between", Some("a.b")),
        ("-a/a-", "begins or ends with `-`", Some("a/a")),
        ("a/b:-x", "at character 5: a tag cannot begin with `-`", Some("a/b:x")),
        ("a/b:.x", "a tag cannot begin with `.`", Some("a/b:x")),
        ("a/b:x+y", "at character 6: `+` cannot be in a tag", Some("a/b:x_y")),
        ("LONGTAG", "the tag has 129 characters", None),
        ("LONGPATH", "characters; 255 is the most", None),
        ("ubuntu:", "the tag after `:` is empty", Some("ubuntu")),
        (":tag", "at character 1: the name of the repository is missing", None),
        ("ubuntu:a:b", "`:` cannot be in a tag", None),
        ("ubuntu:@sha256:H", "the tag after `:` is empty", Some("ubuntu@sha256:H")),
        ("ubuntu@sha256:H:tag", "the tag goes before the digest", Some("ubuntu:tag@sha256:H")),
        ("ubuntu:sha256:H", "a digest follows the name with `@`", Some("ubuntu@sha256:H")),
        ("ubuntu@H", "it has no colon", Some("ubuntu@sha256:H")),
        ("ubuntu@sha256:63", "this one has 63 characters", None),
        ("ubuntu@sha256:UPPER", "lower-case hex", Some("ubuntu@sha256:H")),
        ("ubuntu@md5:0123456789abcdef0123456789abcdef", "not md5", None),
        ("", "it is empty", None),
        (" ubuntu", "at character 1: there is a space around it", Some("ubuntu")),
        ("ubuntu ", "at character 7: there is a space around it", Some("ubuntu")),
        ("ubuntu\n", "there is a line break around it", Some("ubuntu")),
        ("ex.com:http/a", "the registry's port is a number", None),
        ("ex.com:/a", "the registry's port is a number", Some("ex.com/a")),
        ("é/x", "at character 1: `é` cannot be in the name of a repository", None),
        ("[zz]/x", "at character 1: `[`", None),
        ("docker pull me/app:v1", "a space", Some("me/app:v1")),
        ("https://hub.docker.com/r/library/alpine", "https", Some("alpine")),
        ("https://hub.docker.com/_/alpine", "https", Some("alpine")),
        ("https://hub.docker.com/r/me/app/tags?page=2", "https", Some("me/app")),
        ("https://quay.io/repository/a/b", "https", Some("quay.io/a/b")),
    ]
    .into_iter()
    .map(|(text, reason, suggestion)| {
        let fill = |text: &str| match text {
            "H" => h.clone(),
            "LONGPATH" => long_path.clone(),
            "LONGTAG" => long_tag.clone(),
            _ => text
                .replace("UPPER", &upper)
                .replace("256:H", &format!("256:{h}"))
                .replace("@H", &format!("@{h}"))
                .replace(":63", &format!(":{}", &h[1..])),
        };
        (fill(text), reason, suggestion.map(|text: &str| fill(text)))
    })
    .collect();
    for (text, reason, suggestion) in table {
        let Err(error) = text.parse::<Reference>() else { panic!("{text:?} parses") };
        if !matches!(text.as_str(), "[zz]/x") {
            assert!(error.to_string().contains(reason), "{text:?}: {error}");
        }
        assert_eq!(error.suggestion(), suggestion, "{text:?}");
    }
}

#[test]
fn the_three_names_of_docker_hub() {
    let hub: Reference = "ubuntu".parse().unwrap();
    assert_eq!(hub.registry().as_str(), "docker.io");
    assert_eq!(hub.registry().api_host(), "registry-1.docker.io");
    assert_eq!(hub.registry().credential_key(), "https://index.docker.io/v1/");
    assert_eq!(
        (hub.target().as_str(), hub.familiar().as_str(), hub.repo().as_str()),
        ("latest", "ubuntu", "docker.io/library/ubuntu")
    );
    let other: Reference = "ghcr.io/a/b:c".parse().unwrap();
    assert_eq!((other.registry().api_host(), other.registry().credential_key()), ("ghcr.io", "ghcr.io"));
}

#[test]
fn loopback() {
    for (host, expected) in [
        ("localhost", true),
        ("localhost:5000", true),
        ("127.0.0.1:5000", true),
        ("127.9.9.9", true),
        ("[::1]:5000", true),
        ("[::1]", true),
        ("10.0.0.1:5000", false),
        ("localhost.example.com", false),
        ("[::2]", false),
        ("127.0.0.1.nip.io", false),
    ] {
        assert_eq!(host.parse::<Registry>().unwrap().is_loopback(), expected, "{host}");
    }
}

#[test]
fn same_repository_whatever_the_tag() {
    let parse = |text: &str| text.parse::<Reference>().unwrap();
    assert!(parse("ubuntu:1").same_repository(&parse("docker.io/library/ubuntu:2")));
    assert!(parse("GHCR.IO/a/b").same_repository(&parse("ghcr.io/a/b")));
    assert!(!parse("ghcr.io/a/b").same_repository(&parse("ghcr.io/a/c")));
    assert!(parse("ghcr.io/a/b").same_registry(&parse("ghcr.io/a/c")));
    assert!(!parse("ghcr.io/a/b").same_registry(&parse("quay.io/a/b")));
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn anything_is_read_without_panic(text in any::<String>()) {
            if let Err(error) = text.parse::<Reference>() && let Some(near) = error.suggestion() {
                prop_assert!(near.parse::<Reference>().is_ok(), "{near}");
            }
        }

        #[test]
        fn near_references_too(text in "[a-zA-Z0-9:/@._ \\[\\]+-]{0,40}") {
            match text.parse::<Reference>() {
                Ok(reference) => prop_assert_eq!(reference.to_string().parse::<Reference>().ok(), Some(reference)),
                Err(error) => if let Some(near) = error.suggestion() {
                    prop_assert!(near.parse::<Reference>().is_ok());
                },
            }
        }

        #[test]
        fn shown_and_read_again_it_is_the_same(
            text in "([a-z]{1,5}\\.[a-z]{2,3}(:[0-9]{1,5})?/)?[a-z0-9]{1,5}((/|-|__|\\.)[a-z0-9]{1,5}){0,3}(:\\w[A-Za-z0-9_.-]{0,9})?(@sha256:[0-9a-f]{64})?"
        ) {
            let Ok(reference) = text.parse::<Reference>() else { return Ok(()) };
            prop_assert_eq!(reference.to_string().parse::<Reference>().ok(), Some(reference.clone()));
            prop_assert_eq!(reference.familiar().parse::<Reference>().ok(), Some(reference));
        }
    }
}
