//! Whether programs are made for the platforms that are promised.

use gloo_net::http::Request;
use onetag_shared::{
    api::{Problem, Verification, paths},
    reference::Reference,
};

use super::{Abort, read, with_query};

/// Looks into every image of a reference.
pub(crate) async fn verify(reference: &Reference, abort: &Abort) -> Result<Verification, Problem> {
    let request = Request::post(&with_query(paths::VERIFY, "ref", &reference.to_string()));
    read(request.abort_signal(Some(abort.signal()))).await
}
