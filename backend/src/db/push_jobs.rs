//! Push jobs: what was asked for, who is at work on it, and how it ended.
//!
//! A server that works on a job holds a lease on it and renews it. A job whose lease has run out is anybody's: the server
//! that had it is gone.

use onetag_shared::api::PushJob;
use sqlx::{Any, AnyPool, Executor, Row, any::AnyRow};

use super::{Change, DatabaseError, tag_moves};

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
    /// Which change of the job that was.
    pub version: u64,
    /// Its tags have been looked at: `before` is what they held.
    pub looked: bool,
}

/// That a server has a job to itself.
#[derive(Clone, Debug)]
pub struct Lease {
    /// Which server.
    pub owner: String,
    /// Until when, in milliseconds since 1970.
    pub until: i64,
}

impl PushJobs<'_> {
    /// Adds a job that the lease's owner works on; `false` when there is one with this `Idempotency-Key` already. `now`
    /// is in milliseconds since 1970.
    pub async fn insert(
        &self,
        stored: &StoredJob,
        key: Option<&str>,
        lease: &Lease,
        now: i64,
    ) -> Result<bool, DatabaseError> {
        insert(self.pool, stored, key, lease, now).await
    }

    /// Saves how far a job has come, and renews the lease; `false` when the job is another's by now. A job that has ended
    /// is nobody's. One that has come further by now stays as it is: what is saved at the same moment may come in any order.
    pub async fn save(&self, stored: &StoredJob, lease: &Lease) -> Result<bool, DatabaseError> {
        save(self.pool, stored, lease).await
    }

    /// The same, and with it what becomes of its tags: both or neither.
    pub async fn save_with(
        &self,
        stored: &StoredJob,
        lease: &Lease,
        changes: &[Change],
    ) -> Result<bool, DatabaseError> {
        let mut transaction = self.pool.begin().await?;
        // It writes before it reads, so that it waits for its turn here rather than fail later.
        if !save(&mut *transaction, stored, lease).await? {
            return Ok(false);
        }
        for change in changes {
            tag_moves::apply(&mut *transaction, change).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Takes over the oldest job that nobody is at work on, in one statement: of two servers that ask at once one gets it.
    pub async fn claim(
        &self,
        lease: &Lease,
        now: i64,
    ) -> Result<Option<Result<StoredJob, DatabaseError>>, DatabaseError> {
        let row = sqlx::query(
            "UPDATE push_jobs SET lease_owner = $1, lease_until = $2 WHERE final = 0 AND lease_until < $3 AND id = \
             (SELECT id FROM push_jobs WHERE final = 0 AND lease_until < $3 ORDER BY created_at, id LIMIT 1) \
             RETURNING id, request, job, version, looked",
        )
        .bind(&lease.owner)
        .bind(lease.until)
        .bind(now)
        .fetch_optional(self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let stored = from_row(&row);
        if stored.is_err() {
            // Nobody can do it, whoever claims it: it must not be claimed again and again.
            let id: String = row.try_get("id")?;
            sqlx::query("UPDATE push_jobs SET final = 1 WHERE id = $1").bind(id).execute(self.pool).await?;
        }
        Ok(Some(stored))
    }

    /// Gives up every lease of a server that stops, so that another need not wait until they run out.
    pub async fn release(&self, owner: &str) -> Result<(), DatabaseError> {
        sqlx::query("UPDATE push_jobs SET lease_until = 0 WHERE lease_owner = $1 AND final = 0")
            .bind(owner)
            .execute(self.pool)
            .await?;
        Ok(())
    }

    /// The job with this id.
    pub async fn find(&self, id: &str) -> Result<Option<StoredJob>, DatabaseError> {
        let row = sqlx::query("SELECT id, request, job, version, looked FROM push_jobs WHERE id = $1")
            .bind(id)
            .fetch_optional(self.pool)
            .await?;
        row.as_ref().map(from_row).transpose()
    }

    /// The job that was started with this `Idempotency-Key`.
    pub async fn find_by_key(&self, key: &str) -> Result<Option<StoredJob>, DatabaseError> {
        let row = sqlx::query("SELECT id, request, job, version, looked FROM push_jobs WHERE idempotency_key = $1")
            .bind(key)
            .fetch_optional(self.pool)
            .await?;
        row.as_ref().map(from_row).transpose()
    }
}

async fn save<'e>(
    executor: impl Executor<'e, Database = Any>,
    stored: &StoredJob,
    lease: &Lease,
) -> Result<bool, DatabaseError> {
    let saved = sqlx::query(
        "UPDATE push_jobs SET job = CASE WHEN version <= $3 THEN $1 ELSE job END, \
         final = CASE WHEN version <= $3 THEN $2 ELSE final END, \
         looked = CASE WHEN version <= $3 THEN $4 ELSE looked END, \
         version = CASE WHEN version <= $3 THEN $3 ELSE version END, lease_until = $5 \
         WHERE id = $6 AND lease_owner = $7 AND final = 0",
    )
    .bind(to_json(&stored.job)?)
    .bind(i64::from(stored.job.state.is_final()))
    .bind(to_i64(stored.version))
    .bind(i64::from(stored.looked))
    .bind(lease.until)
    .bind(&stored.job.id)
    .bind(&lease.owner)
    .execute(executor)
    .await?;
    Ok(saved.rows_affected() == 1)
}

/// [`PushJobs::insert`] as part of something larger.
pub(super) async fn insert<'e>(
    executor: impl Executor<'e, Database = Any>,
    stored: &StoredJob,
    key: Option<&str>,
    lease: &Lease,
    now: i64,
) -> Result<bool, DatabaseError> {
    let inserted = sqlx::query(
        "INSERT INTO push_jobs (id, idempotency_key, request, job, final, created_at, version, lease_owner, lease_until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (idempotency_key) DO NOTHING",
    )
    .bind(&stored.job.id)
    .bind(key)
    .bind(&stored.request)
    .bind(to_json(&stored.job)?)
    .bind(i64::from(stored.job.state.is_final()))
    .bind(now / 1000)
    .bind(to_i64(stored.version))
    .bind(&lease.owner)
    .bind(lease.until)
    .execute(executor)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

fn to_i64(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
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
        version: u64::try_from(row.try_get::<i64, _>("version")?).unwrap_or_default(),
        looked: row.try_get::<i64, _>("looked")? != 0,
    })
}

fn unreadable(id: &str, problem: String) -> DatabaseError {
    DatabaseError::Row { table: "push_jobs", row: id.to_owned(), column: "job", problem }
}

#[cfg(test)]
pub(super) mod testing {
    use onetag_shared::{
        api::{MoveKind, Progress, PushState},
        digest::Digest,
    };

    use super::*;

    /// A job that nobody has begun.
    pub(in crate::db) fn queued(id: &str) -> StoredJob {
        let job = PushJob {
            id: id.to_owned(),
            kind: MoveKind::Push,
            state: PushState::Queued,
            undoes: None,
            digest: Digest::of(b"list"),
            merged: Vec::new(),
            referrers: Vec::new(),
            left_behind: Vec::new(),
            targets: Vec::new(),
            progress: Progress::default(),
            problem: None,
        };
        StoredJob { request: "{}".to_owned(), job, version: 1, looked: false }
    }
}

#[cfg(test)]
mod tests {
    use onetag_shared::api::PushState;

    use super::{testing::queued, *};
    use crate::db::Database;

    fn lease(owner: &str, until: i64) -> Lease {
        Lease { owner: owner.to_owned(), until }
    }

    #[tokio::test]
    async fn a_job_is_one_servers_until_its_lease_has_run_out() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = tokio::join!(Database::open(folder.path()), async {
            // A second process on the same file.
            Database::open(folder.path()).await
        });
        let (one, other) = (one.unwrap(), other.unwrap());
        assert!(one.push_jobs().insert(&queued("a"), Some("key"), &lease("one", 100), 0).await.unwrap());
        assert!(!one.push_jobs().insert(&queued("b"), Some("key"), &lease("one", 100), 0).await.unwrap());

        assert!(other.push_jobs().claim(&lease("other", 200), 99).await.unwrap().is_none());
        let mut running = queued("a");
        (running.job.state, running.version, running.looked) = (PushState::Running, 7, true);
        assert!(one.push_jobs().save(&running, &lease("one", 150)).await.unwrap());
        assert!(other.push_jobs().claim(&lease("other", 200), 149).await.unwrap().is_none(), "it was renewed");

        let claimed = other.push_jobs().claim(&lease("other", 300), 151).await.unwrap().unwrap().unwrap();
        assert_eq!((claimed.version, claimed.looked, claimed.job), (7, true, running.job.clone()));
        assert!(!one.push_jobs().save(&running, &lease("one", 400)).await.unwrap(), "it is another's now");
        assert!(one.push_jobs().claim(&lease("one", 400), 151).await.unwrap().is_none());

        other.push_jobs().release("other").await.unwrap();
        assert!(one.push_jobs().claim(&lease("one", 400), 151).await.unwrap().is_some(), "it was given up");
        running.job.state = PushState::Succeeded;
        assert!(one.push_jobs().save(&running, &lease("one", 400)).await.unwrap());
        assert!(other.push_jobs().claim(&lease("other", 900), 800).await.unwrap().is_none(), "it has ended");
    }

    /// A sign of life that was on its way while what the tags held was saved must not take that back.
    #[tokio::test]
    async fn what_was_saved_is_not_taken_back_by_what_was_known_before() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        let (jobs, before) = (database.push_jobs(), queued("a"));
        assert!(jobs.insert(&before, None, &lease("one", 100), 0).await.unwrap());
        let mut looked = before.clone();
        (looked.job.state, looked.version, looked.looked) = (PushState::Running, 7, true);
        assert!(jobs.save_with(&looked, &lease("one", 150), &[]).await.unwrap());
        let late = StoredJob { version: 6, ..before };
        assert!(jobs.save(&late, &lease("one", 200)).await.unwrap(), "it is a sign of life all the same");
        let found = jobs.find("a").await.unwrap().unwrap();
        assert_eq!((found.version, found.looked, found.job), (7, true, looked.job));
        assert!(jobs.claim(&lease("other", 300), 199).await.unwrap().is_none(), "the lease was renewed");
    }

    #[tokio::test]
    async fn of_many_that_claim_at_once_one_gets_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        for id in ["a", "b", "c"] {
            assert!(database.push_jobs().insert(&queued(id), None, &lease("gone", 0), 0).await.unwrap());
        }
        let claims = futures::future::join_all((0..12).map(|number| {
            let database = database.clone();
            async move { database.push_jobs().claim(&lease(&number.to_string(), 100), 50).await.unwrap() }
        }));
        let mut ids: Vec<String> = claims.await.into_iter().flatten().map(|stored| stored.unwrap().job.id).collect();
        ids.sort();
        assert_eq!(ids, ["a", "b", "c"]);
    }

    #[tokio::test]
    async fn a_row_that_cannot_be_read_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        assert!(database.push_jobs().insert(&queued("a"), None, &lease("gone", 0), 0).await.unwrap());
        sqlx::query("UPDATE push_jobs SET job = 'nonsense'").execute(&database.pool).await.unwrap();
        let claimed = database.push_jobs().claim(&lease("one", 100), 50).await.unwrap();
        assert!(claimed.unwrap().unwrap_err().to_string().contains("row a"));
        assert!(database.push_jobs().claim(&lease("one", 300), 200).await.unwrap().is_none());
    }
}
