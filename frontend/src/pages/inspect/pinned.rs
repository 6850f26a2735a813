//! A page of a tag as it was: whether the tag has moved since.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::reference::Reference;

use crate::api;

/// A line that says so, and leads to the tag and to what changed.
#[component]
pub(super) fn Pinned(
    /// A tag with a digest.
    reference: Reference,
) -> impl IntoView {
    let words = RwSignal::new("This link is pinned: it shows what the tag was.".to_owned());
    let has_moved = RwSignal::new(false);
    let now = reference.without_digest();
    let (asked, pinned) = (now.clone(), reference.digest().map(ToString::to_string).unwrap_or_default());
    spawn_local(async move {
        let (status, found) = api::resolved(&asked).await;
        let is_same = found.contains(&pinned);
        words.try_set(
            match status {
                200 if is_same => "This link is pinned, and the tag still holds this.",
                200 => "This link is pinned, and the tag has moved since.",
                404 => "This link is pinned, and the tag is gone.",
                _ => "This link is pinned. Whether the tag has moved since cannot be told now.",
            }
            .to_owned(),
        );
        has_moved.try_set(status == 200 && !is_same);
    });
    let name = now.familiar();
    let (page, difference) = (format!("/i/{name}"), api::diff_page(&reference.familiar(), &name));
    view! {
        <p class="pinned" id="pinned" role="status" data-moved=move || has_moved.get().to_string()>
            {words} " " <a href=page>"See the tag"</a>
            {move || has_moved.get().then(|| view! { " · " <a id="what-changed" href=difference.clone()>"What changed"</a> })}
        </p>
    }
}
