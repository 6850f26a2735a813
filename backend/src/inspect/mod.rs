//! Everything about a reference: its document, its children, their configs, as they arrive.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{StreamExt, stream::FuturesUnordered};
use moka::future::Cache;
use onetag_shared::{
    api::{Child, InspectEvent, Inspection, Part, Problem, ProblemCode},
    descriptor::Descriptor,
    digest::Digest,
    document::{Document, RawDocument},
    reference::Reference,
    source::{Source, wanted_config},
};
use tokio::sync::mpsc;

use crate::registry::Client;

/// Documents kept in memory, by their weight in bytes.
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// Children of one list that are fetched. The largest lists in use have some hundreds.
const MOST_CHILDREN: usize = 1000;

/// Bytes that one inspection hands on, all documents together: what a hostile list can make this server fetch and hold.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Fetches inspections. What has a digest is kept, by repository and digest; a tag is asked for each time.
///
/// The cache serves one person's credentials: a server for several people needs one for each.
#[derive(Clone, Debug)]
pub struct Inspector {
    client: Client,
    documents: Cache<(String, Digest), RawDocument>,
}

impl Inspector {
    /// With an empty cache.
    pub fn new(client: Client) -> Self {
        let documents = Cache::builder()
            .max_capacity(CACHE_BYTES)
            .weigher(|_, document: &RawDocument| u32::try_from(document.bytes().len()).unwrap_or(u32::MAX))
            .build();
        Self { client, documents }
    }

    /// The manifest at a reference. Several callers that want the same digest at once cost one request.
    pub async fn manifest(&self, reference: &Reference, expected: Option<&Descriptor>) -> Result<RawDocument, Problem> {
        if let Some(digest) = reference.digest() {
            let fetch = async { self.client.manifest(reference, expected).await.map_err(|error| error.to_problem()) };
            return self
                .documents
                .try_get_with((reference.repo(), digest.clone()), fetch)
                .await
                .map_err(|problem| Problem::clone(&problem));
        }
        let document = self.client.manifest(reference, expected).await.map_err(|error| error.to_problem())?;
        self.documents.insert((reference.repo(), document.digest().clone()), document.clone()).await;
        Ok(document)
    }

    /// A config blob.
    async fn config(&self, repository: &Reference, descriptor: &Descriptor) -> Result<RawDocument, Problem> {
        let fetch = async {
            let bytes = self.client.blob(repository, descriptor).await.map_err(|error| error.to_problem())?;
            RawDocument::of_blob(descriptor, bytes.to_vec()).map_err(|error| error.to_problem())
        };
        self.documents
            .try_get_with((repository.repo(), descriptor.digest.clone()), fetch)
            .await
            .map_err(|problem| Problem::clone(&problem))
    }

    /// Streams the parts of an inspection: the root, then manifests and configs as they arrive, then `Done`; or one
    /// `Problem`. The work ends when the receiver is dropped.
    pub fn stream(&self, reference: Reference) -> mpsc::Receiver<InspectEvent> {
        let (sender, receiver) = mpsc::channel(16);
        let inspector = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = inspector.run(reference, &sender) => {}
                () = sender.closed() => {}
            }
        });
        receiver
    }

    async fn run(&self, reference: Reference, sender: &mpsc::Sender<InspectEvent>) {
        let last = match self.parts(&reference, sender).await {
            Ok(()) => InspectEvent::Done,
            Err(problem) => InspectEvent::Problem(Box::new(problem)),
        };
        let _ = sender.send(last).await;
    }

    async fn parts(&self, reference: &Reference, sender: &mpsc::Sender<InspectEvent>) -> Result<(), Problem> {
        let root = self.manifest(reference, None).await?;
        let parsed = root.parse().map_err(|error| error.to_problem())?;
        let event = InspectEvent::Root { reference: reference.to_string(), root: root.to_served() };
        let _ = sender.send(event).await;
        let repository = reference.repository_only();
        let look = Look { inspector: self, repository: &repository, sender, left: AtomicUsize::new(MOST_BYTES) };
        match &parsed {
            Document::List(list) => {
                let mut children: FuturesUnordered<_> = list
                    .manifests
                    .iter()
                    .enumerate()
                    .map(|(index, descriptor)| look.child(index, descriptor))
                    .collect();
                while children.next().await.is_some() {}
            }
            _ => look.config(None, &root).await,
        }
        Ok(())
    }

    /// The whole inspection at once.
    pub async fn inspect(&self, reference: &Reference) -> Result<Inspection, Problem> {
        let mut events = self.stream(reference.clone());
        let mut inspection: Option<Inspection> = None;
        while let Some(event) = events.recv().await {
            match (event, &mut inspection) {
                (InspectEvent::Root { reference, root }, none) => {
                    *none = Some(Inspection { reference, root, config: None, children: Vec::new() });
                }
                (InspectEvent::Manifest { index, part }, Some(inspection)) => {
                    let digest = match &part {
                        Part::Document(document) => document.digest.clone(),
                        Part::Problem(_) => missing_digest(inspection, index)?,
                    };
                    inspection.children.push(Child { index, digest, manifest: part, config: None });
                }
                (InspectEvent::Config { index: None, part }, Some(inspection)) => inspection.config = Some(part),
                (InspectEvent::Config { index: Some(index), part }, Some(inspection)) => {
                    if let Some(child) = inspection.children.iter_mut().find(|child| child.index == index) {
                        child.config = Some(part);
                    }
                }
                (InspectEvent::Problem(problem), _) => return Err(*problem),
                (InspectEvent::Done, _) => break,
                (InspectEvent::Manifest { .. } | InspectEvent::Config { .. }, None) => {}
            }
        }
        let mut inspection = inspection.ok_or_else(stopped)?;
        inspection.children.sort_by_key(|child| child.index);
        Ok(inspection)
    }

    /// The inspection, checked and parsed: what plans are made of.
    pub async fn source(&self, reference: &Reference) -> Result<Source, Problem> {
        let inspection = self.inspect(reference).await?;
        Source::from_inspection(&inspection).map_err(|error| error.to_problem())
    }
}

/// What the parts of one inspection share.
struct Look<'a> {
    inspector: &'a Inspector,
    repository: &'a Reference,
    sender: &'a mpsc::Sender<InspectEvent>,
    /// Bytes that may still be handed on.
    left: AtomicUsize,
}

impl Look<'_> {
    async fn child(&self, index: usize, descriptor: &Descriptor) {
        let at = self.repository.clone().with_digest(descriptor.digest.clone());
        let manifest = async {
            if index >= MOST_CHILDREN {
                return Err(too_much(format!("of a list's entries the first {MOST_CHILDREN} are fetched")));
            }
            self.take(0)?;
            let manifest = self.inspector.manifest(&at, Some(descriptor)).await?;
            self.take(manifest.bytes().len())?;
            Ok(manifest)
        };
        let manifest = manifest.await;
        let part = match &manifest {
            Ok(manifest) => Part::Document(manifest.to_served()),
            Err(problem) => Part::Problem(Box::new(missing(problem))),
        };
        let _ = self.sender.send(InspectEvent::Manifest { index, part }).await;
        if let Ok(manifest) = manifest {
            self.config(Some(index), &manifest).await;
        }
    }

    async fn config(&self, index: Option<usize>, manifest: &RawDocument) {
        let Some(descriptor) = wanted_config(manifest) else { return };
        let config = async {
            self.take(0)?;
            let config = self.inspector.config(self.repository, &descriptor).await?;
            self.take(config.bytes().len())?;
            Ok(config)
        };
        let part = match config.await {
            Ok(config) => Part::Document(config.to_served()),
            Err(problem) => Part::Problem(Box::new(problem)),
        };
        let _ = self.sender.send(InspectEvent::Config { index, part }).await;
    }

    /// Takes bytes from what may still be handed on.
    fn take(&self, bytes: usize) -> Result<(), Problem> {
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(bytes).filter(|left| *left > 0)
        });
        taken.map(|_| ()).map_err(|_| {
            self.left.store(0, Ordering::Relaxed);
            too_much(format!("the list's images have more than {} MiB of manifests and configs", MOST_BYTES >> 20))
        })
    }
}

/// Why an image of a list cannot be had, with what that means for the list.
fn missing(problem: &Problem) -> Problem {
    let problem = problem.clone();
    if !matches!(problem.code, ProblemCode::ManifestUnknown | ProblemCode::BlobUnknown) {
        return problem;
    }
    problem.with_hint(
        "Pulls on this platform fail. Push the image again into this repository, or take it out of the list.",
    )
}

fn too_much(words: String) -> Problem {
    Problem::new(ProblemCode::TooLarge, words).with_hint("Look at the image by itself, by its digest.")
}

/// The digest of a child that could not be had: the list's own word for it.
fn missing_digest(inspection: &Inspection, index: usize) -> Result<Digest, Problem> {
    let root = RawDocument::from_served(&inspection.root).map_err(|error| error.to_problem())?;
    match root.parse().map_err(|error| error.to_problem())? {
        Document::List(list) => list.manifests.get(index).map(|child| child.digest.clone()).ok_or_else(stopped),
        _ => Err(stopped()),
    }
}

fn stopped() -> Problem {
    Problem::new(ProblemCode::Internal, "the inspection stopped before it was complete")
}
