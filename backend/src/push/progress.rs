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

    /// Bytes have been copied. Watchers are told of each thousandth part: of more they would only be busy.
    pub(super) fn bytes(&self, bytes: u64) {
        self.sender.send_if_modified(|state| {
            let progress = &mut state.job.progress;
            let total = u128::from(progress.bytes_total.max(1));
            let part = |done: u64| u128::from(done) * 1000 / total;
            let before = part(progress.bytes_done);
            progress.bytes_done += bytes;
            let is_news = part(progress.bytes_done) != before;
            state.version += u64::from(is_news);
            is_news
        });
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

#[cfg(test)]
mod tests {
    use onetag_shared::{api::Progress, digest::Digest};
    use serde_json::json;

    use super::*;

    #[test]
    fn watchers_are_told_of_each_thousandth_part_and_the_count_is_exact() {
        const TOTAL: u64 = 1 << 30;
        const PIECE: u64 = 16 * 1024;
        let job = json!({"id": "j", "state": "running", "digest": Digest::of(b""), "targets": [], "problem": null,
            "progress": Progress::default()});
        let job: PushJob = serde_json::from_value(job).unwrap();
        let (sender, mut receiver) = watch::channel(Versioned { version: 0, job });
        let tracker = Tracker::new(sender);
        tracker.expect(1, TOTAL);
        let mut told = 0;
        for _ in 0..TOTAL / PIECE {
            tracker.bytes(PIECE);
            told += usize::from(receiver.has_changed().unwrap_or_default());
            receiver.mark_unchanged();
        }
        assert!((990..=1001).contains(&told), "{told} times");
        assert_eq!(tracker.job().progress.bytes_done, TOTAL);
        assert_eq!(receiver.borrow_and_update().version, tracker.version());
    }
}
