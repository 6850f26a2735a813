//! The way to what has to be done.

use leptos::prelude::Set;

use super::desk::Desk;
use crate::{dom, state::row_ids::RowId};

/// Leads the focus to the first of some places that can have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    places: Vec<String>,
    /// They are among the images, which are out of sight where there is no room for them and the result.
    is_among_images: bool,
}

impl Way {
    /// To a row: what can be done about it, else its platform.
    pub(super) fn to_row(id: RowId) -> Self {
        let places = [".fix", ".problem button", ".platform-field", ".unfold"];
        Self::among_images(places.map(|place| format!("[data-id='{id}'] {place}")))
    }

    /// To a field with this name among those of the draft; folded away, to the button that unfolds it.
    pub(super) fn to_field(name: &str) -> Self {
        let unfold = row_of_field(name).map(|id| format!("[data-id='{id}'] .unfold"));
        Self::among_images(std::iter::once(field_selector(name)).chain(unfold))
    }

    /// To a tag to push to.
    pub(super) fn to_target(place: usize) -> Self {
        Self { places: vec![format!("#target-{place}")], is_among_images: false }
    }

    /// To what is wrong with the list as a whole.
    pub(super) fn to_list() -> Self {
        let places = ["#list-findings .fix", "#base-problem button", "#list-type"];
        Self::among_images(places.map(str::to_owned))
    }

    /// To one place beside the images.
    pub(super) fn to(selector: &str) -> Self {
        Self::among_images([selector.to_owned()])
    }

    fn among_images(places: impl IntoIterator<Item = String>) -> Self {
        Self { places: places.into_iter().collect(), is_among_images: true }
    }

    /// Goes there.
    pub(super) fn go(self, desk: Desk) {
        if self.is_among_images {
            desk.pane.set("images");
        }
        dom::focus_next(self.places);
    }
}

/// The row that a field belongs to, by its name: `3.platform`; "list.annotations" is of no row.
pub(super) fn row_of_field(name: &str) -> Option<RowId> {
    name.split_once('.')?.0.parse().ok()
}

/// The id that a field with this name has on the page; those of several inputs begin with it. Ids that begin with a
/// digit are none for a selector.
pub(super) fn field_id(name: &str) -> String {
    format!("field-{}", name.replace('.', "-"))
}

fn field_selector(name: &str) -> String {
    format!("[id^='{}']", field_id(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_fields() {
        assert_eq!(field_selector("3.annotations"), "[id^='field-3-annotations']");
        assert_eq!(row_of_field("3.platform"), Some(3));
        assert_eq!(row_of_field("list.annotations"), None);
    }
}
