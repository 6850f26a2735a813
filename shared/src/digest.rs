//! Content digests: `algorithm:encoded` (OCI image spec, "Digests").

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256, Sha512};

/// A content digest, checked against the grammar.
///
/// `sha256` and `sha512` are also checked for length and lower-case hex, and can be verified. Other algorithms that
/// match the grammar are kept and shown, but cannot be verified here: see [`Digest::algorithm`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest {
    text: String,
    colon: usize,
}

/// How a digest was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// SHA-256: 64 hex digits.
    Sha256,
    /// SHA-512: 128 hex digits.
    Sha512,
    /// Any other: a digest of it can be shown, not verified.
    Unverifiable,
}

/// Why a text is not a digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// No colon between algorithm and encoded part.
    #[error("`{0}` is not a digest: it has no colon, as in `sha256:…`")]
    NoColon(String),
    /// The algorithm does not match `[a-z0-9]+([+._-][a-z0-9]+)*`.
    #[error("`{0}` is not a digest algorithm: lower-case letters and digits, as in `sha256`")]
    Algorithm(String),
    /// The encoded part is empty or has characters outside `[a-zA-Z0-9=_-]`.
    #[error("the encoded part of the {0} digest is empty or has characters that no digest has")]
    Encoded(String),
    /// A `sha256` or `sha512` digest that is not of its length, or not lower-case hex.
    #[error("a {algorithm} digest has {expected} lower-case hex digits; this one has {problem}")]
    Hex {
        /// `sha256` or `sha512`.
        algorithm: &'static str,
        /// 64 or 128.
        expected: usize,
        /// What is there instead, in words.
        problem: String,
    },
}

/// Bytes that are not what their digest says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// They hash to something else.
    #[error("expected {expected}, but the bytes hash to {actual}")]
    Mismatch {
        /// The digest that was promised.
        expected: Digest,
        /// The digest of the bytes.
        actual: Digest,
    },
    /// The algorithm is not one that can be computed here.
    #[error("{0} cannot be verified: only sha256 and sha512 can")]
    Unverifiable(Digest),
}

impl Digest {
    /// The sha256 digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::sha256();
        hasher.update(bytes);
        hasher.finish()
    }

    /// How it was made.
    pub fn algorithm(&self) -> Algorithm {
        match self.algorithm_name() {
            "sha256" => Algorithm::Sha256,
            "sha512" => Algorithm::Sha512,
            _ => Algorithm::Unverifiable,
        }
    }

    /// The algorithm as written, before the colon.
    pub fn algorithm_name(&self) -> &str {
        &self.text[..self.colon]
    }

    /// The part after the colon.
    pub fn encoded(&self) -> &str {
        &self.text[self.colon + 1..]
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// For tables: the algorithm and the first 12 characters, `sha256:9f2c41d0a77e`.
    pub fn short(&self) -> &str {
        let end = (self.colon + 13).min(self.text.len());
        &self.text[..end]
    }

    /// Checks that these bytes have this digest.
    pub fn verify(&self, bytes: &[u8]) -> Result<(), VerifyError> {
        let mut verifier = Verifier::new(self)?;
        verifier.update(bytes);
        verifier.finish()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, DigestError> {
        let Some(colon) = text.find(':') else {
            return Err(DigestError::NoColon(text));
        };
        let (algorithm, encoded) = (&text[..colon], &text[colon + 1..]);
        let is_component =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !algorithm.split(['+', '.', '_', '-']).all(is_component) {
            return Err(DigestError::Algorithm(algorithm.to_owned()));
        }
        let is_encoded = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'=' | b'_' | b'-');
        if encoded.is_empty() || !encoded.bytes().all(is_encoded) {
            return Err(DigestError::Encoded(algorithm.to_owned()));
        }
        match algorithm {
            "sha256" => check_hex("sha256", 64, encoded)?,
            "sha512" => check_hex("sha512", 128, encoded)?,
            _ => {}
        }
        Ok(Self { text, colon })
    }
}

fn check_hex(algorithm: &'static str, expected: usize, encoded: &str) -> Result<(), DigestError> {
    let problem = if encoded.len() != expected {
        format!("{} characters", encoded.len())
    } else if let Some(other) = encoded.chars().find(|c| !matches!(c, '0'..='9' | 'a'..='f')) {
        format!("`{other}` among them")
    } else {
        return Ok(());
    };
    Err(DigestError::Hex { algorithm, expected, problem })
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.text
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Digest {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Digest {}

/// Computes a digest over bytes that arrive in pieces.
#[derive(Clone, Debug)]
pub struct Hasher(State);

#[derive(Clone, Debug)]
enum State {
    Sha256(Sha256),
    Sha512(Box<Sha512>),
}

impl Hasher {
    /// A sha256 hasher.
    pub fn sha256() -> Self {
        Self(State::Sha256(Sha256::new()))
    }

    /// A sha512 hasher.
    pub fn sha512() -> Self {
        Self(State::Sha512(Box::new(Sha512::new())))
    }

    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sha256(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
        }
    }

    /// The digest of all pieces.
    pub fn finish(self) -> Digest {
        let (algorithm, hash) = match self.0 {
            State::Sha256(state) => ("sha256", state.finalize().to_vec()),
            State::Sha512(state) => ("sha512", state.finalize().to_vec()),
        };
        let mut text = String::with_capacity(algorithm.len() + 1 + hash.len() * 2);
        text.push_str(algorithm);
        text.push(':');
        for byte in hash {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        Digest { text, colon: algorithm.len() }
    }
}

/// Checks bytes that arrive in pieces against a digest.
#[derive(Clone, Debug)]
pub struct Verifier {
    expected: Digest,
    hasher: Hasher,
}

impl Verifier {
    /// Fails at once when the algorithm cannot be verified.
    pub fn new(expected: &Digest) -> Result<Self, VerifyError> {
        let hasher = match expected.algorithm() {
            Algorithm::Sha256 => Hasher::sha256(),
            Algorithm::Sha512 => Hasher::sha512(),
            Algorithm::Unverifiable => return Err(VerifyError::Unverifiable(expected.clone())),
        };
        Ok(Self { expected: expected.clone(), hasher })
    }

    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// Compares.
    pub fn finish(self) -> Result<(), VerifyError> {
        let actual = self.hasher.finish();
        if actual == self.expected { Ok(()) } else { Err(VerifyError::Mismatch { expected: self.expected, actual }) }
    }
}
