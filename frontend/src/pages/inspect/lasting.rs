//! What lasts as long as the page, of code that comes later than the page.

use std::any::Any;

use leptos::{prelude::*, reactive::owner::Owner};
use onetag_shared::{check::Finding, digest::Digest, reference::Reference, source::Source};

/// A place for one value. The page does not know its type: all that handles that type would come with the page.
#[derive(Clone, Debug)]
pub(super) struct Lasting {
    reference: StoredValue<Reference>,
    /// That of the page.
    owner: Owner,
    kept: StoredValue<Option<Box<dyn Any>>, LocalStorage>,
    /// What was found to refer to documents, in words, by digest: what code that comes later tells the table.
    pub(super) referrers: RwSignal<Vec<(Digest, String)>>,
    /// What the page shows.
    pub(super) source: RwSignal<Option<Source>>,
    /// Rows, by number, whose program was found to be for another machine, and what that is as a finding.
    pub(super) contradicted: RwSignal<Vec<(String, Finding)>>,
    /// What is found of lists in the list once all is there, each with the number of its row.
    pub(super) nested: RwSignal<Vec<(String, Finding)>>,
}

impl Lasting {
    /// For the page that is being made.
    pub(super) fn of(reference: &Reference, source: RwSignal<Option<Source>>) -> Self {
        let owner = Owner::current().unwrap_or_default();
        Self {
            reference: StoredValue::new(reference.clone()),
            owner,
            kept: StoredValue::new_local(None),
            referrers: RwSignal::default(),
            source,
            contradicted: RwSignal::default(),
            nested: RwSignal::default(),
        }
    }

    /// The value, made by whoever asks first.
    pub(super) fn get<T: Copy + 'static>(&self, make: fn(&Reference) -> T) -> T {
        let kept = self.kept.with_value(|kept| kept.as_ref().and_then(|kept| kept.downcast_ref().copied()));
        kept.unwrap_or_else(|| {
            let value = self.owner.with(|| self.reference.with_value(make));
            self.kept.set_value(Some(Box::new(value)));
            value
        })
    }
}
