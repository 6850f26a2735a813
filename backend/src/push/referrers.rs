//! Bringing along what refers to the images of a list.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join_all;
use onetag_shared::{
    api::{Problem, ProblemCode, TransferKind},
    descriptor::Descriptor,
    digest::Digest,
    document::{Document, RawDocument},
    list::{BlobStep, ComposedEntry, Composition, Role, way},
    reference::{Reference, Tag},
    referrers::{Referrer, cosign_tags},
    source::Sources,
};

use super::executor::Executor;

/// How far it goes on: a signature of an SBOM of an image is the second.
const MOST_LEVELS: usize = 4;

/// What is brought along for one list, all images together.
const MOST: usize = 1000;

/// How deep lists in a list that refers to something are brought.
const MOST_DEPTH: usize = 3;

/// Entries of such a list: those that are in use have a handful.
const MOST_ENTRIES: usize = 100;

/// A document of another repository.
type Subject = (Reference, Digest);

impl Executor<'_> {
    /// Brings what refers to the images that come from elsewhere, and to the list if it stands elsewhere too, into a
    /// repository: before any tag leads to them.
    pub(super) async fn bring_referrers(
        &self,
        repository: &Reference,
        composition: &Composition,
        sources: &Sources,
    ) -> Result<(), Problem> {
        self.tracker.begin("bringing what refers to the images");
        let mut known: BTreeSet<Digest> = composition.entries.iter().map(|e| e.descriptor.digest.clone()).collect();
        let mut level = subjects(repository, composition, sources);
        for _ in 0..MOST_LEVELS {
            let signed = level.iter().map(|(from, subject)| self.bring_tagged(repository, from, subject));
            try_join_all(signed).await?;
            let listed = try_join_all(level.iter().map(|(from, subject)| async move {
                let listed = self.pushes.client.referrers(from, subject).await;
                listed.map_err(|error| error.to_problem())
            }));
            let found: Vec<(Subject, Descriptor)> = level
                .iter()
                .zip(listed.await?)
                .flat_map(|(subject, listed)| listed.into_iter().map(move |listed| (subject.clone(), listed)))
                .filter(|(_, listed)| known.insert(listed.digest.clone()))
                .collect();
            if known.len() > composition.entries.len() + MOST {
                let words = format!("more than {MOST} documents refer to the images");
                return Err(Problem::new(ProblemCode::TooLarge, words).with_hint("Push without them."));
            }
            self.tracker.expect(found.len(), 0);
            let mut next = Vec::new();
            // One after the other: those of one image may stand in one index.
            for ((from, subject), descriptor) in found {
                if self.bring_referrer(repository, &from, &subject, &descriptor).await? {
                    next.push((from, descriptor.digest));
                }
                self.tracker.step();
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        Ok(())
    }

    /// `false` when it is not what it is listed as, or nothing that can be brought.
    async fn bring_referrer(
        &self,
        repository: &Reference,
        from: &Reference,
        subject: &Digest,
        descriptor: &Descriptor,
    ) -> Result<bool, Problem> {
        let at = from.clone().with_digest(descriptor.digest.clone());
        let document = self.pushes.inspector.manifest(&at, Some(descriptor)).await?;
        let referrer = match Referrer::read(&document) {
            Ok(Some(referrer)) if referrer.subject == *subject => referrer,
            _ => {
                self.leave(&descriptor.digest);
                return Ok(false);
            }
        };
        if !self.bring_contents(repository, from, &document, 0).await? {
            self.leave(&descriptor.digest);
            return Ok(false);
        }
        let put = self.pushes.client.put_referrer(repository, &document, &referrer).await;
        put.map_err(|error| error.to_problem())?;
        self.brought(document.digest());
        Ok(true)
    }

    /// Brings what a manifest needs: its blobs, or of a list first what is in it. `false` when that cannot be brought.
    async fn bring_contents(
        &self,
        repository: &Reference,
        from: &Reference,
        document: &RawDocument,
        depth: usize,
    ) -> Result<bool, Problem> {
        match document.parse() {
            Ok(Document::Image(image)) => self.bring_blobs(repository, from, &image.blobs()).await.map(|()| true),
            Ok(Document::List(list)) if depth < MOST_DEPTH && list.manifests.len() <= MOST_ENTRIES => {
                for entry in &list.manifests {
                    let at = from.clone().with_digest(entry.digest.clone());
                    let child = match self.pushes.inspector.manifest(&at, Some(entry)).await {
                        Ok(child) => child,
                        // The list was not whole where it comes from.
                        Err(problem) if problem.code == ProblemCode::ManifestUnknown => return Ok(false),
                        Err(problem) => return Err(problem),
                    };
                    if !Box::pin(self.bring_contents(repository, from, &child, depth + 1)).await? {
                        return Ok(false);
                    }
                    let to = repository.clone().with_digest(entry.digest.clone());
                    self.pushes.client.put_manifest(&to, &child).await.map_err(|error| error.to_problem())?;
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// What cosign keeps at tags. Another one that is there already stays.
    async fn bring_tagged(&self, repository: &Reference, from: &Reference, subject: &Digest) -> Result<(), Problem> {
        try_join_all(cosign_tags(subject).into_iter().map(|tag| self.bring_tag(repository, from, tag))).await?;
        Ok(())
    }

    async fn bring_tag(&self, repository: &Reference, from: &Reference, tag: Tag) -> Result<(), Problem> {
        let (there, here) = (from.clone().with_tag(tag.clone()), repository.clone().with_tag(tag));
        let client = &self.pushes.client;
        let Some(found) = client.resolve(&there).await.map_err(|error| error.to_problem())? else { return Ok(()) };
        let held = client.resolve(&here).await.map_err(|error| error.to_problem())?;
        if let Some(held) = held {
            if held.digest == found.digest {
                self.brought(&found.digest);
            } else {
                self.leave(&found.digest);
            }
            return Ok(());
        }
        let document = self.pushes.inspector.manifest(&from.clone().with_digest(found.digest.clone()), None).await?;
        if !self.bring_contents(repository, from, &document, 0).await? {
            self.leave(&found.digest);
            return Ok(());
        }
        client.put_manifest(&here, &document).await.map_err(|error| error.to_problem())?;
        self.brought(&found.digest);
        Ok(())
    }

    async fn bring_blobs(&self, repository: &Reference, from: &Reference, blobs: &[Descriptor]) -> Result<(), Problem> {
        let way = way(from, repository);
        let steps: Vec<BlobStep> = blobs
            .iter()
            .map(|descriptor| BlobStep { descriptor: descriptor.clone(), from: from.clone(), way })
            .collect();
        let bytes = match way {
            TransferKind::Copy => blobs.iter().fold(0, |sum, blob| blob.size.saturating_add(sum)),
            _ => 0,
        };
        self.tracker.expect(steps.len(), bytes);
        try_join_all(steps.iter().map(|step| self.bring(repository, step))).await?;
        Ok(())
    }

    fn brought(&self, digest: &Digest) {
        self.tracker.change(|job| note(&mut job.referrers, digest));
    }

    fn leave(&self, digest: &Digest) {
        self.tracker.change(|job| note(&mut job.left_behind, digest));
    }
}

fn note(digests: &mut Vec<Digest>, digest: &Digest) {
    if !digests.contains(digest) {
        digests.push(digest.clone());
    }
}

/// The documents of other repositories that the list names, and the list where it stands there as it is; each once. What
/// refers to an image that is converted does not refer to what that becomes.
fn subjects(repository: &Reference, composition: &Composition, sources: &Sources) -> Vec<Subject> {
    let mut subjects: BTreeMap<(String, Digest), Subject> = BTreeMap::new();
    let mut add = |from: &Reference, digest: &Digest| {
        if !from.same_repository(repository) {
            let from = from.repository_only();
            subjects.insert((from.repo(), digest.clone()), (from, digest.clone()));
        }
    };
    let is_subject =
        |entry: &&ComposedEntry| !matches!(entry.role, Role::Attestation { .. }) && entry.converted_from.is_none();
    for entry in composition.entries.iter().filter(is_subject) {
        add(&entry.from, &entry.descriptor.digest);
        let below = entry.below.iter().flat_map(|below| &below.documents);
        below.for_each(|document| add(&entry.from, document.digest()));
    }
    let list = composition.document.as_ref().map(RawDocument::digest);
    for (at, source) in sources.iter() {
        if let Ok(source) = source
            && Some(source.root.digest()) == list
        {
            add(at, source.root.digest());
        }
    }
    subjects.into_values().collect()
}
