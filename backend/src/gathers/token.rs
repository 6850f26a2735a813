//! Tokens: what adds parts to one gather and reads it, and does nothing else.
//!
//! Only hashes are kept, and nothing is derived from the access key, which may be short enough to be guessed by somebody who
//! has a token. So a token is shown once; whoever has the access key and asks for the gather again gets another.

use onetag_shared::api::GatherToken;
use sha2::{Digest as _, Sha256};

use super::Gathers;
use crate::{
    config::{hex, random_token},
    push::internal,
};

/// What tokens begin with, so that people and scanners know them for what they are.
const PREFIX: &str = "gather_";

/// A new one.
pub(super) fn make() -> Result<GatherToken, getrandom::Error> {
    Ok(GatherToken(format!("{PREFIX}{}", random_token()?)))
}

/// What is kept of it. It has 160 random bits, so that one round of hashing is enough.
pub(super) fn hash(token: &str) -> String {
    hex(&Sha256::digest(token))
}

/// Does it look like one?
pub fn is_token(text: &str) -> bool {
    text.starts_with(PREFIX)
}

impl Gathers {
    /// May whoever has this token add parts to this gather, and read it?
    pub async fn lets_in(&self, token: &str, id: &str) -> bool {
        let known = self.database.gathers().has_token(id, &hash(token)).await;
        known.unwrap_or_else(|error| {
            internal(&error);
            false
        })
    }
}
