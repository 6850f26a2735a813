//! A push is taken back.

use http::{Method, StatusCode};
use onetag_shared::{
    api::{MoveKind, ProblemCode, PushJob, PushState},
    digest::Digest,
};
use onetag_tests::{
    Auth, Onetag, Registry,
    samples::{self, Sample},
};
use serde_json::{Value, json};

/// Pushes a list of these images to `demo/app:v1`; returns the push and the list's digest.
async fn push(onetag: &Onetag, registry: &Registry, names: &[&str]) -> (PushJob, Digest) {
    let source = |name: &&str| json!({ "source": registry.reference(&format!("demo/app:v1-{name}")) });
    let draft = json!({ "entries": names.iter().map(source).collect::<Vec<Value>>() });
    let (plan, job) = onetag.plan_and_push(&draft, &[&registry.reference("demo/app:v1")]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    (job, plan.document.expect("a list").digest)
}

async fn undo(onetag: &Onetag, id: &str) -> PushJob {
    let answer = onetag.post(&format!("/api/v1/pushes/{id}/undo"), &json!(null)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let job: PushJob = answer.json();
    assert_eq!((job.undoes.as_deref(), job.kind), (Some(id), MoveKind::Undo));
    onetag.events(&job.id).await.pop().expect("it has an end")
}

async fn held(registry: &Registry) -> Digest {
    registry.manifest("demo/app", "v1").await.expect("the tag is there").digest
}

#[tokio::test]
async fn the_tag_gets_back_what_it_held() {
    let registry = Registry::with_samples(Auth::Token).await;
    let onetag = Onetag::start(&[&registry]).await;
    let (_, old) = push(&onetag, &registry, &["amd64", "arm64"]).await;
    let (second, new) = push(&onetag, &registry, &["amd64"]).await;
    assert_eq!(held(&registry).await, new);

    let undone = undo(&onetag, &second.id).await;
    assert_eq!(undone.state, PushState::Succeeded, "{:?}", undone.problem);
    assert_eq!(held(&registry).await, old);
    let target = &undone.targets[0];
    assert_eq!((target.before.as_ref(), target.after.as_ref()), (Some(&new), Some(&old)));
    assert_eq!(undone.progress.steps_done, undone.progress.steps_total);

    assert_eq!(undo(&onetag, &second.id).await.id, undone.id, "asked for twice it is done once");
    let again = onetag.post(&format!("/api/v1/pushes/{}/undo", undone.id), &json!(null)).await.problem();
    assert_eq!(again.code, ProblemCode::NothingToUndo, "{again}");
    let unknown = onetag.request(Method::POST, "/api/v1/pushes/none/undo").send().await.expect("an answer");
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_tag_that_has_moved_since_stays_until_it_is_back() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let (_, old) = push(&onetag, &registry, &["amd64", "arm64"]).await;
    let (second, new) = push(&onetag, &registry, &["amd64"]).await;
    let theirs = Sample::image("demo/app", "v1", samples::image("riscv64"));
    registry.put(&theirs).await;

    let refused = undo(&onetag, &second.id).await;
    assert_eq!(refused.state, PushState::Conflict, "{:?}", refused.problem);
    let conflict = &refused.problem.expect("a problem").conflicts.read()[0];
    assert_eq!((conflict.expected.as_ref(), conflict.found.as_ref()), (Some(&new), Some(&theirs.root.digest)));
    assert_eq!(held(&registry).await, theirs.root.digest);

    // Once the list is there again it can be taken back after all.
    push(&onetag, &registry, &["amd64"]).await;
    assert_eq!(undo(&onetag, &second.id).await.state, PushState::Succeeded);
    assert_eq!(held(&registry).await, old);
}

/// CNCF Distribution 2.8 deletes no tags.
#[tokio::test]
async fn a_tag_that_was_not_there_can_be_taken_away_only_where_the_registry_does_that() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let (first, list) = push(&onetag, &registry, &["amd64", "arm64"]).await;
    let refused = undo(&onetag, &first.id).await;
    let problem = refused.problem.expect("a problem");
    assert_eq!((refused.state, problem.code), (PushState::Failed, ProblemCode::Unsupported), "{problem}");
    assert!(problem.hint.is_some());
    assert_eq!(held(&registry).await, list);
}

#[tokio::test]
async fn a_list_whose_images_are_gone_is_not_put_back() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    push(&onetag, &registry, &["amd64", "arm64"]).await;
    let (second, new) = push(&onetag, &registry, &["amd64"]).await;
    let gone = registry.manifest("demo/app", "v1-arm64").await.expect("it is there").digest;
    registry.delete_manifest("demo/app", &gone).await;
    let refused = undo(&onetag, &second.id).await;
    let problem = refused.problem.expect("a problem");
    assert_eq!((refused.state, problem.code), (PushState::Failed, ProblemCode::BlobUnknown), "{problem}");
    assert!(problem.detail.contains(gone.as_str()), "{problem}");
    assert_eq!(held(&registry).await, new);
}

#[tokio::test]
async fn a_list_in_whose_lists_an_image_is_gone_is_not_put_back() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let attested =
        samples::all().into_iter().find(|sample| sample.repository == "demo/attested").expect("there is one");
    let (destination, inner) = (registry.destination("demo/attested"), samples::list_of(&[&attested.root]));
    let outer = samples::list_of(&[&inner]);
    for (target, list) in [("inner", &inner), ("nested", &outer)] {
        destination.put_manifest("demo/attested", target, list).await.expect("the registry takes it");
    }
    let draft = json!({ "entries": [{ "source": registry.reference("demo/attested:v1"), "take": ["linux/amd64"] }] });
    let target = registry.reference("demo/attested:nested");
    let push = async || onetag.plan_and_push(&draft, &[&target]).await.1;
    let held = async || registry.manifest("demo/attested", "nested").await.expect("the tag is there").digest;
    let first = push().await;
    let undone = undo(&onetag, &first.id).await;
    assert_eq!((undone.state, held().await), (PushState::Succeeded, outer.digest), "{:?}", undone.problem);

    let second = push().await;
    let list: Value = serde_json::from_slice(&attested.root.bytes).expect("a list is JSON");
    let gone: Digest = serde_json::from_value(list["manifests"][1]["digest"].clone()).expect("a digest");
    registry.delete_manifest("demo/attested", &gone).await;
    let refused = undo(&onetag, &second.id).await;
    let problem = refused.problem.expect("a problem");
    assert_eq!((refused.state, problem.code), (PushState::Failed, ProblemCode::BlobUnknown), "{problem}");
    assert!(problem.detail.contains(gone.as_str()), "{problem}");
    assert_eq!(held().await, second.digest);
}
