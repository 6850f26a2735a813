//! A push is gone on with, whatever becomes of the server that began it.

use std::time::Duration;

use http::Method;
use onetag_shared::{
    api::{Guard, PushJob, PushState, TagHistory, paths},
    digest::Digest,
};
use onetag_tests::{
    Auth, CountingProxy, Onetag, Registry,
    samples::{self, Sample},
};
use serde_json::{Value, json};

const NAMES: [&str; 5] = ["amd64", "arm64", "armv7", "ppc64le", "s390x"];

/// The requests of a push of five images in one repository to one tag, wave by wave: manifests, configs, the list with a
/// look at the tag, the tag, and what it holds then.
const WAVES: [usize; 5] = [5, 5, 2, 1, 1];

/// A registry behind a proxy that holds answers for as long as a test wants, and a server whose leases are short.
async fn start() -> (Registry, CountingProxy, Onetag) {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start_with_patience(registry.host(), Duration::from_mins(2)).await;
    let settings =
        [("ONETAG_PUSH_LEASE", "600ms"), ("ONETAG_TIMEOUT_FIRST_BYTE", "600s"), ("ONETAG_TIMEOUT_WHOLE", "600s")];
    let onetag = Onetag::start_with(&[&registry], &settings).await;
    (registry, proxy, onetag)
}

fn draft(proxy: &CountingProxy) -> Value {
    let entries = NAMES.map(|name| json!({ "source": proxy.reference(&format!("demo/app:v1-{name}")) }));
    json!({ "entries": entries })
}

/// Asks for a push, and does not wait for it.
async fn begin(onetag: &Onetag, proxy: &CountingProxy, digest: &Digest, guard: &Guard) -> String {
    let target = proxy.reference("demo/app:v1");
    let request = json!({
        "draft": draft(proxy), "expectedDigest": digest, "targets": [{ "ref": target, "guard": guard }],
    });
    onetag.post("/api/v1/pushes", &request).await.json::<PushJob>().id
}

/// Killed in each of its phases, with its last requests done by the registry and their answers never heard.
#[tokio::test]
async fn a_push_ends_well_at_whatever_moment_its_server_is_killed() {
    let (registry, proxy, mut onetag) = start().await;
    let new = onetag.plan(&draft(&proxy), &[]).await.document.unwrap().digest;
    for phase in 0..WAVES.len() {
        let old = Sample::image("demo/app", "v1", samples::image("riscv64"));
        registry.put(&old).await;
        let old = old.root.digest;
        // Nothing is left in its memory.
        onetag.crash().await;
        onetag.restart().await;

        let mut waves = WAVES[..phase].to_vec();
        let before: usize = waves.iter().sum();
        waves.push(1000);
        proxy.hold_waves(&waves);
        let id = begin(&onetag, &proxy, &new, &Guard::Digest(old.clone())).await;
        proxy.wait_for_requests(before + WAVES[phase]).await;
        onetag.crash().await;
        let between = registry.manifest("demo/app", "v1").await.unwrap().digest;
        assert!([&old, &new].contains(&&between), "phase {phase}: {between}");

        onetag.restart().await;
        proxy.release();
        let job = onetag.events(&id).await.pop().unwrap();
        assert_eq!(job.state, PushState::Succeeded, "phase {phase}: {:?}", job.problem);
        assert_eq!(registry.manifest("demo/app", "v1").await.unwrap().digest, new, "phase {phase}");
        let target = &job.targets[0];
        assert_eq!((target.before.as_ref(), target.after.as_ref()), (Some(&old), Some(&new)), "phase {phase}");
        let history = onetag.get(paths::HISTORY, &[("ref", &proxy.reference("demo/app:v1"))]).await;
        let moves = history.json::<TagHistory>().moves;
        assert_eq!(moves.len(), phase + 1, "each push is one move, however often it began");
        let last = &moves[0];
        assert_eq!((&last.before, &last.after, last.certain), (&Some(old), &Some(new.clone()), true), "phase {phase}");
    }
}

#[tokio::test]
async fn a_tag_that_moved_while_the_server_was_gone_stays() {
    let (registry, proxy, mut onetag) = start().await;
    let new = onetag.plan(&draft(&proxy), &[]).await.document.unwrap().digest;
    proxy.hold_waves(&[1000]);
    let id = begin(&onetag, &proxy, &new, &Guard::Absent).await;
    onetag.crash().await;
    proxy.release();
    let theirs = Sample::image("demo/app", "v1", samples::image("riscv64"));
    registry.put(&theirs).await;
    onetag.restart().await;
    let job = onetag.events(&id).await.pop().unwrap();
    assert_eq!(job.state, PushState::Conflict, "{:?}", job.problem);
    assert_eq!(registry.manifest("demo/app", "v1").await.unwrap().digest, theirs.root.digest);
}

#[tokio::test]
async fn a_server_that_stops_leaves_its_pushes_to_the_next() {
    let (registry, proxy, mut onetag) = start().await;
    let new = onetag.plan(&draft(&proxy), &[]).await.document.unwrap().digest;
    proxy.hold_waves(&[1000]);
    let id = begin(&onetag, &proxy, &new, &Guard::Absent).await;
    onetag.stop().await;
    proxy.release();
    onetag.restart().await;
    assert_eq!(onetag.events(&id).await.pop().unwrap().state, PushState::Succeeded);
    assert_eq!(registry.manifest("demo/app", "v1").await.unwrap().digest, new);
}

#[tokio::test]
async fn two_servers_on_one_database_never_run_the_same_push() {
    let (registry, proxy, mut one) = start().await;
    let other = one.beside().await;
    let new = other.plan(&draft(&proxy), &[]).await.document.unwrap().digest;
    // The other follows what the one does, and asks the registry for nothing itself.
    proxy.hold_waves(&WAVES);
    let id = begin(&one, &proxy, &new, &Guard::Absent).await;
    assert_eq!(other.events(&id).await.pop().unwrap().state, PushState::Succeeded);
    assert_eq!(proxy.recorded_in_full().len(), WAVES.iter().sum::<usize>());

    // Once the one is gone, the other goes on.
    let new = other.plan(&json!({ "entries": [{ "source": proxy.reference("demo/app:v1-arm64") }] }), &[]).await;
    let digest = new.document.unwrap().digest;
    let request = json!({
        "draft": { "entries": [{ "source": proxy.reference("demo/app:v1-arm64") }] },
        "expectedDigest": digest,
        "targets": [{ "ref": proxy.reference("demo/app:v2"), "guard": "absent" }],
    });
    proxy.hold_waves(&[1000]);
    let id = one.post("/api/v1/pushes", &request).await.json::<PushJob>().id;
    one.crash().await;
    proxy.release();
    assert_eq!(other.events(&id).await.pop().unwrap().state, PushState::Succeeded);
    assert_eq!(registry.manifest("demo/app", "v2").await.unwrap().digest, digest);
    let known = other.request(Method::GET, &format!("/api/v1/pushes/{id}")).send().await.unwrap();
    assert!(known.status().is_success());
}
