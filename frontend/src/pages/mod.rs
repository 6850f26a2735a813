//! A page a file, or a folder where a page has parts.

mod diff;
mod editor;
mod gathers;
mod inspect;
mod new;
mod not_found;
mod registries;
mod start;

pub(crate) use diff::DiffPage;
pub(crate) use editor::Editor;
pub(crate) use gathers::{GatherPage, Gathers, NewGather};
pub(crate) use inspect::Inspect;
pub(crate) use new::New;
pub(crate) use not_found::NotFound;
pub(crate) use registries::Registries;
pub(crate) use start::Start;
