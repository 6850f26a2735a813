//! Onetag's server: proxies registry authentication, pushes lists, serves the page.
//!
//! `http` answers, `inspect`, `push` and `share` do, `registry` speaks to registries, `db` keeps; each knows only what is to
//! its right. Everything that can be decided without asking anybody is in `onetag-shared`.

pub mod app;
pub mod clock;
pub mod config;
pub mod db;
pub mod gathers;
pub mod http;
pub mod inspect;
pub mod push;
pub mod registries;
pub mod registry;
pub mod share;
mod spec;
pub mod tags;
pub mod verify;
