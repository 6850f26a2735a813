//! Sending a push, and following it to its end.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::api::{Problem, ProblemCode, PushJob, PushRequest};

use super::super::desk::Desk;
use crate::{
    api::{self, Abort},
    dom,
    state::{drafts::StoredPush, recent},
};

/// Where the push of this draft stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    /// None was started.
    Idle,
    /// It is on its way to the server.
    Sending,
    /// It was on its way when the page was left.
    Unsent,
    /// The server has it; what became of it is being asked.
    Asking,
    /// The server knows it; if contact is lost, why.
    Job(Box<PushJob>, Option<Box<Problem>>),
    /// The server did not take it, or cannot be reached, or knows it no more.
    Refused(Box<Problem>),
}

impl Stage {
    /// Is it under way, so that no other can be started?
    pub(super) fn is_busy(&self) -> bool {
        match self {
            Self::Sending | Self::Asking => true,
            Self::Job(job, _) => !job.state.is_final(),
            Self::Idle | Self::Unsent | Self::Refused(_) => false,
        }
    }

    /// What is kept of the push, what the server told of it last, why nothing more is heard, and whether it is on its way.
    fn of(stored: Option<&StoredPush>, job: Option<&PushJob>, lost: Option<&Problem>, is_sending: bool) -> Self {
        match stored {
            None => Self::Idle,
            Some(StoredPush { refused: Some(problem), .. }) => Self::Refused(problem.clone()),
            Some(StoredPush { id: None, .. }) if is_sending => Self::Sending,
            Some(StoredPush { id: None, .. }) => Self::Unsent,
            Some(StoredPush { id: Some(id), .. }) => match (job.filter(|job| job.id == *id), lost) {
                (Some(job), lost) => Self::Job(Box::new(job.clone()), lost.cloned().map(Box::new)),
                (None, Some(lost)) => Self::Refused(Box::new(lost.clone())),
                (None, None) => Self::Asking,
            },
        }
    }
}

/// May the same push go better when it is sent again? Not when the server has said what is wrong with it.
pub(super) fn may_send_again(problem: &Problem) -> bool {
    matches!(problem.code, ProblemCode::Internal | ProblemCode::TooManyRequests | ProblemCode::AccessKeyRequired)
}

/// The push of a draft. What is kept of it is the draft's: every tab that shows the draft follows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pushing {
    /// Where it stands.
    pub(super) stage: Memo<Stage>,
    desk: Desk,
    job: RwSignal<Option<PushJob>>,
    lost: RwSignal<Option<Problem>>,
    /// The key of the push that this page has sent and that was not answered yet.
    sending: RwSignal<Option<String>>,
}

impl Pushing {
    /// Follows the push that the draft has, if it has one.
    pub(super) fn of(desk: Desk) -> Self {
        let job = RwSignal::new(None::<PushJob>);
        let lost = RwSignal::new(None::<Problem>);
        let sending = RwSignal::new(None::<String>);
        let stage = Memo::new(move |_| {
            desk.push.with(|stored| {
                let stored = stored.as_ref();
                let is_sending = sending.with(|sending| sending.is_some() && *sending == stored.map(|s| s.key.clone()));
                job.with(|job| lost.with(|lost| Stage::of(stored, job.as_ref(), lost.as_ref(), is_sending)))
            })
        });
        let pushing = Self { stage, desk, job, lost, sending };
        let accepted = Memo::new(move |_| desk.push.with(|push| push.as_ref().and_then(|push| push.id.clone())));
        let abort = StoredValue::new_local(Abort::new());
        on_cleanup(move || {
            abort.try_with_value(Abort::abort);
        });
        Effect::new(move |_| {
            abort.with_value(Abort::abort);
            lost.set(None);
            if let Some(id) = accepted.get() {
                let new = Abort::new();
                abort.set_value(new.clone());
                spawn_local(pushing.follow(id, new));
            }
        });
        pushing
    }

    /// Starts a push.
    pub(super) fn start(self, request: PushRequest) {
        self.send(StoredPush { key: dom::random_name(), request, id: None, refused: None });
    }

    /// Sends the last push again. Its key makes sure that the server makes it once.
    pub(super) fn send_again(self) {
        if let Some(stored) = self.desk.push.get_untracked() {
            self.send(StoredPush { id: None, refused: None, ..stored });
        }
    }

    /// Forgets the push; what the server does goes on.
    pub(super) fn put_away(self) {
        self.desk.push.set(None);
        dom::focus_next(vec!["#push".to_owned()]);
    }

    /// It is kept before it is sent: a page that is loaded again finds it.
    fn send(self, stored: StoredPush) {
        self.sending.set(Some(stored.key.clone()));
        self.desk.push.set(Some(stored.clone()));
        spawn_local(async move {
            let answer = api::start_push(&stored.request, &stored.key).await;
            let key = stored.key.clone();
            let answered = match answer {
                Ok(job) => {
                    let id = Some(job.id.clone());
                    self.job.try_set(Some(job));
                    StoredPush { id, ..stored }
                }
                Err(problem) => StoredPush { refused: Some(Box::new(problem)), ..stored },
            };
            // Put away meanwhile, or followed by another, it is no longer this draft's.
            let is_current =
                self.desk.push.try_with_untracked(|push| push.as_ref().is_some_and(|push| push.key == key));
            if is_current == Some(true) {
                self.desk.push.set(Some(answered));
            }
            self.sending.try_set(None);
        });
    }

    async fn follow(self, id: String, abort: Abort) {
        let take = |job: PushJob| {
            self.job.try_set(Some(job));
        };
        let lose = |problem: Option<&Problem>| {
            if !abort.is_aborted() {
                self.lost.try_set(problem.cloned());
            }
        };
        let ended = api::follow(&id, &abort, take, lose).await;
        if abort.is_aborted() {
            return;
        }
        if let Err(problem) = ended {
            self.desk.push.try_update(|push| {
                if let Some(push) = push.as_mut().filter(|push| push.id.as_ref() == Some(&id)) {
                    push.refused = Some(Box::new(problem));
                }
            });
        }
        self.look_again();
    }

    /// Once a push has ended the tags are looked at again.
    fn look_again(self) {
        let targets = self.desk.push.try_with_untracked(|push| push.as_ref().map(|push| push.request.targets.clone()));
        for target in targets.flatten().unwrap_or_default() {
            self.desk.holdings.ask(&target.reference);
            recent::note(&target.reference.familiar());
        }
    }
}

#[cfg(test)]
mod tests {
    use onetag_shared::{
        api::{Progress, PushState},
        digest::Digest,
        list::Draft,
    };

    use super::*;

    fn stored(id: Option<&str>, refused: Option<Problem>) -> StoredPush {
        let request =
            PushRequest { draft: Draft::default(), expected_digest: Digest::of(b"list"), targets: Vec::new() };
        StoredPush { key: "key".to_owned(), request, id: id.map(str::to_owned), refused: refused.map(Box::new) }
    }

    fn job(id: &str, state: PushState) -> PushJob {
        PushJob {
            id: id.to_owned(),
            state,
            digest: Digest::of(b"list"),
            progress: Progress::default(),
            targets: Vec::new(),
            problem: None,
        }
    }

    #[test]
    fn a_push_that_nobody_answered_is_not_sent_by_itself() {
        assert_eq!(Stage::of(None, None, None, false), Stage::Idle);
        assert_eq!(Stage::of(Some(&stored(None, None)), None, None, true), Stage::Sending);
        assert_eq!(Stage::of(Some(&stored(None, None)), None, None, false), Stage::Unsent);
        let problem = Problem::new(ProblemCode::Internal, "no answer");
        let refused = Stage::of(Some(&stored(None, Some(problem.clone()))), None, None, false);
        assert_eq!(refused, Stage::Refused(Box::new(problem.clone())));
        assert!(may_send_again(&problem));
        assert!(!may_send_again(&Problem::new(ProblemCode::Conflict, "it moved")));
    }

    #[test]
    fn lost_contact_is_no_failure() {
        let problem = Problem::new(ProblemCode::Internal, "no answer");
        let running = job("1", PushState::Running);
        let stored = stored(Some("1"), None);
        let stage = Stage::of(Some(&stored), Some(&running), Some(&problem), false);
        assert_eq!(stage, Stage::Job(Box::new(running.clone()), Some(Box::new(problem.clone()))));
        assert!(stage.is_busy());
        // Another push's news are not this one's.
        assert_eq!(Stage::of(Some(&stored), Some(&job("2", PushState::Succeeded)), None, false), Stage::Asking);
        assert!(!Stage::of(Some(&stored), Some(&job("1", PushState::Succeeded)), None, false).is_busy());
    }
}
