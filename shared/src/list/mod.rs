//! Lists: drafts, what becomes of them, and how they are edited.

mod compose;
mod draft;
pub mod edit;
mod encode;
mod merge;
mod nested;
mod open;
mod plan;
mod rows;
#[cfg(test)]
mod tests;
mod transfer;

pub use compose::{ComposedEntry, Composition, Role, compose};
pub use draft::{Attestations, Draft, Entry, Format, ListType, Nested};
pub use edit::{Edit, EditError, History};
pub use encode::encode;
pub use merge::{Clashes, Merge, Side, ThreeWayRow, merge};
pub use nested::Below;
pub use open::open;
pub use plan::plan;
pub use transfer::{BlobStep, RepoTransfer, transfer, way};
