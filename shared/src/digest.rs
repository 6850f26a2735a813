//! Content digests: `algorithm:encoded` (OCI image spec, "Digests").

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256, Sha512};

use crate::excerpt::Excerpt;

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
    #[error("`{}` is not a digest: it has no colon, as in `sha256:…`", Excerpt(.0))]
    NoColon(String),
    /// The algorithm does not match `[a-z0-9]+([+._-][a-z0-9]+)*`.
    #[error("`{}` is not a digest algorithm: lower-case letters and digits, as in `sha256`", Excerpt(.0))]
    Algorithm(String),
    /// The encoded part is empty or has characters outside `[a-zA-Z0-9=_-]`.
    #[error("the encoded part of the {} digest is empty or has characters that no digest has", Excerpt(.0))]
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

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    const EMPTY: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const EMPTY_512: &str = "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
        47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";

    #[test]
    fn bytes_hash_to_what_everybody_gets() {
        assert_eq!(Digest::of(b"").as_str(), EMPTY);
        assert_eq!(
            Digest::of(b"{}").as_str(),
            "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
        assert_eq!(Hasher::sha512().finish().as_str(), EMPTY_512);
    }

    #[test]
    fn pieces_hash_as_the_whole_does() {
        let whole: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for (mut hasher, mut pieces) in [(Hasher::sha256(), Hasher::sha256()), (Hasher::sha512(), Hasher::sha512())] {
            hasher.update(&whole);
            whole.chunks(7).for_each(|piece| pieces.update(piece));
            let digest = hasher.finish();
            assert_eq!(digest, pieces.finish());
            assert_eq!(digest.as_str().parse::<Digest>().as_ref(), Ok(&digest));
        }
    }

    #[test]
    fn the_grammar_of_the_oci_image_spec() {
        let other = "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8";
        for (text, algorithm) in [
            (EMPTY, Algorithm::Sha256),
            (EMPTY_512, Algorithm::Sha512),
            (other, Algorithm::Unverifiable),
            ("sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564", Algorithm::Unverifiable),
            ("md5:d41d8cd98f00b204e9800998ecf8427e", Algorithm::Unverifiable),
        ] {
            let digest: Digest = text.parse().unwrap();
            assert_eq!((digest.algorithm(), digest.as_str()), (algorithm, text));
            assert_eq!(format!("{}:{}", digest.algorithm_name(), digest.encoded()), text);
            assert!(text.starts_with(digest.short()));
        }
        let (short, upper) = (&EMPTY[..EMPTY.len() - 1], format!("sha256:{}", EMPTY[7..].to_uppercase()));
        let (long, cut) = (format!("{EMPTY}0"), format!("sha512:{}", &EMPTY[7..]));
        for text in
            ["", ":", "sha256", "sha256:", ":00", "SHA256:00", "a++b:0", "+a:0", "a:b c", "a:é", "é:a", "a:b:c", " a:b"]
                .into_iter()
                .chain([short, &upper, &long, &cut])
        {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
        assert_eq!(EMPTY.parse::<Digest>().unwrap().short(), "sha256:e3b0c44298fc");
        assert_eq!("a:b".parse::<Digest>().unwrap().short(), "a:b");
    }

    #[test]
    fn only_the_right_bytes_are_verified() {
        let empty: Digest = EMPTY.parse().unwrap();
        assert_eq!(empty.verify(b""), Ok(()));
        assert_eq!(
            empty.verify(b"{}"),
            Err(VerifyError::Mismatch { expected: empty.clone(), actual: Digest::of(b"{}") })
        );
        assert_eq!(EMPTY_512.parse::<Digest>().unwrap().verify(b""), Ok(()));
        assert!(EMPTY_512.parse::<Digest>().unwrap().verify(b"x").is_err());
        let md5: Digest = "md5:d41d8cd98f00b204e9800998ecf8427e".parse().unwrap();
        assert_eq!(md5.verify(b""), Err(VerifyError::Unverifiable(md5.clone())));
    }
}
