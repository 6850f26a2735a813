//! What is shared of an inspection: previews, a table for terminals, badges.

pub mod badge;
mod overview;
mod plain;
mod tags;
#[cfg(test)]
mod tests;
mod words;

pub use self::{
    overview::{OnPlatform, Overview, OverviewFinding, OverviewRow, Runs, name, severity_word},
    plain::plain_text,
    tags::plain_tags,
    words::{count, sentence, size, sum},
};
