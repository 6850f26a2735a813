//! The way to a gather of the same platforms, for lists whose images CI jobs build one by one.

use leptos::prelude::*;
use onetag_shared::{platform::Platform, reference::Reference};

use super::desk::Desk;
use crate::{
    api::encoded,
    text::{gathers::new_page, target::Target},
};

/// The link. It leads to the form for a gather, filled with what is here.
#[component]
pub(super) fn GatherLink(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    let page = Memo::new(move |_| {
        let named = |platform: &&Platform| !platform.is_unknown() && !platform.is_empty();
        let platforms = desk.plan.with(|plan| {
            let named = plan.entries.iter().filter_map(|entry| entry.platform.as_ref()).filter(named);
            named.map(ToString::to_string).collect::<Vec<_>>()
        });
        let targets = desk
            .targets
            .with(|targets| targets.iter().filter_map(Target::tag).map(Reference::familiar).collect::<Vec<_>>());
        new_page(&platforms, &targets, encoded)
    });
    view! {
        <p class="hint gather-link">
            "Are the images built by several CI jobs? "
            <a id="gather-instead" href=page>"Gather them instead"</a>
        </p>
    }
}
