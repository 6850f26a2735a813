//! A page a file, or a folder where a page has parts. Each is fetched when it is wanted (`parts`).

mod browse;
mod diff;
mod editor;
mod gathers;
mod inspect;
mod new;
mod not_found;
pub(crate) mod parts;
mod path;
mod registries;
mod start;

pub(crate) use path::Name;
