//! The heart of Onetag: manifest types, digest logic, planning and checking.
//!
//! Pure: no IO, no clock, no randomness. Compiled natively for the backend and to WebAssembly for the browser, so that
//! both compute the same bytes.

#![warn(missing_docs)]

pub mod api;
pub mod check;
pub mod commands;
pub mod convert;
pub mod deletion;
pub mod descriptor;
pub mod diff;
pub mod digest;
pub mod document;
mod excerpt;
pub mod gather;
pub mod layers;
pub mod list;
pub mod markup;
pub mod media_type;
mod near;
pub mod paste;
pub mod platform;
pub mod program;
pub mod reference;
pub mod referrers;
pub mod share;
pub mod siblings;
pub mod source;
pub mod spec;
pub mod statement;
pub mod tags;
pub mod view;

#[cfg(test)]
mod fixtures;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod scale_tests;

// Tests for WebAssembly run where the code does: in a browser.
#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
