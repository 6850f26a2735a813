//! Runs jobs: one's own, and those that a server left that is gone.

use std::{panic::AssertUnwindSafe, sync::atomic::AtomicBool};

use futures::FutureExt;
use onetag_shared::api::{Problem, ProblemCode, Progress, PushState};
use tokio::sync::watch;

use super::{Pushes, Versioned, executor::Executor, internal, moves, progress::Tracker, work::Work};
use crate::db::StoredJob;

impl Pushes {
    /// Looks again and again for jobs that nobody is at work on, and goes on with them.
    pub(super) async fn take_over(self) {
        loop {
            match self.database.push_jobs().claim(&self.new_lease(), self.now()).await {
                Ok(Some(Ok(stored))) => {
                    self.registries.refresh().await;
                    self.resume(stored);
                    continue;
                }
                Ok(Some(Err(error))) => {
                    tracing::error!(%error, "a push that had not ended cannot be read");
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "pushes that had not ended cannot be looked for"),
            }
            self.clock.sleep(self.lease / 3).await;
        }
    }

    fn resume(&self, mut stored: StoredJob) {
        tracing::info!(job = stored.job.id, "going on with a push that was left");
        stored.version = self.first_version().max(stored.version + 1);
        let work: Work = match serde_json::from_str(&stored.request) {
            Ok(work) => work,
            Err(error) => {
                // Nobody runs it, so it is not kept in memory: who follows it reads its end in the database.
                let state = Versioned { version: stored.version, job: stored.job.clone() };
                let ended = Tracker::new(watch::Sender::new(state)).ended(Some(internal(&error)));
                let pushes = self.clone();
                tokio::spawn(async move { pushes.end(StoredJob { job: ended, ..stored }).await });
                return;
            }
        };
        // It starts again from the beginning: every step finds what was done before.
        stored.job.progress = Progress::default();
        for target in &mut stored.job.targets {
            target.after = None;
        }
        let sender = self.remember(&stored);
        tokio::spawn(self.clone().run(work, stored, sender));
    }

    /// Runs a job whose lease this server has.
    pub(super) async fn run(self, work: Work, stored: StoredJob, sender: watch::Sender<Versioned>) {
        let id = stored.job.id.clone();
        let tracker = Tracker::new(sender);
        tracker.change(|job| job.state = PushState::Running);
        let looked = AtomicBool::new(stored.looked);
        let executor = Executor { pushes: &self, tracker: &tracker, request: &stored.request, looked: &looked };
        let doing = async {
            match &work {
                Work::Push(request) => executor.run(request).await,
                Work::Undo { .. } | Work::Restore { .. } => executor.put_back(&work.put_back()).await,
            }
        };
        let outcome = tokio::select! {
            // A mistake of ours ends this push with a problem, rather than leaving it at work for ever.
            outcome = AssertUnwindSafe(doing).catch_unwind() => {
                outcome.unwrap_or_else(|_| Err(internal(&"a push panicked")))
            }
            () = self.keep(&executor) => {
                // Another server has it now, and tells how it goes on.
                self.forget(&id);
                return;
            }
        };
        if outcome.as_ref().is_err_and(|problem| problem.code == ProblemCode::Interrupted) {
            self.forget(&id);
            return;
        }
        let ended = tracker.ended(outcome.err());
        let (version, looked) = (tracker.version() + 1, looked.into_inner());
        // Saved before it is told: whoever sees the end finds it again after a restart.
        self.end(StoredJob { request: stored.request, job: ended.clone(), version, looked }).await;
        tracker.change(|job| *job = ended);
    }

    /// Saves the end of a job.
    async fn end(&self, stored: StoredJob) {
        let moves = if stored.looked { moves::ended(&stored.job, self.now()) } else { Vec::new() };
        match self.database.push_jobs().save_with(&stored, &self.new_lease(), &moves).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(job = stored.job.id, "a push ended after another server had taken it over"),
            Err(error) => tracing::error!(%error, job = stored.job.id, "the end of a push could not be saved"),
        }
    }

    /// Gives signs of life while a job is at work; returns when it is another server's.
    async fn keep(&self, executor: &Executor<'_>) {
        let mut certain_until = self.now();
        loop {
            match executor.save().await {
                Ok(true) => certain_until = self.new_lease().until,
                Ok(false) => {
                    tracing::warn!("a push was taken over by another server, which took this one for gone");
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "a sign of life could not be given");
                    if self.now() > certain_until {
                        return;
                    }
                }
            }
            self.clock.sleep(self.lease / 3).await;
        }
    }
}

/// The job is another server's, which goes on with it.
pub(super) fn taken_over() -> Problem {
    Problem::new(ProblemCode::Interrupted, "another server has taken this push over")
}
