//! The tag as such: what else points there, what it held before, and taking it away.

mod delete;
mod history;

use leptos::prelude::*;
use onetag_shared::{
    digest::Digest,
    reference::{Reference, Tag},
};

use self::{delete::DeleteTag, history::History};
use super::load::Loading;
use crate::components::PointingTags;

/// What is looked at, for the parts of the panel.
#[derive(Clone, Copy)]
struct Looked {
    reference: StoredValue<Reference>,
    loading: Loading,
    /// What was done to the tag has changed.
    changed: RwSignal<u32>,
}

impl Looked {
    /// What is seen there, as it changes.
    fn digest(&self) -> Option<Digest> {
        self.loading.source.with(|source| source.as_ref().map(|source| source.root.digest().clone()))
    }

    /// What is seen there now.
    fn seen(&self) -> Option<Digest> {
        untrack(|| self.digest())
    }
}

/// What goes beyond what the tag holds.
#[component]
pub(crate) fn TagPanel(
    /// What was asked for.
    reference: Reference,
    /// What has arrived.
    loading: Loading,
) -> impl IntoView {
    let tag = tag_of(&reference);
    let looked = Looked { reference: StoredValue::new(reference), loading, changed: RwSignal::new(0) };
    // What is shown, even if the tag has moved since.
    let at = Callback::new(move |()| {
        let reference = looked.reference.get_value();
        looked.seen().map_or(reference.clone(), |digest| reference.repository_only().with_digest(digest))
    });
    view! {
        <div class="tag-panel">
            <PointingTags at />
            {tag.map(|tag| view! {
                <History looked tag=tag.clone() />
                <DeleteTag looked tag />
            })}
        </div>
    }
}

/// The tag that is looked at; none where a digest decides what is.
fn tag_of(reference: &Reference) -> Option<Reference> {
    if reference.digest().is_some() {
        return None;
    }
    let tag = reference.tag().cloned().unwrap_or_else(Tag::latest);
    Some(reference.clone().with_tag(tag))
}
