//! Reading the names of all tags, page by page.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{api::Problem, reference::Reference, tags::newest_first};

use crate::{
    api::{self, Abort},
    text::browse::MOST_NAMES,
};

/// Pages that are read: a registry may make them as short as it likes.
const MOST_PAGES: usize = 50;

/// The tags that are known by name.
#[derive(Clone, Copy)]
pub(super) struct Names {
    /// Those that have come, the newest first.
    pub(super) all: RwSignal<Vec<String>>,
    /// No more of them come.
    pub(super) is_done: RwSignal<bool>,
    /// There are more than are read.
    pub(super) is_cut: RwSignal<bool>,
    /// Names that no tag can have.
    pub(super) ignored: RwSignal<usize>,
    /// Why they are not all there.
    pub(super) problem: RwSignal<Option<Problem>>,
}

impl Names {
    /// Asks for them. Ends with the component that calls it.
    pub(super) fn start(repository: &Reference) -> Self {
        let names = Self {
            all: RwSignal::new(Vec::new()),
            is_done: RwSignal::new(false),
            is_cut: RwSignal::new(false),
            ignored: RwSignal::new(0),
            problem: RwSignal::new(None),
        };
        let abort = Abort::new();
        let stop = StoredValue::new_local(abort.clone());
        on_cleanup(move || {
            stop.try_with_value(Abort::abort);
        });
        let repository = repository.clone();
        spawn_local(async move {
            let problem = names.read(&repository, &abort).await.err();
            if !abort.is_aborted() {
                names.problem.try_set(problem);
                names.is_done.try_set(true);
            }
        });
        names
    }

    async fn read(self, repository: &Reference, abort: &Abort) -> Result<(), Problem> {
        let mut cursor = None;
        for _ in 0..MOST_PAGES {
            let page = api::tag_names(repository, cursor.as_deref(), abort).await?;
            if abort.is_aborted() {
                return Ok(());
            }
            self.ignored.update(|ignored| *ignored += page.ignored);
            let before = self.all.with_untracked(Vec::len);
            self.all.update(|all| {
                let mut names = std::mem::take(all);
                names.extend(page.tags.into_iter().map(|tag| tag.tag));
                *all = newest_first(names);
                all.truncate(MOST_NAMES);
            });
            let after = self.all.with_untracked(Vec::len);
            cursor = page.next;
            if cursor.is_none() {
                return Ok(());
            }
            // Pages that bring nothing new lead in a circle.
            if after >= MOST_NAMES || after == before {
                break;
            }
        }
        self.is_cut.set(true);
        Ok(())
    }
}
