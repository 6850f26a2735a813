//! Everything about a reference: its document, its children, their configs, as they arrive.

mod attestations;
mod collect;
mod documents;
mod referrers;
mod select;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::future::join_all;
use onetag_shared::{
    api::{InspectEvent, Inspection, Part, Problem, ProblemCode},
    descriptor::Descriptor,
    document::{Document, List, RawDocument},
    list::Draft,
    reference::Reference,
    source::{NestedLists, Source, Sources, wanted_config},
};
use tokio::sync::{Semaphore, mpsc};

use self::{collect::Collected, documents::Documents};
use crate::registry::Client;

/// Children of one list that are fetched, with those of the lists in it. The largest lists in use have some hundreds.
const MOST_CHILDREN: usize = 1000;

/// Bytes that one inspection hands on, all documents together: what a hostile list can make this server fetch and hold.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Fetches inspections.
#[derive(Clone, Debug)]
pub struct Inspector {
    client: Client,
    documents: Documents,
    /// Places for statements that are read.
    statements: Arc<Semaphore>,
}

impl Inspector {
    /// One that has nothing yet.
    pub fn new(client: Client) -> Self {
        let statements = Arc::new(Semaphore::new(attestations::AT_ONCE));
        Self { documents: Documents::new(client.clone()), client, statements }
    }

    /// The manifest at a reference.
    pub async fn manifest(&self, reference: &Reference, expected: Option<&Descriptor>) -> Result<RawDocument, Problem> {
        let (client, at, of) = (self.client.clone(), reference.clone(), expected.cloned());
        let fetch = async move { client.manifest(&at, of.as_ref()).await.map_err(|error| error.to_problem()) };
        match reference.digest() {
            Some(digest) => self.documents.by_digest(reference, digest, fetch).await,
            None => self.documents.by_tag(reference, fetch).await,
        }
    }

    /// A config blob.
    pub async fn config(&self, repository: &Reference, descriptor: &Descriptor) -> Result<RawDocument, Problem> {
        let fetch = async {
            let bytes = self.client.blob(repository, descriptor).await.map_err(|error| error.to_problem())?;
            // That the manifest says another size is not the config's fault.
            let descriptor = Descriptor { size: bytes.len() as u64, ..descriptor.clone() };
            RawDocument::of_blob(&descriptor, bytes.to_vec()).map_err(|error| error.to_problem())
        };
        self.documents.by_digest(repository, &descriptor.digest, fetch).await
    }

    /// A tag was moved: who asks from now on gets what it holds now.
    pub fn moved(&self, tag: &Reference) {
        self.documents.moved(tag);
    }

    /// Streams the parts of an inspection: the root, then manifests and configs as they arrive, then `Done`; or one
    /// `Problem`. The work ends when the receiver is dropped.
    pub fn stream(&self, reference: Reference) -> mpsc::Receiver<InspectEvent> {
        self.start(reference, false)
    }

    /// The same for a page that was served with what its tag held ([`Self::hand_to_page`]): that is not asked for again.
    pub fn stream_to_page(&self, reference: Reference) -> mpsc::Receiver<InspectEvent> {
        self.start(reference, true)
    }

    fn start(&self, reference: Reference, to_page: bool) -> mpsc::Receiver<InspectEvent> {
        let (sender, receiver) = mpsc::channel(16);
        let inspector = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = inspector.run(reference, to_page, &sender) => {}
                () = sender.closed() => {}
            }
        });
        receiver
    }

    async fn run(&self, reference: Reference, to_page: bool, sender: &mpsc::Sender<InspectEvent>) {
        let last = match self.parts(&reference, to_page, sender).await {
            Ok(()) => InspectEvent::Done,
            Err(problem) => InspectEvent::Problem(Box::new(problem)),
        };
        let _ = sender.send(last).await;
    }

    async fn parts(
        &self,
        reference: &Reference,
        to_page: bool,
        sender: &mpsc::Sender<InspectEvent>,
    ) -> Result<(), Problem> {
        let is_tag = reference.digest().is_none();
        let handed = if to_page && is_tag { self.documents.take_handed(reference).await } else { None };
        let root = match handed {
            Some(root) => root,
            None => self.manifest(reference, None).await?,
        };
        let parsed = root.parse().map_err(|error| error.to_problem())?;
        let event = InspectEvent::Root { reference: reference.to_string(), root: root.to_served() };
        let _ = sender.send(event).await;
        let repository = reference.repository_only();
        let look = Look { inspector: self, repository: &repository, sender, left: AtomicUsize::new(MOST_BYTES) };
        match &parsed {
            Document::List(list) => look.list(list).await,
            _ => look.config(&[], &root).await,
        }
        Ok(())
    }

    /// The whole inspection at once.
    pub async fn inspect(&self, reference: &Reference) -> Result<Inspection, Problem> {
        collect(self.stream(reference.clone())).await
    }

    /// The inspection, checked and parsed: what plans are made of.
    pub async fn source(&self, reference: &Reference) -> Result<Source, Problem> {
        let inspection = self.inspect(reference).await?;
        Source::from_inspection(&inspection).map_err(|error| error.to_problem())
    }

    /// The same for a page that was served with what its tag held ([`Self::hand_to_page`]).
    pub async fn source_to_page(&self, reference: &Reference) -> Result<Source, Problem> {
        let inspection = collect(self.stream_to_page(reference.clone())).await?;
        Source::from_inspection(&inspection).map_err(|error| error.to_problem())
    }

    /// Keeps what was just found for the page that is served with it: the page asks for the same at once, by
    /// [`Self::stream_to_page`].
    pub async fn hand_to_page(&self, source: &Source) {
        if source.reference.digest().is_none() {
            self.documents.hand(&source.reference, &source.root).await;
        }
    }

    /// Does it take no login of ours to read there? Then it is nobody's secret.
    pub async fn is_open(&self, repository: &Reference) -> bool {
        self.client.reader(repository).await.is_ok_and(|reader| reader.is_anonymous())
    }

    /// Everything that a draft names.
    pub async fn sources(&self, draft: &Draft) -> Sources {
        self.all(&draft.references().collect(), || {}).await
    }

    /// All of these; tells of each that is done.
    pub async fn all(&self, wanted: &BTreeSet<&Reference>, done: impl Fn()) -> Sources {
        let fetched = join_all(wanted.iter().map(|reference| async {
            let source = self.source(reference).await;
            done();
            source
        }));
        let mut sources = Sources::default();
        for (reference, source) in wanted.iter().zip(fetched.await) {
            sources.insert((*reference).clone(), source);
        }
        sources
    }
}

/// All parts together.
async fn collect(mut events: mpsc::Receiver<InspectEvent>) -> Result<Inspection, Problem> {
    let mut collected = Collected::default();
    while let Some(event) = events.recv().await {
        match event {
            InspectEvent::Done => break,
            InspectEvent::Problem(problem) => return Err(*problem),
            part => collected.take(part)?,
        }
    }
    collected.into_inspection()
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
    /// The children of a list, all at once; then those of the lists among them, level by level.
    async fn list(&self, root: &List) {
        let mut nested = NestedLists::of(root);
        let entries = |path: &[usize], list: &List| -> Vec<(Vec<usize>, Descriptor)> {
            let at = |index| path.iter().copied().chain([index]).collect();
            list.manifests.iter().enumerate().map(|(index, child)| (at(index), child.clone())).collect()
        };
        let mut level = entries(&[], root);
        let (mut depth, mut before) = (0, 0);
        while !level.is_empty() {
            depth += 1;
            let children = level.iter().enumerate();
            let children = children.map(|(place, (path, child))| self.child(before + place, path, child));
            let found = join_all(children).await;
            before += level.len();
            let lists = level.iter().zip(&found);
            let lists = lists.filter_map(|((path, _), found)| Some((path, nested.open(depth, found.as_ref()?)?)));
            level = lists.flat_map(|(path, list)| entries(path, &list)).collect();
        }
    }

    /// The document of a list's entry and its config. `place` counts all entries that were asked for.
    async fn child(&self, place: usize, path: &[usize], descriptor: &Descriptor) -> Option<RawDocument> {
        let at = self.repository.clone().with_digest(descriptor.digest.clone());
        let manifest = async {
            if place >= MOST_CHILDREN {
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
        let event = match path {
            [index] => InspectEvent::Manifest { index: *index, part },
            _ => InspectEvent::NestedManifest { path: path.to_vec(), part },
        };
        let _ = self.sender.send(event).await;
        let manifest = manifest.ok()?;
        self.config(path, &manifest).await;
        Some(manifest)
    }

    async fn config(&self, path: &[usize], manifest: &RawDocument) {
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
        let event = match path {
            [] => InspectEvent::Config { index: None, part },
            [index] => InspectEvent::Config { index: Some(*index), part },
            _ => InspectEvent::NestedConfig { path: path.to_vec(), part },
        };
        let _ = self.sender.send(event).await;
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

fn stopped() -> Problem {
    Problem::new(ProblemCode::Internal, "the inspection stopped before it was complete")
}
