//! Lists: drafts, what becomes of them, and how they are edited.

mod compose;
mod converting;
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
pub(crate) use converting::is_other_kind;
pub use draft::{Attestations, Convert, Draft, Entry, Format, ListType, Nested};
pub use edit::{Edit, EditError, History};
pub use encode::encode;
pub(crate) use encode::encode_image;
pub use merge::{Clashes, Merge, Side, ThreeWayRow, merge};
pub use nested::Below;
pub use open::open;
pub use plan::plan;
pub use transfer::{BlobStep, RepoTransfer, transfer, way};
