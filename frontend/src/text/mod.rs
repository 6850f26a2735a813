//! Text to show: pure functions, tested natively.

pub(crate) mod attestations;
pub(crate) mod browse;
pub(crate) mod diff;
pub(crate) mod documents;
pub(crate) mod format;
pub(crate) mod gathers;
pub(crate) mod hosts;
pub(crate) mod json;
pub(crate) mod layers;
pub(crate) mod push;
pub(crate) mod referrers;
pub(crate) mod registries;
pub(crate) mod rows;
pub(crate) mod share;
pub(crate) mod tags;
pub(crate) mod target;
