//! What is shared of an inspection: previews, a table for terminals, badges.

pub mod badge;
mod overview;
mod plain;
#[cfg(test)]
mod tests;
mod words;

pub use self::{
    overview::{OnPlatform, Overview, OverviewFinding, OverviewRow, Runs, name, severity_word},
    plain::plain_text,
    words::{count, sentence, size},
};
