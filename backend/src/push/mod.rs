//! Pushes: accepted, written down, run in the background, watched; gone on with by whichever server is there when the one
//! that ran them is gone.

mod executor;
mod follow;
mod merge;
mod moves;
mod progress;
mod referrers;
mod tags;
mod undo;
mod work;
mod worker;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use onetag_shared::api::{MoveKind, Problem, ProblemCode, PushJob, PushRequest, PushState, RestoreRequest};
use tokio::sync::watch;

pub(crate) use self::tags::check_guards;
use self::work::Work;
use crate::{
    clock::Clock,
    config::random_token,
    db::{Database, DatabaseError, Lease, StoredJob},
    inspect::Inspector,
    registries::Registries,
    registry::Client,
};

/// How many ended jobs stay in memory for late watchers; the database has them all.
const KEPT: usize = 256;

/// Starts and remembers pushes; cheap to clone.
#[derive(Clone, Debug)]
pub struct Pushes(Arc<Parts>);

/// The parts of [`Pushes`].
#[derive(Debug)]
pub struct Parts {
    client: Client,
    inspector: Inspector,
    registries: Registries,
    database: Database,
    clock: Arc<dyn Clock>,
    /// Which server this is, among all that share the database.
    owner: String,
    /// How long a job stays this server's without a sign of life.
    lease: Duration,
    running: Mutex<HashMap<String, watch::Receiver<Versioned>>>,
}

/// What pushes need of the rest of the server.
#[derive(Debug)]
pub struct PushConfig {
    /// Speaks to registries.
    pub client: Client,
    /// Fetches sources.
    pub inspector: Inspector,
    /// What holds for registries, which other servers may have changed.
    pub registries: Registries,
    /// Keeps jobs.
    pub database: Database,
    /// Tells when leases end.
    pub clock: Arc<dyn Clock>,
    /// How long a job stays a server's that gives no sign of life.
    pub lease: Duration,
}

/// A job's state and which change of it that is: the id of its event, which only grows.
#[derive(Clone, Debug)]
pub struct Versioned {
    /// Counts changes. It starts at the time in milliseconds, so that it also grows from one server to the next.
    pub version: u64,
    /// The state.
    pub job: PushJob,
}

impl std::ops::Deref for Pushes {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Pushes {
    /// Goes on with the jobs that others left unfinished, from now on.
    ///
    /// # Errors
    /// When the operating system has no random bytes.
    pub fn start(config: PushConfig) -> Result<Self, getrandom::Error> {
        let PushConfig { client, inspector, registries, database, clock, lease } = config;
        let owner = random_token()?;
        let running = Mutex::default();
        let pushes = Self(Arc::new(Parts { client, inspector, registries, database, clock, owner, lease, running }));
        tokio::spawn(pushes.clone().take_over());
        Ok(pushes)
    }

    /// Lets go of every job, for a server that stops: another one, or this one once it is started again, goes on at once.
    pub async fn release(&self) {
        if let Err(error) = self.database.push_jobs().release(&self.owner).await {
            tracing::warn!(%error, "pushes that are under way could not be given up, so they are gone on with a little later");
        }
    }

    /// Accepts a push. The same key gives the same job; a key that came with another request is refused.
    pub async fn create(&self, request: PushRequest, key: Option<String>) -> Result<PushJob, Problem> {
        self.accept(Work::Push(Box::new(request)), key).await
    }

    /// Puts an earlier digest back at a tag: a job too.
    pub async fn restore(&self, restore: RestoreRequest, key: Option<String>) -> Result<PushJob, Problem> {
        self.accept(Work::Restore { restore }, key).await
    }

    /// Takes a push back: a job too. Asked for twice, it is the same job.
    pub async fn undo(&self, id: &str) -> Result<PushJob, Problem> {
        let Versioned { job, .. } = self.find(id).await?;
        let work = Work::Undo { undo: id.to_owned(), digest: job.digest.clone(), moved: undo::moved(&job)? };
        // One that failed may go better the next time, once what it met with is out of the way.
        let (tries, last) = self.undos(id).await?;
        let has_failed = last.is_some_and(|job| job.state.is_final() && job.state != PushState::Succeeded);
        let tries = if has_failed { tries + 1 } else { tries };
        self.accept(work, Some(undo_key(id, tries))).await
    }

    /// The job that has taken a push back, if one has.
    pub async fn undone_by(&self, id: &str) -> Result<Option<String>, Problem> {
        let (_, last) = self.undos(id).await?;
        Ok(last.filter(|job| job.state == PushState::Succeeded).map(|job| job.id))
    }

    /// The last undo of a push, and its number; 0 when there is none yet.
    async fn undos(&self, id: &str) -> Result<(usize, Option<PushJob>), Problem> {
        let mut last = (0, None);
        for number in 0.. {
            let key = undo_key(id, number);
            let known = self.database.push_jobs().find_by_key(&key).await.map_err(|error| internal(&error))?;
            let Some(known) = known else { break };
            last = (number, Some(self.find(&known.job.id).await?.job));
        }
        Ok(last)
    }

    /// In a task of its own: a caller that leaves in the middle leaves no job behind that nobody runs.
    async fn accept(&self, work: Work, key: Option<String>) -> Result<PushJob, Problem> {
        let pushes = self.clone();
        tokio::spawn(async move { pushes.write_down(work, key).await })
            .await
            .unwrap_or_else(|error| Err(internal(&error)))
    }

    /// Accepts the push of a gather, which is written down together with it: `insert` does both or neither, and tells which.
    /// `None` when neither.
    pub(crate) async fn create_of_gather<F>(
        &self,
        request: PushRequest,
        insert: impl FnOnce(StoredJob, Lease, i64) -> F + Send + 'static,
    ) -> Result<Option<PushJob>, Problem>
    where
        F: Future<Output = Result<bool, DatabaseError>> + Send,
    {
        let pushes = self.clone();
        let work = Work::Push(Box::new(request));
        tokio::spawn(async move {
            let text = serde_json::to_string(&work).map_err(|error| internal(&error))?;
            pushes.begin(work, text, MoveKind::Gather, insert).await
        })
        .await
        .unwrap_or_else(|error| Err(internal(&error)))
    }

    async fn write_down(&self, work: Work, key: Option<String>) -> Result<PushJob, Problem> {
        let text = serde_json::to_string(&work).map_err(|error| internal(&error))?;
        let kind = work.kind();
        if let Some(job) = self.known(key.as_deref(), &text).await? {
            return Ok(job);
        }
        let jobs = self.database.push_jobs();
        let insert =
            async |stored: StoredJob, lease: Lease, now| jobs.insert(&stored, key.as_deref(), &lease, now).await;
        if let Some(job) = self.begin(work, text.clone(), kind, insert).await? {
            return Ok(job);
        }
        // Another request with this key came first, at the same moment.
        match self.known(key.as_deref(), &text).await? {
            Some(job) => Ok(job),
            None => Err(internal(&"a job that has this key cannot be found")),
        }
    }

    /// Begins a job that `insert` writes down; `None` when it does not.
    async fn begin<F>(
        &self,
        work: Work,
        text: String,
        kind: MoveKind,
        insert: impl FnOnce(StoredJob, Lease, i64) -> F,
    ) -> Result<Option<PushJob>, Problem>
    where
        F: Future<Output = Result<bool, DatabaseError>>,
    {
        work.check()?;
        let job = work.to_job(random_token().map_err(|error| internal(&error))?);
        let job = PushJob { kind, ..job };
        let stored = StoredJob { request: text, job, version: self.first_version(), looked: false };
        let sender = self.remember(&stored);
        match insert(stored.clone(), self.new_lease(), self.now()).await {
            Ok(true) => {}
            Ok(false) => {
                self.forget(&stored.job.id);
                return Ok(None);
            }
            Err(error) => {
                self.forget(&stored.job.id);
                return Err(internal(&error));
            }
        }
        let job = stored.job.clone();
        tokio::spawn(self.clone().run(work, stored, sender));
        Ok(Some(job))
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

    /// The newest state of a job.
    pub async fn find(&self, id: &str) -> Result<Versioned, Problem> {
        if let Some(receiver) = self.watch(id) {
            return Ok(receiver.borrow().clone());
        }
        match self.database.push_jobs().find(id).await.map_err(|error| internal(&error))? {
            Some(stored) => Ok(Versioned { version: stored.version, job: stored.job }),
            None => Err(Problem::new(ProblemCode::NotFound, format!("there is no push `{id}`"))),
        }
    }

    /// To follow a job that is in memory.
    fn watch(&self, id: &str) -> Option<watch::Receiver<Versioned>> {
        self.lock().get(id).cloned()
    }

    fn forget(&self, id: &str) {
        self.lock().remove(id);
    }

    /// Keeps a job that this server is about to work on in memory, for those who watch it.
    fn remember(&self, stored: &StoredJob) -> watch::Sender<Versioned> {
        let (sender, receiver) = watch::channel(Versioned { version: stored.version, job: stored.job.clone() });
        let mut running = self.lock();
        if running.len() >= KEPT {
            running.retain(|_, kept| !kept.borrow().job.state.is_final());
        }
        running.insert(stored.job.id.clone(), receiver);
        sender
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, watch::Receiver<Versioned>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In milliseconds since 1970.
    fn now(&self) -> i64 {
        self.clock.millis()
    }

    fn first_version(&self) -> u64 {
        u64::try_from(self.now()).unwrap_or_default()
    }

    /// This server's, from now on.
    fn new_lease(&self) -> Lease {
        let lasts = i64::try_from(self.lease.as_millis()).unwrap_or(i64::MAX);
        Lease { owner: self.owner.clone(), until: self.now().saturating_add(lasts) }
    }
}

/// The key of each try to take a push back: asked for twice at once, it is the same job.
fn undo_key(id: &str, number: usize) -> String {
    format!("undo {id} {number}")
}

/// Something of ours failed: the words go to the log, not to the caller.
pub(crate) fn internal(error: &dyn fmt::Display) -> Problem {
    tracing::error!(%error, "a request failed");
    Problem::new(ProblemCode::Internal, "the server could not do this; its log says why")
}
