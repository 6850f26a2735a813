//! How far a push has come, for those who watch it.

use onetag_shared::api::{Problem, ProblemCode, PushJob, PushState};
use tokio::sync::watch;

use super::Versioned;

/// Changes a job and tells its watchers.
#[derive(Debug)]
pub(super) struct Tracker {
    sender: watch::Sender<Versioned>,
}

impl Tracker {
    pub(super) const fn new(sender: watch::Sender<Versioned>) -> Self {
        Self { sender }
    }

    /// Which change was the last.
    pub(super) fn version(&self) -> u64 {
        self.sender.borrow().version
    }

    /// The job as it is.
    pub(super) fn job(&self) -> PushJob {
        self.sender.borrow().job.clone()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut PushJob)) {
        self.sender.send_modify(|state| {
            change(&mut state.job);
            state.version += 1;
        });
    }

    /// Adds steps and bytes that are now known to be needed.
    pub(super) fn expect(&self, steps: usize, bytes: u64) {
        self.change(|job| {
            job.progress.steps_total += steps;
            job.progress.bytes_total += bytes;
        });
    }

    /// Says what is being done from now on.
    pub(super) fn begin(&self, doing: &str) {
        self.change(|job| doing.clone_into(&mut job.progress.doing));
    }

    /// One step is done.
    pub(super) fn step(&self) {
        self.change(|job| job.progress.steps_done += 1);
    }

    /// Bytes have been copied.
    pub(super) fn bytes(&self, bytes: u64) {
        self.change(|job| job.progress.bytes_done += bytes);
    }

    /// The job as it is once ended this way; watchers are not told yet.
    pub(super) fn ended(&self, problem: Option<Problem>) -> PushJob {
        let mut job = self.sender.borrow().job.clone();
        job.state = match &problem {
            None => PushState::Succeeded,
            Some(problem) if problem.code == ProblemCode::Conflict => PushState::Conflict,
            Some(_) => PushState::Failed,
        };
        job.problem = problem.map(Box::new);
        job.progress.doing.clear();
        job
    }
}
