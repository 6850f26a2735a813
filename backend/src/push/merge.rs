//! A tag that moved since it was looked at: what each side changed, and where that is asked for, a list with both.

use std::collections::BTreeMap;

use onetag_shared::{
    api::{Conflict, Guard, Problem, ProblemCode, PushRequest, Unread},
    digest::Digest,
    list::{self, Clashes, Merge},
    reference::Reference,
    source::{Source, Sources},
};

use super::{
    executor::{Executor, ToPush, checked},
    tags::check_guards,
};

/// How often one push merges what others push at the same time.
const MOST_ROUNDS: usize = 5;

/// A target that does not hold what a merge may replace as it is.
struct Moved<'a> {
    /// What its guard says was there.
    base: Option<&'a Digest>,
    /// What is there.
    found: &'a Digest,
    clashes: Clashes,
    at: &'a Reference,
}

impl Executor<'_> {
    /// `None` when every tag holds what was seen there; else the list to push instead, when that is asked for and can be
    /// made. A conflict tells what each side changed.
    pub(super) async fn reconcile(
        &self,
        request: &PushRequest,
        list: &ToPush,
        guards: &[Guard],
        found: &[Option<Digest>],
        sources: &mut Sources,
        round: usize,
    ) -> Result<Option<ToPush>, Problem> {
        let tags = request.targets.iter().map(|target| &target.reference);
        let conflict = check_guards(tags.zip(guards).zip(found), Some(list.document.digest()));
        let moved: Vec<Moved<'_>> = if request.options.merge && round <= MOST_ROUNDS {
            let each = request.targets.iter().zip(guards).zip(found);
            each.filter_map(|((target, guard), found)| {
                let found = found.as_ref().filter(|found| *found != list.document.digest())?;
                let (base, clashes) = match guard {
                    Guard::Any => (None, Clashes::TakeOurs),
                    Guard::Absent => (None, Clashes::Refuse),
                    Guard::Digest(seen) if seen != found => (Some(seen), Clashes::Refuse),
                    Guard::Digest(_) => return None,
                };
                Some(Moved { base, found, clashes, at: &target.reference })
            })
            .collect()
        } else {
            Vec::new()
        };
        let Some(first) = moved.first() else {
            return match conflict {
                Ok(()) => Ok(None),
                Err(problem) => Err(self.with_views(problem, list).await),
            };
        };
        // One push makes one list. And what is gone cannot be merged.
        let is_one = moved
            .iter()
            .all(|other| (other.found, other.base, other.clashes) == (first.found, first.base, first.clashes));
        if !is_one {
            let problem = conflict.err().unwrap_or_else(|| refusal("the tags hold different lists"));
            let problem = self.with_views(problem, list).await;
            return Err(problem.with_hint("No one list is a merge for all of the tags. Push to one at a time."));
        }
        let gone = |conflict: &Conflict| conflict.found.is_none();
        if let Err(problem) = &conflict
            && problem.conflicts.read().iter().any(gone)
        {
            let problem = self.with_views(problem.clone(), list).await;
            return Err(problem.with_hint("A tag is gone, which leaves nothing to merge. Look at the tags again."));
        }
        self.tracker.begin("merging with what is there now");
        let theirs = self.source(first.at, first.found).await?;
        let base = match first.base {
            Some(base) => Some(self.source(first.at, base).await?),
            None => None,
        };
        let merge = list::merge(&list.draft, &list.composition, base.as_ref(), &theirs, first.clashes);
        let Some(draft) = merge.draft.clone() else {
            let mut problem = conflict.err().unwrap_or_else(|| refusal("both sides have changed the same"));
            let mut conflicts = problem.conflicts.read();
            for conflict in &mut conflicts {
                view(conflict, &merge);
            }
            problem.conflicts = Unread::of(&conflicts);
            return Err(problem.with_hint(
                "Both have changed the same: what is named as a clash. Decide which it shall be, in the editor, and push \
                 that.",
            ));
        };
        sources.insert(theirs.reference.clone(), Ok(theirs.clone()));
        let composition = list::compose(&draft, sources);
        let document =
            if merge.is_theirs { theirs.root.clone() } else { checked(&draft, request, sources, &composition)? };
        self.tracker.change(|job| {
            job.digest = document.digest().clone();
            job.merged.push(theirs.root.digest().clone());
        });
        Ok(Some(ToPush { draft, composition, document }))
    }

    /// A conflict with what each side changed, as far as that can be found out: it is no less a conflict without.
    async fn with_views(&self, mut problem: Problem, list: &ToPush) -> Problem {
        let mut known: BTreeMap<(Option<Digest>, Digest), Option<Merge>> = BTreeMap::new();
        let mut conflicts = problem.conflicts.read();
        for conflict in &mut conflicts {
            let (Ok(at), Some(found)) = (conflict.reference.parse::<Reference>(), conflict.found.clone()) else {
                continue;
            };
            let key = (conflict.expected.clone(), found);
            if !known.contains_key(&key) {
                let base = match &key.0 {
                    Some(base) => self.source(&at, base).await.ok(),
                    None => None,
                };
                let theirs = self.source(&at, &key.1).await.ok();
                let merge = theirs
                    .map(|theirs| list::merge(&list.draft, &list.composition, base.as_ref(), &theirs, Clashes::Refuse));
                known.insert(key.clone(), merge);
            }
            if let Some(Some(merge)) = known.get(&key) {
                view(conflict, merge);
            }
        }
        if !conflicts.is_empty() {
            problem.conflicts = Unread::of(&conflicts);
        }
        problem
    }

    /// What has this digest in a tag's repository.
    async fn source(&self, tag: &Reference, digest: &Digest) -> Result<Source, Problem> {
        self.pushes.inspector.source(&tag.repository_only().with_digest(digest.clone())).await
    }
}

/// A merge that cannot be, where every guard holds.
fn refusal(words: &str) -> Problem {
    Problem::new(ProblemCode::Conflict, words)
}

fn view(conflict: &mut Conflict, merge: &Merge) {
    conflict.platforms.clone_from(&merge.rows);
    conflict.annotations.clone_from(&merge.annotations);
}
