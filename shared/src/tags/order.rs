//! The order of tags by what their names say: `latest`, then the newest version. No registry tells when a tag was made, and
//! in the order of the alphabet `1.10` stands before `1.9`.

use std::cmp::{Ordering, Reverse};

/// Words for what is newest or meant for everybody, in the order in which people look for them.
const MOVING: &[&str] = &[
    "latest", "stable", "lts", "release", "current", "mainline", "main", "master", "trunk", "edge", "next", "rc",
    "beta", "alpha", "preview", "testing", "nightly", "canary", "develop", "dev", "snapshot", "unstable", "rolling",
];
/// Of these, those whose variants (`latest-alpine`) belong with them. `main-1a2b3c4` is one build of many.
const WITH_VARIANTS: &[&str] = &["latest", "stable", "lts"];

/// Words that say that a version is not released yet, each with how far it is.
const STAGES: &[(&str, u8)] = &[
    ("rc", 5),
    ("cr", 5),
    ("pre", 4),
    ("preview", 4),
    ("prerelease", 4),
    ("beta", 3),
    ("alpha", 2),
    ("milestone", 2),
    ("ea", 2),
    ("dev", 1),
    ("nightly", 1),
    ("canary", 1),
    ("snapshot", 1),
    ("unstable", 1),
];
/// Where a version has no such word.
const RELEASED: u8 = 6;

/// What stands between the parts of a tag.
const SEPARATORS: [char; 4] = ['-', '_', '.', '+'];

/// Fewest digits of a commit's hash in a tag.
const SHORTEST_HASH: usize = 7;

/// Sorts tags, each once: `latest` and words like it, versions (the newest first, a pre-release below its release), days,
/// other names, and what machines made for themselves (hashes, signatures at fallback tags).
pub fn newest_first(tags: Vec<String>) -> Vec<String> {
    let mut order: Vec<usize> = (0..tags.len()).collect();
    {
        let keys: Vec<Key<'_>> = tags.iter().map(|tag| Key::of(tag)).collect();
        order.sort_unstable_by(|a, b| keys[*a].cmp(&keys[*b]));
        order.dedup_by(|a, b| tags[*a] == tags[*b]);
    }
    let mut tags: Vec<Option<String>> = tags.into_iter().map(Some).collect();
    order.into_iter().filter_map(|place| tags[place].take()).collect()
}

/// Which of two tags comes first, as [`newest_first`] has them: a total order, in which only equal texts are equal.
pub fn by_age(a: &str, b: &str) -> Ordering {
    Key::of(a).cmp(&Key::of(b))
}

/// What a tag is, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Moving,
    Version,
    Day,
    Name,
    Machine,
}

/// What tags are compared by, the first difference counts.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    class: Class,
    /// Of a word: its place. Variants come after it.
    word: usize,
    /// Of a version: its numbers, the greatest first. `1.2` is older than `1.2.1`.
    numbers: Reverse<Vec<Number<'a>>>,
    /// How far a version is: releases first.
    stage: Reverse<u8>,
    /// Of a pre-release: which one, the greatest first.
    build: Reverse<Option<Number<'a>>>,
    /// What is left of it.
    rest: Vec<Token<'a>>,
    text: &'a str,
}

impl<'a> Key<'a> {
    fn of(text: &'a str) -> Self {
        let key = |class, word, rest| Self {
            class,
            word,
            numbers: Reverse(Vec::new()),
            stage: Reverse(RELEASED),
            build: Reverse(None),
            rest,
            text,
        };
        if is_machine_made(text) {
            return key(Class::Machine, 0, Vec::new());
        }
        let first = text.split(SEPARATORS).next().unwrap_or_default();
        let word = MOVING.iter().position(|word| *word == first);
        if let Some(word) = word.filter(|_| text == first || WITH_VARIANTS.contains(&first)) {
            return key(Class::Moving, word, tokens(text).collect());
        }
        // `v1.2` is a version, `vault` is none.
        let plain = text.strip_prefix(['v', 'V']).unwrap_or(text);
        if !plain.starts_with(|c: char| c.is_ascii_digit()) {
            return key(Class::Name, 0, tokens(text).collect());
        }
        let (numbers, rest) = version(plain);
        let class = if is_day(&numbers, rest) { Class::Day } else { Class::Version };
        let rest: Vec<Token<'_>> = tokens(rest).collect();
        let (stage, build) = stage(plain, &rest);
        Self { class, word: 0, numbers: Reverse(numbers), stage: Reverse(stage), build: Reverse(build), rest, text }
    }
}

/// The numbers at the beginning, with dots between them, and what follows.
fn version(text: &str) -> (Vec<Number<'_>>, &str) {
    let (mut numbers, mut rest) = (Vec::new(), text);
    loop {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        numbers.push(Number::of(&rest[..end]));
        rest = &rest[end..];
        match rest.strip_prefix('.') {
            Some(more) if more.starts_with(|c: char| c.is_ascii_digit()) => rest = more,
            _ => return (numbers, rest),
        }
    }
}

/// `20240131`, or a longer stamp, or `2024-01-31`: no version counts that far.
fn is_day(numbers: &[Number<'_>], rest: &str) -> bool {
    let [only] = numbers else { return false };
    let begins_new_era = only.0.starts_with("20") || only.0.starts_with("19");
    let goes_on = rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    begins_new_era && (only.0.len() >= 8 || (only.0.len() == 4 && goes_on))
}

/// How far a version is, and which of its kind: `1.2-rc3` is the third candidate.
fn stage<'a>(plain: &str, rest: &[Token<'a>]) -> (u8, Option<Number<'a>>) {
    let build = |place: usize| match rest.get(place + 1) {
        Some(Token::Number(Reverse(number))) => Some(*number),
        _ => None,
    };
    // Python's way: `3.13.0a4`.
    if let [Token::Word(letter @ ("a" | "b")), Token::Number(Reverse(number)), ..] = rest {
        let digits = plain.find(|c: char| !c.is_ascii_digit() && c != '.');
        if digits.is_some_and(|end| plain[end..].starts_with(letter)) {
            return (if *letter == "a" { 2 } else { 3 }, Some(*number));
        }
    }
    let mut found = rest.iter().enumerate().filter_map(|(place, token)| {
        let Token::Word(word) = token else { return None };
        let (_, stage) = STAGES.iter().find(|(known, _)| word.eq_ignore_ascii_case(known))?;
        Some((*stage, build(place)))
    });
    found.next().unwrap_or((RELEASED, None))
}

/// Names that nobody gives by hand: `sha256-…` (referrers and cosign), `sha-1a2b3c4`, and hashes as such.
fn is_machine_made(text: &str) -> bool {
    let is_hash = |text: &str| {
        text.len() >= SHORTEST_HASH
            && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            && text.bytes().any(|b| b.is_ascii_digit())
            && text.bytes().any(|b| b.is_ascii_alphabetic())
    };
    let first = text.split(['-', '.']).next().unwrap_or_default();
    match text.split_once('-') {
        Some(("sha256" | "sha512", _)) => true,
        Some(("sha" | "git" | "commit", hash)) => {
            hash.len() >= SHORTEST_HASH && hash.bytes().all(|b| b.is_ascii_hexdigit())
        }
        _ => is_hash(first) && !is_day(&version_or_none(first), ""),
    }
}

fn version_or_none(text: &str) -> Vec<Number<'_>> {
    if text.starts_with(|c: char| c.is_ascii_digit()) { version(text).0 } else { Vec::new() }
}

/// Digits without leading zeros, of any length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number<'a>(&'a str);

impl<'a> Number<'a> {
    fn of(digits: &'a str) -> Self {
        Self(digits.trim_start_matches('0'))
    }
}

impl Ord for Number<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.len(), self.0).cmp(&(other.0.len(), other.0))
    }
}

impl PartialOrd for Number<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A run of digits, or of anything else between separators. Of numbers the greatest comes first, of words the first of the
/// alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Token<'a> {
    Number(Reverse<Number<'a>>),
    Word(&'a str),
}

fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    text.split(SEPARATORS).filter(|part| !part.is_empty()).flat_map(|part| {
        let mut rest = part;
        std::iter::from_fn(move || {
            let is_digit = |c: char| c.is_ascii_digit();
            let first = rest.chars().next()?;
            let end = rest.find(|c| is_digit(c) != is_digit(first)).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            rest = after;
            Some(if is_digit(first) { Token::Number(Reverse(Number::of(run))) } else { Token::Word(run) })
        })
    })
}
