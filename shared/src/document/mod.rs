//! Documents: raw bytes with a parsed view.
//!
//! The bytes are the truth. What is fetched is never serialised again: its digest would change. Only a list that is edited
//! is written anew, with the fields that nobody here knows: they are kept as [`serde_json::Value`], except for numbers that
//! it would write in another way. Each of those stands as an object with the one key `$onetag:number`, whose value is the
//! number's text, and [`crate::list::encode`] writes that.

mod attestation;
mod config;
mod error;
mod manifest;
mod raw;
mod readable;
mod recognise;
mod strict;
#[cfg(test)]
mod tests;

pub use attestation::{attested_digest, predicate_types};
pub(crate) use attestation::{is_statement, predicate_type};
pub use config::{HistoryEntry, ImageConfig};
pub use error::DocumentError;
pub use manifest::{ImageManifest, List, MAX_ENTRIES};
pub use raw::RawDocument;
pub use recognise::recognise;
pub(crate) use strict::{exact_number, parse as parse_json};

use serde_json::Value;

/// The largest document that is taken, in bytes: 4 MiB, what the distribution spec asks registries to accept.
pub const MAX_DOCUMENT_BYTES: usize = 4 * 1024 * 1024;

/// The parsed view of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// An OCI image index or a Docker manifest list.
    List(Box<List>),
    /// An OCI or Docker image manifest; attestations and artifacts have this shape too.
    Image(Box<ImageManifest>),
    /// The config of an image.
    Config(Box<ImageConfig>),
    /// Some other JSON.
    Other(Value),
}
