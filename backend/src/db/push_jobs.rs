//! Push jobs: what was asked for and how it ended.

use std::time::{SystemTime, UNIX_EPOCH};

use onetag_shared::api::PushJob;
use sqlx::{AnyPool, Row, any::AnyRow};

use super::DatabaseError;

/// The table of push jobs.
#[derive(Debug)]
pub struct PushJobs<'a> {
    pub(super) pool: &'a AnyPool,
}

/// A row of it.
#[derive(Clone, Debug)]
pub struct StoredJob {
    /// The request as JSON: the same `Idempotency-Key` must come with the same request.
    pub request: String,
    /// The job as it was last saved.
    pub job: PushJob,
}

impl PushJobs<'_> {
    /// Adds a job; `false` when there is one with this `Idempotency-Key` already.
    pub async fn insert(&self, job: &PushJob, key: Option<&str>, request: &str) -> Result<bool, DatabaseError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "when a row was made is for people to read; nothing is decided by it"
        )]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
        let inserted = sqlx::query(
            "INSERT INTO push_jobs (id, idempotency_key, request, job, final, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (idempotency_key) DO NOTHING",
        )
        .bind(&job.id)
        .bind(key)
        .bind(request)
        .bind(to_json(job)?)
        .bind(i64::from(job.state.is_final()))
        .bind(i64::try_from(now).unwrap_or(i64::MAX))
        .execute(self.pool)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }

    /// Saves how far a job has come.
    pub async fn update(&self, job: &PushJob) -> Result<(), DatabaseError> {
        sqlx::query("UPDATE push_jobs SET job = $1, final = $2 WHERE id = $3")
            .bind(to_json(job)?)
            .bind(i64::from(job.state.is_final()))
            .bind(&job.id)
            .execute(self.pool)
            .await?;
        Ok(())
    }

    /// The job with this id.
    pub async fn find(&self, id: &str) -> Result<Option<StoredJob>, DatabaseError> {
        let row = sqlx::query("SELECT id, request, job FROM push_jobs WHERE id = $1")
            .bind(id)
            .fetch_optional(self.pool)
            .await?;
        row.as_ref().map(from_row).transpose()
    }

    /// The job that was started with this `Idempotency-Key`.
    pub async fn find_by_key(&self, key: &str) -> Result<Option<StoredJob>, DatabaseError> {
        let row = sqlx::query("SELECT id, request, job FROM push_jobs WHERE idempotency_key = $1")
            .bind(key)
            .fetch_optional(self.pool)
            .await?;
        row.as_ref().map(from_row).transpose()
    }

    /// Jobs that had not ended when they were last saved, each or why it cannot be read.
    pub async fn unfinished(&self) -> Result<Vec<Result<StoredJob, DatabaseError>>, DatabaseError> {
        let rows = sqlx::query("SELECT id, request, job FROM push_jobs WHERE final = 0").fetch_all(self.pool).await?;
        Ok(rows.iter().map(from_row).collect())
    }
}

fn to_json(job: &PushJob) -> Result<String, DatabaseError> {
    serde_json::to_string(job).map_err(|error| unreadable(&job.id, error.to_string()))
}

fn from_row(row: &AnyRow) -> Result<StoredJob, DatabaseError> {
    let id: String = row.try_get("id")?;
    let job: String = row.try_get("job")?;
    Ok(StoredJob {
        request: row.try_get("request")?,
        job: serde_json::from_str(&job).map_err(|error| unreadable(&id, error.to_string()))?,
    })
}

fn unreadable(id: &str, problem: String) -> DatabaseError {
    DatabaseError::Row { table: "push_jobs", row: id.to_owned(), column: "job", problem }
}
