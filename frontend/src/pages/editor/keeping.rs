//! Keeps every change of the draft, and takes over what another tab kept.

use leptos::{ev, prelude::*};

use super::desk::Desk;
use crate::state::{
    drafts::{self, StoredDraft},
    tab,
};

/// Which of two copies of a draft counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Newer {
    /// This page's.
    Ours,
    /// The other tab's.
    Theirs,
    /// They are the same.
    Neither,
}

/// Keeps a draft, from how it was when the page began.
pub(super) fn keep(desk: Desk, id: String, draft: StoredDraft) {
    let Desk { history, row_ids, typing, target_texts, paste, push, is_saved, .. } = desk;
    let revision = StoredValue::new(draft.revision);
    let last = StoredValue::new(draft.content());
    let id = StoredValue::new(id);
    let save = move |draft: StoredDraft| {
        is_saved.set(id.with_value(|id| drafts::save(id, &draft, revision.get_value())));
        revision.update_value(|revision| *revision += 1);
        last.set_value(draft);
    };
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
            save(draft);
        }
    });
    let compare = move |theirs: StoredDraft| {
        let their_revision = theirs.revision;
        let theirs = theirs.content();
        match last.with_value(|ours| newer((revision.get_value(), ours), (their_revision, &theirs))) {
            // Of two that were kept at once this is the one that counts: kept again, it reaches the other tab.
            Newer::Ours if revision.get_value() == their_revision => save(last.get_value()),
            Newer::Ours | Newer::Neither => {}
            Newer::Theirs => {
                revision.set_value(their_revision);
                last.set_value(theirs.clone());
                row_ids.set(theirs.row_ids.fit(theirs.history.draft.entries.len()));
                history.set(theirs.history);
                typing.set(theirs.typing);
                target_texts.set(theirs.targets);
                paste.set(theirs.paste);
                push.set(theirs.push);
            }
        }
    };
    let key = id.with_value(|id| drafts::key(id));
    let listener = window_event_listener(ev::storage, move |event| {
        if event.key().as_deref() == Some(key.as_str())
            && let Some(text) = event.new_value()
            && let Ok(theirs) = serde_json::from_str(&text)
        {
            compare(theirs);
        }
    });
    on_cleanup(move || listener.remove());
    // A tab that was put to sleep has heard of nothing.
    let listener = window_event_listener(ev::visibilitychange, move |_| {
        if tab::is_visible()
            && let Some(theirs) = id.with_value(|id| drafts::load(id))
        {
            compare(theirs);
        }
    });
    on_cleanup(move || listener.remove());
}

/// The one that was changed more often. Of two that were changed at once, every tab chooses the same.
fn newer(ours: (u64, &StoredDraft), theirs: (u64, &StoredDraft)) -> Newer {
    if ours.1 == theirs.1 && ours.0 == theirs.0 {
        return Newer::Neither;
    }
    match ours.0.cmp(&theirs.0) {
        std::cmp::Ordering::Less => Newer::Theirs,
        std::cmp::Ordering::Greater => Newer::Ours,
        std::cmp::Ordering::Equal => {
            let text = |draft: &StoredDraft| serde_json::to_string(draft).unwrap_or_default();
            if text(ours.1) < text(theirs.1) { Newer::Theirs } else { Newer::Ours }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(paste: &str) -> StoredDraft {
        StoredDraft { paste: paste.to_owned(), ..StoredDraft::default() }
    }

    #[test]
    fn two_tabs_agree_on_which_draft_counts() {
        let (one, other) = (draft("one"), draft("other"));
        assert_eq!(newer((3, &one), (4, &other)), Newer::Theirs);
        assert_eq!(newer((4, &one), (3, &other)), Newer::Ours);
        assert_eq!(newer((4, &one), (4, &one)), Newer::Neither);
        // What is typed in two tabs at once: one of them gives way, and not both.
        assert_eq!(newer((4, &one), (4, &other)), Newer::Theirs);
        assert_eq!(newer((4, &other), (4, &one)), Newer::Ours);
    }
}
