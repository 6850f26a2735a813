//! A tag that another look found somewhere else.

use leptos::prelude::*;
use onetag_shared::{digest::Digest, reference::Reference};

use crate::components::DigestText;

/// What it was, and the way to what differs.
#[component]
pub(crate) fn Moved(
    /// What it pointed to.
    before: Digest,
    /// The tag.
    reference: Reference,
) -> impl IntoView {
    let from = reference.repository_only().with_digest(before.clone()).familiar();
    let difference = format!("/diff?from={from}&to={}", reference.familiar());
    view! {
        "looked again: the tag has moved, and was " <DigestText digest=before at=Some(reference) />
        " · "<a id="moved-difference" href=difference>"what differs"</a>
    }
}
