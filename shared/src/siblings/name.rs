//! Names taken apart around the processor in them.

use std::ops::Range;

use super::words::{self, WORDS, Word};

/// Most parts of a name that are looked at: more is no name of an application.
const MOST_PARTS: usize = 64;
/// Most parts that a word has, the operating system before it counted in: `linux-arm-v7`.
const LONGEST: usize = 3;

/// A name with a processor in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What the name is without it: `app` of `app-arm64`. Empty for a tag that says nothing else.
    pub stem: String,
    /// The platform that it promises, in short: `linux/arm64`.
    pub platform: &'static str,
    /// The processor alone.
    pub(super) word: Word,
    /// Where the processor stands, an operating system before it not counted in.
    pub(super) span: Range<usize>,
}

/// What a name promises. Where it names several processors the longest word counts, and of those the last.
pub fn read(name: &str) -> Option<Named> {
    let parts = parts(name);
    let runs =
        (0..parts.len()).flat_map(|first| (1..=LONGEST.min(parts.len() - first)).map(move |count| (first, count)));
    let found = runs.filter_map(|(first, count)| Found::of(name, &parts[first..first + count]));
    let Found { whole, span, word, os, .. } = found.max_by_key(|found| found.parts)?;
    // `windowsservercore-ltsc2022-amd64`
    let os = if parts.iter().any(|(_, text)| Os::is_windows(text)) { Os::Windows } else { os };
    let platform = match os {
        Os::Linux => word.linux,
        Os::Windows => words::on_windows(word.linux),
        Os::Darwin => words::on_darwin(word.linux),
    };
    Some(Named { stem: without(name, &whole), platform, word, span })
}

/// A word in a name.
struct Found {
    /// How many parts of the name it is.
    parts: usize,
    whole: Range<usize>,
    /// Without the operating system.
    span: Range<usize>,
    word: Word,
    os: Os,
}

impl Found {
    fn of(name: &str, run: &[Part<'_>]) -> Option<Self> {
        let (os, processor) = match Os::named(run[0].1) {
            Some(os) if run.len() > 1 => (os, &run[1..]),
            _ => (Os::Linux, run),
        };
        let whole = run[0].0.start..run[run.len() - 1].0.end;
        // What a slash separates are two things.
        if name[whole.clone()].contains('/') {
            return None;
        }
        let text: Vec<String> = processor.iter().map(|(_, text)| text.to_ascii_lowercase()).collect();
        let text = text.join("-");
        let word = *WORDS.iter().find(|word| word.text == text)?;
        Some(Self { parts: run.len(), span: processor[0].0.start..whole.end, whole, word, os })
    }
}

/// A part of a name, and where it is.
type Part<'a> = (Range<usize>, &'a str);

/// What a name is without a processor; the name itself where there is none in it.
pub fn stem(name: &str) -> String {
    read(name).map_or_else(|| name.to_owned(), |named| named.stem)
}

/// The parts of a name between separators.
fn parts(name: &str) -> Vec<Part<'_>> {
    let mut start = 0;
    let parts = name.split(['-', '_', '.', '/']).map(|part| {
        let at = start;
        start = at + part.len() + 1;
        (at..at + part.len(), part)
    });
    parts.filter(|(_, part)| !part.is_empty()).take(MOST_PARTS).collect()
}

/// A name without a word, and without what stood between that and the rest.
fn without(name: &str, word: &Range<usize>) -> String {
    let (before, after) = (&name[..word.start], &name[word.end..]);
    let is_separator = |c: char| matches!(c, '-' | '_' | '.');
    let begins_part = before.is_empty() || before.ends_with('/');
    match (begins_part, after.is_empty() || after.starts_with('/')) {
        // All of a part: the part goes.
        (true, true) if after.is_empty() => before.trim_end_matches('/').to_owned(),
        (true, true) => format!("{before}{}", after.trim_start_matches('/')),
        (true, false) => format!("{before}{}", after.trim_start_matches(is_separator)),
        (false, _) => format!("{}{after}", before.trim_end_matches(is_separator)),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Os {
    Linux,
    Windows,
    Darwin,
}

impl Os {
    fn named(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "linux" => Some(Self::Linux),
            "windows" | "win" => Some(Self::Windows),
            "darwin" | "macos" => Some(Self::Darwin),
            _ => None,
        }
    }

    fn is_windows(text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        text.starts_with("windows") || text.starts_with("nanoserver")
    }
}
