//! Lists: being edited, put together, written and planned.

mod compose;
mod draft;
mod encode;
mod plan;
mod row;
#[cfg(test)]
mod tests;

pub use compose::{ComposedEntry, Composition, Role, compose};
pub use draft::{Attestations, Draft, Entry, Format, ListType};
pub use encode::{NewList, encode};
pub use plan::{MountStep, RepoTransfer, plan, transfer};
