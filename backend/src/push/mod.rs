//! Pushes: accepted, run in the background, watched.

mod executor;
mod progress;

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
};

use futures::FutureExt;
use onetag_shared::api::{Problem, ProblemCode, Progress, PushJob, PushRequest, PushState, PushedTarget};
use tokio::sync::watch;

use crate::{
    config::random_token,
    db::{Database, DatabaseError, StoredJob},
    inspect::Inspector,
    registry::Client,
};

/// How many ended jobs stay in memory for late watchers; the database has them all.
const KEPT: usize = 256;

/// Starts and remembers pushes; cheap to clone.
#[derive(Clone, Debug)]
pub struct Pushes {
    client: Client,
    inspector: Inspector,
    database: Database,
    running: Arc<Mutex<HashMap<String, watch::Receiver<Versioned>>>>,
}

/// A job's state and how many times it has changed, from 1: the id of its event.
#[derive(Clone, Debug)]
pub struct Versioned {
    /// Counts changes.
    pub version: u64,
    /// The state.
    pub job: PushJob,
}

impl Pushes {
    /// Jobs that a server left unfinished when it stopped end as `interrupted`: what they had done is safe to repeat.
    pub async fn start(client: Client, inspector: Inspector, database: Database) -> Result<Self, DatabaseError> {
        for stored in database.push_jobs().unfinished().await?.into_iter().filter_map(readable) {
            let mut job = stored.job;
            job.state = PushState::Failed;
            job.problem = Some(Box::new(
                Problem::new(ProblemCode::Interrupted, "the server stopped while this push was at work")
                    .with_hint("Look at the tags, then push again: every step can be repeated."),
            ));
            database.push_jobs().update(&job).await?;
        }
        Ok(Self { client, inspector, database, running: Arc::default() })
    }

    /// Accepts a push. The same key gives the same job; a key that came with another request is refused.
    ///
    /// In a task of its own: a caller that leaves in the middle leaves no job behind that nobody runs.
    pub async fn create(&self, request: PushRequest, key: Option<String>) -> Result<PushJob, Problem> {
        let pushes = self.clone();
        tokio::spawn(async move { pushes.accept(request, key).await })
            .await
            .unwrap_or_else(|error| Err(internal(&error)))
    }

    async fn accept(&self, request: PushRequest, key: Option<String>) -> Result<PushJob, Problem> {
        let text = serde_json::to_string(&request).map_err(|error| internal(&error))?;
        if let Some(job) = self.known(key.as_deref(), &text).await? {
            return Ok(job);
        }
        check(&request)?;
        let job = PushJob {
            id: random_token().map_err(|error| internal(&error))?,
            state: PushState::Queued,
            digest: request.expected_digest.clone(),
            targets: request
                .targets
                .iter()
                .map(|target| PushedTarget { reference: target.reference.clone(), before: None, after: None })
                .collect(),
            progress: Progress::default(),
            problem: None,
        };
        let (sender, receiver) = watch::channel(Versioned { version: 1, job: job.clone() });
        self.remember(&job.id, receiver);
        match self.database.push_jobs().insert(&job, key.as_deref(), &text).await {
            Ok(true) => {}
            // Another request with this key came first, at the same moment.
            Ok(false) => {
                self.forget(&job.id);
                return match self.known(key.as_deref(), &text).await? {
                    Some(job) => Ok(job),
                    None => Err(internal(&"a job that has this key cannot be found")),
                };
            }
            Err(error) => {
                self.forget(&job.id);
                return Err(internal(&error));
            }
        }
        let pushes = self.clone();
        tokio::spawn(async move { pushes.run(request, sender).await });
        Ok(job)
    }

    /// The job that was started with this key, if there is one; it must have been for the same request.
    async fn known(&self, key: Option<&str>, request: &str) -> Result<Option<PushJob>, Problem> {
        let Some(key) = key else { return Ok(None) };
        let Some(stored) = self.database.push_jobs().find_by_key(key).await.map_err(|error| internal(&error))? else {
            return Ok(None);
        };
        if stored.request == request {
            return Ok(Some(self.find(&stored.job.id).await?.job));
        }
        Err(Problem::new(
            ProblemCode::IdempotencyKeyReused,
            "this Idempotency-Key came before, with another draft or other targets",
        )
        .with_hint("Make up a new key for each push."))
    }

    async fn run(&self, request: PushRequest, sender: watch::Sender<Versioned>) {
        let tracker = progress::Tracker::new(sender);
        tracker.change(|job| job.state = PushState::Running);
        let executor = executor::Executor { client: &self.client, inspector: &self.inspector, tracker: &tracker };
        // A mistake of ours ends this push with a problem, rather than leaving it at work for ever.
        let outcome = AssertUnwindSafe(executor.run(&request)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|_| Err(internal(&"a push panicked")));
        let ended = tracker.ended(outcome.err());
        // Saved before it is told: whoever sees the end finds it again after a restart.
        if let Err(error) = self.database.push_jobs().update(&ended).await {
            tracing::error!(%error, job = ended.id, "the end of a push could not be saved");
        }
        tracker.change(|job| *job = ended);
    }

    /// The newest state of a job.
    pub async fn find(&self, id: &str) -> Result<Versioned, Problem> {
        if let Some(receiver) = self.watch(id) {
            return Ok(receiver.borrow().clone());
        }
        match self.database.push_jobs().find(id).await.map_err(|error| internal(&error))? {
            Some(stored) => Ok(Versioned { version: 1, job: stored.job }),
            None => Err(Problem::new(ProblemCode::NotFound, format!("there is no push `{id}`"))),
        }
    }

    /// To follow a job that is in memory.
    pub fn watch(&self, id: &str) -> Option<watch::Receiver<Versioned>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn forget(&self, id: &str) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    fn remember(&self, id: &str, receiver: watch::Receiver<Versioned>) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.len() >= KEPT {
            running.retain(|_, kept| !kept.borrow().job.state.is_final());
        }
        running.insert(id.to_owned(), receiver);
    }
}

/// A row that cannot be read does not keep the server from starting.
fn readable(stored: Result<StoredJob, DatabaseError>) -> Option<StoredJob> {
    stored.inspect_err(|error| tracing::error!(%error, "a push that had not ended cannot be read")).ok()
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
        if let Some(digest) = target.reference.digest() {
            return Err(Problem::new(
                ProblemCode::TargetIsDigest,
                format!("{} names the digest {}, and a digest cannot be moved", target.reference, digest.short()),
            )
            .with_hint("Name a tag, without @ and what follows it.")
            .at(format!("/targets/{index}/ref")));
        }
    }
    Ok(())
}

/// Something of ours failed: the words go to the log, not to the caller.
pub(crate) fn internal(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "a request failed");
    Problem::new(ProblemCode::Internal, "the server could not do this; its log says why")
}
