//! Platforms as text: `linux/arm/v7`, `windows(10.0.17763+win32k)/amd64` (containerd platforms, `Parse` and `FormatAll`).

use std::{fmt, str::FromStr};

use super::{
    Platform,
    go::{is_known_architecture, is_known_os},
    normalize::{normalize_architecture, normalize_os},
};

/// Why a text is not a platform.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// There is no text.
    #[error("a platform is missing; it is written as in `linux/arm64`")]
    Empty,
    /// A wildcard.
    #[error("`{0}` is not a platform: it names one, and `*` would be many")]
    Wildcard(String),
    /// A part is empty or has characters that no such part has.
    #[error("`{text}` is not a platform: {part} is {problem}")]
    Part {
        /// What was read, cut if it is long.
        text: String,
        /// `the operating system`, `the architecture`, `the variant`.
        part: &'static str,
        /// `empty`, or what is in it.
        problem: String,
    },
    /// The parentheses after the operating system are not `(version+feature…)`.
    #[error(
        "`{0}` is not a platform: after the operating system comes `(version+feature)`, as in `windows(10.0.17763+win32k)/amd64`"
    )]
    Options(String),
    /// One part that is neither an operating system nor an architecture that is known.
    #[error("`{0}` is neither an operating system nor an architecture we know; write both, as in `linux/arm64`")]
    Unknown(String),
    /// An operating system, where a processor is wanted too.
    #[error("`{0}` names no processor; write both, as in `{0}/amd64`")]
    Half(String),
    /// Words that are no platform, and nothing that is called by them is known.
    #[error(
        "`{0}` is no platform, and no machine that is known here by that name; a platform is written as in `linux/arm64`"
    )]
    Words(String),
    /// A system, a processor or a variant that nobody knows, where one is asked about.
    #[error("`{text}` names {part} that is not known here{}", meant(near.as_deref()))]
    NotKnown {
        /// What was read, cut if it is long.
        text: String,
        /// `a system`, `a processor`, `a variant`.
        part: &'static str,
        /// What may have been meant.
        near: Option<String>,
    },
    /// More than three parts.
    #[error("`{0}` has too many parts; a platform is `os/architecture/variant`")]
    TooManyParts(String),
}

impl PlatformError {
    /// The platform that may have been meant.
    pub fn near(&self) -> Option<&str> {
        match self {
            Self::NotKnown { near, .. } => near.as_deref(),
            _ => None,
        }
    }
}

impl FromStr for Platform {
    type Err = PlatformError;

    /// Reads `os/architecture/variant` or `os/architecture`, with `(version+feature…)` behind the operating system, and
    /// normalises the spelling as containerd does.
    ///
    /// An architecture alone means Linux, and an operating system alone means `amd64`: containerd takes the missing one
    /// from the machine it runs on, which here is nobody's.
    fn from_str(text: &str) -> Result<Self, PlatformError> {
        if text.is_empty() {
            return Err(PlatformError::Empty);
        }
        if text.contains('*') {
            return Err(PlatformError::Wildcard(excerpt(text)));
        }
        let parts: Vec<&str> = text.splitn(4, '/').collect();
        let (os, os_version, os_features) = parse_os(text, parts[0])?;
        for (part, name) in parts.iter().skip(1).zip(["the architecture", "the variant"]) {
            check_part(text, part, name)?;
        }
        let platform = match *parts.as_slice() {
            [_] if is_known_os(&os) => Platform::new(os, "amd64"),
            [alone] => {
                let (architecture, variant) = normalize_pair(alone);
                if !is_known_architecture(&architecture) {
                    return Err(PlatformError::Unknown(excerpt(text)));
                }
                return Ok(Platform { variant, ..Platform::new("linux", architecture) });
            }
            [_, architecture] => {
                let (architecture, variant) = normalize_pair(architecture);
                Platform { variant, ..Platform::new(os, architecture) }
            }
            [_, architecture, variant] => {
                let (architecture, mut variant) = normalize_architecture(architecture, variant);
                // Written out it stays, so that what is shown again is what was written.
                if architecture == "arm64" && variant.is_empty() {
                    "v8".clone_into(&mut variant);
                }
                let variant = (!variant.is_empty()).then_some(variant);
                Platform { variant, ..Platform::new(os, architecture) }
            }
            _ => return Err(PlatformError::TooManyParts(excerpt(text))),
        };
        Ok(Platform { os_version, os_features, ..platform })
    }
}

/// An architecture that was written without a variant; plain `arm` is shown as it was written.
fn normalize_pair(architecture: &str) -> (String, Option<String>) {
    let (architecture, variant) = normalize_architecture(architecture, "");
    let implied = variant.is_empty() || (architecture == "arm" && variant == "v7");
    (architecture, (!implied).then_some(variant))
}

/// Reads `os`, `os(version)`, `os(+feature)` or `os(version+feature+feature)`.
fn parse_os(text: &str, part: &str) -> Result<(String, Option<String>, Vec<String>), PlatformError> {
    let (os, options) = match part.split_once('(') {
        None => (part, None),
        Some((os, rest)) => {
            let inner = rest.strip_suffix(')').ok_or_else(|| PlatformError::Options(excerpt(text)))?;
            (os, Some(inner))
        }
    };
    check_part(text, os, "the operating system")?;
    if os.contains('.') {
        let problem = "`.`, which belongs to versions".to_owned();
        return Err(PlatformError::Part { text: excerpt(text), part: "the operating system", problem });
    }
    let mut version = None;
    let mut features = Vec::new();
    for (index, option) in options.unwrap_or_default().split('+').enumerate() {
        let fits = option.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'%' | b'-'));
        let decoded = percent_decode(option).filter(|_| fits && (index == 0 || !option.is_empty()));
        let decoded = decoded.ok_or_else(|| PlatformError::Options(excerpt(text)))?;
        match index {
            0 => version = (!decoded.is_empty()).then_some(decoded),
            _ => features.push(decoded),
        }
    }
    Ok((normalize_os(os), version, features))
}

fn check_part(text: &str, part: &str, name: &'static str) -> Result<(), PlatformError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let problem = match part.chars().find(|&c| !fits(c)) {
        _ if part.is_empty() => "empty".to_owned(),
        Some(' ') => "written with a space".to_owned(),
        Some(c) => format!("written with `{}`", c.escape_debug()),
        None => return Ok(()),
    };
    Err(PlatformError::Part { text: excerpt(text), part: name, problem })
}

impl fmt::Display for Platform {
    /// As containerd shows it; `unknown` without an operating system.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.os.is_empty() {
            return f.write_str("unknown");
        }
        f.write_str(&self.os)?;
        let mut features: Vec<&str> = self.os_features.iter().map(String::as_str).filter(|f| !f.is_empty()).collect();
        features.sort_unstable();
        features.dedup();
        if !self.os_version().is_empty() || !features.is_empty() {
            write!(f, "({}", Encoded(self.os_version()))?;
            for feature in features {
                write!(f, "+{}", Encoded(feature))?;
            }
            f.write_str(")")?;
        }
        for part in [self.architecture.as_str(), self.variant()] {
            if !part.is_empty() {
                write!(f, "/{part}")?;
            }
        }
        Ok(())
    }
}

/// A version or feature, with the bytes that the syntax has no place for percent-encoded.
struct Encoded<'a>(&'a str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-') {
                write!(f, "{}", char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

/// `None` when a `%` is not followed by two hex digits, or the bytes are not UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Behind what is wrong.
fn meant(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

/// What was read, cut where it would fill a page.
pub(super) fn excerpt(text: &str) -> String {
    const MOST: usize = 60;
    let mut excerpt: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        excerpt.push('…');
    }
    excerpt
}
