//! Asking for what tags hold: for the rows in view, a few at a time, and not on once the registry asks to wait.

use std::{collections::BTreeMap, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Problem, TagSummary},
    reference::Reference,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

use crate::api::{self, Abort};

/// Tags that are asked for together, and such requests at once.
const TOGETHER: usize = 10;
const AT_ONCE: usize = 2;
/// How long a row has to stay in view: who scrolls past it does not ask.
const STAYS: Duration = Duration::from_millis(100);

/// What is known of a tag.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Held {
    /// Nothing yet.
    Nothing,
    /// It was asked for.
    Asked,
    /// What it holds, or why that is not known.
    Known(Box<TagSummary>),
}

/// What is known of the tags of a repository, and what is to be asked next.
#[derive(Clone, Copy)]
pub(super) struct Looks {
    repository: StoredValue<Reference>,
    held: StoredValue<BTreeMap<String, ArcRwSignal<Held>>>,
    /// Rows in view of which nothing is known, in the order in which they came into view.
    wanted: StoredValue<Vec<String>>,
    running: StoredValue<usize>,
    is_waiting: StoredValue<bool>,
    /// Why it is not asked on.
    pub(super) paused: RwSignal<Option<Problem>>,
    watcher: StoredValue<Option<Watcher>, LocalStorage>,
    abort: StoredValue<Abort, LocalStorage>,
}

/// Tells which rows are in view.
struct Watcher {
    observer: IntersectionObserver,
    _seen: Closure<dyn FnMut(js_sys::Array)>,
}

impl Looks {
    /// Of nothing yet. Ends with the component that calls it.
    pub(super) fn new(repository: &Reference) -> Self {
        let looks = Self {
            repository: StoredValue::new(repository.clone()),
            held: StoredValue::new(BTreeMap::new()),
            wanted: StoredValue::new(Vec::new()),
            running: StoredValue::new(0),
            is_waiting: StoredValue::new(false),
            paused: RwSignal::new(None),
            watcher: StoredValue::new_local(None),
            abort: StoredValue::new_local(Abort::new()),
        };
        looks.watcher.set_value(looks.watch());
        on_cleanup(move || {
            looks.abort.try_with_value(Abort::abort);
            looks.watcher.try_with_value(|watcher| {
                if let Some(watcher) = watcher {
                    watcher.observer.disconnect();
                }
            });
        });
        looks
    }

    fn watch(self) -> Option<Watcher> {
        let seen = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            for entry in entries {
                let entry: IntersectionObserverEntry = entry.unchecked_into();
                if let Some(tag) = entry.target().get_attribute("data-tag") {
                    self.seen(&tag, entry.is_intersecting());
                }
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin("200px 0px");
        let observer = IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options).ok()?;
        Some(Watcher { observer, _seen: seen })
    }

    /// What is known of a tag, as it changes.
    pub(super) fn of(self, tag: &str) -> ArcRwSignal<Held> {
        let mut found = None;
        self.held.update_value(|held| {
            let signal = held.entry(tag.to_owned()).or_insert_with(|| ArcRwSignal::new(Held::Nothing));
            found = Some(signal.clone());
        });
        found.unwrap_or_else(|| ArcRwSignal::new(Held::Nothing))
    }

    /// A row that names its tag (`data-tag`) is on the page.
    pub(super) fn observe(self, row: &Element) {
        self.watcher.try_with_value(|watcher| {
            if let Some(watcher) = watcher {
                watcher.observer.observe(row);
            }
        });
    }

    /// It is not any more.
    pub(super) fn unobserve(self, row: &Element) {
        self.watcher.try_with_value(|watcher| {
            if let Some(watcher) = watcher {
                watcher.observer.unobserve(row);
            }
        });
    }

    fn seen(self, tag: &str, is_in_view: bool) {
        let is_known = self.of(tag).with_untracked(|held| *held != Held::Nothing);
        self.wanted.update_value(|wanted| {
            wanted.retain(|other| other != tag);
            if is_in_view && !is_known {
                wanted.push(tag.to_owned());
            }
        });
        if is_in_view && !self.is_waiting.get_value() {
            self.is_waiting.set_value(true);
            set_timeout(
                move || {
                    if self.is_waiting.try_update_value(|is_waiting| *is_waiting = false).is_some() {
                        self.ask();
                    }
                },
                STAYS,
            );
        }
    }

    /// Asks on, after a pause.
    pub(super) fn go_on(self) {
        self.paused.set(None);
        self.ask();
    }

    fn ask(self) {
        while self.running.get_value() < AT_ONCE && self.paused.with_untracked(Option::is_none) {
            let mut tags: Vec<String> = Vec::new();
            self.wanted.update_value(|wanted| tags = wanted.drain(..wanted.len().min(TOGETHER)).collect());
            if tags.is_empty() {
                return;
            }
            for tag in &tags {
                self.of(tag).set(Held::Asked);
            }
            self.running.update_value(|running| *running += 1);
            let (repository, abort) = (self.repository.get_value(), self.abort.get_value());
            spawn_local(async move {
                let answer = api::tag_summaries(&repository, &tags, &abort).await;
                if abort.is_aborted() {
                    return;
                }
                match answer {
                    Ok(page) => page.tags.into_iter().for_each(|summary| self.take(summary)),
                    Err(problem) => self.pause(&tags, problem),
                }
                self.running.update_value(|running| *running -= 1);
                self.ask();
            });
        }
    }

    fn take(self, mut summary: TagSummary) {
        match summary.problem.take() {
            Some(problem) if problem.is_for_all() => self.pause(&[summary.tag], *problem),
            problem => {
                summary.problem = problem;
                self.of(&summary.tag.clone()).set(Held::Known(Box::new(summary)));
            }
        }
    }

    /// These are to be asked for again, when it is time.
    fn pause(self, tags: &[String], problem: Problem) {
        for tag in tags {
            self.of(tag).set(Held::Nothing);
        }
        self.wanted.update_value(|wanted| wanted.extend_from_slice(tags));
        if self.paused.with_untracked(Option::is_none) {
            self.paused.set(Some(problem));
        }
    }
}
