//! Whether the draft can be pushed, and what a push would do.

use leptos::prelude::*;
use onetag_shared::{
    api::{PushRequest, PushTarget, Transfer},
    check::Severity,
    reference::Reference,
};

use super::super::{desk::Desk, facts::row_of, held::Held};
use crate::text::{format, target::Target};

/// What a push would do, in a line.
pub(super) fn transfer(transfer: &Transfer) -> String {
    let Transfer { pointers, mounts, copies, bytes_to_copy, requests } = transfer;
    if *requests == 0 {
        return String::new();
    }
    let mut parts = Vec::new();
    if *pointers > 0 {
        parts.push(format::count(*pointers, "pointer", "pointers"));
    }
    if *mounts > 0 {
        parts.push(format!("{} to mount", format::count(*mounts, "blob", "blobs")));
    }
    parts.push(match *copies {
        0 => "nothing to copy".to_owned(),
        copies => format!("{} to copy ({})", format::count(copies, "blob", "blobs"), format::size(*bytes_to_copy)),
    });
    parts.push(format!("at most {}", format::count(*requests, "request", "requests")));
    parts.join(" · ")
}

/// What keeps the draft from being pushed; the first thing to do about it.
pub(super) fn why_not(desk: Desk) -> Option<String> {
    if desk.rows.with(Vec::is_empty) {
        return Some("Add an image first.".to_owned());
    }
    let waiting = desk.waiting();
    if waiting > 0 {
        return Some(format!("Waiting for {}.", format::count(waiting, "image", "images")));
    }
    let errors = desk.plan.with(|plan| {
        let errors = plan.findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| row_of(&finding.pointer)).collect::<Vec<_>>()
    });
    if let Some(first) = errors.first() {
        let place = first.map_or_else(|| "the list".to_owned(), |place| format!("row {}", place + 1));
        return Some(match errors.len() {
            1 => format!("An error rules it out: see {place}."),
            more => format!("{more} errors rule it out: see {place} first."),
        });
    }
    if desk.plan.with(|plan| plan.document.is_none()) {
        return Some("No list can be made of these rows yet.".to_owned());
    }
    let targets = desk.targets.get();
    if targets.iter().any(|target| matches!(target, Target::Wrong { .. })) {
        return Some("Correct the tag first.".to_owned());
    }
    let mut tags = targets.iter().filter_map(Target::tag).peekable();
    if tags.peek().is_none() {
        return Some("Name a tag to push to.".to_owned());
    }
    for tag in tags {
        match desk.holdings.get(tag) {
            None | Some(Held::Asking) => return Some("Looking at what the tag holds.".to_owned()),
            Some(Held::Unknown(_)) => return Some(format!("What {} holds is not known.", tag.familiar())),
            Some(Held::Absent | Held::There(_)) => {}
        }
    }
    None
}

/// The push of what is on the page, guarded by what was seen at the tags.
pub(super) fn request(desk: Desk) -> Option<PushRequest> {
    let expected_digest =
        desk.plan.with_untracked(|plan| plan.document.as_ref().map(|document| document.digest.clone()))?;
    let tags: Vec<Reference> =
        desk.targets.with_untracked(|targets| targets.iter().filter_map(Target::tag).cloned().collect());
    let known = desk.holdings.known.read_untracked();
    let targets = tags.into_iter().map(|reference| {
        let guard = known.get(&reference)?.guard()?;
        Some(PushTarget { reference, guard })
    });
    Some(PushRequest { draft: desk.draft(), expected_digest, targets: targets.collect::<Option<_>>()? })
}
