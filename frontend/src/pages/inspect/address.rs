//! What of the page is part of its address, so that back, forward, a reload and a link show it again.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Location,
};

/// Parameters of the address. A change takes the place of the entry in the history: it is no page to come back to.
#[derive(Clone, Copy)]
pub(crate) struct Address {
    location: StoredValue<Location>,
    navigate: StoredValue<Navigate, LocalStorage>,
}

type Navigate = std::rc::Rc<dyn Fn(&str, NavigateOptions)>;

impl Address {
    /// That of the page that is being made.
    pub(super) fn of_page() -> Self {
        let navigate = use_navigate();
        Self {
            location: StoredValue::new(use_location()),
            navigate: StoredValue::new_local(std::rc::Rc::new(move |path, options| navigate(path, options))),
        }
    }

    /// A parameter.
    pub(super) fn get(self, name: &str) -> Option<String> {
        self.location.with_value(|location| location.query.read_untracked().get(name))
    }

    /// A parameter, whose changes are followed.
    pub(super) fn follow(self, name: &str) -> Option<String> {
        self.location.with_value(|location| location.query.read().get(name))
    }

    /// Sets a parameter, or takes it out. Where it is that already, nothing happens.
    pub(super) fn set(self, name: &'static str, value: Option<String>) {
        let (path, mut parameters) =
            self.location.with_value(|location| (location.pathname.get_untracked(), location.query.get_untracked()));
        if parameters.get(name) == value {
            return;
        }
        match value {
            Some(value) => parameters.replace(name, value),
            None => drop(parameters.remove(name)),
        }
        // These are as good as their escapes there, and can be read.
        let mut query = parameters.to_query_string();
        for (escape, sign) in [("%2F", "/"), ("%2C", ","), ("%3A", ":"), ("%40", "@")] {
            query = query.replace(escape, sign);
        }
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        self.navigate.with_value(|navigate| navigate(&format!("{path}{query}"), options));
    }

    /// Which rows of the table are unfolded, by their places; changes are followed.
    pub(super) fn open_rows(self) -> Vec<usize> {
        places(self.follow("open"))
    }

    /// Notes that a row was unfolded, or folded.
    pub(super) fn set_open(self, place: usize, is_open: bool) {
        let mut rows = places(self.get("open"));
        rows.retain(|row| *row != place);
        rows.extend(is_open.then_some(place));
        let text = rows.iter().map(|place| (place + 1).to_string()).collect::<Vec<_>>().join(",");
        self.set("open", (!text.is_empty()).then_some(text));
    }
}

/// In the address they are counted from 1.
fn places(text: Option<String>) -> Vec<usize> {
    text.unwrap_or_default().split(',').filter_map(|number| number.parse::<usize>().ok()?.checked_sub(1)).collect()
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Address").finish_non_exhaustive()
    }
}
