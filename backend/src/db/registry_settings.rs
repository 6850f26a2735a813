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
            sqlx::query("SELECT name, options FROM registry_settings ORDER BY host").fetch_all(self.pool).await?;
        Ok(rows.iter().map(from_row).collect())
    }

    /// Sets it for one. `key` is the same for all of its names; `now` is in seconds since 1970.
    pub async fn put(
        &self,
        key: &str,
        registry: &Registry,
        options: &RegistryOptions,
        now: i64,
    ) -> Result<(), DatabaseError> {
        let json = serde_json::to_string(options)
            .map_err(|error| unreadable(registry.as_str(), "options", error.to_string()))?;
        sqlx::query(
            "INSERT INTO registry_settings (host, name, options, updated_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (host) DO UPDATE \
             SET name = excluded.name, options = excluded.options, updated_at = excluded.updated_at",
        )
        .bind(key)
        .bind(registry.as_str())
        .bind(json)
        .bind(now)
        .execute(self.pool)
        .await?;
        Ok(())
    }

    /// Forgets what was set for the one with this key.
    pub async fn delete(&self, key: &str) -> Result<(), DatabaseError> {
        sqlx::query("DELETE FROM registry_settings WHERE host = $1").bind(key).execute(self.pool).await?;
        Ok(())
    }
}

fn from_row(row: &AnyRow) -> Result<(Registry, RegistryOptions), DatabaseError> {
    let name: String = row.try_get("name")?;
    let options: String = row.try_get("options")?;
    let registry = name.parse().map_err(|error| unreadable(&name, "name", format!("{error}")))?;
    let options = serde_json::from_str(&options).map_err(|error| unreadable(&name, "options", error.to_string()))?;
    Ok((registry, options))
}

fn unreadable(name: &str, column: &'static str, problem: String) -> DatabaseError {
    DatabaseError::Row { table: "registry_settings", row: name.to_owned(), column, problem }
}

#[cfg(test)]
mod tests {
    use sqlx::any::AnyPoolOptions;

    use super::*;
    use crate::db::{Database, MIGRATIONS, address};

    fn private(private: bool) -> RegistryOptions {
        RegistryOptions { private: Some(private), ..RegistryOptions::default() }
    }

    async fn all(database: &Database) -> Vec<(Registry, RegistryOptions)> {
        database.registry_settings().all().await.unwrap().into_iter().map(Result::unwrap).collect()
    }

    #[tokio::test]
    async fn what_was_set_last_is_kept_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        let (one, same): (Registry, Registry) =
            ("registry.corp:5000".parse().unwrap(), "Registry.corp:5000".parse().unwrap());
        database.registry_settings().put("registry.corp:5000", &one, &private(true), 1).await.unwrap();
        database.registry_settings().put("registry.corp:5000", &same, &private(false), 2).await.unwrap();
        assert_eq!(all(&database).await, [(same, private(false))]);
        database.registry_settings().delete("registry.corp:5000").await.unwrap();
        assert_eq!(all(&database).await, []);
    }

    #[tokio::test]
    async fn a_row_that_cannot_be_read_is_told_and_spares_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        for host in ["a.corp", "b.corp"] {
            let options = RegistryOptions::default();
            database.registry_settings().put(host, &host.parse().unwrap(), &options, 1).await.unwrap();
        }
        sqlx::query("UPDATE registry_settings SET options = '{\"more\":1}' WHERE host = 'a.corp'")
            .execute(&database.pool)
            .await
            .unwrap();
        let all = database.registry_settings().all().await.unwrap();
        assert!(all[0].as_ref().unwrap_err().to_string().contains("row a.corp"));
        assert!(all[1].is_ok());
    }

    /// Tables of before, in which each name of a registry had a row of its own.
    #[tokio::test]
    async fn rows_of_one_registry_become_one() {
        for (rows, kept) in [
            (&[("docker.io", 1), ("registry-1.docker.io", 2)][..], "registry-1.docker.io"),
            (&[("docker.io", 2), ("registry-1.docker.io", 1)], "docker.io"),
            (&[("docker.io", 1), ("registry-1.docker.io", 1)], "registry-1.docker.io"),
            (&[("docker.io", 1)], "docker.io"),
            (&[("registry-1.docker.io", 1)], "registry-1.docker.io"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            sqlx::any::install_default_drivers();
            let file = address(&folder.path().join("onetag.sqlite"));
            let before = AnyPoolOptions::new().connect(&file).await.unwrap();
            for migration in MIGRATIONS.iter().filter(|migration| migration.version < 6) {
                sqlx::raw_sql(migration.sql.clone()).execute(&before).await.unwrap();
            }
            for (host, at) in [("registry.corp", 1)].iter().chain(rows) {
                let options = format!(r#"{{"private":{}}}"#, *host == kept);
                let insert = "INSERT INTO registry_settings (host, options, updated_at) VALUES ($1, $2, $3)";
                sqlx::query(insert).bind(*host).bind(options).bind(at).execute(&before).await.unwrap();
            }
            for migration in MIGRATIONS.iter().filter(|migration| migration.version == 6) {
                sqlx::raw_sql(migration.sql.clone()).execute(&before).await.unwrap();
            }
            let database = Database { pool: before };
            let hub = (kept.parse().unwrap(), private(true));
            assert_eq!(all(&database).await, [hub, ("registry.corp".parse().unwrap(), private(false))], "{rows:?}");
            database.registry_settings().delete("registry-1.docker.io").await.unwrap();
            assert_eq!(all(&database).await.len(), 1, "{rows:?}");
        }
    }
}
