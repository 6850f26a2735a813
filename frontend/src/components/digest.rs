//! A digest: short to see, whole to copy.

use leptos::prelude::*;
use onetag_shared::{digest::Digest, reference::Reference};

use super::CopyButton;

/// A digest with its algorithm and twelve characters, whole on hover and on focus, a button that copies it and, when it is known
/// where it is, a link to its page.
#[component]
pub(crate) fn DigestText(
    /// The digest.
    digest: Digest,
    /// The repository it is in.
    #[prop(optional_no_strip)]
    at: Option<Reference>,
    /// Where it leads otherwise.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    let whole = digest.to_string();
    let short = digest.short().to_owned();
    let link = href.or_else(|| at.map(|at| format!("/i/{}", at.repository_only().with_digest(digest).familiar())));
    let text = match link {
        Some(link) => view! { <a class="digest" href=link title=whole.clone()>{short}</a> }.into_any(),
        None => view! { <code class="digest" title=whole.clone()>{short}</code> }.into_any(),
    };
    view! {
        <span class="digest-with-copy" data-whole=whole.clone()>
            {text}
            <CopyButton text=Signal::stored(whole.clone()) what="digest" />
        </span>
    }
}
