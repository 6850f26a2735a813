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
    let mut best: Option<(usize, Range<usize>, Range<usize>, Word, Os)> = None;
    for first in 0..parts.len() {
        for count in 1..=LONGEST.min(parts.len() - first) {
            let run = &parts[first..first + count];
            let (os, processor) = match Os::named(run[0].1) {
                Some(os) if count > 1 => (os, &run[1..]),
                _ => (Os::Linux, run),
            };
            // What a slash separates are two things.
            let whole = run[0].0.start..run[count - 1].0.end;
            if name[whole.clone()].contains('/') {
                continue;
            }
            let text: Vec<String> = processor.iter().map(|(_, text)| text.to_ascii_lowercase()).collect();
            let text = text.join("-");
            let Some(word) = WORDS.iter().find(|word| word.text == text) else { continue };
            if best.as_ref().is_none_or(|(most, ..)| count >= *most) {
                let span = processor[0].0.start..whole.end;
                best = Some((count, whole, span, *word, os));
            }
        }
    }
    let (_, whole, span, word, os) = best?;
    // `windowsservercore-ltsc2022-amd64`
    let os = if parts.iter().any(|(_, text)| Os::is_windows(text)) { Os::Windows } else { os };
    let platform = match os {
        Os::Linux => word.linux,
        Os::Windows => words::on_windows(word.linux),
        Os::Darwin => words::on_darwin(word.linux),
    };
    Some(Named { stem: without(name, &whole), platform, word, span })
}

/// What a name is without a processor; the name itself where there is none in it.
pub fn stem(name: &str) -> String {
    read(name).map_or_else(|| name.to_owned(), |named| named.stem)
}

/// The parts of a name between separators, and where they are.
fn parts(name: &str) -> Vec<(Range<usize>, &str)> {
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
