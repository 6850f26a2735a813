//! What of the page is part of its address, so that back, forward, a reload and a link show it again.

use leptos::{ev::MouseEvent, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Location,
};

use crate::dom;

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
    pub(super) fn set(self, name: &str, value: Option<String>) {
        self.change(vec![(name.to_owned(), value)], true);
    }

    /// Follows a link that is a query alone: what that does not name stays as it is.
    pub(super) fn take_link(self, event: &MouseEvent) {
        let Some(query) = dom::query_of_link(event) else { return };
        event.prevent_default();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        self.change(pairs.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))).collect(), false);
    }

    /// Changes parameters, as a page to come back to or in the place of this one.
    fn change(self, pairs: Vec<(String, Option<String>)>, replace: bool) {
        let (path, mut parameters) =
            self.location.with_value(|location| (location.pathname.get_untracked(), location.query.get_untracked()));
        if pairs.iter().all(|(name, value)| parameters.get(name) == *value) {
            return;
        }
        for (name, value) in pairs {
            match value.filter(|value| !value.is_empty()) {
                Some(value) => parameters.replace(name, value),
                None => drop(parameters.remove(&name)),
            }
        }
        // These are as good as their escapes there, and can be read.
        let mut query = parameters.to_query_string();
        for (escape, sign) in [("%2F", "/"), ("%2C", ","), ("%3A", ":"), ("%40", "@")] {
            query = query.replace(escape, sign);
        }
        let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
        self.navigate.with_value(|navigate| navigate(&format!("{path}{query}"), options));
    }

    /// The numbers of the rows of the table that are unfolded, with commas between them; changes are followed.
    pub(super) fn open_rows(self) -> String {
        self.follow("open").unwrap_or_default()
    }

    /// Notes that a row was unfolded, or folded.
    pub(super) fn set_open(self, number: &str, is_open: bool) {
        let open = self.get("open").unwrap_or_default();
        let mut rows: Vec<&str> = open.split(',').filter(|row| !row.is_empty() && *row != number).collect();
        rows.extend(is_open.then_some(number));
        self.set("open", Some(rows.join(",")).filter(|rows| !rows.is_empty()));
    }
}

/// Is a row with this number among these?
pub(super) fn has_row(open: &str, number: &str) -> bool {
    open.split(',').any(|row| row == number)
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Address").finish_non_exhaustive()
    }
}
