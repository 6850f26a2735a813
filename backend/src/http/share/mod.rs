//! What people link to, for those who run no script: the head and the table of a page, badges, pictures, embedded pages.
//!
//! All of it is behind `http::access`, like everything else: who has no key gets the answer that everybody without one gets.

mod accept;
mod address;
mod answer;
mod asked;
pub(super) mod badge;
pub(super) mod card;
pub(super) mod diff;
mod early;
pub(super) mod embed;
pub(super) mod go;
mod head;
mod names;
pub(super) mod page;
mod registry;
pub(super) mod repository;
mod table;

pub(super) use self::answer::locked_in_form;
