//! What was set for registries through the API. It has no secrets: what logs in is kept elsewhere.

use onetag_shared::{api::RegistryOptions, reference::Registry};
use sqlx::{AnyPool, Row, any::AnyRow};

use super::DatabaseError;

/// The table of registry settings.
#[derive(Debug)]
pub struct RegistrySettings<'a> {
    pub(super) pool: &'a AnyPool,
}

impl RegistrySettings<'_> {
    /// What was set for every registry; a row that cannot be read is an error of its own.
    pub async fn all(&self) -> Result<Vec<Result<(Registry, RegistryOptions), DatabaseError>>, DatabaseError> {
        let rows =
            sqlx::query("SELECT host, options FROM registry_settings ORDER BY host").fetch_all(self.pool).await?;
        Ok(rows.iter().map(from_row).collect())
    }

    /// Sets it for one; `now` is in seconds since 1970.
    pub async fn put(&self, registry: &Registry, options: &RegistryOptions, now: i64) -> Result<(), DatabaseError> {
        let json = serde_json::to_string(options)
            .map_err(|error| unreadable(registry.as_str(), "options", error.to_string()))?;
        sqlx::query(
            "INSERT INTO registry_settings (host, options, updated_at) VALUES ($1, $2, $3) \
             ON CONFLICT (host) DO UPDATE SET options = excluded.options, updated_at = excluded.updated_at",
        )
        .bind(row(registry))
        .bind(json)
        .bind(now)
        .execute(self.pool)
        .await?;
        Ok(())
    }

    /// Forgets what was set for one.
    pub async fn delete(&self, registry: &Registry) -> Result<(), DatabaseError> {
        sqlx::query("DELETE FROM registry_settings WHERE host = $1").bind(row(registry)).execute(self.pool).await?;
        Ok(())
    }
}

/// The same for every name of one registry.
fn row(registry: &Registry) -> String {
    registry.as_str().to_ascii_lowercase()
}

fn from_row(row: &AnyRow) -> Result<(Registry, RegistryOptions), DatabaseError> {
    let host: String = row.try_get("host")?;
    let options: String = row.try_get("options")?;
    let registry = host.parse().map_err(|error| unreadable(&host, "host", format!("{error}")))?;
    let options = serde_json::from_str(&options).map_err(|error| unreadable(&host, "options", error.to_string()))?;
    Ok((registry, options))
}

fn unreadable(host: &str, column: &'static str, problem: String) -> DatabaseError {
    DatabaseError::Row { table: "registry_settings", row: host.to_owned(), column, problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Database;

    #[tokio::test]
    async fn what_was_set_last_is_kept_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        let (one, same): (Registry, Registry) =
            ("Registry.corp:5000".parse().unwrap(), "registry.corp:5000".parse().unwrap());
        let private = |private| RegistryOptions { private: Some(private), ..RegistryOptions::default() };
        database.registry_settings().put(&one, &private(true), 1).await.unwrap();
        database.registry_settings().put(&same, &private(false), 2).await.unwrap();
        let all = database.registry_settings().all().await.unwrap();
        assert_eq!(all.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [(same, private(false))]);
        database.registry_settings().delete(&one).await.unwrap();
        assert!(database.registry_settings().all().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_row_that_cannot_be_read_is_told_and_spares_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        for host in ["a.corp", "b.corp"] {
            let options = RegistryOptions::default();
            database.registry_settings().put(&host.parse().unwrap(), &options, 1).await.unwrap();
        }
        sqlx::query("UPDATE registry_settings SET options = '{\"more\":1}' WHERE host = 'a.corp'")
            .execute(&database.pool)
            .await
            .unwrap();
        let all = database.registry_settings().all().await.unwrap();
        assert!(all[0].as_ref().unwrap_err().to_string().contains("row a.corp"));
        assert!(all[1].is_ok());
    }
}
