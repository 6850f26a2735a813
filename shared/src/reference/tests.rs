#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// Fills in what is too long to write out: `{hex}` is 64 hex digits, `{HEX}` the same in capitals, `{hex:63}` the first
/// 63 of them, `{sha512}` 128 of them, and `{a*129}` 129 times `a`.
fn fill(text: &str) -> String {
    let hex = "0123456789abcdef".repeat(4);
    let mut text = text
        .replace("{hex}", &hex)
        .replace("{HEX}", &hex.to_uppercase())
        .replace("{hex:63}", &hex[..63])
        .replace("{sha512}", &hex.repeat(2));
    for count in [127, 128, 129, 247, 248, 255, 256] {
        text = text.replace(&format!("{{a*{count}}}"), &"a".repeat(count));
    }
    text
}

/// What Docker's own library makes of each text: registry, repository, tag and digest.
#[test]
fn reads_as_docker_does() {
    for (text, registry, repository, tag, digest) in [
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
        ("ghcr.io/o/r:t@sha256:{hex}", "ghcr.io", "o/r", "t", "sha256:{hex}"),
        ("ubuntu@sha512:{sha512}", "docker.io", "library/ubuntu", "", "sha512:{sha512}"),
        ("sha256:{hex}", "docker.io", "library/sha256", "{hex}", ""),
        ("{hex:63}", "docker.io", "library/{hex:63}", "", ""),
        ("docker.io/{hex}", "docker.io", "library/{hex}", "", ""),
        ("docker.io/library/{hex}:v1", "docker.io", "library/{hex}", "v1", ""),
        ("a__b", "docker.io", "library/a__b", "", ""),
        ("a--b", "docker.io", "library/a--b", "", ""),
        ("a/b:_x", "docker.io", "a/b", "_x", ""),
        ("a/b:{a*128}", "docker.io", "a/b", "{a*128}", ""),
        ("ghcr.io/{a*255}", "ghcr.io", "{a*255}", "", ""),
        // `library/` counts.
        ("{a*247}", "docker.io", "library/{a*247}", "", ""),
    ] {
        let text = fill(text);
        let reference: Reference = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(reference.registry().as_str(), registry, "{text}");
        assert_eq!(reference.repository().as_str(), fill(repository), "{text}");
        assert_eq!(reference.tag().map_or("", Tag::as_str), fill(tag), "{text}");
        assert_eq!(reference.digest().map_or("", Digest::as_str), fill(digest), "{text}");

        assert_eq!(reference.to_string().parse::<Reference>().as_ref(), Ok(&reference), "{text}");
        assert_eq!(reference.familiar().parse::<Reference>().as_ref(), Ok(&reference), "{text}");
        assert_eq!(reference.familiar_repo().parse::<Reference>(), Ok(reference.repository_only()), "{text}");
        assert_eq!(reference.registry().as_str().parse::<Registry>().as_ref(), Ok(reference.registry()), "{text}");
        let json = serde_json::to_string(&reference).unwrap();
        assert_eq!(serde_json::from_str::<Reference>(&json).unwrap(), reference, "{text}");
    }
}

/// What Docker refuses, with our reason (or the beginning of it) and the near miss, if there is one.
#[test]
fn refuses_what_docker_refuses() {
    for (text, reason, suggestion) in [
        ("{hex}", "64 hex digits alone are the id of an image", None),
        ("Ubuntu", "at character 1: the capital letter `U`", Some("ubuntu")),
        ("foo/Bar", "at character 5: the capital letter `B`", Some("foo/bar")),
        ("docker.io/", "at character 11: the name of the repository is missing", None),
        ("docker.io/Library/ubuntu", "at character 11: the capital letter `L`", Some("docker.io/library/ubuntu")),
        ("test.com:5000/", "at character 15: the name of the repository is missing", None),
        ("foo_bar.com:8080/app", "at character 4: `_` cannot be in the name of a registry", None),
        // Docker's library takes this one by accident, with no registry at all.
        ("foo_bar.com/app", "at character 4: `_` cannot be in the name of a registry", None),
        ("[::1]", "at character 1: `[` cannot be in the name of a repository", None),
        ("fc00::1:5000/d", "at character 1: an IPv6 address stands in square brackets", Some("[fc00::1]:5000/d")),
        ("fc00::1/d", "at character 1: an IPv6 address stands in square brackets", Some("[fc00::1]/d")),
        // An address of a link does not work without its zone: there is no near miss.
        ("[fe80::1%eth0]:5000/d", "at character 1: an IPv6 address stands in square brackets, without a zone", None),
        ("https://ghcr.io/a/b", "at character 1: it begins with `https://`", Some("ghcr.io/a/b")),
        ("https://ghcr.io", "at character 1: it begins with `https://`", None),
        ("ghcr.io/a//b", "at character 11: a part of the repository's name is empty", Some("ghcr.io/a/b")),
        ("a/b/", "at character 5: a part of the repository's name is empty", Some("a/b")),
        ("a..b", "at character 2: `..` between letters or digits", Some("a.b")),
        ("a___b", "at character 2: `___` between letters or digits", Some("a__b")),
        ("a._b", "at character 2: `._` between letters or digits", Some("a.b")),
        ("-a/a-", "at character 1: a part of the repository's name begins or ends with `-`", Some("a/a")),
        ("a-", "at character 2: a part of the repository's name begins or ends with `-`", Some("a")),
        ("a/b:-x", "at character 5: a tag cannot begin with `-`", Some("a/b:x")),
        ("a/b:.x", "at character 5: a tag cannot begin with `.`", Some("a/b:x")),
        ("a/b:x+y", "at character 6: `+` cannot be in a tag", Some("a/b:x_y")),
        ("a/b:{a*129}", "at character 133: the tag has 129 characters; 128 is the most", None),
        ("ghcr.io/{a*256}", "the name of the repository has 256 characters; 255 is the most", None),
        ("{a*248}", "the name of the repository has 256 characters; 255 is the most", None),
        ("ubuntu:", "at character 8: the tag after `:` is empty", Some("ubuntu")),
        (":tag", "at character 1: the name of the repository is missing", None),
        ("ubuntu:a:b", "at character 9: `:` cannot be in a tag", None),
        ("ubuntu:@sha256:{hex}", "at character 8: the tag after `:` is empty", Some("ubuntu@sha256:{hex}")),
        ("ubuntu@sha256:{hex}:tag", "at character 79: the tag goes before the digest", Some("ubuntu:tag@sha256:{hex}")),
        ("ubuntu:sha256:{hex}", "at character 8: a digest follows the name with `@`", Some("ubuntu@sha256:{hex}")),
        ("ubuntu@{hex}", "at character 8: ", Some("ubuntu@sha256:{hex}")),
        (
            "ubuntu@sha256:{hex:63}",
            "at character 8: a sha256 digest has 64 lower-case hex digits; this one has 63 characters",
            None,
        ),
        (
            "ubuntu@sha256:{HEX}",
            "at character 8: a sha256 digest has 64 lower-case hex digits; this one has `A` among them",
            Some("ubuntu@sha256:{hex}"),
        ),
        (
            "ubuntu@md5:0123456789abcdef0123456789abcdef",
            "at character 8: digests of references are sha256 or sha512, not md5",
            None,
        ),
        ("", "it is empty", None),
        (" ubuntu", "at character 1: there is a space around it", Some("ubuntu")),
        ("ubuntu ", "at character 7: there is a space around it", Some("ubuntu")),
        ("\nubuntu", "at character 1: there is a line break around it", Some("ubuntu")),
        ("ubuntu\n", "at character 7: there is a line break around it", Some("ubuntu")),
        ("ex.com:http/a", "at character 8: the registry's port is a number", None),
        ("ex.com:/a", "at character 8: the registry's port is a number", Some("ex.com/a")),
        ("é/x", "at character 1: `é` cannot be in the name of a repository", None),
        ("[zz]/x", "at character 1: `[` cannot be in the name of a repository", None),
        // What people paste.
        ("docker pull me/app:v1", "at character 7: a space cannot be in the name of a repository", Some("me/app:v1")),
        ("https://hub.docker.com/r/library/alpine", "at character 1: it begins with `https://`", Some("alpine")),
        ("https://hub.docker.com/_/alpine", "at character 1: it begins with `https://`", Some("alpine")),
        ("https://hub.docker.com/r/me/app/tags?page=2", "at character 1: it begins with `https://`", Some("me/app")),
        (
            "http://127.0.0.1:8080/i/localhost:5000/demo/app:v1?tab=raw",
            "at character 1: it begins with `http://`",
            Some("localhost:5000/demo/app:v1"),
        ),
        ("http://127.0.0.1:8080/r/ghcr.io/me/app", "at character 1: it begins with `http://`", Some("ghcr.io/me/app")),
        ("http://localhost:5000/i/app", "at character 1: it begins with `http://`", Some("app")),
        ("Me/App", "at character 4: ", Some("me/app")),
        ("https://quay.io/repository/a/b", "at character 1: it begins with `https://`", Some("quay.io/a/b")),
        (
            "http://[::1]:5000/v2/a/b/manifests/v1",
            "at character 1: it begins with `http://`",
            Some("[::1]:5000/a/b:v1"),
        ),
    ] {
        let text = fill(text);
        let Err(error) = text.parse::<Reference>() else { panic!("{text:?} parses") };
        let said = error.to_string();
        let (_, said) = said.split_once("is not an image reference: ").unwrap_or_else(|| panic!("{said}"));
        assert!(said.starts_with(reason), "{text:?}: {said}");
        assert_eq!(error.suggestion(), suggestion.map(fill), "{text:?}");
        // Told to somebody who can only be told one sentence, it is told all the same.
        let json = serde_json::from_value::<Reference>(text.into()).unwrap_err().to_string();
        assert_eq!(json.contains("did you mean"), suggestion.is_some(), "{json}");
    }
}

/// Read alone, each part is as strict as it is in a reference, and what is wrong is said of the part.
#[test]
fn parts_are_read_as_they_are_in_a_reference() {
    for (text, reason) in [
        ("myhost", "`myhost` is not the name of a registry: only `localhost`, or a name with a dot"),
        ("", "`` is not the name of a registry: it is empty"),
        ("my host", "`my host` is not the name of a registry: at character 3: a space cannot be"),
        ("ghcr.io/a", "`ghcr.io/a` is not the name of a registry: at character 8: `/` cannot be"),
        ("https://ghcr.io", "`https://ghcr.io` is not the name of a registry"),
        ("ex.com:", "`ex.com:` is not the name of a registry: at character 8: the registry's port is a number"),
    ] {
        let error = text.parse::<Registry>().unwrap_err().to_string();
        assert!(error.starts_with(reason), "{error}");
    }
    for (text, same) in [("index.docker.io", "docker.io"), ("MyHost", "MyHost"), ("myhost:5000", "myhost:5000")] {
        assert_eq!(text.parse::<Registry>().unwrap().as_str(), same);
    }
    let error = "a b".parse::<Tag>().unwrap_err().to_string();
    assert!(error.starts_with("`a b` is not a tag: at character 2: a space"), "{error}");
    for text in ["A", "", "a//b", "a:b"] {
        let error = text.parse::<Repository>().unwrap_err().to_string();
        assert!(error.contains("is not the name of a repository"), "{error}");
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

#[test]
fn a_registry_may_be_named_alone() {
    for (text, expected) in [
        ("localhost:5000", Some("localhost:5000")),
        ("localhost", Some("localhost")),
        ("ghcr.io", Some("ghcr.io")),
        ("ghcr.io/", Some("ghcr.io")),
        ("index.docker.io", Some("docker.io")),
        ("127.0.0.1:5000", Some("127.0.0.1:5000")),
        ("[::1]:5000/", Some("[::1]:5000")),
        ("registry:5000/", Some("registry:5000")),
        ("https://ghcr.io/", Some("ghcr.io")),
        ("http://localhost:5000", Some("localhost:5000")),
        ("http://127.0.0.1:8080/r/localhost:5000/", Some("localhost:5000")),
        ("https://ghcr.io/v2/", None),
        ("http://127.0.0.1:8080/r/localhost:5000/demo/app", None),
        ("http://127.0.0.1:8080/r/alpine", None),
        // An image of Docker Hub, with a tag.
        ("redis:7", None),
        ("redis:7.2", None),
        ("ubuntu:2204", None),
        ("alpine", None),
        ("alpine/", None),
        ("ghcr.io/app", None),
        ("ghcr.io//", None),
        ("-.io", None),
        ("localhost:x", None),
        ("", None),
        ("/", None),
    ] {
        let found = Registry::alone(text);
        assert_eq!(found.as_ref().map(Registry::as_str), expected, "{text}");
    }
}
