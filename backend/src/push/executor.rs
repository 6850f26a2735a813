//! Does what a plan says, in an order that leaves every tag whole: blobs, children, the list by digest, then the tags.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, Ordering},
};

use super::{Pushes, internal, moves, progress::Tracker, tags::Move, worker::taken_over};
use crate::{
    db::{DatabaseError, StoredJob},
    registry::Mount,
};
use futures::future::{try_join, try_join_all};
use onetag_shared::{
    api::{Guard, PlanTarget, Problem, ProblemCode, PushRequest, TransferKind},
    check::Severity,
    digest::Digest,
    document::RawDocument,
    list::{self, BlobStep, Composition, Draft, RepoTransfer},
    reference::Reference,
    source::Sources,
};

pub(super) struct Executor<'a> {
    pub(super) pushes: &'a Pushes,
    pub(super) tracker: &'a Tracker,
    /// The request as it is stored.
    pub(super) request: &'a str,
    /// What the tags held before has been found out, and stands in the job.
    pub(super) looked: &'a AtomicBool,
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

        let mut sources = self.sources(request).await;
        let composition = list::compose(&request.draft, &sources);
        let document = check(request, &sources, &composition)?;
        let mut list = ToPush { draft: request.draft.clone(), composition, document };
        let mut guards: Vec<Guard> = request.targets.iter().map(|target| target.guard.clone()).collect();
        let mut rounds = 0;
        let (document, found) = loop {
            self.bring_all(&repositories, &list.composition, request.options.foreign_layers).await?;
            if request.options.referrers {
                for repository in repositories.values() {
                    Box::pin(self.bring_referrers(repository, &list.composition, &sources)).await?;
                }
            }
            self.tracker.begin("putting the list, looking at the tags");
            let lists = try_join_all(repositories.values().map(|repository| self.put(repository, &list.document)));
            let looks = try_join_all(request.targets.iter().zip(&guards).map(|(target, guard)| {
                let is_expected = *guard != Guard::Absent;
                self.look(&target.reference, is_expected)
            }));
            let (_, found) = try_join(lists, looks).await?;
            rounds += 1;
            match self.reconcile(request, &list, &guards, &found, &mut sources, rounds).await? {
                None => break (list.document, found),
                Some(merged) => {
                    list = merged;
                    guards = found.into_iter().map(Guard::seen).collect();
                    // The list is put again, and the tags are looked at again.
                    self.tracker.expect(repositories.len() + request.targets.len(), 0);
                }
            }
        };
        self.remember(&found, std::iter::repeat(Some(document.digest())));
        self.hold().await?;

        self.tracker.begin("moving the tags");
        let moves: Vec<Move> = request
            .targets
            .iter()
            .zip(&found)
            .map(|(target, found)| Move { tag: &target.reference, found: found.as_ref(), document: Some(&document) })
            .collect();
        self.move_tags(&moves).await
    }

    /// What the tags hold before they change; `wanted` is what each shall hold.
    pub(super) fn remember<'b>(&self, found: &[Option<Digest>], wanted: impl Iterator<Item = Option<&'b Digest>>) {
        let looked = self.looked.swap(true, Ordering::Relaxed);
        self.tracker.change(|job| {
            for ((target, before), wanted) in job.targets.iter_mut().zip(found).zip(wanted) {
                // A server that is gone may have moved it: then the job says what it held before that.
                if !(looked && before.as_ref() == wanted) {
                    target.before.clone_from(before);
                }
            }
        });
    }

    /// Before the tags change it is certain that this server has the job, and kept what they held.
    pub(super) async fn hold(&self) -> Result<(), Problem> {
        let stored = self.stored();
        let moves = moves::begun(&stored.job, self.pushes.now());
        let saved = self.pushes.database.push_jobs().save_with(&stored, &self.pushes.new_lease(), &moves).await;
        if saved.map_err(|error| internal(&error))? { Ok(()) } else { Err(taken_over()) }
    }

    /// Saves how far the job has come, and that this server is at work on it; `false` when another is.
    pub(super) async fn save(&self) -> Result<bool, DatabaseError> {
        self.pushes.database.push_jobs().save(&self.stored(), &self.pushes.new_lease()).await
    }

    fn stored(&self) -> StoredJob {
        let (version, looked) = (self.tracker.version(), self.looked.load(Ordering::Relaxed));
        StoredJob { request: self.request.to_owned(), job: self.tracker.job(), version, looked }
    }

    /// What the draft names, fetched again: a tag that moved since the preview shows in the digest.
    async fn sources(&self, request: &PushRequest) -> Sources {
        let wanted = request.draft.references().collect::<BTreeSet<_>>();
        self.tracker.expect(wanted.len(), 0);
        self.tracker.begin("looking at the images");
        self.pushes.inspector.all(&wanted, || self.tracker.step()).await
    }

    /// Brings what the list points to into each repository.
    async fn bring_all(
        &self,
        repositories: &BTreeMap<String, Reference>,
        composition: &Composition,
        foreign: bool,
    ) -> Result<(), Problem> {
        let transfers: Vec<_> = repositories
            .values()
            .map(|repository| (repository, list::transfer(composition, repository, foreign)))
            .collect();
        let steps = transfers.iter().map(|(_, transfer)| transfer.blobs.len() + transfer.documents()).sum();
        let bytes = transfers.iter().fold(0_u64, |sum, (_, transfer)| sum.saturating_add(transfer.bytes_to_copy()));
        self.tracker.expect(steps, bytes);
        for (repository, transfer) in &transfers {
            self.fill(repository, transfer).await?;
        }
        Ok(())
    }

    /// Brings what the list points to into a repository: blobs, then the child manifests, then lists in the list, of which
    /// each needs what is in it.
    async fn fill(&self, repository: &Reference, transfer: &RepoTransfer) -> Result<(), Problem> {
        let copies = transfer.by(TransferKind::Copy).count();
        self.tracker.begin(if copies > 0 { "copying blobs" } else { "mounting blobs" });
        try_join_all(transfer.blobs.iter().map(|step| self.bring(repository, step))).await?;
        try_join_all(transfer.manifests.iter().map(|manifest| self.put(repository, manifest))).await?;
        for list in &transfer.lists {
            self.put(repository, list).await?;
        }
        Ok(())
    }

    /// Brings a blob into a repository, by whichever way is the cheapest.
    pub(super) async fn bring(&self, repository: &Reference, step: &BlobStep) -> Result<(), Problem> {
        let digest = &step.descriptor.digest;
        let upload = if step.way == TransferKind::Mount {
            match self.pushes.client.mount_blob(repository, digest, &step.from).await {
                Ok(Mount::Mounted) => None,
                Ok(Mount::Refused(upload)) => {
                    self.tracker.expect(0, step.descriptor.size);
                    Some(upload)
                }
                Err(error) => return Err(error.to_problem()),
            }
        } else if self.pushes.client.has_blob(repository, digest).await.map_err(|error| error.to_problem())? {
            // An earlier push, or another image, has brought it.
            self.tracker.bytes(step.descriptor.size);
            None
        } else {
            Some(self.pushes.client.open_upload(repository, digest).await.map_err(|error| error.to_problem())?)
        };
        if let Some(upload) = upload {
            self.pushes
                .client
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
        self.pushes.client.put_manifest(&at, document).await.map_err(|error| error.to_problem())?;
        self.tracker.step();
        Ok(())
    }
}

/// A list that is to be pushed.
pub(super) struct ToPush {
    pub(super) draft: Draft,
    pub(super) composition: Composition,
    pub(super) document: RawDocument,
}

/// The list, when nothing keeps it from being pushed and it is the one that was previewed.
fn check(request: &PushRequest, sources: &Sources, composition: &Composition) -> Result<RawDocument, Problem> {
    let document = checked(&request.draft, request, sources, composition)?;
    if *document.digest() == request.expected_digest {
        return Ok(document);
    }
    Err(Problem::new(
        ProblemCode::PreviewMismatch,
        format!("the preview was {}, but the draft now makes {}", request.expected_digest, document.digest()),
    )
    .with_hint("A source moved since the preview. Resolve the sources again, look at the new list, and push that."))
}

/// The list of a draft, when nothing keeps it from being pushed.
pub(super) fn checked(
    draft: &Draft,
    request: &PushRequest,
    sources: &Sources,
    composition: &Composition,
) -> Result<RawDocument, Problem> {
    let targets = request
        .targets
        .iter()
        .map(|target| PlanTarget { reference: target.reference.clone(), current: None, problem: None })
        .collect::<Vec<_>>();
    let plan = list::plan(draft, sources, &targets, &request.options);
    if let Some(finding) = plan.findings.iter().find(|finding| finding.severity == Severity::Error) {
        return Err(Problem::new(ProblemCode::DraftHasErrors, finding.message.clone())
            .with_hint(finding.hint.clone())
            .at(format!("/draft{}", finding.pointer)));
    }
    composition
        .document
        .clone()
        .ok_or_else(|| Problem::new(ProblemCode::DraftHasErrors, "no list can be made of this draft"))
}
