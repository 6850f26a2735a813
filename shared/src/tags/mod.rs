//! The tags of a repository as people look for them.

mod order;
#[cfg(test)]
mod tests;

pub use order::{by_age, newest_first};
