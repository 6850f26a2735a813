//! Does what a plan says, in an order that leaves every tag whole: blobs, children, the list by digest, then the tags.

use std::collections::BTreeMap;

use futures::future::{join_all, try_join, try_join_all};
use onetag_shared::{
    api::{Conflict, Guard, PlanTarget, Problem, ProblemCode, PushRequest, PushTarget},
    check::{FindingCode, Severity},
    digest::Digest,
    document::RawDocument,
    list::{self, Composition, MountStep, RepoTransfer},
    reference::Reference,
    source::Sources,
};

use super::progress::Tracker;
use crate::{
    inspect::Inspector,
    registry::{Client, Mount},
};

pub(super) struct Executor<'a> {
    pub(super) client: &'a Client,
    pub(super) inspector: &'a Inspector,
    pub(super) tracker: &'a Tracker,
}

impl Executor<'_> {
    pub(super) async fn run(&self, request: &PushRequest) -> Result<(), Problem> {
        let repositories: BTreeMap<String, Reference> = request
            .targets
            .iter()
            .map(|target| (target.reference.repo(), target.reference.repository_only()))
            .collect();
        // What is sure to come, so that the bar does not run to its end in each phase: the list in each repository; and
        // to look at each tag, to write it, and to read it back.
        self.tracker.expect(repositories.len() + 3 * request.targets.len(), 0);

        let sources = self.sources(request).await?;
        let composition = list::compose(&request.draft, &sources);
        let document = check(request, &sources, &composition)?;
        let transfers: Vec<_> =
            repositories.values().map(|repository| (repository, list::transfer(&composition, repository))).collect();
        let steps = transfers.iter().map(|(_, transfer)| transfer.mounts.len() + transfer.manifests.len()).sum();
        self.tracker.expect(steps, 0);
        for (repository, transfer) in &transfers {
            self.fill(repository, transfer).await?;
        }

        self.tracker.begin("putting the list, looking at the tags");
        let lists = try_join_all(repositories.values().map(|repository| self.put(repository, &document)));
        let looks = try_join_all(request.targets.iter().map(|target| self.look(target)));
        let (_, found) = try_join(lists, looks).await?;
        self.tracker.change(|job| {
            for (target, before) in job.targets.iter_mut().zip(&found) {
                target.before.clone_from(before);
            }
        });
        check_guards(&request.targets, &found, document.digest())?;

        self.tracker.begin("moving the tags");
        let moves = request.targets.iter().zip(&found).enumerate();
        let moves = moves.map(|(index, (target, before))| self.move_tag(index, target, before.as_ref(), &document));
        // Each to its end, whatever becomes of the others: what is half done would be unknown.
        let problems = join_all(moves).await.into_iter().filter_map(Result::err);
        problems.into_iter().next().map_or(Ok(()), Err)
    }

    /// What the draft names, fetched again: a tag that moved since the preview shows in the digest.
    async fn sources(&self, request: &PushRequest) -> Result<Sources, Problem> {
        let mut wanted: Vec<&Reference> = request.draft.entries.iter().map(|entry| &entry.source).collect();
        wanted.extend(&request.draft.base);
        wanted.sort();
        wanted.dedup();
        self.tracker.expect(wanted.len(), 0);
        self.tracker.begin("looking at the images");
        let fetched = join_all(wanted.iter().map(|reference| async {
            let source = self.inspector.source(reference).await;
            self.tracker.step();
            source
        }))
        .await;
        let mut sources = Sources::default();
        for (reference, source) in wanted.into_iter().zip(fetched) {
            sources.insert(reference.clone(), source);
        }
        Ok(sources)
    }

    /// Brings what the list points to into a repository: blobs by mounting, then the child manifests.
    async fn fill(&self, repository: &Reference, transfer: &RepoTransfer) -> Result<(), Problem> {
        self.tracker.begin("mounting blobs");
        try_join_all(transfer.mounts.iter().map(|step| self.mount(repository, step))).await?;
        try_join_all(transfer.manifests.iter().map(|manifest| self.put(repository, manifest))).await?;
        Ok(())
    }

    async fn mount(&self, repository: &Reference, step: &MountStep) -> Result<(), Problem> {
        let mounted = self
            .client
            .mount_blob(repository, &step.descriptor.digest, &step.from)
            .await
            .map_err(|error| error.to_problem())?;
        if let Mount::Refused(upload) = mounted {
            self.tracker.expect(0, step.descriptor.size);
            self.client
                .copy_blob(&step.from, upload, &step.descriptor, &|bytes| self.tracker.bytes(bytes))
                .await
                .map_err(|error| error.to_problem())?;
        }
        self.tracker.step();
        Ok(())
    }

    /// Puts a manifest into a repository under its digest.
    async fn put(&self, repository: &Reference, document: &RawDocument) -> Result<(), Problem> {
        let at = repository.clone().with_digest(document.digest().clone());
        self.client.put_manifest(&at, document).await.map_err(|error| error.to_problem())?;
        self.tracker.step();
        Ok(())
    }

    async fn look(&self, target: &PushTarget) -> Result<Option<Digest>, Problem> {
        let found = self.client.resolve(&target.reference).await.map_err(|error| error.to_problem())?;
        self.tracker.step();
        Ok(found.map(|resolved| resolved.digest))
    }

    /// Writes a tag and reads it back. A tag that holds the list already is not written: registries with immutable
    /// tags refuse even that.
    async fn move_tag(
        &self,
        index: usize,
        target: &PushTarget,
        before: Option<&Digest>,
        document: &RawDocument,
    ) -> Result<(), Problem> {
        if before != Some(document.digest()) {
            self.client.put_manifest(&target.reference, document).await.map_err(|error| error.to_problem())?;
        }
        self.tracker.step();
        let after = self.client.resolve(&target.reference).await.map_err(|error| error.to_problem())?;
        let after = after.map(|resolved| resolved.digest);
        self.tracker.change(|job| {
            if let Some(pushed) = job.targets.get_mut(index) {
                pushed.after.clone_from(&after);
            }
        });
        self.tracker.step();
        if after.as_ref() == Some(document.digest()) {
            return Ok(());
        }
        let holds = after.map_or_else(|| "nothing".to_owned(), |digest| digest.to_string());
        let detail = format!("{} was written with {}, and holds {holds} now", target.reference, document.digest());
        Err(Problem::new(ProblemCode::ReadBackMismatch, detail).with_hint(
            "Somebody moved the tag at the same moment, or the registry stored something else. Look at what is there now.",
        ))
    }
}

/// The list, when nothing keeps it from being pushed and it is the one that was previewed.
fn check(request: &PushRequest, sources: &Sources, composition: &Composition) -> Result<RawDocument, Problem> {
    let targets = request
        .targets
        .iter()
        .map(|target| PlanTarget { reference: target.reference.clone(), current: None, problem: None })
        .collect::<Vec<_>>();
    let plan = list::plan(&request.draft, sources, &targets);
    if let Some(finding) = plan.findings.iter().find(|finding| finding.severity == Severity::Error) {
        let code = match finding.code {
            FindingCode::CrossRegistrySource => ProblemCode::CrossRegistrySource,
            _ => ProblemCode::DraftHasErrors,
        };
        return Err(Problem::new(code, finding.message.clone())
            .with_hint(finding.hint.clone())
            .at(format!("/draft{}", finding.pointer)));
    }
    let Some(document) = composition.document.clone() else {
        return Err(Problem::new(ProblemCode::DraftHasErrors, "no list can be made of this draft"));
    };
    if *document.digest() == request.expected_digest {
        return Ok(document);
    }
    Err(Problem::new(
        ProblemCode::PreviewMismatch,
        format!("the preview was {}, but the draft now makes {}", request.expected_digest, document.digest()),
    )
    .with_hint("A source moved since the preview. Resolve the sources again, look at the new list, and push that."))
}

/// Does every tag hold what was seen there? One that holds the new list already is as good: it need not be moved.
fn check_guards(targets: &[PushTarget], found: &[Option<Digest>], new: &Digest) -> Result<(), Problem> {
    let conflicts: Vec<Conflict> = targets
        .iter()
        .zip(found)
        .filter(|(target, found)| !target.guard.allows(found.as_ref()) && found.as_ref() != Some(new))
        .map(|(target, found)| Conflict {
            reference: target.reference.to_string(),
            expected: match &target.guard {
                Guard::Digest(digest) => Some(digest.clone()),
                _ => None,
            },
            found: found.clone(),
        })
        .collect();
    if conflicts.is_empty() { Ok(()) } else { Err(conflict(conflicts)) }
}

fn conflict(conflicts: Vec<Conflict>) -> Problem {
    let words = |digest: &Option<Digest>| digest.as_ref().map_or("no tag".to_owned(), ToString::to_string);
    let detail = conflicts
        .iter()
        .map(|c| format!("{} should hold {}, and holds {}", c.reference, words(&c.expected), words(&c.found)))
        .collect::<Vec<_>>()
        .join("; ");
    let mut problem = Problem::new(ProblemCode::Conflict, detail)
        .with_hint("Somebody moved the tag. Look at what is there now, then push again if it shall be replaced.");
    problem.conflicts = conflicts;
    problem
}
