//! Handlers, a file for each part of the API.

pub(super) mod about;
pub(super) mod attestations;
pub(super) mod browse;
pub(super) mod diff;
pub(super) mod gathers;
pub(super) mod health;
pub(super) mod inspect;
pub(super) mod lookup;
pub(super) mod plan;
pub(super) mod pushes;
pub(super) mod registries;
pub(super) mod spec;
pub(super) mod tags;
pub(super) mod verify;
