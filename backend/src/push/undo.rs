//! Putting back what tags held: those of a push that is undone, or one tag by a digest of before.

use std::collections::BTreeSet;

use futures::future::{try_join, try_join_all};
use onetag_shared::{
    api::{Guard, Problem, ProblemCode, PushJob, PushedTarget},
    descriptor::Descriptor,
    document::{Document, List, RawDocument},
    reference::Reference,
    source::NestedLists,
};

use super::{
    executor::Executor,
    tags::{Move, check_guards},
    work::PutBack,
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
    /// Puts back what tags held; takes tags away that were not there. Guarded as a push is: a tag that has moved since is left
    /// alone, and so are the others then.
    pub(super) async fn put_back(&self, targets: &[PutBack]) -> Result<(), Problem> {
        // For each tag: to fetch what it held, to look at it, to write it, and to read it back.
        self.tracker.expect(4 * targets.len(), 0);
        self.tracker.begin("looking at what the tags held, and hold");
        let old = try_join_all(targets.iter().map(|target| self.old(target)));
        let looks = try_join_all(targets.iter().map(|target| {
            let is_expected = target.guard != Guard::Absent;
            self.look(&target.reference, is_expected)
        }));
        let (old, found) = try_join(old, looks).await?;
        for (target, found) in targets.iter().zip(&found) {
            let one = std::iter::once(((&target.reference, &target.guard), found));
            check_guards(one, target.wanted.as_ref())?;
        }
        self.remember(&found, targets.iter().map(|target| target.wanted.as_ref()));
        self.hold().await?;
        self.tracker.begin("putting back what the tags held");
        let moves: Vec<Move> = targets
            .iter()
            .zip(&old)
            .zip(&found)
            .map(|((target, old), found)| Move {
                tag: &target.reference,
                found: found.as_ref(),
                document: old.as_ref(),
            })
            .collect();
        self.move_tags(&moves).await
    }

    /// What a tag held, as long as it is whole: a list whose images are gone would make the tag worse than it is.
    async fn old(&self, target: &PutBack) -> Result<Option<RawDocument>, Problem> {
        let Some(digest) = &target.wanted else {
            self.tracker.step();
            return Ok(None);
        };
        let repository = target.reference.repository_only();
        let at = repository.clone().with_digest(digest.clone());
        let document = self.pushes.client.manifest(&at, None).await.map_err(|error| {
            let problem = error.to_problem();
            if problem.code != ProblemCode::ManifestUnknown {
                return problem;
            }
            problem.with_hint(
                "The registry does not have it any more: it was deleted, or a cleanup took what no tag pointed to. It \
                 cannot be put back. Make a new list of the images that are there.",
            )
        })?;
        if let Document::List(list) = document.parse().map_err(|error| error.to_problem())? {
            self.is_whole(&target.reference, *list).await?;
        }
        self.tracker.step();
        Ok(Some(document))
    }

    /// Is everything there that a list points to, and that the lists in it do? Level by level, as deep and as far as lists
    /// are looked into. Blobs are not asked for: no registry takes an image without them.
    async fn is_whole(&self, tag: &Reference, list: List) -> Result<(), Problem> {
        let (mut nested, mut seen) = (NestedLists::of(&list), BTreeSet::new());
        let mut level = list.manifests;
        for depth in 1.. {
            level.retain(|child| seen.insert(child.digest.clone()));
            let found = try_join_all(level.iter().map(|child| self.is_there(tag, child))).await?;
            let lists = found.iter().flatten().filter_map(|document| nested.open(depth, document));
            level = lists.flat_map(|list| list.manifests).collect();
            if level.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Is an entry of a list there? The document, where it is a list itself.
    async fn is_there(&self, tag: &Reference, child: &Descriptor) -> Result<Option<RawDocument>, Problem> {
        let (client, at) = (&self.pushes.client, tag.repository_only().with_digest(child.digest.clone()));
        let found = if child.is_list() {
            match client.manifest(&at, Some(child)).await {
                Ok(document) => Some(Some(document)),
                Err(error) if error.is_absent() => None,
                Err(error) => return Err(error.to_problem()),
            }
        } else {
            client.resolve(&at).await.map_err(|error| error.to_problem())?.map(|_| None)
        };
        found.ok_or_else(|| {
            let words = format!("what {tag} held points to {}, which is no longer in its repository", child.digest);
            Problem::new(ProblemCode::BlobUnknown, words)
                .with_hint("It cannot be put back as it was. Make a new list of the images that are there.")
        })
    }
}
