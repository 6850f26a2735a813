//! What a job is to do, as it is asked for and stored.

use onetag_shared::{
    api::{Problem, ProblemCode, Progress, PushJob, PushRequest, PushState, PushedTarget},
    digest::Digest,
};
use serde::{Deserialize, Serialize};

/// What a job is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Work {
    /// To take a push back.
    Undo {
        /// The push.
        undo: String,
        /// Its list.
        digest: Digest,
        /// The tags that it moved.
        moved: Vec<PushedTarget>,
    },
    /// To push a list.
    Push(Box<PushRequest>),
}

impl Work {
    /// What can be refused before anything is asked for.
    pub(super) fn check(&self) -> Result<(), Problem> {
        match self {
            Self::Undo { .. } => Ok(()),
            Self::Push(request) => check(request),
        }
    }

    /// The job that does it, before it has begun.
    pub(super) fn to_job(&self, id: String) -> PushJob {
        let (digest, undoes, targets) = match self {
            Self::Undo { undo, digest, moved } => {
                let target = |target: &PushedTarget| PushedTarget {
                    before: target.after.clone(),
                    after: None,
                    ..target.clone()
                };
                (digest, Some(undo.clone()), moved.iter().map(target).collect())
            }
            Self::Push(request) => {
                let targets = request.targets.iter();
                let targets = targets.map(|target| PushedTarget {
                    reference: target.reference.clone(),
                    before: None,
                    after: None,
                });
                (&request.expected_digest, None, targets.collect())
            }
        };
        let digest = digest.clone();
        PushJob {
            id,
            state: PushState::Queued,
            digest,
            merged: Vec::new(),
            referrers: Vec::new(),
            left_behind: Vec::new(),
            undoes,
            targets,
            progress: Progress::default(),
            problem: None,
        }
    }
}

/// What can be refused before anything is asked for.
fn check(request: &PushRequest) -> Result<(), Problem> {
    if request.draft.entries.is_empty() {
        return Err(Problem::new(ProblemCode::EmptyDraft, "the draft names no image, so there is nothing to push")
            .with_hint("Add at least one image.")
            .at("/draft/entries"));
    }
    if request.targets.is_empty() {
        return Err(Problem::new(ProblemCode::NoTargets, "the push names no tag to put the list at")
            .with_hint("Name at least one target, such as ghcr.io/you/app:v1.")
            .at("/targets"));
    }
    for (index, target) in request.targets.iter().enumerate() {
        if let Some(digest) = target.reference.digest() {
            return Err(Problem::new(
                ProblemCode::TargetIsDigest,
                format!("{} names the digest {}, and a digest cannot be moved", target.reference, digest.short()),
            )
            .with_hint("Name a tag, without @ and what follows it.")
            .at(format!("/targets/{index}/ref")));
        }
    }
    Ok(())
}
