//! Drafts, kept in this browser as they are typed.

use std::{cell::Cell, rc::Rc, sync::Arc, time::Duration};

use js_sys::Promise;
use leptos::prelude::set_timeout;
use onetag_shared::{
    api::{Problem, PushJob, PushOptions, PushRequest},
    list::{Draft, Entry, History},
    reference::Reference,
};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{
    durable::{self, Kept},
    row_ids::RowIds,
    storage,
    typing::Typing,
};
use crate::dom;

const PREFIX: &str = "onetag.draft.";

/// A draft with all that is on its page and not in the list: nothing that was typed is lost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct StoredDraft {
    /// The list being made, with what can be undone.
    pub(crate) history: History,
    /// The tags to push to, as typed.
    pub(crate) targets: Vec<String>,
    /// What stands in the field for references.
    pub(crate) paste: String,
    /// What a push brings along.
    pub(crate) options: PushOptions,
    /// The push that was started last.
    pub(crate) push: Option<StoredPush>,
    /// The names of the rows.
    pub(crate) row_ids: RowIds,
    /// What stands in fields and is not in the list yet.
    pub(crate) typing: Typing,
    /// How often it was kept: of two copies, the one with the higher number is the newer.
    pub(crate) revision: u64,
    /// When it was kept last, in seconds since 1970.
    pub(crate) saved_at: i64,
}

/// A push that was started from a draft. It is kept before it is sent, so that a reload finds it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredPush {
    /// Makes it safe to send the request again.
    pub(crate) key: String,
    /// The request.
    pub(crate) request: PushRequest,
    /// The job, once the server has accepted it.
    pub(crate) id: Option<String>,
    /// Why the server did not accept it, or that it could not be reached.
    #[serde(default)]
    pub(crate) refused: Option<Box<Problem>>,
    /// How it ended: known even when the server has forgotten it.
    #[serde(default)]
    pub(crate) ended: Option<Box<PushJob>>,
    /// The undo that took it back.
    #[serde(default)]
    pub(crate) undone: Option<Box<PushJob>>,
    /// Who hands it to the server, until that has answered.
    #[serde(default)]
    pub(crate) sender: Option<Sender>,
}

impl StoredPush {
    /// A push that nobody has been told of yet.
    pub(crate) fn new(key: String, request: PushRequest) -> Self {
        Self { key, request, id: None, refused: None, ended: None, undone: None, sender: None }
    }
}

/// A tab that hands a push to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sender {
    /// Which one.
    pub(crate) tab: String,
    /// Since when, in seconds since 1970.
    pub(crate) since: i64,
}

impl StoredDraft {
    /// A draft that was opened from somewhere.
    pub(crate) fn of(draft: Draft) -> Self {
        Self { history: History::new(draft), ..Self::default() }
    }

    /// A new list of these references.
    pub(crate) fn of_references(references: Vec<Reference>) -> Self {
        Self::of(Draft { entries: references.into_iter().map(Entry::new).collect(), ..Draft::default() })
    }

    /// What to call it.
    pub(crate) fn name(&self) -> String {
        name(&self.history.draft, &self.targets)
    }

    /// Is there anything in it worth keeping?
    pub(crate) fn is_blank(&self) -> bool {
        let Self { history, targets, paste, push, typing, .. } = self;
        *history == History::default()
            && targets.iter().all(|target| target.trim().is_empty())
            && paste.trim().is_empty()
            && push.is_none()
            && *typing == Typing::default()
    }

    /// Its text without what every save changes: drafts with the same text are the same.
    pub(crate) fn content(&self) -> String {
        let Self { history, targets, paste, options, push, row_ids, typing, .. } = self;
        let (history, push) = (Json::of(history), Json::of(push));
        DraftText { history: &history, targets, paste, options, push: &push, row_ids, typing, revision: 0, saved_at: 0 }
            .text()
    }
}

/// A part of a draft that is JSON already. Most of what a letter in a field changes is not in the long parts, and these
/// need not be written out for it.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Json(Arc<RawValue>);

impl Json {
    /// Writes a value out.
    pub(crate) fn of(value: &impl Serialize) -> Self {
        Self(to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned()).into())
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

/// The parts of a [`StoredDraft`], to write it out.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DraftText<'a> {
    /// The list being made, with what can be undone.
    pub(crate) history: &'a Json,
    /// The tags to push to, as typed.
    pub(crate) targets: &'a [String],
    /// What stands in the field for references.
    pub(crate) paste: &'a str,
    /// What a push brings along.
    pub(crate) options: &'a PushOptions,
    /// The push that was started last.
    pub(crate) push: &'a Json,
    /// The names of the rows.
    pub(crate) row_ids: &'a RowIds,
    /// What stands in fields and is not in the list yet.
    pub(crate) typing: &'a Typing,
    /// How often it was kept.
    pub(crate) revision: u64,
    /// When it was kept last.
    pub(crate) saved_at: i64,
}

impl DraftText<'_> {
    /// As it is kept.
    pub(crate) fn text(self) -> String {
        serde_json::to_string(&self).unwrap_or_default()
    }
}

/// What to call a draft: its first tag, else where it came from, else its first image.
pub(crate) fn name(draft: &Draft, targets: &[String]) -> String {
    let target = targets.iter().map(|target| target.trim()).find(|target| !target.is_empty());
    let base = draft.base.as_ref().map(|base| base.without_digest().familiar());
    let first = draft.entries.first().map(|entry| format!("list with {}", entry.source.without_digest().familiar()));
    target.map(str::to_owned).or(base).or(first).unwrap_or_else(|| "empty list".to_owned())
}

/// The key of a draft in the browser's storage.
pub(crate) fn key(id: &str) -> String {
    format!("{PREFIX}{id}")
}

/// The draft with this name.
pub(crate) fn load(id: &str) -> Option<StoredDraft> {
    storage::read(&key(id))
}

/// Keeps a draft, as the successor of this revision; `false` when only this page does.
pub(crate) fn save(id: &str, draft: &StoredDraft, after: u64) -> bool {
    let draft = StoredDraft { revision: after + 1, saved_at: dom::now(), ..draft.clone() };
    serde_json::to_string(&draft).is_ok_and(|text| save_text(id, &text))
}

/// Keeps a draft that is written out; `false` when only this page does.
pub(crate) fn save_text(id: &str, text: &str) -> bool {
    durable::keep(&key(id), text);
    storage::write_text(&key(id), text)
}

/// Keeps a new draft; returns the path of its page.
pub(crate) fn create(draft: &StoredDraft) -> String {
    let id = dom::random_name();
    save(&id, draft, 0);
    format!("/d/{id}")
}

/// Throws a draft away.
pub(crate) fn delete(id: &str) {
    storage::remove(&key(id));
    durable::bury(&key(id));
}

/// How long to wait for drafts that a crash has left in another place.
const RECOVERY: Duration = Duration::from_secs(3);

/// Ends once drafts are what they were before a crash of the browser, or after a moment where that takes longer. To be
/// awaited before any draft is read or made; the work is done once.
pub(crate) async fn recovered() {
    thread_local! {
        static RECOVERED: Promise = Promise::new(&mut begin_recovery);
    }
    JsFuture::from(RECOVERED.with(Promise::clone)).await.ok();
}

fn begin_recovery(done: js_sys::Function, _: js_sys::Function) {
    let done = Rc::new(move || drop(done.call0(&JsValue::UNDEFINED)));
    let is_over = Rc::new(Cell::new(false));
    let (late, over) = (Rc::clone(&done), Rc::clone(&is_over));
    set_timeout(
        move || {
            over.set(true);
            late();
        },
        RECOVERY,
    );
    spawn_local(async move {
        let copies = durable::open().await;
        // A draft that is on the page already is not changed behind its back.
        if !is_over.get() {
            recover(copies);
        }
        done();
    });
}

/// What decides between two copies: the rest of a draft is not read for it, which would need much more code.
#[derive(Debug, Deserialize)]
struct Revision {
    revision: u64,
}

/// Brings back what a crash of the browser has taken out of its storage, and takes out again what it has brought back.
fn recover(copies: Vec<(String, Kept)>) {
    for (key, kept) in copies {
        let stored: Option<Revision> = storage::read(&key);
        match (kept, stored) {
            // The removal has reached the disk in both places.
            (Kept::Buried, None) => durable::forget(&key),
            (Kept::Buried, Some(_)) => storage::remove(&key),
            (Kept::Text(text), stored) => {
                let Ok(safe) = serde_json::from_str::<Revision>(&text) else { continue };
                if stored.is_none_or(|stored| stored.revision < safe.revision) {
                    storage::write_text(&key, &text);
                }
            }
        }
    }
}

/// Are there any? Blank ones count too.
pub(crate) fn are_there() -> bool {
    !storage::keys(PREFIX).is_empty()
}

/// All drafts with their names, the newest first.
pub(crate) fn all() -> Vec<(String, StoredDraft)> {
    let ids = storage::keys(PREFIX).into_iter().filter_map(|key| key.strip_prefix(PREFIX).map(str::to_owned));
    let mut drafts: Vec<(String, StoredDraft)> = ids.filter_map(|id| load(&id).map(|draft| (id, draft))).collect();
    drafts.retain(|(_, draft)| !draft.is_blank());
    drafts.sort_by_key(|(_, draft)| std::cmp::Reverse(draft.saved_at));
    drafts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_out_in_parts_is_the_draft() {
        let references = ["me/app:v1", "me/app:v2"].map(|text| text.parse().unwrap());
        let draft = StoredDraft {
            paste: "\"ü\n".to_owned(),
            options: PushOptions { referrers: true, ..PushOptions::default() },
            revision: 7,
            ..StoredDraft::of_references(references.into())
        };
        let read: StoredDraft = serde_json::from_str(&draft.content()).unwrap();
        assert_eq!(read, StoredDraft { revision: 0, ..draft.clone() });
        assert_eq!(read.content(), draft.content());
    }
}
