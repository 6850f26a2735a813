//! What the parts of the page share: the draft, what was found, what it makes.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use onetag_shared::{
    api::{Plan, PlanTarget},
    list::{Edit, History, plan},
    reference::Reference,
    source::{Source, Sources},
};

use super::{
    facts::{self, Found, RowFacts},
    held::{Held, Holdings},
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
    /// The push that was started last.
    pub(super) push: RwSignal<Option<StoredPush>>,
    /// The browser has all of that.
    pub(super) is_saved: RwSignal<bool>,
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
        let StoredDraft { history, mut targets, paste, push, row_ids, typing, .. } = draft.clone();
        let row_ids = RwSignal::new(row_ids.fit(history.draft.entries.len()));
        if targets.is_empty() {
            targets.push(String::new());
        }
        let cache = SourceCache::from_context();
        let history = RwSignal::new(history);
        let target_texts = RwSignal::new(targets);
        let targets = Memo::new(move |_| target_texts.with(|texts| target::read_all(texts)));
        let holdings = Holdings::watch(targets);
        let plan = Memo::new(move |_| {
            let targets = plan_targets(&targets.read(), &holdings.known.read());
            history.with(|history| cache.sources.with(|sources| plan(&history.draft, sources, &targets)))
        });
        let rows = Memo::new(move |_| {
            let plan = plan.read();
            history.with(|history| cache.sources.with(|sources| facts::rows(&history.draft, sources, &plan.findings)))
        });
        let name = Memo::new(move |_| {
            let targets = target_texts.get();
            history.with(|history| StoredDraft { history: history.clone(), targets, ..StoredDraft::default() }.name())
        });
        let desk = Self {
            history,
            row_ids,
            typing: RwSignal::new(typing),
            target_texts,
            paste: RwSignal::new(paste),
            push: RwSignal::new(push),
            is_saved: RwSignal::new(true),
            cache,
            holdings,
            targets,
            plan,
            rows,
            name,
        };
        desk.ask_for_sources();
        desk.keep(id, draft);
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
    fn change(self, change: impl FnOnce(&mut History)) {
        let before = self.history.with_untracked(|history| history.draft.entries.clone());
        dom::keep_focus();
        self.history.update(change);
        self.history.with_untracked(|history| {
            let after = &history.draft.entries;
            if before != *after {
                self.row_ids.update(|ids| ids.follow(&before, after));
                self.forget_typing_of_gone_rows();
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

    /// Asks for what the draft names, and notes in it what was seen there, so that a tag that moves later is noticed.
    fn ask_for_sources(self) {
        let Self { history, cache, .. } = self;
        Effect::new(move |before: Option<BTreeSet<Reference>>| {
            let before = before.unwrap_or_default();
            history.with(|history| {
                let now: BTreeSet<Reference> = references(history).cloned().collect();
                // A tag that was looked at long ago, on this page or another, may have moved since.
                for reference in now.difference(&before) {
                    cache.want(reference);
                }
                now
            })
        });
        Effect::new(move |_| {
            let seen = history.with(|history| cache.sources.with(|sources| unpinned(history, sources, cache)));
            if !seen.is_empty() {
                self.change(|history| {
                    for (index, digest) in seen {
                        history.note(Edit::SetDigest { index, digest: Some(digest) }).ok();
                    }
                });
            }
        });
    }

    /// Keeps every change, and takes over what another tab kept.
    fn keep(self, id: String, draft: StoredDraft) {
        let Self { history, row_ids, typing, target_texts, paste, push, is_saved, .. } = self;
        let revision = StoredValue::new(draft.revision);
        let last = StoredValue::new(draft.content());
        let key = drafts::key(&id);
        Effect::new(move |_| {
            let draft = StoredDraft {
                history: history.get(),
                row_ids: row_ids.get(),
                typing: typing.get(),
                targets: target_texts.get(),
                paste: paste.get(),
                push: push.get(),
                ..StoredDraft::default()
            };
            if last.with_value(|last| *last != draft) {
                is_saved.set(drafts::save(&id, &draft, revision.get_value()));
                revision.update_value(|revision| *revision += 1);
                last.set_value(draft);
            }
        });
        let listener = window_event_listener(leptos::ev::storage, move |event| {
            if event.key().as_deref() != Some(key.as_str()) {
                return;
            }
            let Some(draft) = event.new_value().and_then(|text| serde_json::from_str::<StoredDraft>(&text).ok()) else {
                return;
            };
            revision.set_value(draft.revision);
            let draft = draft.content();
            last.set_value(draft.clone());
            row_ids.set(draft.row_ids.fit(draft.history.draft.entries.len()));
            history.set(draft.history);
            typing.set(draft.typing);
            target_texts.set(draft.targets);
            paste.set(draft.paste);
            push.set(draft.push);
        });
        on_cleanup(move || listener.remove());
    }
}

fn references(history: &History) -> impl Iterator<Item = &Reference> {
    history.draft.entries.iter().map(|entry| &entry.source).chain(&history.draft.base)
}

/// Rows whose source was found just now and that do not say yet what it was.
fn unpinned(history: &History, sources: &Sources, cache: SourceCache) -> Vec<(usize, onetag_shared::digest::Digest)> {
    let entries = history.draft.entries.iter().enumerate();
    let entries = entries.filter(|(_, entry)| entry.digest.is_none() && cache.is_fresh(&entry.source));
    let digest = |source: &Source| source.root.digest().clone();
    entries.filter_map(|(place, entry)| Some((place, digest(sources.source(&entry.source)?)))).collect()
}

fn plan_targets(targets: &[Target], known: &BTreeMap<Reference, Held>) -> Vec<PlanTarget> {
    let plan_target = |reference: &Reference| PlanTarget {
        reference: reference.clone(),
        current: match known.get(reference) {
            Some(Held::There(resolution)) => Some(resolution.digest.clone()),
            _ => None,
        },
        problem: match known.get(reference) {
            Some(Held::Unknown(problem)) => Some(problem.clone()),
            _ => None,
        },
    };
    targets.iter().filter_map(Target::tag).map(plan_target).collect()
}
