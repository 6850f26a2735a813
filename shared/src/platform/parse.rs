//! Platforms as text: `linux/arm/v7`, `windows(10.0.20348+win32k)/amd64`.

use std::{fmt, str::FromStr};

use super::Platform;

/// Why a text is not a platform.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// It has one part, or more than three.
    #[error(
        "`{0}` is not a platform: write os/architecture or os/architecture/variant, as in linux/arm64 or linux/arm/v7"
    )]
    Parts(String),
    /// A part is empty or has a character that no platform has.
    #[error("`{part}` in `{text}` is not a part of a platform: letters, digits, dots, dashes and underscores are")]
    Part {
        /// The text.
        text: String,
        /// The part at fault.
        part: String,
    },
}

impl FromStr for Platform {
    type Err = PlatformError;

    fn from_str(text: &str) -> Result<Self, PlatformError> {
        let check = |part: &str| {
            let fine =
                !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
            if fine {
                Ok(part.to_owned())
            } else {
                Err(PlatformError::Part { text: text.to_owned(), part: part.to_owned() })
            }
        };
        let parts: Vec<&str> = text.split('/').collect();
        let (os, architecture, variant) = match parts.as_slice() {
            // The processors that need no system named beside them are Linux's.
            [one] if is_architecture(one) => ("linux", *one, None),
            [os, architecture] => (*os, *architecture, None),
            [os, architecture, variant] => (*os, *architecture, Some(*variant)),
            _ => return Err(PlatformError::Parts(text.to_owned())),
        };
        let mut platform = Self::default();
        let os = match os.split_once('(') {
            Some((os, options)) => {
                let options = options.strip_suffix(')').ok_or_else(|| PlatformError::Parts(text.to_owned()))?;
                let mut options = options.split('+');
                platform.os_version = options.next().filter(|version| !version.is_empty()).map(check).transpose()?;
                platform.os_features = options.map(check).collect::<Result<_, _>>()?;
                os
            }
            None => os,
        };
        platform.os = check(os)?;
        platform.architecture = check(architecture)?;
        platform.variant = variant.map(check).transpose()?;
        Ok(platform)
    }
}

fn is_architecture(text: &str) -> bool {
    const KNOWN: &[&str] = &[
        "386", "amd64", "x86_64", "x86-64", "i386", "arm", "armhf", "armel", "arm64", "aarch64", "loong64", "mips64le",
        "ppc64", "ppc64le", "riscv64", "s390x",
    ];
    KNOWN.contains(&text)
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.os)?;
        if self.os_version.is_some() || !self.os_features.is_empty() {
            write!(f, "({}", self.os_version.as_deref().unwrap_or_default())?;
            for feature in &self.os_features {
                write!(f, "+{feature}")?;
            }
            f.write_str(")")?;
        }
        write!(f, "/{}", self.architecture)?;
        if let Some(variant) = &self.variant {
            write!(f, "/{variant}")?;
        }
        Ok(())
    }
}

/// Platforms as a list of texts, for serde's `with`.
pub mod text_list {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Platform;

    /// Writes each as text.
    pub fn serialize<S: Serializer>(platforms: &[Platform], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(platforms.iter().map(ToString::to_string))
    }

    /// Reads each from text.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Platform>, D::Error> {
        Vec::<String>::deserialize(deserializer)?.iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
    }
}
