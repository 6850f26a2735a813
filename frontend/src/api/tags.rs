//! Tags: what points to a digest, deleting, what was done to a tag, putting something back.

use gloo_net::http::Request;
use onetag_shared::{
    api::{Deletion, DeletionRequest, Pointing, Problem, PushJob, RestoreRequest, TagHistory, paths},
    reference::Reference,
};

use super::{encoded, get, read, send, with_query};

/// The tags that point to the same, and perhaps the lists at tags that have it as an entry.
pub(crate) async fn pointing(reference: &Reference, lists: bool) -> Result<Pointing, Problem> {
    let url = with_query(paths::POINTING, "ref", &reference.to_string());
    read(get(&if lists { url + "&lists=true" } else { url })).await
}

/// A page of what was done to a tag.
pub(crate) async fn history(tag: &Reference, cursor: Option<&str>) -> Result<TagHistory, Problem> {
    let first = with_query(paths::HISTORY, "ref", &tag.to_string());
    let url = match cursor {
        Some(cursor) => format!("{first}&cursor={}", encoded(cursor)),
        None => first,
    };
    read(get(&url)).await
}

/// Deletes a tag or a manifest.
pub(crate) async fn delete(request: &DeletionRequest) -> Result<Deletion, Problem> {
    send(Request::post(paths::DELETIONS), request).await
}

/// Puts something back at a tag: a push too. The same key gives the same one.
pub(crate) async fn restore(request: &RestoreRequest, key: &str) -> Result<PushJob, Problem> {
    send(Request::post(paths::RESTORES).header("idempotency-key", key), request).await
}
