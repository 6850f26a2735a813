//! What refers to a document.

use onetag_shared::{
    api::{Problem, Referrers, paths},
    reference::Reference,
};

use super::{Abort, get, read, slots, with_query};

/// What refers to what a reference names, and to the entries of a list.
pub(crate) async fn referrers(reference: &Reference, abort: &Abort) -> Result<Referrers, Problem> {
    let _place = slots::SOURCES.acquire(reference).await;
    read(get(&with_query(paths::REFERRERS, "ref", &reference.to_string())).abort_signal(Some(abort.signal()))).await
}
