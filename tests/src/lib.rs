//! What crosses crates: sample images, and a harness of real registries, real browsers and scripted peers.

pub mod http;
pub mod samples;

#[cfg(feature = "harness")]
mod harness;
#[cfg(feature = "harness")]
pub use harness::*;
