//! What is kept: a `SQLite` file in the data folder.
//!
//! Only TEXT, BIGINT and BYTEA columns, so that the same statements can run on `PostgreSQL`.

mod gathers;
mod push_jobs;
mod registry_settings;
mod tag_moves;

use std::path::{Path, PathBuf};

use sqlx::{AnyPool, any::AnyPoolOptions, migrate::Migrator};

#[cfg(test)]
pub(crate) use gathers::copy_gather;
pub use gathers::{Gathers, NewJob, StoredGather};
pub use push_jobs::{Lease, PushJobs, StoredJob};
pub use registry_settings::RegistrySettings;
pub use tag_moves::{Change, StoredMove, TagKey, TagMoves};

/// What brings the tables up to date, step by step.
static MIGRATIONS: Migrator = sqlx::migrate!("src/db/migrations");

/// The database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    pool: AnyPool,
}

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The data folder cannot be made.
    #[error("the data folder {path} cannot be made: {source}. Choose another with --data-dir or ONETAG_DATA_DIR")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A statement failed.
    #[error("the database failed: {0}")]
    Sql(#[from] sqlx::Error),
    /// The tables cannot be brought up to date.
    #[error("the database cannot be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row does not hold what it should.
    #[error("table {table}, row {row}: column {column} cannot be read: {problem}")]
    Row {
        /// Table.
        table: &'static str,
        /// Key of the row.
        row: String,
        /// Column.
        column: &'static str,
        /// What is wrong.
        problem: String,
    },
}

impl Database {
    /// Opens the file in this folder, making both when absent, and brings its tables up to date.
    pub async fn open(folder: &Path) -> Result<Self, DatabaseError> {
        std::fs::create_dir_all(folder).map_err(|source| DatabaseError::Folder { path: folder.to_owned(), source })?;
        sqlx::any::install_default_drivers();
        let pool = AnyPoolOptions::new().max_connections(4).connect(&address(&folder.join("onetag.sqlite"))).await?;
        // SQLite has no lock for this: of two servers that start at the same moment one may find that the other has just
        // made the step that it was about to make. It looks again then, at most once for each step.
        for _ in MIGRATIONS.iter() {
            match MIGRATIONS.run(&pool).await {
                Ok(()) => return Ok(Self { pool }),
                Err(error) => tracing::info!(%error, "another server may have brought the tables up to date just now"),
            }
        }
        MIGRATIONS.run(&pool).await?;
        Ok(Self { pool })
    }

    /// Can it be read?
    pub async fn is_reachable(&self) -> bool {
        // What reads no table does not touch the file.
        sqlx::query("SELECT count(*) FROM push_jobs WHERE id = ''").execute(&self.pool).await.is_ok()
    }

    /// Gives up all connections.
    #[cfg(test)]
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// What was set for registries.
    pub fn registry_settings(&self) -> RegistrySettings<'_> {
        RegistrySettings { pool: &self.pool }
    }

    /// Gathers.
    pub fn gathers(&self) -> Gathers<'_> {
        Gathers { pool: &self.pool }
    }

    /// What was done to tags.
    pub fn tag_moves(&self) -> TagMoves<'_> {
        TagMoves { pool: &self.pool }
    }

    /// Push jobs.
    pub fn push_jobs(&self) -> PushJobs<'_> {
        PushJobs { pool: &self.pool }
    }
}

/// A file as an address, in which `%` and `?` have a meaning.
fn address(file: &Path) -> String {
    let path = file.to_string_lossy().replace('%', "%25").replace('?', "%3F");
    format!("sqlite://{path}?mode=rwc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_file_is_in_the_folder_whatever_its_name() {
        for name in ["plain", "with space", "100%20", "what?now", "ünï#code"] {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path().join(name);
            let database = Database::open(&folder).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(database.is_reachable().await);
            assert!(folder.join("onetag.sqlite").is_file(), "{name}");
        }
    }
}
