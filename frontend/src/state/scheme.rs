//! Light or dark: as the system says, unless the person said otherwise.

use leptos::prelude::document;
use serde::{Deserialize, Serialize};

use super::storage;

const KEY: &str = "onetag.scheme";

/// Which colours to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scheme {
    /// As the system says.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Scheme {
    /// What was chosen before.
    pub(crate) fn stored() -> Self {
        storage::read(KEY).unwrap_or_default()
    }

    /// The one that the button leads to.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }

    /// Its name, as it stands in the page's `data-scheme`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Uses it from now on.
    pub(crate) fn choose(self) {
        storage::write(KEY, &self);
        self.apply();
    }

    /// Tells the style sheets.
    pub(crate) fn apply(self) {
        if let Some(root) = document().document_element() {
            root.set_attribute("data-scheme", self.name()).ok();
        }
    }
}
