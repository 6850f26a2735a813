//! Tags and manifests are deleted, where the registry does that. CNCF Distribution 2.8 deletes by digest only.

use http::StatusCode;
use onetag_shared::{
    api::{
        AfterDeletion, Deletion, DeletionWay, MoveKind, Pointing, ProblemCode, PushJob, PushState, TagHistory, paths,
    },
    digest::Digest,
};
use onetag_tests::{Auth, Onetag, Registry};
use serde_json::json;

async fn history(onetag: &Onetag, registry: &Registry, query: &[(&str, &str)]) -> TagHistory {
    let tag = registry.reference("demo/app:v1");
    let query: Vec<(&str, &str)> = [("ref", tag.as_str())].into_iter().chain(query.iter().copied()).collect();
    onetag.get(paths::HISTORY, &query).await.json()
}

async fn restore(onetag: &Onetag, registry: &Registry, digest: &Digest, guard: &str) -> PushJob {
    let request = json!({ "ref": registry.reference("demo/app:v1"), "digest": digest, "guard": guard });
    let answer = onetag.post(paths::RESTORES, &request).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    onetag.events(&answer.json::<PushJob>().id).await.pop().expect("it has an end")
}

#[tokio::test]
async fn what_else_points_there_is_told_before_anything_goes() {
    let registry = Registry::with_samples(Auth::Token).await;
    let onetag = Onetag::start(&[&registry]).await;
    let list = onetag.push_samples(&registry, &["amd64", "arm64"], &["v1", "latest"]).await;
    let (tag, image) = (registry.reference("demo/app:v1"), registry.reference("demo/app:v1-amd64"));

    let pointing: Pointing = onetag.get(paths::POINTING, &[("ref", &tag)]).await.json();
    assert_eq!((pointing.tags, pointing.lists, pointing.complete), (vec!["latest".into(), "v1".into()], None, true));
    let pointing: Pointing = onetag.get(paths::POINTING, &[("ref", &image), ("lists", "true")]).await.json();
    assert_eq!(pointing.lists.unwrap()[0].tags, ["latest", "v1"]);

    let refused = onetag.post(paths::DELETIONS, &json!({ "ref": tag, "guard": list })).await.problem();
    assert_eq!(refused.code, ProblemCode::TakesAlong, "{refused}");
    assert_eq!(registry.manifest("demo/app", "v1").await.unwrap().digest, list);
    let named = json!({ "ref": tag, "guard": list, "alongside": ["latest"] });
    let deletion: Deletion = onetag.post(paths::DELETIONS, &named).await.json();
    assert_eq!((deletion.way, deletion.manifest), (DeletionWay::Digest, AfterDeletion::Gone));
    assert!(deletion.tags.iter().all(|tag| tag.outcome == AfterDeletion::Gone), "{deletion:?}");
    let tags = registry.tags("demo/app").await;
    assert!(!tags.iter().any(|tag| tag == "v1" || tag == "latest") && tags.len() == 9, "{tags:?}");

    let deleted = &history(&onetag, &registry, &[]).await.moves[0];
    assert_eq!((deleted.kind, deleted.before.as_ref(), deleted.certain), (MoveKind::Delete, Some(&list), true));
    // With it went the list itself.
    let gone = restore(&onetag, &registry, &list, "absent").await;
    let problem = gone.problem.expect("a problem");
    assert_eq!((gone.state, problem.code), (PushState::Failed, ProblemCode::ManifestUnknown), "{problem}");
    assert!(problem.hint.unwrap().contains("cleanup"));
}

#[tokio::test]
async fn a_registry_that_deletes_nothing_is_told_how_it_would() {
    let registry = Registry::without_deleting().await;
    let onetag = Onetag::start(&[&registry]).await;
    let image = registry.manifest("demo/app", "v1").await.unwrap().digest;
    for reference in ["demo/app:v1".to_owned(), format!("demo/app@{image}")] {
        let request = json!({ "ref": registry.reference(&reference), "guard": image, "alongside": ["v1"] });
        let problem = onetag.post(paths::DELETIONS, &request).await.problem();
        assert_eq!(problem.code, ProblemCode::DeletingDisabled, "{problem}");
        assert!(problem.hint.unwrap().contains("REGISTRY_STORAGE_DELETE_ENABLED"));
        assert_eq!(problem.registry.unwrap().status, Some(405));
    }
    assert_eq!(registry.manifest("demo/app", "v1").await.unwrap().digest, image);
    assert_eq!(history(&onetag, &registry, &[]).await.moves, [], "nothing was done");
}

#[tokio::test]
async fn an_earlier_list_is_found_and_put_back() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let old = onetag.push_samples(&registry, &["amd64", "arm64"], &["v1"]).await;
    let new = onetag.push_samples(&registry, &["amd64"], &["v1"]).await;
    let refused = restore(&onetag, &registry, &old, old.as_str()).await;
    assert_eq!(refused.state, PushState::Conflict, "{:?}", refused.problem);
    let restored = restore(&onetag, &registry, &old, new.as_str()).await;
    assert_eq!((restored.state, restored.kind), (PushState::Succeeded, MoveKind::Restore), "{:?}", restored.problem);
    assert_eq!(registry.manifest("demo/app", "v1").await.unwrap().digest, old);
    // To put there what is there moves nothing.
    assert_eq!(restore(&onetag, &registry, &old, "any").await.state, PushState::Succeeded);

    let mut moves = Vec::new();
    let mut page = history(&onetag, &registry, &[("limit", "2")]).await;
    loop {
        moves.extend(page.moves.into_iter().map(|moved| (moved.kind, moved.before, moved.after, moved.certain)));
        let Some(next) = page.next else { break };
        page = history(&onetag, &registry, &[("limit", "2"), ("cursor", &next)]).await;
    }
    let expected = [
        (MoveKind::Restore, Some(new.clone()), Some(old.clone()), true),
        (MoveKind::Push, Some(old.clone()), Some(new.clone()), true),
        (MoveKind::Push, None, Some(old.clone()), true),
    ];
    assert_eq!(moves, expected);

    // A list whose images are gone is not put back.
    let image = registry.manifest("demo/app", "v1-amd64").await.unwrap().digest;
    registry.delete_manifest("demo/app", &image).await;
    let refused = restore(&onetag, &registry, &new, old.as_str()).await;
    assert_eq!(refused.problem.expect("a problem").code, ProblemCode::BlobUnknown);
    let request = json!({ "ref": registry.reference(&format!("demo/app@{old}")), "digest": new, "guard": "any" });
    assert_eq!(onetag.post(paths::RESTORES, &request).await.problem().code, ProblemCode::TargetIsDigest);
}
