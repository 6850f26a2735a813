use std::fmt::Write as _;

use onetag_shared::list::Entry;

use super::*;

fn fault(text: &str) -> (usize, SpecFault) {
    match parse(text) {
        Err(error) => (error.line, error.fault),
        Ok(spec) => panic!("{text} is taken: {spec:?}"),
    }
}

/// manifest-tool's own example, and what it looks like in other styles.
const USUAL: &str = "\
# comments are nothing
image: myprivreg:5000/someimage:latest
tags: ['v1.0.0', \"v1.0\", v1, 1.10]
manifests:
- # a dash alone
  image: myprivreg:5000/someimage:ppc64le
  platform:
    architecture: ppc64le
    os: linux
- { image: myprivreg:5000/someimage:win, platform: { os: windows, architecture: amd64, osversion: 10.0 } }
- image: >-
    myprivreg:5000/someimage:hppa
  platform:
";

#[test]
fn texts_stay_as_they_are_written() {
    for text in [USUAL.to_owned(), format!("\u{feff}---\n{USUAL}...\n"), USUAL.replace('\n', "\r\n")] {
        let spec = parse(&text).unwrap();
        let tags: Vec<_> = spec.targets.iter().filter_map(|target| Some(target.tag()?.as_str())).collect();
        assert_eq!(tags, ["latest", "v1.0.0", "v1.0", "v1", "1.10"]);
        let platform = |entry: &Entry| entry.platform.as_ref().map(ToString::to_string);
        let platforms: Vec<_> = spec.draft.entries.iter().map(platform).collect();
        assert_eq!(platforms, [Some("linux/ppc64le".to_owned()), Some("windows(10.0)/amd64".to_owned()), None]);
        assert_eq!(spec.draft.entries[2].source.familiar(), "myprivreg:5000/someimage:hppa");
        assert_eq!(spec.notes, []);
    }
    assert_eq!(parse("{\"image\": \"a:v1\", \"manifests\": [{\"image\": \"b\"}]}").unwrap().draft.entries.len(), 1);
    assert_eq!(parse("image: a\nmanifests: [{image: !!str null}]").unwrap().draft.entries[0].source.familiar(), "null");
}

#[test]
fn what_is_no_spec_is_refused_with_its_line() {
    let start = "image: a\nmanifests:\n";
    let table = [
        (String::new(), 1, "there is nothing in it"),
        ("# only this\n".to_owned(), 1, "there is nothing in it"),
        ("image: [a\n\nb: c".to_owned(), 3, "it cannot be read as YAML: "),
        (format!("{start}- image: b\n   platform: {{}}\n"), 4, "it cannot be read as YAML: "),
        (format!("{start}\t- image: b\n"), 3, "it cannot be read as YAML: "),
        (format!("{start}- image: b\n---\nimage: c\n"), 4, "a second document begins"),
        (format!("{start}- &b\n  image: b\n- *b\n"), 5, "an alias stands"),
        (format!("{start}- image: b\n  <<: *nowhere\n"), 4, "it cannot be read as YAML: "),
        (format!("{start}- image: !env b\n"), 3, "the tag `!env` says nothing here"),
        (format!("{start}- image: b\n  ? [a]\n  : c\n"), 4, "a key is a list or a mapping"),
        (format!("{start}- image: b\n  image: c\n"), 4, "`image` is said again, after line 3"),
        (format!("{start}- image: b\n  platfrom: {{}}\n"), 4, "an entry of `manifests` has no key `platfrom`"),
        (format!("{start}- image: b\n  platform:\n    : linux\n"), 5, "a platform has no key ``"),
        (format!("{start}- b\n"), 3, "an entry of `manifests` is a text"),
    ];
    for (text, line, words) in table {
        let error = parse(&text).unwrap_err();
        assert_eq!(error.line, line, "{text}: {error}");
        assert!(error.to_string().contains(words), "{text}: {error}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn little_never_becomes_much() {
    let mut laughs = "a0: &a0 [lol, lol, lol]\n".to_owned();
    for level in 1..20 {
        let below = level - 1;
        let _ = writeln!(laughs, "a{level}: &a{level} [*a{below}, *a{below}, *a{below}]");
    }
    assert_eq!(fault(&laughs), (2, SpecFault::Alias));
    assert_eq!(fault("a: &a [*a]"), (1, SpecFault::Alias), "in itself");
    for deep in ["[", "{a: ", "- ", "? "] {
        let error = parse(&deep.repeat(100_000)).unwrap_err();
        assert!(matches!(error.fault, SpecFault::TooDeep | SpecFault::NotYaml(_) | SpecFault::KeyNotText), "{error}");
    }
    let list = |count: usize| format!("image: a\ntags: [{}]", "v1, ".repeat(count));
    assert!(matches!(fault(&list(90_000)).1, SpecFault::Missing { .. }));
    assert_eq!(fault(&list(110_000)).1, SpecFault::TooMany);
}

/// What cannot be, whatever is sent.
fn look_at(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match parse(text) {
        Ok(spec) => {
            assert!(spec.draft.entries.len() <= input.len() && spec.targets.len() <= input.len() + 1);
            assert!(spec.targets.iter().all(|target| target.tag().is_some() && target.digest().is_none()));
            assert!(spec.targets.iter().all(|target| target.same_repository(&spec.targets[0])));
            for entry in &spec.draft.entries {
                let platform = entry.platform.as_ref();
                assert!(platform.is_none_or(|platform| !platform.os.is_empty() && !platform.architecture.is_empty()));
            }
        }
        Err(error) => {
            let problem = error.to_problem();
            let words = format!("{}{}", problem.detail, problem.hint.unwrap_or_default());
            assert!(words.len() < 1500 && !words.chars().any(char::is_control), "{words:?}");
            assert!((1..=text.len() + 2).contains(&error.line), "line {}", error.line);
            assert!(problem.pointer.is_none_or(|pointer| pointer.len() < 1000));
        }
    }
}

#[test]
fn fuzz_specs() {
    let tokens = &[
        "image: ",
        "manifests:\n",
        "- image: a\n",
        "  platform:\n",
        "    os: linux\n",
        "    architecture: arm\n",
        "    osversion: ",
        "    os.features: [",
        "tags: [",
        "annotations:\n  ",
        "&a ",
        "*a",
        "<<: ",
        "!!str ",
        "? ",
        "---\n",
        "|\n",
        "{{{{{{{{",
        "[[[[[[[[",
        "\u{feff}",
    ];
    onetag_fuzz::fuzz("spec", tokens, look_at);
}
