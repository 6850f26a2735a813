//! Other people's changes, taken into the draft as one edit.

use leptos::prelude::*;
use onetag_shared::{
    list::{Clashes, Draft, Edit, Merge, compose, merge},
    reference::Reference,
};

use super::desk::Desk;

/// Keeps the platforms that a tag has and the draft has not.
pub(super) fn keep(desk: Desk, theirs: &Reference) {
    let merged = desk.history.with_untracked(|history| {
        let entries = merge_into(desk, &history.draft, None, theirs)?.draft?.entries;
        Some(Draft { entries, ..history.draft.clone() })
    });
    take(desk, merged);
}

/// What has happened at a tag since it held `base` and what happens in the draft, in one; where both changed the same, it is
/// as the draft has it. `None` as long as what the tag holds is not known. What it held before may be gone: then what
/// the draft has not is taken for new. It watches the draft and the sources.
pub(super) fn merged(desk: Desk, base: Option<&Reference>, theirs: &Reference) -> Option<Draft> {
    desk.history.with(|history| merge_into(desk, &history.draft, base, theirs)?.draft)
}

/// Makes the draft this one; it can be undone.
pub(super) fn take(desk: Desk, draft: Option<Draft>) {
    let Some(draft) = draft else { return };
    let edit = desk.history.with_untracked(|history| Edit::between(&history.draft, &draft));
    desk.edit(edit);
}

fn merge_into(desk: Desk, draft: &Draft, base: Option<&Reference>, theirs: &Reference) -> Option<Merge> {
    desk.cache.sources.with(|sources| {
        let base = base.and_then(|base| sources.source(base));
        let theirs = sources.source(theirs)?;
        Some(merge(draft, &compose(draft, sources), base, theirs, Clashes::TakeOurs))
    })
}
