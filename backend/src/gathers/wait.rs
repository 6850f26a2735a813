//! Waiting for what becomes of a gather.

use std::{pin::pin, time::Duration};

use futures::StreamExt;
use onetag_shared::api::{Gather, Problem};

use super::Gathers;

/// How long one request waits at most: proxies give up on an answer after a minute.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// How often a gather is looked up that another server may change.
const INTERVAL: Duration = Duration::from_secs(1);

impl Gathers {
    /// The gather; at once, or as soon as nothing more comes by itself: it is overdue, cancelled, or its push has ended. At
    /// the latest after `wait`.
    pub async fn find(&self, id: &str, wait: Duration) -> Result<Gather, Problem> {
        let start = self.clock.instant();
        let wait = wait.min(LONGEST_WAIT);
        let mut changed = self.changed.subscribe();
        loop {
            let stored = self.stored(id).await?;
            let gather = self.answer(&stored).await?;
            let left = wait.saturating_sub(self.clock.instant().saturating_duration_since(start));
            if left.is_zero() || !gather.state.is_moving() {
                return Ok(gather);
            }
            if let Some(job) = stored.gathering.job() {
                tokio::select! {
                    ended = self.ended(job) => ended?,
                    () = self.clock.sleep(left) => {}
                }
            } else {
                let until_due = u64::try_from(stored.gathering.deadline.saturating_sub(self.now())).unwrap_or_default();
                let pause = left.min(INTERVAL).min(Duration::from_millis(until_due));
                tokio::select! {
                    _ = changed.changed() => {}
                    () = self.clock.sleep(pause) => {}
                }
            }
        }
    }

    /// Returns when a push has ended.
    async fn ended(&self, job: &str) -> Result<(), Problem> {
        let mut states = pin!(self.pushes.follow(job, 0).await?);
        while states.next().await.is_some() {}
        Ok(())
    }
}
