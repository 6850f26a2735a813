//! What was done to tags: what each held before and after.

use onetag_shared::{api::MoveKind, digest::Digest, reference::Reference};
use sqlx::{Any, AnyPool, Executor, Row, any::AnyRow};

use super::DatabaseError;

/// The table of moves.
#[derive(Debug)]
pub struct TagMoves<'a> {
    pub(super) pool: &'a AnyPool,
}

/// A tag, as it is the same for all names of its registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagKey {
    /// Registry and repository.
    pub repository: String,
    /// The tag in it.
    pub tag: String,
}

impl TagKey {
    /// The tag that a reference names: `latest` when it names none.
    pub fn of(tag: &Reference) -> Self {
        let host = tag.registry().api_host().to_ascii_lowercase();
        Self { repository: format!("{host}/{}", tag.repository()), tag: tag.without_digest().target() }
    }
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMove {
    /// Opaque: made of the job and the tag's place in it, so that a job that begins again writes the same row.
    pub id: String,
    /// What was moved.
    pub key: TagKey,
    /// By what.
    pub kind: MoveKind,
    /// The push job or the deletion.
    pub job: String,
    /// What it held before.
    pub before: Option<Digest>,
    /// What it held afterwards.
    pub after: Option<Digest>,
    /// That was read back.
    pub certain: bool,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// What to do with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Write it, or what is new of it.
    Keep(StoredMove),
    /// Nothing was moved after all: take it out, by its id.
    Drop(String),
}

impl TagMoves<'_> {
    /// Does all of this, or nothing.
    pub async fn change(&self, changes: &[Change]) -> Result<(), DatabaseError> {
        let mut transaction = self.pool.begin().await?;
        for change in changes {
            apply(&mut *transaction, change).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Moves of a tag, the newest first; those after the one with this time and id. What of it cannot be read is told.
    pub async fn page(
        &self,
        key: &TagKey,
        after: Option<(i64, &str)>,
        most: i64,
    ) -> Result<Vec<Result<StoredMove, DatabaseError>>, DatabaseError> {
        let (at, id) = after.unwrap_or((i64::MAX, ""));
        let rows = sqlx::query(
            "SELECT id, repository, tag, kind, job, digest_before, digest_after, certain, at FROM tag_moves \
             WHERE repository = $1 AND tag = $2 AND (at < $3 OR (at = $3 AND id < $4)) \
             ORDER BY at DESC, id DESC LIMIT $5",
        )
        .bind(&key.repository)
        .bind(&key.tag)
        .bind(at)
        .bind(id)
        .bind(most)
        .fetch_all(self.pool)
        .await?;
        Ok(rows.iter().map(from_row).collect())
    }
}

/// As part of something larger.
pub(super) async fn apply<'e>(
    executor: impl Executor<'e, Database = Any>,
    change: &Change,
) -> Result<(), DatabaseError> {
    let query = match change {
        // What was there before the first try is what was there before: a later try may find its own work.
        Change::Keep(moved) => sqlx::query(
            "INSERT INTO tag_moves (id, repository, tag, kind, job, digest_before, digest_after, certain, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET \
             digest_after = excluded.digest_after, certain = excluded.certain",
        )
        .bind(&moved.id)
        .bind(&moved.key.repository)
        .bind(&moved.key.tag)
        .bind(moved.kind.as_str())
        .bind(&moved.job)
        .bind(moved.before.as_ref().map(Digest::as_str))
        .bind(moved.after.as_ref().map(Digest::as_str))
        .bind(i64::from(moved.certain))
        .bind(moved.at),
        Change::Drop(id) => sqlx::query("DELETE FROM tag_moves WHERE id = $1").bind(id),
    };
    query.execute(executor).await?;
    Ok(())
}

fn from_row(row: &AnyRow) -> Result<StoredMove, DatabaseError> {
    let id: String = row.try_get("id")?;
    let kind: String = row.try_get("kind")?;
    let unreadable =
        |column, problem: String| DatabaseError::Row { table: "tag_moves", row: id.clone(), column, problem };
    let digest = |column| -> Result<Option<Digest>, DatabaseError> {
        let text: Option<String> = row.try_get(column)?;
        text.map(|text| text.parse()).transpose().map_err(|error| unreadable(column, format!("{error}")))
    };
    Ok(StoredMove {
        key: TagKey { repository: row.try_get("repository")?, tag: row.try_get("tag")? },
        kind: MoveKind::ALL
            .into_iter()
            .find(|known| known.as_str() == kind)
            .ok_or_else(|| unreadable("kind", format!("`{kind}` is none")))?,
        job: row.try_get("job")?,
        before: digest("digest_before")?,
        after: digest("digest_after")?,
        certain: row.try_get::<i64, _>("certain")? != 0,
        at: row.try_get("at")?,
        id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Database;

    fn moved(job: &str, at: i64, before: Option<&str>, after: Option<&str>) -> StoredMove {
        let digest = |text: Option<&str>| text.map(|text| Digest::of(text.as_bytes()));
        StoredMove {
            id: format!("{job}/0"),
            key: TagKey { repository: "reg.example/app".to_owned(), tag: "v1".to_owned() },
            kind: MoveKind::Push,
            job: job.to_owned(),
            before: digest(before),
            after: digest(after),
            certain: after.is_some(),
            at,
        }
    }

    #[tokio::test]
    async fn moves_are_listed_the_newest_first_page_by_page() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        let moves = database.tag_moves();
        let all = [
            moved("a", 1, None, Some("one")),
            moved("b", 2, Some("one"), Some("two")),
            moved("c", 2, Some("two"), Some("three")),
            moved("d", 3, Some("three"), None),
        ];
        moves.change(&all.clone().map(Change::Keep)).await.unwrap();
        let mut other = moved("e", 9, None, None);
        other.key.tag = "v2".to_owned();
        moves.change(&[Change::Keep(other), Change::Keep(moved("f", 9, None, None))]).await.unwrap();
        moves.change(&[Change::Drop("f/0".to_owned())]).await.unwrap();

        let key = &all[0].key;
        let mut listed = Vec::new();
        let mut after: Option<(i64, String)> = None;
        loop {
            let page = moves.page(key, after.as_ref().map(|(at, id)| (*at, id.as_str())), 1).await.unwrap();
            let Some(last) = page.into_iter().next() else { break };
            let last = last.unwrap();
            after = Some((last.at, last.id.clone()));
            listed.push(last);
        }
        listed.reverse();
        assert_eq!(listed, all);
    }

    #[tokio::test]
    async fn a_job_that_begins_again_keeps_what_was_there_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        let moves = database.tag_moves();
        let first = moved("a", 1, Some("old"), None);
        moves.change(&[Change::Keep(first.clone())]).await.unwrap();
        moves.change(&[Change::Keep(moved("a", 7, Some("new"), Some("new")))]).await.unwrap();
        let listed = moves.page(&first.key, None, 9).await.unwrap().pop().unwrap().unwrap();
        assert_eq!(listed, moved("a", 1, Some("old"), Some("new")));
    }
}
