//! What the parts of the page share: the draft, what was found, what it makes.

use leptos::prelude::*;
use onetag_shared::{
    api::{Plan, PlanTarget, PushOptions},
    digest::Digest,
    list::{Edit, History, plan},
    reference::Reference,
};

use super::{
    facts::{self, Found, RowFacts},
    held::Holdings,
    keeping, looking,
};
use crate::{
    dom,
    state::{
        drafts::{self, StoredDraft, StoredPush},
        row_ids::{RowId, RowIds},
        sources::SourceCache,
        typing::Typing,
    },
    text::target::{self, Target},
};

/// A draft on its page. Cheap to copy; gone with the page, unlike what is in the browser's storage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Desk {
    /// The draft, with what can be undone. Changed by [`Desk::change`] alone.
    pub(super) history: RwSignal<History>,
    /// The names of its rows.
    pub(super) row_ids: RwSignal<RowIds>,
    /// What stands in fields and is not in the list yet.
    pub(super) typing: RwSignal<Typing>,
    /// The tags, as typed; at least one field.
    pub(super) target_texts: RwSignal<Vec<String>>,
    /// What stands in the field for references.
    pub(super) paste: RwSignal<String>,
    /// What a push brings along.
    pub(super) options: RwSignal<PushOptions>,
    /// The push that was started last.
    pub(super) push: RwSignal<Option<StoredPush>>,
    /// The browser has all of that.
    pub(super) is_saved: RwSignal<bool>,
    /// Which part is shown where there is no room for both: images or result.
    pub(super) pane: RwSignal<&'static str>,
    /// What was found at references.
    pub(super) cache: SourceCache,
    /// What the tags hold.
    pub(super) holdings: Holdings,
    /// The tags, read.
    pub(super) targets: Memo<Vec<Target>>,
    /// What the draft makes, and what a push would do.
    pub(super) plan: Memo<Plan>,
    /// The rows, to show.
    pub(super) rows: Memo<Vec<RowFacts>>,
    /// What the draft is called.
    pub(super) name: Memo<String>,
}

impl Desk {
    /// Lays a draft out: everything it names is asked for, every change is kept.
    pub(super) fn new(id: String, draft: StoredDraft) -> Self {
        let StoredDraft { history, mut targets, paste, options, push, row_ids, typing, .. } = draft.clone();
        let row_ids = RwSignal::new(row_ids.fit(history.draft.entries.len()));
        if targets.is_empty() {
            targets.push(String::new());
        }
        let cache = SourceCache::from_context();
        let (history, options) = (RwSignal::new(history), RwSignal::new(options));
        let target_texts = RwSignal::new(targets);
        let targets = Memo::new(move |_| target_texts.with(|texts| target::read_all(texts)));
        let holdings = Holdings::watch(targets);
        // What moves depends on the repositories alone: another letter in a tag makes no other plan.
        let repositories = Memo::new(move |_| {
            let mut repositories: Vec<Reference> =
                holdings.settled.with(|tags| tags.iter().map(Reference::repository_only).collect());
            repositories.sort_unstable();
            repositories
        });
        let plan = Memo::new(move |_| {
            let targets: Vec<PlanTarget> = repositories.get().into_iter().map(plan_target).collect();
            history
                .with(|history| cache.sources.with(|sources| plan(&history.draft, sources, &targets, &options.read())))
        });
        let rows = Memo::new(move |_| {
            let plan = plan.read();
            let rows = |history: &History| {
                cache.sources.with(|sources| {
                    cache.with_views(|views| facts::rows(&history.draft, sources, views, &plan.findings))
                })
            };
            history.with(rows)
        });
        let name =
            Memo::new(move |_| target_texts.with(|texts| history.with(|history| drafts::name(&history.draft, texts))));
        let desk = Self {
            history,
            row_ids,
            typing: RwSignal::new(typing),
            target_texts,
            paste: RwSignal::new(paste),
            options,
            push: RwSignal::new(push),
            is_saved: RwSignal::new(true),
            pane: RwSignal::new("images"),
            cache,
            holdings,
            targets,
            plan,
            rows,
            name,
        };
        looking::look(desk);
        keeping::keep(desk, id, &draft);
        desk
    }

    /// Makes an edit. One that speaks of a row that is gone does nothing.
    pub(super) fn edit(self, edit: Edit) {
        self.change(|history| {
            history.apply(edit).ok();
        });
    }

    /// Takes the last edit back.
    pub(super) fn undo(self) {
        self.change(|history| {
            history.undo();
        });
    }

    /// Makes the edit again that was taken back last.
    pub(super) fn redo(self) {
        self.change(|history| {
            history.redo();
        });
    }

    /// Changes the draft, and follows its rows.
    pub(super) fn change(self, change: impl FnOnce(&mut History)) {
        let before = self.history.with_untracked(|history| history.draft.entries.clone());
        let ids_before = self.row_ids.get_untracked();
        dom::keep_focus();
        self.history.update(change);
        self.history.with_untracked(|history| {
            let after = &history.draft.entries;
            if before == *after {
                return;
            }
            self.row_ids.update(|ids| ids.follow(&before, after));
            self.forget_typing_of_gone_rows();
            let ids = self.row_ids.read_untracked();
            for source in looking::new_sources((&ids_before, &before), (&ids, after)) {
                // Who names a tag, again or not, means what it holds now.
                if source.digest().is_none() {
                    self.cache.again(&source);
                }
            }
        });
    }

    fn forget_typing_of_gone_rows(self) {
        let ids = self.row_ids.read_untracked();
        // "list.annotations" is of no row.
        let is_there = |name: &str| {
            name.split_once('.').and_then(|(row, _)| row.parse().ok()).is_none_or(|id| ids.place(id).is_some())
        };
        let mut kept = self.typing.get_untracked();
        kept.retain(is_there);
        if self.typing.with_untracked(|typing| kept != *typing) {
            self.typing.set(kept);
        }
    }

    /// The draft as it goes to the server.
    pub(super) fn draft(self) -> onetag_shared::list::Draft {
        self.history.with_untracked(|history| history.draft.clone())
    }

    /// The digest of the list that the draft makes.
    pub(super) fn digest(self) -> Option<Digest> {
        self.plan.with_untracked(|plan| plan.document.as_ref().map(|document| document.digest.clone()))
    }

    /// Is the list another one than this? Not as long as that is not known: an image is still waited for.
    pub(super) fn makes_other_than(self, digest: &Digest) -> bool {
        let is_other = self.plan.with(|plan| plan.document.as_ref().is_some_and(|document| document.digest != *digest));
        is_other && self.waiting() == 0
    }

    /// Where a row is now; none when it is gone.
    pub(super) fn place(self, id: RowId) -> Memo<Option<usize>> {
        Memo::new(move |_| self.row_ids.with(|ids| ids.place(id)))
    }

    /// A row, as long as it is there.
    pub(super) fn row(self, id: RowId) -> Memo<Option<RowFacts>> {
        Memo::new(move |_| {
            let place = self.row_ids.with(|ids| ids.place(id))?;
            self.rows.with(|rows| rows.get(place).cloned())
        })
    }

    /// How many sources are still waited for.
    pub(super) fn waiting(self) -> usize {
        self.rows.with(|rows| rows.iter().filter(|row| row.found == Found::Waiting).count())
    }

    /// Asks for a row's source again.
    pub(super) fn look_again(self, id: RowId) {
        let place = self.row_ids.with_untracked(|ids| ids.place(id));
        let source = place.and_then(|place| {
            self.history.with_untracked(|history| Some(history.draft.entries.get(place)?.source.clone()))
        });
        if let Some(source) = source {
            self.cache.again(&source);
        }
    }
}

fn plan_target(repository: Reference) -> PlanTarget {
    PlanTarget { reference: repository, current: None, problem: None }
}
