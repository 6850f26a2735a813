//! What people link to, for those who run no script: the head and the table of a page, badges, pictures, embedded pages.
//!
//! All of it is behind `http::access`, like everything else: who has no key gets the answer that everybody without one gets.

mod accept;
mod address;
mod answer;
pub(super) mod badge;
pub(super) mod card;
pub(super) mod diff;
mod early;
pub(super) mod embed;
mod head;
pub(super) mod page;
pub(super) mod repository;
mod table;
