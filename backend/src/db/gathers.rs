//! Gathers: what was asked for, what has come, and which tokens may add to it.

use onetag_shared::gather::{Gathering, Phase};
use sqlx::{AnyPool, Row, any::AnyRow};

use super::{DatabaseError, Lease, StoredJob, push_jobs};

/// Tokens of one gather that count, the newest: one for each job that asks for it, and asks again.
const TOKENS: i64 = 256;

/// The tables of gathers and their tokens.
#[derive(Debug)]
pub struct Gathers<'a> {
    pub(super) pool: &'a AnyPool,
}

/// A row.
#[derive(Clone, Debug)]
pub struct StoredGather {
    /// Opaque.
    pub id: String,
    /// The request as JSON: the same `Idempotency-Key` must come with the same request.
    pub request: String,
    /// What has come.
    pub gathering: Gathering,
    /// Counts changes.
    pub version: i64,
    /// When it was made, in milliseconds since 1970.
    pub created_at: i64,
}

/// A push that begins with a change of a gather.
#[derive(Debug)]
pub struct NewJob<'a> {
    /// The job.
    pub stored: &'a StoredJob,
    /// Whose it is.
    pub lease: &'a Lease,
    /// In milliseconds since 1970.
    pub now: i64,
}

impl Gathers<'_> {
    /// Forgets those that need not be kept any longer. `now` is in milliseconds since 1970 here and everywhere below.
    pub async fn purge(&self, now: i64) -> Result<(), DatabaseError> {
        let tokens = "DELETE FROM gather_tokens WHERE gather IN (SELECT id FROM gathers WHERE keep_until <= $1)";
        for statement in [tokens, "DELETE FROM gathers WHERE keep_until <= $1"] {
            sqlx::query(statement).bind(now).execute(self.pool).await?;
        }
        Ok(())
    }

    /// How many wait for parts, and are kept longer than until then.
    pub async fn waiting(&self, until: i64) -> Result<i64, DatabaseError> {
        let row = sqlx::query("SELECT COUNT(*) AS waiting FROM gathers WHERE waiting = 1 AND keep_until > $1")
            .bind(until)
            .fetch_one(self.pool)
            .await?;
        Ok(row.try_get("waiting")?)
    }

    /// Adds one; `false` when there is one with this `Idempotency-Key` already.
    pub async fn insert(
        &self,
        stored: &StoredGather,
        key: Option<&str>,
        keep_until: i64,
    ) -> Result<bool, DatabaseError> {
        let inserted = sqlx::query(
            "INSERT INTO gathers (id, idempotency_key, request, gathering, version, waiting, created_at, keep_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (idempotency_key) DO NOTHING",
        )
        .bind(&stored.id)
        .bind(key)
        .bind(&stored.request)
        .bind(to_json(stored)?)
        .bind(stored.version)
        .bind(is_waiting(stored))
        .bind(stored.created_at)
        .bind(keep_until)
        .execute(self.pool)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }

    /// Saves a change of what was read, and with it the push that it begins: both or neither. `false` when somebody else has
    /// changed it meanwhile.
    pub async fn save(&self, stored: &StoredGather, job: Option<NewJob<'_>>) -> Result<bool, DatabaseError> {
        let mut transaction = self.pool.begin().await?;
        // It writes before it reads, so that it waits for its turn here rather than fail later.
        let saved = sqlx::query(
            "UPDATE gathers SET gathering = $1, waiting = $2, version = version + 1 WHERE id = $3 AND version = $4",
        )
        .bind(to_json(stored)?)
        .bind(is_waiting(stored))
        .bind(&stored.id)
        .bind(stored.version)
        .execute(&mut *transaction)
        .await?;
        if saved.rows_affected() != 1 {
            return Ok(false);
        }
        if let Some(NewJob { stored, lease, now }) = job {
            push_jobs::insert(&mut *transaction, stored, None, lease, now).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// The gather with this id, while it is kept.
    pub async fn find(&self, id: &str, now: i64) -> Result<Option<StoredGather>, DatabaseError> {
        let row = sqlx::query(
            "SELECT id, request, gathering, version, created_at FROM gathers WHERE id = $1 AND keep_until > $2",
        )
        .bind(id)
        .bind(now)
        .fetch_optional(self.pool)
        .await?;
        row.as_ref().map(from_row).transpose()
    }

    /// The gather that was made with this `Idempotency-Key`, while it is kept.
    pub async fn find_by_key(&self, key: &str, now: i64) -> Result<Option<StoredGather>, DatabaseError> {
        let row = sqlx::query(
            "SELECT id, request, gathering, version, created_at FROM gathers \
             WHERE idempotency_key = $1 AND keep_until > $2",
        )
        .bind(key)
        .bind(now)
        .fetch_optional(self.pool)
        .await?;
        row.as_ref().map(from_row).transpose()
    }

    /// The newest that are kept, or those after one (by when it was made, and its id). One that cannot be read is an error
    /// of its own.
    pub async fn page(
        &self,
        after: Option<(i64, &str)>,
        limit: i64,
        now: i64,
    ) -> Result<Vec<Result<StoredGather, DatabaseError>>, DatabaseError> {
        let (created_at, id) = after.unwrap_or((i64::MAX, ""));
        let rows = sqlx::query(
            "SELECT id, request, gathering, version, created_at FROM gathers \
             WHERE keep_until > $1 AND (created_at < $2 OR (created_at = $2 AND id < $3)) \
             ORDER BY created_at DESC, id DESC LIMIT $4",
        )
        .bind(now)
        .bind(created_at)
        .bind(id)
        .bind(limit)
        .fetch_all(self.pool)
        .await?;
        Ok(rows.iter().map(from_row).collect())
    }

    /// Lets one more token add parts to a gather. Of very many the oldest count no more.
    pub async fn add_token(&self, gather: &str, hash: &str, now: i64) -> Result<(), DatabaseError> {
        sqlx::query("INSERT INTO gather_tokens (hash, gather, issued_at) VALUES ($1, $2, $3)")
            .bind(hash)
            .bind(gather)
            .bind(now)
            .execute(self.pool)
            .await?;
        sqlx::query(
            "DELETE FROM gather_tokens WHERE gather = $1 AND hash NOT IN \
             (SELECT hash FROM gather_tokens WHERE gather = $1 ORDER BY issued_at DESC, hash LIMIT $2)",
        )
        .bind(gather)
        .bind(TOKENS)
        .execute(self.pool)
        .await?;
        Ok(())
    }

    /// May the token with this hash add parts to this gather?
    pub async fn has_token(&self, gather: &str, hash: &str) -> Result<bool, DatabaseError> {
        let row = sqlx::query("SELECT gather FROM gather_tokens WHERE hash = $1 AND gather = $2")
            .bind(hash)
            .bind(gather)
            .fetch_optional(self.pool)
            .await?;
        Ok(row.is_some())
    }
}

fn is_waiting(stored: &StoredGather) -> i64 {
    i64::from(stored.gathering.phase == Phase::Gathering)
}

fn to_json(stored: &StoredGather) -> Result<String, DatabaseError> {
    serde_json::to_string(&stored.gathering).map_err(|error| unreadable(&stored.id, error.to_string()))
}

fn from_row(row: &AnyRow) -> Result<StoredGather, DatabaseError> {
    let id: String = row.try_get("id")?;
    let gathering: String = row.try_get("gathering")?;
    Ok(StoredGather {
        request: row.try_get("request")?,
        gathering: serde_json::from_str(&gathering).map_err(|error| unreadable(&id, error.to_string()))?,
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        id,
    })
}

fn unreadable(id: &str, problem: String) -> DatabaseError {
    DatabaseError::Row { table: "gathers", row: id.to_owned(), column: "gathering", problem }
}

/// Adds so many copies of a gather, under other ids.
#[cfg(test)]
pub(crate) async fn copy_gather(database: &super::Database, id: &str, count: i64) {
    sqlx::query(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1) \
         INSERT INTO gathers (id, request, gathering, version, waiting, created_at, keep_until) \
         SELECT id || n, request, gathering, version, waiting, created_at, keep_until FROM gathers, numbers WHERE id = $2",
    )
    .bind(count)
    .bind(id)
    .execute(&database.pool)
    .await
    .expect("the database takes it");
}

#[cfg(test)]
mod tests {
    use onetag_shared::{
        api::{GatherRequest, Guard},
        gather,
    };

    use super::*;
    use crate::db::{Database, push_jobs::testing::queued};

    fn stored(id: &str, created_at: i64) -> StoredGather {
        let request = r#"{"platforms":["linux/amd64"],"targets":[{"ref":"example.com/app:v1"}]}"#;
        let asked: GatherRequest = serde_json::from_str(request).unwrap();
        let gathering = gather::begin(&asked, vec![Guard::Absent], 1000);
        StoredGather { id: id.to_owned(), request: request.to_owned(), gathering, version: 0, created_at }
    }

    #[tokio::test]
    async fn of_many_that_begin_a_push_at_once_one_does_and_no_other_job_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (Database::open(folder.path()).await.unwrap(), Database::open(folder.path()).await.unwrap());
        assert!(one.gathers().insert(&stored("a", 1), Some("key"), 2000).await.unwrap());
        assert!(!other.gathers().insert(&stored("b", 1), Some("key"), 2000).await.unwrap());
        let read = other.gathers().find_by_key("key", 1999).await.unwrap().unwrap();
        let attempt = |number: usize| {
            let (database, mut stored) = (if number.is_multiple_of(2) { &one } else { &other }, read.clone());
            let job = queued(&number.to_string());
            stored.gathering.phase = Phase::Begun { job: job.job.id.clone(), without: Vec::new() };
            async move {
                let lease = Lease { owner: "server".to_owned(), until: 0 };
                let job = NewJob { stored: &job, lease: &lease, now: 1 };
                database.gathers().save(&stored, Some(job)).await.unwrap()
            }
        };
        assert_eq!(one.gathers().waiting(1999).await.unwrap(), 1);
        assert_eq!(one.gathers().waiting(2000).await.unwrap(), 0, "it is not kept that long");
        let begun = futures::future::join_all((0..12).map(attempt)).await;
        assert_eq!(begun.iter().filter(|begun| **begun).count(), 1);
        let found = one.gathers().find("a", 0).await.unwrap().unwrap();
        let begun = begun.iter().position(|begun| *begun).unwrap().to_string();
        assert_eq!((found.gathering.job(), found.version), (Some(begun.as_str()), 1));
        assert_eq!(one.gathers().waiting(0).await.unwrap(), 0);
        let jobs = sqlx::query("SELECT id FROM push_jobs").fetch_all(&one.pool).await.unwrap();
        let jobs: Vec<String> = jobs.iter().map(|row| row.get("id")).collect();
        assert_eq!(jobs, [begun]);
    }

    #[tokio::test]
    async fn what_need_not_be_kept_is_gone_with_its_tokens() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        let gathers = database.gathers();
        for (id, created_at, keep_until) in [("a", 1, 100), ("b", 1, 300), ("c", 2, 300), ("d", 3, 300)] {
            assert!(gathers.insert(&stored(id, created_at), Some(id), keep_until).await.unwrap());
            gathers.add_token(id, &format!("hash of {id}"), 1).await.unwrap();
        }
        assert!(gathers.has_token("a", "hash of a").await.unwrap());
        assert!(!gathers.has_token("a", "hash of b").await.unwrap(), "another's");
        assert!(gathers.find("a", 99).await.unwrap().is_some());
        assert!(gathers.find("a", 100).await.unwrap().is_none());
        gathers.purge(100).await.unwrap();
        assert!(gathers.find("a", 0).await.unwrap().is_none() && gathers.find_by_key("a", 0).await.unwrap().is_none());
        assert!(!gathers.has_token("a", "hash of a").await.unwrap());

        let ids = |page: Vec<Result<StoredGather, DatabaseError>>| {
            page.into_iter().map(|stored| stored.unwrap().id).collect::<Vec<_>>()
        };
        assert_eq!(ids(gathers.page(None, 2, 0).await.unwrap()), ["d", "c"]);
        assert_eq!(ids(gathers.page(Some((2, "c")), 2, 0).await.unwrap()), ["b"]);
        assert_eq!(ids(gathers.page(None, 2, 300).await.unwrap()), [""; 0]);
    }

    #[tokio::test]
    async fn of_very_many_tokens_the_newest_count() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        let mut transaction = database.pool.begin().await.unwrap();
        for number in 0..TOKENS {
            let insert = sqlx::query("INSERT INTO gather_tokens (hash, gather, issued_at) VALUES ($1, 'a', $2)");
            insert.bind(number.to_string()).bind(number).execute(&mut *transaction).await.unwrap();
        }
        transaction.commit().await.unwrap();
        assert!(database.gathers().has_token("a", "0").await.unwrap());
        database.gathers().add_token("a", &TOKENS.to_string(), TOKENS).await.unwrap();
        assert!(!database.gathers().has_token("a", "0").await.unwrap());
        assert!(database.gathers().has_token("a", "1").await.unwrap());
        assert!(database.gathers().has_token("a", &TOKENS.to_string()).await.unwrap());
    }
}
