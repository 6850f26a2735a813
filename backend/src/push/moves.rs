//! What a job does to its tags, as it is kept for each tag.

use onetag_shared::api::{PushJob, PushState, PushedTarget};

use crate::db::{Change, StoredMove, TagKey};

/// What is kept before the tags of a job are moved. `now` is in milliseconds since 1970.
pub(super) fn begun(job: &PushJob, now: i64) -> Vec<Change> {
    let each = job.targets.iter().enumerate();
    each.map(|(index, target)| Change::Keep(StoredMove { certain: false, ..moved(job, index, target, now) })).collect()
}

/// What is kept once a job has ended whose tags were to be moved: those that hold what they held are left out.
pub(super) fn ended(job: &PushJob, now: i64) -> Vec<Change> {
    let each = job.targets.iter().enumerate();
    each.map(|(index, target)| {
        let moved = moved(job, index, target, now);
        if moved.certain && moved.before == moved.after { Change::Drop(moved.id) } else { Change::Keep(moved) }
    })
    .collect()
}

fn moved(job: &PushJob, index: usize, target: &PushedTarget, now: i64) -> StoredMove {
    StoredMove {
        id: format!("{}/{index}", job.id),
        key: TagKey::of(&target.reference),
        kind: job.kind,
        job: job.id.clone(),
        before: target.before.clone(),
        after: target.after.clone(),
        // Only of a job that went well is it known that there is no tag any more.
        certain: target.after.is_some() || job.state == PushState::Succeeded,
        at: now,
    }
}

#[cfg(test)]
mod tests {
    use onetag_shared::digest::Digest;

    use super::*;
    use crate::{db::TagKey, push::work::Work};

    #[test]
    fn a_tag_that_was_not_moved_is_not_kept() {
        let digest = |text: &str| Some(Digest::of(text.as_bytes()));
        for (state, before, after, kept) in [
            (PushState::Succeeded, digest("old"), digest("new"), Some(true)),
            (PushState::Succeeded, digest("new"), digest("new"), None),
            (PushState::Succeeded, digest("old"), None, Some(true)),
            (PushState::Succeeded, None, None, None),
            (PushState::Failed, digest("old"), digest("old"), None),
            (PushState::Failed, digest("old"), digest("new"), Some(true)),
            (PushState::Failed, digest("old"), None, Some(false)),
            (PushState::Failed, None, None, Some(false)),
        ] {
            let restore = serde_json::json!({"ref": "reg.example/app:v1", "digest": digest("new"), "guard": "any"});
            let work = Work::Restore { restore: serde_json::from_value(restore).unwrap() };
            let mut job = work.to_job("id".to_owned());
            job.state = state;
            (job.targets[0].before, job.targets[0].after) = (before.clone(), after.clone());
            let expected = match kept {
                None => Change::Drop("id/0".to_owned()),
                Some(certain) => Change::Keep(StoredMove {
                    id: "id/0".to_owned(),
                    key: TagKey { repository: "reg.example/app".to_owned(), tag: "v1".to_owned() },
                    kind: work.kind(),
                    job: "id".to_owned(),
                    before,
                    after,
                    certain,
                    at: 7,
                }),
            };
            assert_eq!(ended(&job, 7), [expected], "{state:?}");
        }
    }
}
