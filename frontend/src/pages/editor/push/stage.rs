//! Where a push stands: pure, from what is kept of it and what was heard.

use onetag_shared::{
    api::{Problem, ProblemCode, PushJob},
    list::Draft,
};

use super::super::facts::row_of;
use crate::state::drafts::{Sender, StoredPush};

/// How long another tab may take to hand a push to the server, in seconds. After that it is taken to be gone.
pub(super) const PATIENCE: i64 = 20;

/// Where the push of this draft stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    /// None was started.
    Idle,
    /// What the draft names is looked at once more before it is sent: so many tags.
    Checking(usize),
    /// The list has become another one while that was looked at.
    Changed,
    /// It is on its way to the server.
    Sending,
    /// It was on its way when the page was left.
    Unsent,
    /// The server has it; what became of it is being asked. If contact is lost, why.
    Asking(Option<Box<Problem>>),
    /// The server knows it; if contact is lost, why.
    Job(Box<PushJob>, Option<Box<Problem>>),
    /// The server did not take it, or cannot be reached, or knows it no more.
    Refused(Box<Problem>),
}

/// What a page has heard of a push beside what is kept of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct News<'a> {
    /// What the server told of it last.
    pub(super) job: Option<&'a PushJob>,
    /// Why nothing more is heard of it.
    pub(super) lost: Option<&'a Problem>,
    /// The key of the push that this page is sending.
    pub(super) sending: Option<&'a str>,
    /// The name of this tab.
    pub(super) tab: &'a str,
    /// The time, in seconds.
    pub(super) now: i64,
}

impl Stage {
    /// Is it under way, so that no other can be started?
    pub(super) fn is_busy(&self) -> bool {
        match self {
            Self::Checking(_) | Self::Sending | Self::Asking(_) => true,
            Self::Job(job, _) => !job.state.is_final(),
            Self::Idle | Self::Changed | Self::Unsent | Self::Refused(_) => false,
        }
    }

    /// What is kept of the push, and what was heard.
    pub(super) fn of(stored: Option<&StoredPush>, news: News<'_>) -> Self {
        let Some(StoredPush { key, id, refused, ended, sender, .. }) = stored else { return Self::Idle };
        if let Some(job) = ended {
            return Self::Job(job.clone(), None);
        }
        if let Some(problem) = refused {
            return Self::Refused(problem.clone());
        }
        let lost = || news.lost.cloned().map(Box::new);
        match id {
            Some(id) => match news.job.filter(|job| job.id == *id) {
                Some(job) => Self::Job(Box::new(job.clone()), lost()),
                None => Self::Asking(lost()),
            },
            None if news.sending == Some(key) || sender.as_ref().is_some_and(|sender| is_at_it(sender, news)) => {
                Self::Sending
            }
            None => Self::Unsent,
        }
    }
}

/// Is another tab handing it over? What this tab was about before it was loaded again is lost.
fn is_at_it(sender: &Sender, news: News<'_>) -> bool {
    sender.tab != news.tab && news.now - sender.since < PATIENCE
}

/// May the same push go better when it is sent again? Not when the server has said what is wrong with it.
pub(super) fn may_send_again(problem: &Problem) -> bool {
    matches!(problem.code, ProblemCode::Internal | ProblemCode::TooManyRequests | ProblemCode::AccessKeyRequired)
}

/// Does the server see another list than this page? Then the sources have to be looked at again.
pub(super) fn sees_otherwise(problem: &Problem) -> bool {
    use ProblemCode::{DraftHasErrors, PreviewMismatch, SourceChanged};
    matches!(problem.code, DraftHasErrors | PreviewMismatch | SourceChanged)
}

/// The row that a problem of this push is about, where it is by now.
pub(super) fn row_at_fault(problem: &Problem, sent: &Draft, now: &Draft) -> Option<usize> {
    let place = row_of(problem.pointer.as_deref()?.strip_prefix("/draft")?)?;
    let source = &sent.entries.get(place)?.source;
    let is_it = |place: usize| now.entries.get(place).is_some_and(|entry| entry.source == *source);
    std::iter::once(place).chain(0..now.entries.len()).find(|place| is_it(*place))
}

#[cfg(test)]
mod tests {
    use onetag_shared::{
        api::{MoveKind, Progress, PushOptions, PushRequest, PushState},
        digest::Digest,
        list::Entry,
    };

    use super::*;

    fn stored(id: Option<&str>) -> StoredPush {
        let request = PushRequest {
            draft: Draft::default(),
            expected_digest: Digest::of(b"list"),
            targets: Vec::new(),
            options: PushOptions::default(),
        };
        StoredPush { id: id.map(str::to_owned), ..StoredPush::new("key".to_owned(), request) }
    }

    fn job(id: &str, state: PushState) -> PushJob {
        PushJob {
            id: id.to_owned(),
            kind: MoveKind::Push,
            state,
            undoes: None,
            digest: Digest::of(b"list"),
            merged: Vec::new(),
            referrers: Vec::new(),
            left_behind: Vec::new(),
            progress: Progress::default(),
            targets: Vec::new(),
            problem: None,
        }
    }

    fn problem(code: ProblemCode) -> Problem {
        Problem::new(code, "no answer")
    }

    #[test]
    fn a_push_that_nobody_answered_is_not_sent_by_itself() {
        assert_eq!(Stage::of(None, News::default()), Stage::Idle);
        assert_eq!(Stage::of(Some(&stored(None)), News { sending: Some("key"), ..News::default() }), Stage::Sending);
        assert_eq!(Stage::of(Some(&stored(None)), News { sending: Some("other"), ..News::default() }), Stage::Unsent);
        assert_eq!(Stage::of(Some(&stored(None)), News::default()), Stage::Unsent);
        let problem = problem(ProblemCode::Internal);
        let refused = StoredPush { refused: Some(Box::new(problem.clone())), ..stored(None) };
        assert_eq!(Stage::of(Some(&refused), News::default()), Stage::Refused(Box::new(problem.clone())));
        assert!(may_send_again(&problem));
        assert!(!may_send_again(&Problem::new(ProblemCode::Conflict, "it moved")));
    }

    #[test]
    fn what_another_tab_sends_is_waited_for() {
        let sender = Some(Sender { tab: "one".to_owned(), since: 1000 });
        let stored = StoredPush { sender, ..stored(None) };
        let stage = |tab, now| Stage::of(Some(&stored), News { tab, now, ..News::default() });
        assert_eq!(stage("two", 1000 + PATIENCE - 1), Stage::Sending);
        assert_eq!(stage("two", 1000 + PATIENCE), Stage::Unsent, "that tab is gone");
        assert_eq!(stage("one", 1000), Stage::Unsent, "this tab was loaded again");
    }

    #[test]
    fn lost_contact_is_no_failure() {
        let problem = problem(ProblemCode::Internal);
        let running = job("1", PushState::Running);
        let stored = stored(Some("1"));
        let news = News { job: Some(&running), lost: Some(&problem), ..News::default() };
        let stage = Stage::of(Some(&stored), news);
        assert_eq!(stage, Stage::Job(Box::new(running.clone()), Some(Box::new(problem.clone()))));
        assert!(stage.is_busy());
        let stage = Stage::of(Some(&stored), News { job: None, ..news });
        assert_eq!(stage, Stage::Asking(Some(Box::new(problem.clone()))), "nothing was heard of it yet");
        assert!(stage.is_busy());
        // Another push's news are not this one's.
        let other = job("2", PushState::Succeeded);
        assert_eq!(Stage::of(Some(&stored), News { job: Some(&other), ..News::default() }), Stage::Asking(None));
        let done = job("1", PushState::Succeeded);
        assert!(!Stage::of(Some(&stored), News { job: Some(&done), ..News::default() }).is_busy());
    }

    #[test]
    fn how_it_ended_is_known_without_the_server() {
        let done = job("1", PushState::Succeeded);
        let forgotten = Some(Box::new(problem(ProblemCode::NotFound)));
        let stored = StoredPush { ended: Some(Box::new(done.clone())), refused: forgotten, ..stored(Some("1")) };
        assert_eq!(Stage::of(Some(&stored), News::default()), Stage::Job(Box::new(done), None));
    }

    #[test]
    fn a_row_is_found_where_it_is_by_now() {
        let draft = |names: &[&str]| Draft {
            entries: names.iter().map(|name| Entry::new(name.parse().unwrap())).collect(),
            ..Draft::default()
        };
        let sent = draft(&["me/a", "me/b", "me/a"]);
        let at = |pointer: &str| problem(ProblemCode::DraftHasErrors).at(pointer);
        for (pointer, now, expected) in [
            ("/draft/entries/1", &sent, Some(1)),
            ("/draft/entries/2", &sent, Some(2)),
            ("/draft/entries/1/platform", &draft(&["me/b", "me/a"]), Some(0)),
            ("/draft/entries/1", &draft(&["me/a"]), None),
            ("/draft/annotations", &sent, None),
            ("/targets/0", &sent, None),
        ] {
            assert_eq!(row_at_fault(&at(pointer), &sent, now), expected, "{pointer}");
        }
    }
}
