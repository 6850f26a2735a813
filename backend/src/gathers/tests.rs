//! How many gathers may wait.

use onetag_shared::api::{GatherRequest, ProblemCode};
use serde_json::json;

use super::{create::MOST_WAITING, *};
use crate::{
    clock::{SystemClock, testing::TestClock},
    db::copy_gather,
    push::PushConfig,
    registries::Registries,
    registry::{Anonymous, ClientConfig},
};

fn request(name: &str) -> GatherRequest {
    // A tag that may hold anything is not looked at: no registry is asked.
    let target = json!({ "ref": format!("registry.example/app:{name}"), "guard": "any" });
    serde_json::from_value(json!({ "platforms": ["linux/amd64"], "targets": [target] })).unwrap()
}

#[tokio::test]
async fn no_more_than_so_many_wait_at_a_time_and_those_that_are_over_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(folder.path()).await.unwrap();
    let client = Client::new(ClientConfig { credentials: Arc::new(Anonymous), ..ClientConfig::personal() });
    let (inspector, clock) = (Inspector::new(client.clone()), TestClock::shared());
    let settings = Arc::default();
    let registries = Registries::start(client.clone(), settings, database.clone(), clock.clone()).await.unwrap();
    let pushes = Pushes::start(PushConfig {
        client: client.clone(),
        inspector: inspector.clone(),
        registries,
        database: database.clone(),
        clock: SystemClock::shared(),
        lease: std::time::Duration::from_mins(1),
    });
    let pushes = pushes.unwrap();
    let gathers =
        Gathers::new(GatherConfig { client, inspector, pushes, database: database.clone(), clock: clock.clone() });
    let first = gathers.create(&request("first"), Some("first")).await.unwrap().0.gather;
    copy_gather(&database, &first.id, MOST_WAITING - 2).await;
    let last = gathers.create(&request("last"), None).await.unwrap().0.gather;
    let refused = gathers.create(&request("more"), None).await.unwrap_err();
    assert_eq!(refused.code, ProblemCode::TooManyRequests, "{refused}");
    assert!(refused.detail.contains("500") && refused.hint.is_some(), "{refused:?}");
    // Who asks for one that is there gets it.
    let (again, is_new) = gathers.create(&request("first"), Some("first")).await.unwrap();
    assert_eq!((again.gather.id, is_new), (first.id, false));

    gathers.cancel(&last.id).await.unwrap();
    gathers.create(&request("more"), None).await.unwrap();
    assert!(gathers.create(&request("still-more"), None).await.is_err());
    // All are overdue by then.
    clock.advance(std::time::Duration::from_hours(7));
    gathers.create(&request("still-more"), None).await.unwrap();
}
