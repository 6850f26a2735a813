//! Gathers: pushes that wait for their parts, added one by one, by several jobs at once and on several servers.
//!
//! What may be done is decided by [`onetag_shared::gather`]. A gather is read, changed there, and saved when nobody else has
//! changed it meanwhile; else this begins again. The change that completes it is saved together with its push, so that there
//! is one push whoever comes last, and a gather that misses nothing is never left lying.

mod answer;
mod create;
#[cfg(test)]
mod tests;
mod token;
mod wait;

use std::sync::Arc;

pub use self::token::is_token;
use onetag_shared::{
    api::{Gather, GatherList, GatherPushRequest, GatherState, PartRequest, Problem, ProblemCode, PushJob},
    gather::{self, Added, GatherError, Gathering, Phase},
    platform::Platform,
};
use tokio::sync::watch;

use crate::{
    clock::Clock,
    db::{Database, NewJob, StoredGather},
    inspect::Inspector,
    push::{Pushes, internal},
    registry::Client,
};

/// Gathers on a page at most.
const MOST_LISTED: usize = 100;

/// Keeps gathers and pushes them; cheap to clone.
#[derive(Clone, Debug)]
pub struct Gathers(Arc<Parts>);

/// The parts of [`Gathers`].
#[derive(Debug)]
pub struct Parts {
    client: Client,
    inspector: Inspector,
    pushes: Pushes,
    database: Database,
    clock: Arc<dyn Clock>,
    /// Tells those who wait that a gather has changed here.
    changed: watch::Sender<()>,
}

/// What gathers need of the rest of the server.
#[derive(Debug)]
pub struct GatherConfig {
    /// Looks at tags.
    pub client: Client,
    /// Fetches parts.
    pub inspector: Inspector,
    /// Pushes what is complete.
    pub pushes: Pushes,
    /// Keeps gathers.
    pub database: Database,
    /// Tells when they are overdue.
    pub clock: Arc<dyn Clock>,
}

impl std::ops::Deref for Gathers {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Where a gather stands.
struct Standing {
    state: GatherState,
    push: Option<PushJob>,
    /// The job that took it back.
    undone_by: Option<String>,
}

/// What is to become of a gather that was changed.
enum Next {
    /// It was not.
    Nothing,
    Save,
    /// Saved, and pushed without these platforms.
    Push(Vec<Platform>),
}

impl Gathers {
    /// With those that the database has.
    pub fn new(config: GatherConfig) -> Self {
        let GatherConfig { client, inspector, pushes, database, clock } = config;
        let changed = watch::Sender::new(());
        Self(Arc::new(Parts { client, inspector, pushes, database, clock, changed }))
    }

    /// Adds a part. When it is the last, the push begins.
    pub async fn add(&self, id: &str, request: &PartRequest) -> Result<(Added, Gather), Problem> {
        let stored = self.stored(id).await?;
        let state = self.state(&stored).await?;
        if state == GatherState::Cancelled {
            return Err(GatherError::Closed(state).to_problem());
        }
        stored.gathering.may_come_from(&request.source).map_err(|error| error.to_problem())?;
        // A job that has just moved the tag shall not get an answer that is on its way to somebody else.
        self.inspector.moved(&request.source);
        let source = self.inspector.source(&request.source).await.map_err(|problem| problem.at("/source"))?;
        let now = self.now();
        self.change(id, |gathering, state| {
            let (place, part) = gather::recognise(gathering, request, &source, now)?;
            let added = gathering.add(place, part, request.replace, state)?;
            let next = match added {
                Added::Same => Next::Nothing,
                Added::New | Added::Replaced if gathering.missing().is_empty() => Next::Push(Vec::new()),
                Added::New | Added::Replaced => Next::Save,
            };
            Ok((added, next))
        })
        .await
    }

    /// Pushes it now, without what is missing, or once more.
    pub async fn push(&self, id: &str, request: &GatherPushRequest) -> Result<Gather, Problem> {
        let pushed = self.change(id, |gathering, state| {
            Ok(((), gathering.to_leave_out(request, state)?.map_or(Next::Nothing, Next::Push)))
        });
        Ok(pushed.await?.1)
    }

    /// Calls it off.
    pub async fn cancel(&self, id: &str) -> Result<Gather, Problem> {
        let cancelled = self.change(id, |gathering, state| {
            gathering.cancel(state)?;
            Ok(((), if state == GatherState::Cancelled { Next::Nothing } else { Next::Save }))
        });
        Ok(cancelled.await?.1)
    }

    /// The newest, or those after the page with this cursor.
    pub async fn list(&self, cursor: Option<&str>, limit: Option<usize>) -> Result<GatherList, Problem> {
        let limit = limit.unwrap_or(MOST_LISTED).clamp(1, MOST_LISTED);
        let after = cursor.map(|cursor| {
            let parts = cursor.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id)));
            parts.ok_or_else(|| Problem::new(ProblemCode::InvalidRequest, "that is no cursor of a page of gathers"))
        });
        let after = after.transpose()?;
        let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let page = self.database.gathers().page(after, wanted, self.now()).await.map_err(|error| internal(&error))?;
        let is_last = page.len() <= limit;
        let mut gathers = Vec::new();
        let mut next = None;
        for stored in page.into_iter().take(limit) {
            match stored {
                Ok(stored) => {
                    next = Some(format!("{}-{}", stored.created_at, stored.id));
                    gathers.push(self.answer(&stored).await?);
                }
                Err(error) => tracing::error!(%error, "a gather cannot be read"),
            }
        }
        Ok(GatherList { gathers, next: next.filter(|_| !is_last) })
    }

    /// Changes a gather as `decide` says, which is asked again when somebody else has changed it meanwhile. Each time that
    /// this happens somebody has got further, so that it comes to an end.
    async fn change<T>(
        &self,
        id: &str,
        decide: impl Fn(&mut Gathering, GatherState) -> Result<(T, Next), GatherError>,
    ) -> Result<(T, Gather), Problem> {
        loop {
            let mut stored = self.stored(id).await?;
            let state = self.state(&stored).await?;
            let (done, next) = decide(&mut stored.gathering, state).map_err(|error| error.to_problem())?;
            let is_saved = match next {
                Next::Nothing => return Ok((done, self.answer(&stored).await?)),
                Next::Save => self.save(&stored).await?,
                Next::Push(without) => self.begin(stored, without).await?,
            };
            if is_saved {
                self.changed.send_replace(());
                return Ok((done, self.answer(&self.stored(id).await?).await?));
            }
        }
    }

    async fn save(&self, stored: &StoredGather) -> Result<bool, Problem> {
        self.database.gathers().save(stored, None).await.map_err(|error| internal(&error))
    }

    /// Saves a gather with the push of what has come, or with why there can be none; `false` when somebody else has changed
    /// it meanwhile.
    async fn begin(&self, mut stored: StoredGather, without: Vec<Platform>) -> Result<bool, Problem> {
        let draft = stored.gathering.draft(&without);
        let sources = self.inspector.sources(&draft).await;
        let request = match stored.gathering.push(draft, &sources) {
            Ok(request) => request,
            Err(error) => {
                stored.gathering.phase = Phase::Stuck { problem: Box::new(error.to_problem()), without };
                return self.save(&stored).await;
            }
        };
        let database = self.database.clone();
        let begun = self.pushes.create_of_gather(request, move |job, lease, now| async move {
            stored.gathering.phase = Phase::Begun { job: job.job.id.clone(), without };
            database.gathers().save(&stored, Some(NewJob { stored: &job, lease: &lease, now })).await
        });
        Ok(begun.await?.is_some())
    }

    async fn stored(&self, id: &str) -> Result<StoredGather, Problem> {
        let stored = self.database.gathers().find(id, self.now()).await.map_err(|error| internal(&error))?;
        stored.ok_or_else(|| {
            Problem::new(ProblemCode::NotFound, format!("there is no gather `{id}`"))
                .with_hint("Gathers are kept until seven days after their deadline.")
        })
    }

    async fn state(&self, stored: &StoredGather) -> Result<GatherState, Problem> {
        Ok(self.standing(stored).await?.state)
    }

    /// Where a gather stands, which follows from its push, and from what became of that later.
    async fn standing(&self, stored: &StoredGather) -> Result<Standing, Problem> {
        let push = match stored.gathering.job() {
            Some(job) => Some(self.pushes.find(job).await?.job),
            None => None,
        };
        let undone_by = match &push {
            Some(push) if push.state.is_final() => self.pushes.undone_by(&push.id).await?,
            _ => None,
        };
        let state = push.as_ref().map(|push| push.state);
        let state = stored.gathering.state(self.now(), state, undone_by.is_some());
        Ok(Standing { state, push, undone_by })
    }

    /// In milliseconds since 1970.
    fn now(&self) -> i64 {
        self.clock.millis()
    }
}
