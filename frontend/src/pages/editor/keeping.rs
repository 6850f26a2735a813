//! Keeps every change of the draft, and takes over what another tab kept.

use std::cmp::Ordering;

use leptos::{ev, prelude::*};

use super::desk::Desk;
use crate::{
    dom,
    state::{
        drafts::{self, DraftText, Json, StoredDraft},
        tab,
    },
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
pub(super) fn keep(desk: Desk, id: String, draft: &StoredDraft) {
    let Desk { history, row_ids, typing, target_texts, paste, options, push, is_saved, .. } = desk;
    let revision = StoredValue::new(draft.revision);
    // What this page and the browser's storage agree on.
    let last = StoredValue::new(draft.content());
    let id = StoredValue::new(id);
    // The long parts are written out when they change, not for every letter.
    let history_text = Memo::new(move |_| history.with(Json::of));
    let push_text = Memo::new(move |_| push.with(Json::of));
    let with_text = move |then: &dyn Fn(DraftText<'_>)| {
        then(DraftText {
            history: &history_text.read(),
            targets: &target_texts.read(),
            paste: &paste.read(),
            options: &options.read(),
            push: &push_text.read(),
            row_ids: &row_ids.read(),
            typing: &typing.read(),
            revision: 0,
            saved_at: 0,
        });
    };
    let save = move |text: DraftText<'_>| {
        revision.update_value(|revision| *revision += 1);
        let text = DraftText { revision: revision.get_value(), saved_at: dom::now(), ..text }.text();
        is_saved.set(id.with_value(|id| drafts::save_text(id, &text)));
    };
    Effect::new(move |_| {
        with_text(&|text| {
            let content = text.text();
            if last.with_value(|last| *last != content) {
                save(text);
                last.set_value(content);
            }
        });
    });
    let compare = move |theirs: StoredDraft| {
        let content = theirs.content();
        match last.with_value(|ours| newer((revision.get_value(), ours), (theirs.revision, &content))) {
            // Of two that were kept at once this is the one that counts: kept again, it reaches the other tab.
            Newer::Ours if revision.get_value() == theirs.revision => untrack(|| with_text(&save)),
            Newer::Ours | Newer::Neither => {}
            Newer::Theirs => {
                revision.set_value(theirs.revision);
                last.set_value(content);
                row_ids.set(theirs.row_ids.fit(theirs.history.draft.entries.len()));
                history.set(theirs.history);
                typing.set(theirs.typing);
                target_texts.set(theirs.targets);
                paste.set(theirs.paste);
                options.set(theirs.options);
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
fn newer(ours: (u64, &str), theirs: (u64, &str)) -> Newer {
    match ours.cmp(&theirs) {
        Ordering::Less => Newer::Theirs,
        Ordering::Equal => Newer::Neither,
        Ordering::Greater => Newer::Ours,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_tabs_agree_on_which_draft_counts() {
        for (ours, theirs, expected) in [
            ((3, "one"), (4, "another"), Newer::Theirs),
            ((4, "another"), (3, "one"), Newer::Ours),
            ((4, "one"), (4, "one"), Newer::Neither),
            // What is typed in two tabs at once: one of them gives way, and not both.
            ((4, "another"), (4, "one"), Newer::Theirs),
            ((4, "one"), (4, "another"), Newer::Ours),
        ] {
            assert_eq!(newer(ours, theirs), expected, "{ours:?} {theirs:?}");
        }
    }
}
