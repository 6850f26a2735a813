//! Follows jobs, wherever they run.

use std::time::Duration;

use futures::{Stream, stream};
use onetag_shared::api::Problem;

use super::{Pushes, Versioned};

/// How often a job is looked up that another server runs.
const INTERVAL: Duration = Duration::from_secs(1);

impl Pushes {
    /// The states of a job after the version that was seen, until its end: the newest at once. Where another server runs
    /// it, those that it has saved.
    pub async fn follow(&self, id: &str, seen: u64) -> Result<impl Stream<Item = Versioned> + use<>, Problem> {
        self.find(id).await?;
        let state = Following { pushes: self.clone(), id: id.to_owned(), seen, is_over: false };
        Ok(stream::unfold(state, |mut state| async move {
            let next = state.next().await?;
            Some((next, state))
        }))
    }
}

struct Following {
    pushes: Pushes,
    id: String,
    seen: u64,
    is_over: bool,
}

impl Following {
    async fn next(&mut self) -> Option<Versioned> {
        while !self.is_over {
            let current = match self.pushes.watch(&self.id) {
                Some(mut receiver) => {
                    let news = receiver.wait_for(|state| state.version > self.seen || state.job.state.is_final());
                    let news = news.await.map(|state| state.clone());
                    // Nobody here runs it any more: another server does.
                    match news {
                        Ok(state) => Some(state),
                        Err(_) => self.stored().await,
                    }
                }
                None => self.stored().await,
            };
            if let Some(current) = current {
                self.seen = current.version;
                self.is_over = current.job.state.is_final();
                return Some(current);
            }
            self.pushes.clock.sleep(INTERVAL).await;
        }
        None
    }

    /// What the database has, if it is news.
    async fn stored(&mut self) -> Option<Versioned> {
        let stored = self.pushes.database.push_jobs().find(&self.id).await;
        let stored = stored.inspect_err(|error| tracing::warn!(%error, "a push cannot be looked up")).ok().flatten()?;
        let current = Versioned { version: stored.version, job: stored.job };
        (current.version > self.seen || current.job.state.is_final()).then_some(current)
    }
}
