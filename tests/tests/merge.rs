//! Two people push to one tag, and neither loses what the other did.

use onetag_shared::{
    api::{Guard, PushJob, PushState},
    digest::Digest,
    list::Side,
};
use onetag_tests::{Auth, Onetag, Registry};
use serde_json::{Value, json};

/// A push of these images to `demo/app:v1`, with this guard and these options.
async fn push(onetag: &Onetag, registry: &Registry, names: &[&str], guard: &Guard, merge: bool) -> PushJob {
    let source = |name: &&str| json!({ "source": registry.reference(&format!("demo/app:v1-{name}")) });
    let draft = json!({ "entries": names.iter().map(source).collect::<Vec<Value>>() });
    let digest = onetag.plan(&draft, &[]).await.document.expect("a list").digest;
    let target = json!({ "ref": registry.reference("demo/app:v1"), "guard": guard });
    let options = json!({ "merge": merge });
    let request = json!({ "draft": draft, "expectedDigest": digest, "targets": [target], "options": options });
    onetag.push(&request).await
}

/// The digest at the tag, and the platforms of its list in order.
async fn held(onetag: &Onetag, registry: &Registry) -> (Digest, Vec<String>) {
    let plan = onetag.plan(&json!({ "entries": [{ "source": registry.reference("demo/app:v1") }] }), &[]).await;
    let platforms = plan.entries.iter().filter_map(|entry| Some(entry.platform.as_ref()?.to_string()));
    (plan.document.expect("a list").digest, platforms.collect())
}

#[tokio::test]
async fn jobs_that_push_one_platform_each_make_one_list() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let first = push(&onetag, &registry, &["amd64"], &Guard::Absent, true).await;
    assert_eq!((first.state, first.merged.len()), (PushState::Succeeded, 0), "{:?}", first.problem);

    // Each saw no tag, and the first is there by now. Without being asked for, nothing is merged.
    let refused = push(&onetag, &registry, &["arm64"], &Guard::Absent, false).await;
    assert_eq!(refused.state, PushState::Conflict);
    let conflict = &refused.problem.expect("a problem").conflicts.read()[0];
    let sides: Vec<_> = conflict
        .platforms
        .iter()
        .map(|row| {
            (
                row.platform.as_ref().map(ToString::to_string),
                row.base.len(),
                row.theirs.len(),
                row.ours.len(),
                row.takes,
            )
        })
        .collect();
    let arm64 = (Some("linux/arm64".to_owned()), 0, 0, 1, Side::Ours);
    assert_eq!(sides, [arm64, (Some("linux/amd64".to_owned()), 0, 1, 0, Side::Theirs)]);

    let second = push(&onetag, &registry, &["arm64"], &Guard::Absent, true).await;
    assert_eq!(second.state, PushState::Succeeded, "{:?}", second.problem);
    assert_eq!(second.merged, std::slice::from_ref(&first.digest));
    let (digest, platforms) = held(&onetag, &registry).await;
    assert_eq!(digest, second.digest, "the job names the merged list");
    assert_eq!(
        (second.targets[0].before.as_ref(), second.targets[0].after.as_ref()),
        (Some(&first.digest), Some(&digest))
    );
    assert_eq!(platforms, ["linux/arm64/v8", "linux/amd64"]);
    assert_eq!(second.progress.steps_done, second.progress.steps_total);

    // Again, it is all there already.
    let again = push(&onetag, &registry, &["amd64"], &Guard::Absent, true).await;
    assert_eq!((again.state, &again.digest), (PushState::Succeeded, &digest), "{:?}", again.problem);
    assert_eq!(held(&onetag, &registry).await.0, digest);

    // A merge is taken back as any push.
    let undone: PushJob = onetag.post(&format!("/api/v1/pushes/{}/undo", second.id), &json!(null)).await.json();
    let undone = onetag.events(&undone.id).await.pop().expect("it has an end");
    assert_eq!(undone.state, PushState::Succeeded, "{:?}", undone.problem);
    assert_eq!(held(&onetag, &registry).await.0, first.digest);
}

#[tokio::test]
async fn one_platform_that_both_changed_is_still_a_conflict() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let base = push(&onetag, &registry, &["amd64", "arm64"], &Guard::Absent, false).await;
    let theirs = push(&onetag, &registry, &["arm64", "s390x"], &Guard::Digest(base.digest.clone()), false).await;
    assert_eq!(theirs.state, PushState::Succeeded, "{:?}", theirs.problem);
    // Both took amd64 out; s390x is theirs alone, and ppc64le ours.
    let ours = push(&onetag, &registry, &["arm64", "ppc64le"], &Guard::Digest(base.digest.clone()), true).await;
    assert_eq!(ours.state, PushState::Succeeded, "{:?}", ours.problem);
    assert_eq!(held(&onetag, &registry).await.1, ["linux/arm64/v8", "linux/ppc64le", "linux/s390x"]);
    // What is at s390x now is another image than the one that this push would put there, where nothing was.
    let mislabelled = json!({ "entries": [{ "source": registry.reference("demo/app:v1-riscv64"),
        "platform": { "os": "linux", "architecture": "s390x" } }] });
    let digest = onetag.plan(&mislabelled, &[]).await.document.expect("a list").digest;
    let request = |guard: &Guard| {
        json!({ "draft": mislabelled, "expectedDigest": digest, "options": { "merge": true },
            "targets": [{ "ref": registry.reference("demo/app:v1"), "guard": guard }] })
    };
    let before = held(&onetag, &registry).await;
    let clash = onetag.push(&request(&Guard::Digest(base.digest))).await;
    assert_eq!(clash.state, PushState::Conflict, "{:?}", clash.problem);
    let conflict = &clash.problem.expect("a problem").conflicts.read()[0];
    assert!(conflict.platforms.iter().any(|row| row.takes == Side::Clash), "{conflict:?}");
    assert_eq!(held(&onetag, &registry).await, before, "nothing moved");
}
