//! What attestations say.

use onetag_shared::{
    api::{Attestations, Problem, paths},
    digest::Digest,
    reference::Reference,
};

use super::{Abort, get, read, slots, with_query};

/// What an attestation says, which is attached to `subject`.
pub(crate) async fn attestations(
    reference: &Reference,
    subject: &Digest,
    abort: &Abort,
) -> Result<Attestations, Problem> {
    let _place = slots::SOURCES.acquire(reference).await;
    let url = format!("{}&subject={subject}", with_query(paths::ATTESTATIONS, "ref", &reference.to_string()));
    read(get(&url).abort_signal(Some(abort.signal()))).await
}
