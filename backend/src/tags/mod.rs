//! Tags as such: which there are and what they hold, what points to a digest, what looks like the same application, taking
//! tags away, and what they held before.

mod catalogue;
mod delete;
mod history;
mod names;
mod pointing;
mod siblings;
mod summary;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use self::names::{Listing, MOST_NAMES};
use self::{catalogue::Catalogues, names::Handed};
use crate::{clock::Clock, db::Database, inspect::Inspector, registry::Client};

/// Looks at a registry at once; fewer where the registry's settings say so.
const LOOKS: usize = 8;

/// Looks at tags and takes them away; cheap to clone.
#[derive(Clone, Debug)]
pub struct Tags {
    client: Client,
    inspector: Inspector,
    database: Database,
    clock: Arc<dyn Clock>,
    catalogues: Catalogues,
    handed: Handed,
}

impl Tags {
    /// What it needs of the rest of the server.
    pub fn new(client: Client, inspector: Inspector, database: Database, clock: Arc<dyn Clock>) -> Self {
        Self { client, inspector, database, clock, catalogues: Catalogues::default(), handed: Handed::default() }
    }
}
