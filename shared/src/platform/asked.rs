//! The platform that somebody asks about: as it is written, or in other words for it.

use super::{
    KNOWN_PLATFORMS, MACHINES, Platform, PlatformError,
    go::{is_built_for, is_known_architecture, is_known_os, is_known_variant},
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
    ("riscv", "linux/riscv64"),
    // What runs on them by default, in the machine that Docker Desktop and Podman bring.
    ("windows 10", "linux/amd64"),
    ("windows 11", "linux/amd64"),
    ("windows on arm", "linux/arm64/v8"),
    ("wsl", "linux/amd64"),
    ("wsl2", "linux/amd64"),
    ("wsl 2", "linux/amd64"),
    ("x86 64 v2", "linux/amd64/v2"),
    ("x86 64 v3", "linux/amd64/v3"),
    ("x86 64 v4", "linux/amd64/v4"),
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

    /// Has Go names for its system, its processor and the variant of that? For what has none, "no entry is for it" may be the
    /// answer to a slip of the pen.
    pub fn is_known(&self) -> bool {
        self.unknown_part().is_none()
    }

    pub(super) fn unknown_part(&self) -> Option<&'static str> {
        let Self { os, architecture, variant, .. } = &self.normalized();
        match variant.as_deref().unwrap_or_default() {
            _ if !is_known_os(os) => Some("a system"),
            _ if !is_known_architecture(architecture) => Some("a processor"),
            variant if !is_known_variant(architecture, variant) => Some("a variant"),
            _ => None,
        }
    }

    /// What is to be said of a platform that is not known, with what may have been meant.
    pub fn not_known(&self) -> Option<PlatformError> {
        let part = self.unknown_part()?;
        let text = self.to_string();
        let near = match near(&text) {
            // The variant that clients take it for.
            None if part == "a variant" && self.architecture == "arm" => Some(format!("{}/arm/v7", self.os)),
            None if part == "a variant" => Some(format!("{}/{}", self.os, self.architecture)),
            near => near,
        };
        Some(PlatformError::NotKnown { near, text: excerpt(&text), part })
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
        let of_linux = words.strip_prefix("linux ").unwrap_or(&words);
        if let Some(platform) = machine(of_linux).or_else(|| processor(&words)).or_else(|| triple(text)) {
            return platform.parse();
        }
        // A processor and its variant: `arm64/v8.2`.
        if let Some(whole) = Self::asked(&format!("linux/{text}")).ok().filter(Self::is_known) {
            return Ok(whole);
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

    /// Does Go build programs for its system and for its processor, in this variant? What it does not is seldom meant.
    pub fn is_usual(&self) -> bool {
        let normal = self.normalized();
        is_built_for(&normal.os, &normal.architecture) && is_known_variant(&normal.architecture, normal.variant())
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
    words.retain(|word| !["aws", "model", "b", "a", "plus"].contains(word));
    words.join(" ")
}

fn named(called: &str) -> Option<&'static str> {
    let machines = MACHINES.iter().flat_map(|(_, machines)| *machines);
    let mut machines = machines.filter(|machine| words(machine.name) == called).map(|machine| machine.platform);
    machines.next().or_else(|| CALLED.iter().find(|(name, _)| *name == called).map(|(_, platform)| *platform))
}

/// The platform of what compilers call so, as `aarch64-unknown-linux-gnu`: processor, maker, system, and what it is linked to.
/// `arm` alone is one processor to some of them and another to others.
fn triple(text: &str) -> Option<&'static str> {
    const SAID_BESIDES: [&str; 10] =
        ["unknown", "pc", "apple", "gnu", "musl", "msvc", "gnueabi", "gnueabihf", "musleabi", "musleabihf"];
    let text = text.to_lowercase();
    let parts: Vec<&str> = text.split('-').filter(|part| !SAID_BESIDES.contains(part)).collect();
    let [name, system] = parts.as_slice() else { return None };
    let name = if *name == "riscv64gc" { "riscv64" } else { name };
    if name == "arm" || !is_known_os(&normalize_os(system)) {
        return None;
    }
    processor(&format!("{system} {}", words(name)))
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
