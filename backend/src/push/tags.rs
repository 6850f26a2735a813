//! Tags: looked at, moved, read back.

use futures::future::join_all;
use onetag_shared::{
    api::{Conflict, Guard, Problem, ProblemCode, Unread},
    digest::Digest,
    document::RawDocument,
    reference::Reference,
};

use super::executor::Executor;
use crate::registry::Error;

/// A tag that is to be moved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move<'a> {
    pub(super) tag: &'a Reference,
    /// What it held just now.
    pub(super) found: Option<&'a Digest>,
    /// What it shall hold; `None` to take it away.
    pub(super) document: Option<&'a RawDocument>,
}

impl Executor<'_> {
    /// What a tag holds. Whether something is expected decides how that is asked in one request.
    pub(super) async fn look(&self, tag: &Reference, is_expected: bool) -> Result<Option<Digest>, Problem> {
        let found = self.held(tag, is_expected).await?;
        self.tracker.step();
        Ok(found)
    }

    async fn held(&self, tag: &Reference, is_expected: bool) -> Result<Option<Digest>, Problem> {
        let client = &self.pushes.client;
        let found = if is_expected { client.resolve(tag).await } else { client.resolve_by_get(tag).await };
        Ok(found.map_err(|error| error.to_problem())?.map(|resolved| resolved.digest))
    }

    /// Puts documents at tags, or takes tags away, and then reads back what they hold. In the order of the job's targets;
    /// each goes to its end, whatever becomes of the others: what is half done would be unknown. The first problem, if there
    /// is one.
    pub(super) async fn move_tags(&self, moves: &[Move<'_>]) -> Result<(), Problem> {
        let written = join_all(moves.iter().map(|one| self.write(one))).await;
        // Not before all are written. CNCF Distribution 2 empties the file that says that a repository has a list while it
        // writes it again for another tag, and who looks at that moment, at whichever tag holds the list, is told 500.
        let settled =
            moves.iter().zip(written).enumerate().map(|(index, (one, written))| self.settle(index, one, written));
        join_all(settled).await.into_iter().find(Result::is_err).unwrap_or(Ok(()))
    }

    /// A tag that is right already is not touched: registries with immutable tags refuse even that.
    async fn write(&self, one: &Move<'_>) -> Result<(), Error> {
        let Move { tag, found, document } = *one;
        if found == document.map(RawDocument::digest) {
            return Ok(());
        }
        let moved = match document {
            Some(document) => self.pushes.client.put_tag(tag, document, found).await,
            None => self.pushes.client.delete(tag, found).await,
        };
        // Whatever came of it: an answer may be lost.
        self.pushes.inspector.moved(tag);
        moved
    }

    /// What became of a tag that was written, or was not. `index` is its place in the job.
    async fn settle(&self, index: usize, one: &Move<'_>, written: Result<(), Error>) -> Result<(), Problem> {
        let Move { tag, found, document } = *one;
        let wanted = document.map(RawDocument::digest);
        if let Err(error) = written {
            return self.not_moved(index, tag, found, wanted, &error).await;
        }
        self.tracker.step();
        // What was written is read, bytes and all, and not only its headers, unless that costs some of a quota.
        let has_quota = self.pushes.client.rate_limit(tag.registry()).is_some();
        let by_head = wanted.is_some() && (found == wanted || has_quota);
        let after = self.read_back(index, tag, by_head).await?;
        self.tracker.step();
        if after.as_ref() == wanted {
            return Ok(());
        }
        let detail = format!("{tag} should hold {} now, and holds {}", words(wanted), words(after.as_ref()));
        Err(Problem::new(ProblemCode::ReadBackMismatch, detail).with_hint(
            "Somebody moved the tag at the same moment, or the registry stored something else. Look at what is there now.",
        ))
    }

    /// Why a tag was not moved. One that may not be written over has moved meanwhile, or never may be; and a registry that is
    /// told what was seen there says the same of a second try, whose first answer was lost.
    async fn not_moved(
        &self,
        index: usize,
        tag: &Reference,
        found: Option<&Digest>,
        wanted: Option<&Digest>,
        error: &Error,
    ) -> Result<(), Problem> {
        let now = self.read_back(index, tag, true).await;
        let problem = error.to_problem();
        match now {
            Ok(now) if problem.code == ProblemCode::TagImmutable && now.as_ref() != found => {
                let guard = Guard::seen(found.cloned());
                check_guards(std::iter::once(((tag, &guard), &now)), wanted)
            }
            _ => Err(problem),
        }
    }

    /// What a tag holds now, for the job to say.
    async fn read_back(&self, index: usize, tag: &Reference, is_expected: bool) -> Result<Option<Digest>, Problem> {
        let after = self.held(tag, is_expected).await?;
        self.tracker.change(|job| {
            if let Some(pushed) = job.targets.get_mut(index) {
                pushed.after.clone_from(&after);
            }
        });
        Ok(after)
    }
}

/// Does every tag hold what was seen there? One that holds what it shall hold is as good: it need not be moved.
pub(crate) fn check_guards<'a>(
    found: impl Iterator<Item = ((&'a Reference, &'a Guard), &'a Option<Digest>)>,
    wanted: Option<&Digest>,
) -> Result<(), Problem> {
    let conflicts: Vec<Conflict> = found
        .filter(|((_, guard), found)| !guard.allows(found.as_ref()) && found.as_ref() != wanted)
        .map(|((tag, guard), found)| Conflict {
            reference: tag.to_string(),
            expected: match guard {
                Guard::Digest(digest) => Some(digest.clone()),
                Guard::Absent | Guard::Any => None,
            },
            found: found.clone(),
            platforms: Vec::new(),
            annotations: Vec::new(),
        })
        .collect();
    if conflicts.is_empty() {
        return Ok(());
    }
    let detail = conflicts
        .iter()
        .map(|conflict| {
            let (expected, found) = (words(conflict.expected.as_ref()), words(conflict.found.as_ref()));
            format!("{} should hold {expected}, and holds {found}", conflict.reference)
        })
        .collect::<Vec<_>>()
        .join("; ");
    let mut problem = Problem::new(ProblemCode::Conflict, detail)
        .with_hint("Somebody moved the tag. Look at what is there now, then push again if it shall be replaced.");
    problem.conflicts = Unread::of(&conflicts);
    Err(problem)
}

fn words(digest: Option<&Digest>) -> String {
    digest.map_or_else(|| "nothing".to_owned(), ToString::to_string)
}
