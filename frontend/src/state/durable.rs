//! A second copy of drafts, in `IndexedDB`.
//!
//! What `localStorage` is given can be read again at once, by every page, but reaches the disk only seconds later: a
//! browser that crashes meanwhile has lost it. A transaction here is safe once it is complete, within milliseconds.

use std::cell::OnceCell;

use idb::{Database, DatabaseEvent as _, Factory, ObjectStore, ObjectStoreParams, Query, Transaction, TransactionMode};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// The name of the database, and of the one store in it: texts by their key in `localStorage`.
const DATABASE: &str = "onetag";
const STORE: &str = "drafts";

/// What stands in the place of a text that was thrown away: no text is empty.
const BURIED: &str = "";

/// What is kept at a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// A text.
    Text(String),
    /// There was one, and it was thrown away.
    Buried,
}

thread_local! {
    /// Opened once, at the start. It stays empty where the browser keeps nothing.
    static OPENED: OnceCell<Database> = const { OnceCell::new() };
}

/// Opens the database; returns everything in it. Empty where the browser keeps nothing.
pub(super) async fn open() -> Vec<(String, Kept)> {
    try_open().await.unwrap_or_default()
}

async fn try_open() -> Result<Vec<(String, Kept)>, idb::Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            database.create_object_store(STORE, ObjectStoreParams::new()).ok();
        }
    });
    let database = request.await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
    let store = transaction.object_store(STORE)?;
    let keys = store.get_all_keys(None, None)?.await?;
    let texts = store.get_all(None, None)?.await?;
    OPENED.with(|opened| opened.set(database).ok());
    let kept = |text: String| if text == BURIED { Kept::Buried } else { Kept::Text(text) };
    let pairs = keys.iter().zip(&texts).filter_map(|(key, text)| Some((key.as_string()?, kept(text.as_string()?))));
    Ok(pairs.collect())
}

/// Keeps a text.
pub(super) fn keep(key: &str, text: &str) {
    write(|store| store.put(&JsValue::from_str(text), Some(&JsValue::from_str(key))).map(drop));
}

/// Throws a text away, and remembers that.
///
/// The other copy may come back after a crash, as its removal reaches the disk late too.
pub(super) fn bury(key: &str) {
    keep(key, BURIED);
}

/// Forgets all about a key.
pub(super) fn forget(key: &str) {
    write(|store| store.delete(Query::Key(JsValue::from_str(key))).map(drop));
}

/// Transactions are begun in the order of the calls, and so are they completed. A failure leaves the other copy.
fn write(change: impl FnOnce(&ObjectStore) -> Result<(), idb::Error>) {
    let begin = |database: &Database| -> Result<Transaction, idb::Error> {
        let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
        change(&transaction.object_store(STORE)?)?;
        Ok(transaction)
    };
    if let Some(Ok(transaction)) = OPENED.with(|opened| opened.get().map(begin)) {
        spawn_local(async move {
            if let Ok(committed) = transaction.commit() {
                committed.await.ok();
            }
        });
    }
}
