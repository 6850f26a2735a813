//! Undoing a push: its tags get back what they held before it.

use futures::future::{try_join, try_join_all};
use onetag_shared::{
    api::{Guard, Problem, ProblemCode, PushJob, PushedTarget},
    digest::Digest,
    document::{Document, RawDocument},
    reference::Reference,
};

use super::{
    executor::Executor,
    tags::{all_to_their_end, check_guards},
};

/// The tags that a push moved, with what they held before; none when it moved none, or is not over.
pub(super) fn moved(job: &PushJob) -> Result<Vec<PushedTarget>, Problem> {
    let refused = |words: &str| Err(Problem::new(ProblemCode::NothingToUndo, words));
    if !job.state.is_final() {
        return refused("the push is still at work").map_err(|problem| problem.with_hint("Wait until it has ended."));
    }
    if job.undoes.is_some() {
        return refused("this is an undo itself").map_err(|problem| problem.with_hint("Push the list again."));
    }
    let is_moved = |target: &&PushedTarget| target.after.as_ref() == Some(&job.digest) && target.before != target.after;
    let moved: Vec<PushedTarget> = job.targets.iter().filter(is_moved).cloned().collect();
    if moved.is_empty() { refused("the push moved no tag") } else { Ok(moved) }
}

impl Executor<'_> {
    /// Puts back what the tags of a push held before it; takes tags away that were not there. Guarded as a push is: a tag
    /// that has moved since is left alone, and so are the others then.
    pub(super) async fn undo(&self, digest: &Digest, moved: &[PushedTarget]) -> Result<(), Problem> {
        // For each tag: to fetch what it held, to look at it, to write it, and to read it back.
        self.tracker.expect(4 * moved.len(), 0);
        self.tracker.begin("looking at what the tags held, and hold");
        let old = try_join_all(moved.iter().map(|target| self.old(target)));
        let looks = try_join_all(moved.iter().map(|target| self.look(&target.reference, true)));
        let (old, found) = try_join(old, looks).await?;
        let guard = Guard::Digest(digest.clone());
        for (target, found) in moved.iter().zip(&found) {
            check_guards(std::iter::once(((&target.reference, &guard), found)), target.before.as_ref())?;
        }
        self.hold().await?;
        self.tracker.begin("putting back what the tags held");
        let each = moved.iter().zip(&old).zip(&found).enumerate();
        all_to_their_end(each.map(|(index, ((target, old), found))| {
            self.move_tag(index, &target.reference, found.as_ref(), old.as_ref())
        }))
        .await
    }

    /// What a tag held, as long as it is whole: a list whose images are gone would make the tag worse than it is.
    async fn old(&self, target: &PushedTarget) -> Result<Option<RawDocument>, Problem> {
        let Some(digest) = &target.before else {
            self.tracker.step();
            return Ok(None);
        };
        let repository = target.reference.repository_only();
        let at = repository.clone().with_digest(digest.clone());
        let document = self.pushes.client.manifest(&at, None).await.map_err(|error| error.to_problem())?;
        if let Document::List(list) = document.parse().map_err(|error| error.to_problem())? {
            try_join_all(list.manifests.iter().map(|child| self.is_there(&target.reference, &child.digest))).await?;
        }
        self.tracker.step();
        Ok(Some(document))
    }

    async fn is_there(&self, tag: &Reference, child: &Digest) -> Result<(), Problem> {
        let at = tag.repository_only().with_digest(child.clone());
        match self.pushes.client.resolve(&at).await.map_err(|error| error.to_problem())? {
            Some(_) => Ok(()),
            None => Err(Problem::new(
                ProblemCode::BlobUnknown,
                format!("what {tag} held points to {child}, which is no longer in its repository"),
            )
            .with_hint("It cannot be put back as it was. Make a new list of the images that are there.")),
        }
    }
}
