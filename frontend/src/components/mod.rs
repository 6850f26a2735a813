//! What pages are made of: one component a file.

mod allow;
mod annotations;
mod commands;
mod confirm;
mod copy;
mod digest;
mod findings;
mod header;
mod icon;
mod layers;
mod left_out;
mod problem;
mod prose;
mod push_bar;
mod raw;
mod size;
mod tabs;
mod when;

pub(crate) use annotations::{AnnotationTable, linked};
pub(crate) use commands::Commands;
pub(crate) use confirm::Confirm;
pub(crate) use copy::CopyButton;
pub(crate) use digest::DigestText;
pub(crate) use findings::{FindingItem, FindingList};
pub(crate) use header::Header;
pub(crate) use icon::{Icon, Shape};
pub(crate) use layers::{LayerBar, LayerDetails};
pub(crate) use left_out::{LeftOut, LeftOutList};
pub(crate) use problem::ProblemBox;
pub(crate) use prose::Prose;
pub(crate) use push_bar::{ContactLost, PushBar};
pub(crate) use raw::RawJson;
pub(crate) use size::Size;
pub(crate) use tabs::{Tab, TabList};
pub(crate) use when::When;
