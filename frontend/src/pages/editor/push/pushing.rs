//! Sending a push, and following it to its end.

use std::{collections::BTreeSet, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Problem, PushJob, PushRequest},
    digest::Digest,
    reference::Reference,
};

use super::{
    super::{desk::Desk, looking},
    ready,
    stage::{News, PATIENCE, Stage, sees_otherwise},
};
use crate::{
    api::{self, Abort},
    dom,
    state::{
        drafts::{Sender, StoredPush},
        recent, tab,
    },
};

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
    checking: RwSignal<Option<Check>>,
    /// The list became another one while its sources were looked at.
    is_changed: RwSignal<bool>,
}

/// A last look before a push is sent.
#[derive(Clone, Debug)]
struct Check {
    /// The tags that were seen long ago.
    tags: BTreeSet<Reference>,
    /// The list that was shown when the button was pressed.
    digest: Option<Digest>,
}

impl Pushing {
    /// Follows the push that the draft has, if it has one.
    pub(super) fn of(desk: Desk) -> Self {
        let job = RwSignal::new(None::<PushJob>);
        let lost = RwSignal::new(None::<Problem>);
        let sending = RwSignal::new(None::<String>);
        let checking = RwSignal::new(None::<Check>);
        let is_changed = RwSignal::new(false);
        let now = clock(desk);
        let tab = tab::name();
        let stage = Memo::new(move |_| {
            if let Some(check) = checking.get() {
                return Stage::Checking(check.tags.len());
            }
            if is_changed.get() {
                return Stage::Changed;
            }
            let (job, lost, sending) = (job.read(), lost.read(), sending.read());
            let news =
                News { job: job.as_ref(), lost: lost.as_ref(), sending: sending.as_deref(), tab: &tab, now: now.get() };
            desk.push.with(|stored| Stage::of(stored.as_ref(), news))
        });
        let pushing = Self { stage, desk, job, lost, sending, checking, is_changed };
        pushing.follow_what_is_accepted();
        pushing.send_once_checked();
        pushing.look_again_once_over();
        pushing
    }

    /// Pushes what is shown, once the tags in it that were seen long ago are known to be where they were.
    pub(super) fn start(self) {
        let cache = self.desk.cache;
        let tags = looking::look_again_at_tags(self.desk, |tag| !cache.is_fresh(tag));
        self.is_changed.set(false);
        self.checking.set(Some(Check { tags, digest: self.desk.digest() }));
    }

    /// Sends the last push again. Its key makes sure that the server makes it once.
    pub(super) fn send_again(self) {
        if let Some(stored) = self.desk.push.get_untracked() {
            self.send(StoredPush::new(stored.key, stored.request));
        }
    }

    /// Forgets the push; what the server does goes on.
    pub(super) fn put_away(self) {
        self.is_changed.set(false);
        self.desk.push.set(None);
        dom::focus_next(vec!["#push".to_owned()]);
    }

    fn send_once_checked(self) {
        let Self { desk, checking, is_changed, .. } = self;
        Effect::new(move |_| {
            let Some(check) = checking.get() else { return };
            if desk.cache.waiting.with(|waiting| check.tags.iter().any(|tag| waiting.contains(tag))) {
                return;
            }
            checking.set(None);
            // What is found to be wrong now stands beside its row.
            if untrack(|| ready::why_not(desk)).is_some() {
                return;
            }
            match ready::request(desk).filter(|request| Some(&request.expected_digest) == check.digest.as_ref()) {
                Some(request) => self.send(StoredPush::new(dom::random_name(), request)),
                None => is_changed.set(true),
            }
        });
    }

    /// It is kept before it is sent: a page that is loaded again finds it.
    fn send(self, stored: StoredPush) {
        let sender = Sender { tab: tab::name(), since: dom::now() };
        self.sending.set(Some(stored.key.clone()));
        self.desk.push.set(Some(StoredPush { sender: Some(sender), ..stored.clone() }));
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

    fn follow_what_is_accepted(self) {
        let Self { desk, lost, .. } = self;
        let accepted = Memo::new(move |_| {
            desk.push.with(|push| push.as_ref().filter(|push| !is_over(push)).and_then(|push| push.id.clone()))
        });
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
                spawn_local(self.follow(id, new));
            }
        });
    }

    async fn follow(self, id: String, abort: Abort) {
        let end = |change: &dyn Fn(&mut StoredPush)| {
            self.desk.push.try_update(|push| {
                if let Some(push) = push.as_mut().filter(|push| push.id.as_ref() == Some(&id)) {
                    change(push);
                }
            });
        };
        let take = |job: PushJob| {
            if job.state.is_final() {
                end(&|push| push.ended = Some(Box::new(job.clone())));
            }
            self.job.try_set(Some(job));
        };
        let lose = |problem: Option<&Problem>| {
            if !abort.is_aborted() {
                self.lost.try_set(problem.cloned());
            }
        };
        let ended = api::follow(&id, &abort, take, lose).await;
        if let Err(problem) = ended
            && !abort.is_aborted()
        {
            end(&|push| push.refused = Some(Box::new(problem.clone())));
        }
    }

    /// Once a push has ended, here or in another tab, what it moved is looked at again, and so is what kept it from moving.
    fn look_again_once_over(self) {
        let desk = self.desk;
        let over = Memo::new(move |_| {
            desk.push.with(|push| push.as_ref().filter(|push| is_over(push)).map(|push| push.key.clone()))
        });
        Effect::new(move |before: Option<Option<String>>| {
            let now = over.get();
            // What was over when the page began is of no news: everything is looked at then.
            if now.is_some()
                && before.is_some_and(|before| before != now)
                && let Some(push) = desk.push.get_untracked()
            {
                look_again(desk, &push);
            }
            now
        });
    }
}

/// Was it refused, or has it ended?
fn is_over(push: &StoredPush) -> bool {
    push.ended.is_some() || push.refused.is_some()
}

fn look_again(desk: Desk, push: &StoredPush) {
    let PushRequest { targets, .. } = &push.request;
    if push.id.is_some() {
        for target in targets {
            desk.cache.moved(&target.reference);
            desk.holdings.ask(&target.reference);
            recent::note(&target.reference.familiar());
        }
    }
    let problem = push.ended.as_ref().map_or(push.refused.as_deref(), |job| job.problem.as_deref());
    if problem.is_some_and(sees_otherwise) {
        looking::look_again_at_tags(desk, |_| true);
    }
}

/// The time, as far as it matters: it goes on when another tab has had long enough to send a push.
fn clock(desk: Desk) -> RwSignal<i64> {
    let now = RwSignal::new(dom::now());
    Effect::new(move |_| {
        if desk.push.with(|push| push.as_ref().is_some_and(|push| push.sender.is_some())) {
            now.set(dom::now());
            set_timeout(
                move || {
                    now.try_set(dom::now());
                },
                Duration::from_secs(PATIENCE.unsigned_abs()),
            );
        }
    });
    now
}
