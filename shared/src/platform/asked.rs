//! The platform that somebody asks about: as it is written, or in other words for it.

use super::{
    KNOWN_PLATFORMS, MACHINES, Platform, PlatformError,
    go::{is_built_for, is_known_architecture, is_known_os},
    normalize::normalize_os,
    parse::excerpt,
};
use crate::{near::distance, siblings};

/// What people call machines in short, in lower case and without punctuation, and what they are.
const CALLED: &[(&str, &str)] = &[
    ("apple silicon", "linux/arm64/v8"),
    ("pc", "linux/amd64"),
    ("server", "linux/amd64"),
    ("graviton", "linux/arm64/v8"),
    ("graviton2", "linux/arm64/v8"),
    ("graviton3", "linux/arm64/v8"),
    ("graviton4", "linux/arm64/v8"),
    ("aws graviton2", "linux/arm64/v8"),
    ("aws graviton3", "linux/arm64/v8"),
    ("aws graviton4", "linux/arm64/v8"),
    ("ampere", "linux/arm64/v8"),
    ("raspberry pi 5", "linux/arm64/v8"),
    ("raspberry pi 5 64 bit", "linux/arm64/v8"),
    ("raspberry pi 4 64 bit", "linux/arm64/v8"),
    ("raspberry pi 3 64 bit", "linux/arm64/v8"),
    ("raspberry pi 400", "linux/arm64/v8"),
    ("raspberry pi 500", "linux/arm64/v8"),
    ("raspberry pi 4", "linux/arm64/v8"),
    ("raspberry pi 3", "linux/arm64/v8"),
    ("raspberry pi zero 2 w", "linux/arm64/v8"),
    ("raspberry pi zero 2", "linux/arm64/v8"),
    ("raspberry pi 4 32 bit", "linux/arm/v7"),
    ("raspberry pi 3 32 bit", "linux/arm/v7"),
    ("raspberry pi 2", "linux/arm/v7"),
    ("raspberry pi zero w", "linux/arm/v6"),
    ("raspberry pi zero", "linux/arm/v6"),
    ("raspberry pi 1", "linux/arm/v6"),
    ("mainframe", "linux/s390x"),
    ("power", "linux/ppc64le"),
    ("risc v", "linux/riscv64"),
    ("loongarch", "linux/loong64"),
];

/// Longer texts are no slip of the pen.
const LONGEST: usize = 32;

impl Platform {
    /// The platform that somebody asks about, such as `linux/arm64`. A processor alone means Linux; a system alone says too
    /// little: nobody named the other half.
    pub fn asked(text: &str) -> Result<Self, PlatformError> {
        let text = text.trim();
        let platform: Self = text.parse()?;
        let is_half = !text.contains('/') && is_known_os(&normalize_os(text.split('(').next().unwrap_or_default()));
        if is_half { Err(PlatformError::Half(excerpt(text))) } else { Ok(platform) }
    }

    /// Has Go names for its system and its processor? For what has none, "no entry is for it" may be the answer to a slip of the
    /// pen.
    pub fn is_known(&self) -> bool {
        let normal = self.normalized();
        is_known_os(&normal.os) && is_known_architecture(&normal.architecture)
    }

    /// What is to be said of a platform that is not known, with what may have been meant.
    pub fn not_known(&self) -> Option<PlatformError> {
        let part = if is_known_os(&self.normalized().os) { "a processor" } else { "a system" };
        let text = self.to_string();
        (!self.is_known()).then(|| PlatformError::NotKnown { near: near(&text), text: excerpt(&text), part })
    }

    /// The platform that is asked about in whatever words people have for it: as [`Platform::asked`] reads it, as kernels and
    /// images call processors (`armv7l`, `linux/i686`, `arm64v8`), or a machine ("Raspberry Pi Zero", "Windows Server 2022").
    /// What is written as a platform and is not known ([`Platform::is_known`]) is taken as it is: a list may have it.
    pub fn called(text: &str) -> Result<Self, PlatformError> {
        let asked = Self::asked(text);
        if asked.as_ref().is_ok_and(Self::is_known) {
            return asked;
        }
        let words = words(text);
        if let Some(platform) = machine(&words).or_else(|| processor(&words)) {
            return platform.parse();
        }
        asked.map_err(|error| match (error, near(text)) {
            (PlatformError::Unknown(text), Some(near)) => {
                PlatformError::NotKnown { text, part: "a processor", near: Some(near) }
            }
            // That the first word is no system is nobody's question.
            (PlatformError::Part { text, .. }, _) if text.contains(' ') => PlatformError::Words(text),
            (error, _) => error,
        })
    }

    /// Does Go build programs for its system and for its processor? What it does not is seldom meant.
    pub fn is_usual(&self) -> bool {
        let normal = self.normalized();
        is_built_for(&normal.os, &normal.architecture)
    }
}

/// In lower case, with a space between words.
fn words(text: &str) -> String {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The platform of a machine that is called so.
fn machine(called: &str) -> Option<&'static str> {
    let plain = plain(called);
    named(called).or_else(|| named(&plain))
}

/// The words without what says nothing of the platform: `RPi 4 Model B` is `raspberry pi 4`, and every Mac with an M is one.
fn plain(called: &str) -> String {
    let mut words: Vec<&str> = called.split(' ').collect();
    if let [first, ..] = words.as_mut_slice()
        && ["rpi", "pi", "raspberrypi"].contains(first)
    {
        *first = "raspberry pi";
    }
    let is_m = |word: &str| word.strip_prefix('m').is_some_and(|number| number.parse::<u8>().is_ok());
    let is_named = |word: &&str| ["mac", "macbook"].contains(word) || is_m(word);
    let is_added = |word: &&str| ["apple", "pro", "air", "max", "ultra", "mini", "studio"].contains(word);
    if words.iter().any(is_named) && words.iter().all(|word| is_named(word) || is_added(word)) {
        return "apple silicon".to_owned();
    }
    words.retain(|word| !["model", "b", "a", "plus"].contains(word));
    words.join(" ")
}

fn named(called: &str) -> Option<&'static str> {
    let machines = MACHINES.iter().flat_map(|(_, machines)| *machines);
    let mut machines = machines.filter(|machine| words(machine.name) == called).map(|machine| machine.platform);
    machines.next().or_else(|| CALLED.iter().find(|(name, _)| *name == called).map(|(_, platform)| *platform))
}

/// The platform of a processor that is called so, perhaps with a system before it.
fn processor(called: &str) -> Option<&'static str> {
    let system = called.split(' ').next().map(normalize_os).filter(|os| is_known_os(os));
    let named = siblings::read(&called.replace(' ', "-")).filter(|named| named.stem.is_empty())?;
    // A name of an application says less than a question does: `windows-armv7` is no Linux here.
    let of_system = |os: &str| named.platform.strip_prefix(os).is_some_and(|rest| rest.starts_with('/'));
    of_system(system.as_deref().unwrap_or("linux")).then_some(named.platform)
}

/// The platform that is written most alike, where one is: a slip of the pen, which changes no number into another.
fn near(text: &str) -> Option<String> {
    let text = words(text).replace(' ', "/");
    if text.len() > LONGEST {
        return None;
    }
    let whole = if text.contains('/') { text } else { format!("linux/{text}") };
    let digits = |text: &str| {
        let mut digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
        digits.sort_unstable();
        digits
    };
    let known = KNOWN_PLATFORMS.iter().filter(|known| digits(known) == digits(&whole));
    let near = known.map(|known| (distance(known, &whole), *known));
    near.filter(|(slips, _)| *slips <= 2).min_by_key(|(slips, _)| *slips).map(|(_, known)| known.to_owned())
}
