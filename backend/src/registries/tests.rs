//! What is set for registries, from one start to the next.

use onetag_shared::api::RegistryOptions;

use super::*;
use crate::{clock::SystemClock, registry::ClientConfig};

/// The server's part, as it is after a start on the data in this folder.
async fn started(folder: &std::path::Path) -> Registries {
    let settings = Arc::<Settings>::default();
    let client = Client::new(ClientConfig { settings: Arc::clone(&settings), ..ClientConfig::personal() });
    let database = Database::open(folder).await.unwrap();
    Registries::start(client, settings, database, SystemClock::shared()).await.unwrap()
}

fn hub() -> [Registry; 2] {
    ["docker.io", "registry-1.docker.io"].map(|name| name.parse().unwrap())
}

fn parallel(number: usize) -> RegistryOptions {
    RegistryOptions { parallel: Some(number), ..RegistryOptions::default() }
}

#[tokio::test]
async fn what_is_forgotten_by_one_name_of_a_registry_stays_forgotten_by_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let ([name, other], before) = (hub(), started(folder.path()).await);
    before.set(&name, parallel(3)).await.unwrap();
    before.set(&other, parallel(4)).await.unwrap();
    let again = started(folder.path()).await;
    let known: Vec<_> = again.list().registries.into_iter().map(|info| (info.host, info.options)).collect();
    assert_eq!(known, [(other.to_string(), Some(parallel(4)))]);

    again.forget(&name).await.unwrap();
    assert_eq!(again.info(&other).options, None);
    assert_eq!(started(folder.path()).await.info(&other).options, None, "after a restart");
}

/// `Docker.io` is a host of its own, which nobody folds into Docker Hub (see `Registry::is_docker_hub`).
#[tokio::test]
async fn names_that_look_alike_and_are_not_stay_apart() {
    let folder = tempfile::tempdir().unwrap();
    let ([hub, _], before) = (hub(), started(folder.path()).await);
    let alike: Registry = "Docker.io".parse().unwrap();
    before.set(&alike, parallel(3)).await.unwrap();
    for registries in [before, started(folder.path()).await] {
        assert_eq!((registries.info(&hub).options, registries.info(&alike).options), (None, Some(parallel(3))));
    }
}

/// Such as one that a newer server on the same database has written.
#[tokio::test]
async fn what_cannot_be_read_is_not_taken_for_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let ([name, _], registries) = (hub(), started(folder.path()).await);
    registries.set(&name, parallel(3)).await.unwrap();
    let file = format!("sqlite://{}", folder.path().join("onetag.sqlite").display());
    let pool = sqlx::AnyPool::connect(&file).await.unwrap();
    sqlx::query("UPDATE registry_settings SET options = '{\"more\":1}'").execute(&pool).await.unwrap();
    registries.refresh().await;
    assert_eq!(registries.info(&name).options, Some(parallel(3)));
    sqlx::query("DELETE FROM registry_settings").execute(&pool).await.unwrap();
    registries.refresh().await;
    assert_eq!(registries.info(&name).options, None);
}
