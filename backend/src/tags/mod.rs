//! Tags as such: what points to a digest, taking tags away, and what they held before.

mod delete;
mod history;
mod pointing;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::{clock::Clock, db::Database, inspect::Inspector, registry::Client};

/// Looks at tags and takes them away; cheap to clone.
#[derive(Clone, Debug)]
pub struct Tags {
    client: Client,
    inspector: Inspector,
    database: Database,
    clock: Arc<dyn Clock>,
}

impl Tags {
    /// What it needs of the rest of the server.
    pub fn new(client: Client, inspector: Inspector, database: Database, clock: Arc<dyn Clock>) -> Self {
        Self { client, inspector, database, clock }
    }
}
