//! Why a text is not a reference, and what may have been meant.

use std::fmt;

use super::Reference;
use crate::digest::DigestError;

/// Why a text is not a reference: what is wrong, where, and the near miss if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceError {
    text: String,
    what: What,
    position: usize,
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum What {
    /// Nothing was given.
    #[error("there is nothing")]
    Empty,
    /// White space or a control character.
    #[error("there is a space or a line break")]
    Space,
    /// `https://` or the like.
    #[error("a reference has no scheme such as https://")]
    Scheme,
    /// 64 hex digits and nothing else.
    #[error("64 hex digits alone are a digest without its repository")]
    BareDigest,
    /// A host name that is none.
    #[error("this is no host name")]
    Host,
    /// A port that is no number.
    #[error("a port is a number")]
    Port,
    /// Two slashes in a row, or one at the end.
    #[error("a part of the repository is empty")]
    EmptyComponent,
    /// An upper-case letter.
    #[error("a repository has no upper-case letters")]
    UpperCase,
    /// A character that no repository has.
    #[error("`{0}` does not belong in a repository")]
    Character(char),
    /// A separator at an end, or too many in a row.
    #[error("dots, underscores and dashes join letters and digits: one dot, one or two underscores, or dashes")]
    Separator,
    /// More than 255 characters.
    #[error("the repository has {0} characters, and 255 are allowed")]
    LongPath(usize),
    /// A colon with nothing behind it.
    #[error("the tag is empty")]
    EmptyTag,
    /// A character that no tag has there.
    #[error("`{0}` does not belong there in a tag")]
    TagCharacter(char),
    /// More than 128 characters.
    #[error("the tag has {0} characters, and 128 are allowed")]
    LongTag(usize),
    /// The digest is none.
    #[error("{0}")]
    Digest(DigestError),
    /// Too few characters to be a digest.
    #[error("the digest is too short")]
    ShortDigest,
    /// An algorithm that Docker does not know.
    #[error("`{0}` is not an algorithm of image digests: sha256 and sha512 are")]
    UnknownDigest(String),
}

impl ReferenceError {
    pub(super) fn new(text: &str, what: What, position: usize) -> Self {
        Self { text: text.to_owned(), what, position }
    }

    /// What is wrong.
    pub const fn what(&self) -> &What {
        &self.what
    }

    /// Where, in bytes from the start.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// A near miss that does parse: trimmed, without its scheme, in lower case. Never applied by itself.
    pub fn suggestion(&self) -> Option<String> {
        let trimmed = self.text.trim();
        let bare = trimmed.split_once("://").map_or(trimmed, |(_, rest)| rest);
        let bare = bare.trim_end_matches('/');
        let candidates = [bare.to_owned(), lower_case_name(bare)];
        candidates.into_iter().find(|candidate| *candidate != self.text && candidate.parse::<Reference>().is_ok())
    }
}

/// In lower case, but for the tag, where case counts.
fn lower_case_name(text: &str) -> String {
    let (name, digest) = text
        .split_once('@')
        .map_or((text, String::new()), |(name, digest)| (name, format!("@{}", digest.to_lowercase())));
    let name_end = name.rfind('/').map_or(0, |slash| slash + 1);
    let tag_start = name[name_end..].find(':').map_or(name.len(), |colon| name_end + colon);
    format!("{}{}{digest}", name[..tag_start].to_lowercase(), &name[tag_start..])
}

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.text.chars().take(300).collect();
        write!(f, "`{shown}` is not an image reference: {}", self.what)?;
        if self.position > 0 {
            write!(f, " (at character {})", self.position + 1)?;
        }
        Ok(())
    }
}

impl std::error::Error for ReferenceError {}
