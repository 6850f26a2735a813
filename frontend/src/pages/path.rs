//! Which page a path names, and of what.
//!
//! There are no routes, and none of their signals (`use_params`, `use_query`): pages read `use_location`.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Start,
    New,
    Gathers,
    NewGather,
    Gather,
    Registries,
    Editor,
    Inspect,
    Browse,
    Diff,
    /// There is no such page.
    Other,
}

impl Name {
    /// The page at this path.
    pub(crate) fn of(path: &str) -> Self {
        match split(path) {
            ("", "") => Self::Start,
            ("new", "") => Self::New,
            ("gathers", "") => Self::Gathers,
            ("gathers", "new") => Self::NewGather,
            ("gathers", id) if !id.contains('/') => Self::Gather,
            ("registries", "") => Self::Registries,
            ("d", id) if !id.contains('/') => Self::Editor,
            ("i", _) => Self::Inspect,
            ("r", _) => Self::Browse,
            ("diff", "") => Self::Diff,
            _ => Self::Other,
        }
    }

    /// What follows this page's name in the path, decoded: the reference, the id. It stays what it was when the path names
    /// another page, as that one is about to take this one's place.
    pub(crate) fn subject(self) -> Memo<String> {
        let path = use_location().pathname;
        Memo::new(move |before: Option<&String>| {
            let path = path.get();
            match before {
                Some(before) if Self::of(&path) != self => before.clone(),
                _ => decoded(split(&path).1),
            }
        })
    }
}

/// The first name in a path, and the rest.
fn split(path: &str) -> (&str, &str) {
    path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""))
}

fn decoded(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_page() {
        for (path, name) in [
            ("/", Name::Start),
            ("/new", Name::New),
            ("/gathers", Name::Gathers),
            ("/gathers/", Name::Gathers),
            ("/gathers/new", Name::NewGather),
            ("/gathers/abc", Name::Gather),
            ("/gathers/abc/def", Name::Other),
            ("/registries", Name::Registries),
            ("/d/abc", Name::Editor),
            ("/i/localhost:5000/a/b:c", Name::Inspect),
            ("/i/", Name::Inspect),
            ("/r/alpine", Name::Browse),
            ("/diff", Name::Diff),
            ("/nowhere", Name::Other),
            ("/new/er", Name::Other),
        ] {
            assert_eq!(Name::of(path), name, "{path}");
        }
    }
}
