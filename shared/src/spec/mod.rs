//! The YAML of `manifest-tool push from-spec`: what it makes of a draft, and how a list is written as one.
//!
//! manifest-tool decodes into Go structs with `yaml.v3`, which matches keys exactly and passes over those that it does not
//! know: `image`, `tags`, `annotations` and `manifests` of the whole, `image` and `platform` of an entry, and of a platform
//! `architecture`, `os`, `variant`, `osversion` and `osfeatures`. Here the image spec's own names `os.version` and
//! `os.features` count too, and what manifest-tool would have passed over is said. A key that nobody knows is refused,
//! since a typing error in one would push another list than was meant.
//!
//! YAML as such is read by the server: a [`Node`] is what it hands over.

mod error;
mod node;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use self::{
    error::{SpecError, SpecFault},
    node::{Key, MAX_DEPTH, MAX_NODES, Node, Value},
    read::read,
    write::{NotAList, write},
};
