//! The grammar's table: what Docker's own parser gives for each input.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::Reference;

fn hex(length: usize) -> String {
    "0123456789abcdef".repeat(8)[..length].to_owned()
}

/// Input, registry, repository, tag, has a digest. `H` stands for 64 hex digits.
const GOOD: &[(&str, &str, &str, Option<&str>, bool)] = &[
    ("ubuntu", "docker.io", "library/ubuntu", None, false),
    ("ubuntu:22.04", "docker.io", "library/ubuntu", Some("22.04"), false),
    ("docker.io/ubuntu", "docker.io", "library/ubuntu", None, false),
    ("index.docker.io/ubuntu", "docker.io", "library/ubuntu", None, false),
    ("registry-1.docker.io/ubuntu", "registry-1.docker.io", "ubuntu", None, false),
    ("Docker.io/ubuntu", "Docker.io", "ubuntu", None, false),
    ("INDEX.docker.io/ubuntu", "INDEX.docker.io", "ubuntu", None, false),
    ("docker.io", "docker.io", "library/docker.io", None, false),
    ("docker.io/library/foo/bar", "docker.io", "library/foo/bar", None, false),
    ("me/app", "docker.io", "me/app", None, false),
    ("localhost/app", "localhost", "app", None, false),
    ("localhost", "docker.io", "library/localhost", None, false),
    ("localhost:5000", "docker.io", "library/localhost", Some("5000"), false),
    ("localhost:5000/app", "localhost:5000", "app", None, false),
    ("myhost/app", "docker.io", "myhost/app", None, false),
    ("MyHost/app", "MyHost", "app", None, false),
    ("Foo/bar", "Foo", "bar", None, false),
    ("GHCR.IO/a/b", "GHCR.IO", "a/b", None, false),
    ("test.com", "docker.io", "library/test.com", None, false),
    ("test.com:5000", "docker.io", "library/test.com", Some("5000"), false),
    ("test_com/foo", "docker.io", "test_com/foo", None, false),
    ("192.168.1.1:5000/r:5050", "192.168.1.1:5000", "r", Some("5050"), false),
    ("[::1]:5000/r", "[::1]:5000", "r", None, false),
    ("[::1]/x:y", "[::1]", "x", Some("y"), false),
    ("ex.com:99999/a", "ex.com:99999", "a", None, false),
    ("xn--n3h.com/img", "xn--n3h.com", "img", None, false),
    ("ghcr.io/o/r:t@sha256:H", "ghcr.io", "o/r", Some("t"), true),
    ("ubuntu@sha512:HH", "docker.io", "library/ubuntu", None, true),
    ("a__b", "docker.io", "library/a__b", None, false),
    ("a--b", "docker.io", "library/a--b", None, false),
    ("a/b:_x", "docker.io", "a/b", Some("_x"), false),
];

const BAD: &[&str] = &[
    "H",
    "Ubuntu",
    "foo/Bar",
    "docker.io/",
    "docker.io/Library/ubuntu",
    "test.com:5000/",
    "foo_bar.com:8080/app",
    "foo_bar.com/app",
    "[::1]",
    "fc00::1:5000/d",
    "[fe80::1%eth0]:5000/d",
    "https://ghcr.io/a/b",
    "ghcr.io/a//b",
    "a/b/",
    "a..b",
    "a___b",
    "a._b",
    "-a/a-",
    "a/b:-x",
    "a/b:.x",
    "a/b:x+y",
    "ubuntu:",
    ":tag",
    "ubuntu:a:b",
    "ubuntu:@sha256:H",
    "ubuntu@sha256:H:tag",
    "ubuntu@md5:0123456789abcdef0123456789abcdef",
    "",
    " ubuntu",
    "ubuntu ",
    "ubuntu\n",
    "ex.com:http/a",
    "ex.com:/a",
    "é/x",
    "[zz]/x",
    "ubuntu@sha256:short",
];

#[test]
fn every_good_row_parses_and_displays_as_itself() {
    for (input, registry, repository, tag, has_digest) in GOOD {
        let input = input.replace("HH", &hex(128)).replace('H', if *has_digest { "\u{1}" } else { "H" });
        let input = input.replace('\u{1}', &hex(64));
        let reference: Reference = input.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(reference.registry().as_str(), *registry, "{input}");
        assert_eq!(reference.repository().as_str(), *repository, "{input}");
        assert_eq!(reference.tag().map(ToString::to_string).as_deref(), *tag, "{input}");
        assert_eq!(reference.digest().is_some(), *has_digest, "{input}");
        assert_eq!(reference.to_string().parse().as_ref(), Ok(&reference), "{input}");
        assert_eq!(reference.familiar().parse().as_ref(), Ok(&reference), "{input}");
    }
}

#[test]
fn a_digest_alone_is_read_as_docker_reads_it() {
    let reference: Reference = format!("sha256:{}", hex(64)).parse().unwrap();
    assert_eq!(reference.repository().as_str(), "library/sha256");
    assert_eq!(reference.tag().unwrap().as_str(), hex(64));
    assert!(hex(63).parse::<Reference>().is_ok(), "63 digits are a name");
    assert!(format!("docker.io/{}", hex(64)).parse::<Reference>().is_ok());
}

#[test]
fn every_bad_row_is_refused_with_words() {
    for input in BAD {
        let input = input.replace('H', &hex(64));
        let error = input.parse::<Reference>().expect_err(&input);
        assert!(error.to_string().contains("is not an image reference"), "{error}");
        assert!(error.position() <= input.len(), "{input:?}");
    }
    assert!(format!("a/b:{}", "x".repeat(128)).parse::<Reference>().is_ok());
    assert!(format!("a/b:{}", "x".repeat(129)).parse::<Reference>().is_err());
    assert!("a".repeat(255 - "library/".len()).parse::<Reference>().is_ok());
    assert!("a".repeat(256).parse::<Reference>().is_err());
    assert!(format!("a@sha256:{}", hex(63)).parse::<Reference>().is_err());
    assert!(format!("a@sha256:{}", hex(64).to_uppercase()).parse::<Reference>().is_err());
}

#[test]
fn near_misses_are_suggested_not_applied() {
    for (input, suggestion) in [
        ("https://ghcr.io/a/b", Some("ghcr.io/a/b")),
        ("https://ghcr.io/a/b/", Some("ghcr.io/a/b")),
        (" ubuntu\n", Some("ubuntu")),
        ("Ubuntu", Some("ubuntu")),
        ("foo/Bar:V1", Some("foo/bar:V1")),
        ("a..b", None),
    ] {
        let error = input.parse::<Reference>().unwrap_err();
        assert_eq!(error.suggestion().as_deref(), suggestion, "{input:?}");
    }
}

#[test]
fn loopback_is_known_in_each_form() {
    for (text, loopback) in [
        ("localhost:5000/a", true),
        ("localhost/a", true),
        ("127.0.0.1:5000/a", true),
        ("127.9.9.9/a", true),
        ("[::1]:5000/a", true),
        ("127.0.0.1.example.com/a", false),
        ("ghcr.io/a", false),
    ] {
        assert_eq!(text.parse::<Reference>().unwrap().registry().is_loopback(), loopback, "{text}");
    }
}
