//! A page of a tag as it was: whether the tag has moved since.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::reference::Reference;

use crate::api::{self, Abort};

/// What is known of the tag.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tag {
    Asked,
    Same,
    Moved,
    Gone,
    Unknown,
}

/// A line that says so, and leads to the tag and to what changed.
#[component]
pub(crate) fn Pinned(
    /// A tag with a digest.
    reference: Reference,
) -> impl IntoView {
    let tag = RwSignal::new(Tag::Asked);
    let abort = Abort::new();
    let stop = StoredValue::new_local(abort.clone());
    on_cleanup(move || {
        stop.try_with_value(Abort::abort);
    });
    let now = reference.without_digest();
    let (asked, pinned) = (now.clone(), reference.digest().cloned());
    spawn_local(async move {
        let found = match api::resolve(&asked, &abort).await {
            Ok(Some(found)) if Some(&found.digest) == pinned.as_ref() => Tag::Same,
            Ok(Some(_)) => Tag::Moved,
            Ok(None) => Tag::Gone,
            Err(_) => Tag::Unknown,
        };
        if !abort.is_aborted() {
            tag.try_set(found);
        }
    });
    let name = now.familiar();
    let (page, difference) = (format!("/i/{name}"), api::diff_page(&reference.familiar(), &name));
    let words = move || match tag.get() {
        Tag::Asked => "This link is pinned: it shows what the tag was.",
        Tag::Same => "This link is pinned, and the tag still holds this.",
        Tag::Moved => "This link is pinned, and the tag has moved since.",
        Tag::Gone => "This link is pinned, and the tag is gone.",
        Tag::Unknown => "This link is pinned. Whether the tag has moved since cannot be told now.",
    };
    view! {
        <p class="pinned" id="pinned" role="status" data-moved=move || (tag.get() == Tag::Moved).to_string()>
            {words} " " <a href=page>"See the tag"</a>
            {move || (tag.get() == Tag::Moved).then(|| view! { " · " <a id="what-changed" href=difference.clone()>"What changed"</a> })}
        </p>
    }
}
