//! What a job is to do, as it is asked for and stored.

use onetag_shared::{
    api::{
        Guard, MoveKind, Problem, ProblemCode, Progress, PushJob, PushRequest, PushState, PushedTarget, RestoreRequest,
    },
    digest::Digest,
    reference::Reference,
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
    /// To put an earlier digest back at a tag.
    Restore {
        /// What.
        restore: RestoreRequest,
    },
    /// To push a list.
    Push(Box<PushRequest>),
}

/// A tag that is to hold what it held before; `wanted` is absent where there was no tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PutBack {
    pub(super) reference: Reference,
    pub(super) guard: Guard,
    pub(super) wanted: Option<Digest>,
}

impl Work {
    /// What can be refused before anything is asked for.
    pub(super) fn check(&self) -> Result<(), Problem> {
        match self {
            Self::Undo { .. } => Ok(()),
            Self::Restore { restore } => is_tag(&restore.reference, "/ref"),
            Self::Push(request) => check(request),
        }
    }

    pub(super) fn kind(&self) -> MoveKind {
        match self {
            Self::Undo { .. } => MoveKind::Undo,
            Self::Restore { .. } => MoveKind::Restore,
            Self::Push(_) => MoveKind::Push,
        }
    }

    /// What is put back, by an undo or a restore.
    pub(super) fn put_back(&self) -> Vec<PutBack> {
        match self {
            Self::Undo { digest, moved, .. } => {
                let target = |target: &PushedTarget| PutBack {
                    reference: target.reference.clone(),
                    guard: Guard::Digest(digest.clone()),
                    wanted: target.before.clone(),
                };
                moved.iter().map(target).collect()
            }
            Self::Restore { restore } => vec![PutBack {
                reference: restore.reference.clone(),
                guard: restore.guard.clone(),
                wanted: Some(restore.digest.clone()),
            }],
            Self::Push(_) => Vec::new(),
        }
    }

    /// The job that does it, before it has begun.
    pub(super) fn to_job(&self, id: String) -> PushJob {
        let target = |reference: &Reference, before: Option<Digest>| PushedTarget {
            reference: reference.clone(),
            before,
            after: None,
        };
        let (digest, undoes, targets) = match self {
            Self::Undo { undo, digest, moved } => {
                let targets = moved.iter().map(|moved| target(&moved.reference, moved.after.clone()));
                (digest, Some(undo.clone()), targets.collect())
            }
            Self::Restore { restore } => (&restore.digest, None, vec![target(&restore.reference, None)]),
            Self::Push(request) => {
                let targets = request.targets.iter().map(|pushed| target(&pushed.reference, None));
                (&request.expected_digest, None, targets.collect())
            }
        };
        PushJob {
            id,
            kind: self.kind(),
            state: PushState::Queued,
            digest: digest.clone(),
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
        is_tag(&target.reference, &format!("/targets/{index}/ref"))?;
    }
    Ok(())
}

fn is_tag(reference: &Reference, pointer: &str) -> Result<(), Problem> {
    let Some(digest) = reference.digest() else { return Ok(()) };
    Err(Problem::new(
        ProblemCode::TargetIsDigest,
        format!("{reference} names the digest {}, and a digest cannot be moved", digest.short()),
    )
    .with_hint("Name a tag, without @ and what follows it.")
    .at(pointer))
}
