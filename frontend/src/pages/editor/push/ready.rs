//! Whether the draft can be pushed, and what a push would do.

use leptos::prelude::*;
use onetag_shared::{
    api::{PushRequest, PushTarget},
    check::{Finding, Severity},
    reference::Reference,
};

use super::super::{
    desk::Desk,
    facts::{RowFacts, row_of},
    held::Held,
    options,
    way::{Way, row_of_field},
};
use crate::text::{format, target::Target};

/// Why the draft cannot be pushed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reason {
    /// What to do about it.
    pub(super) words: String,
    /// Where.
    pub(super) way: Option<Way>,
}

impl Reason {
    fn new(words: impl Into<String>, way: Option<Way>) -> Self {
        Self { words: words.into(), way }
    }
}

/// What keeps the draft from being pushed; the first thing to do about it.
pub(super) fn why_not(desk: Desk) -> Option<Reason> {
    if desk.rows.with(Vec::is_empty) {
        return Some(Reason::new("Add an image first.", Some(Way::to("#paste"))));
    }
    // What is typed and not taken is not in the list: a push would be of something else than what can be read.
    if let Some(reason) = unfinished(desk) {
        return Some(reason);
    }
    let waiting = desk.waiting();
    if waiting > 0 {
        return Some(Reason::new(format!("Waiting for {}.", format::count(waiting, "image", "images")), None));
    }
    if let Some(reason) = errors(desk) {
        return Some(reason);
    }
    if desk.plan.with(|plan| plan.document.is_none()) {
        return Some(Reason::new("No list can be made of these rows yet.", None));
    }
    tags(desk)
}

/// A field with something in it that is not in the list.
fn unfinished(desk: Desk) -> Option<Reason> {
    let place_of = |name: &str| row_of_field(name).and_then(|id| desk.row_ids.with(|ids| ids.place(id)));
    let annotations = |name: &str| {
        if row_of_field(name).is_none() {
            return desk.history.with(|history| history.draft.annotations.clone());
        }
        let row = |place: usize| desk.rows.with(|rows| rows.get(place).map(RowFacts::annotations));
        place_of(name).and_then(row).unwrap_or_default()
    };
    desk.typing.with(|typing| {
        let names = typing.unfinished(annotations);
        let (place, name) = names.into_iter().map(|name| (place_of(name), name)).min()?;
        let words = match place {
            Some(place) => format!("Row {}: finish or undo what is typed in it.", place + 1),
            None => "Annotations of the list: finish or undo what is typed there.".to_owned(),
        };
        Some(Reason::new(words, Some(Way::to_field(name))))
    })
}

/// What the checks rule out.
fn errors(desk: Desk) -> Option<Reason> {
    desk.plan.with(|plan| {
        let errors: Vec<&Finding> = plan.findings.iter().filter(|f| f.severity == Severity::Error).collect();
        let first = errors.first()?;
        let (place, way) = match row_of(&first.pointer) {
            Some(place) => (format!("row {}", place + 1), desk.row_ids.with(|ids| ids.ids().get(place).copied())),
            None => ("the list".to_owned(), None),
        };
        let way = way.map_or_else(Way::to_list, Way::to_row);
        let words = match errors.len() {
            1 => format!("An error rules it out: see {place}."),
            more => format!("{more} errors rule it out: see {place} first."),
        };
        Some(Reason::new(words, Some(way)))
    })
}

/// What is missing at the tags.
fn tags(desk: Desk) -> Option<Reason> {
    let targets = desk.targets.get();
    let way = |place: usize| Some(Way::to_target(place));
    if let Some(place) = targets.iter().position(|target| matches!(target, Target::Wrong { .. })) {
        return Some(Reason::new("Correct the tag first.", way(place)));
    }
    if targets.iter().all(|target| target.tag().is_none()) {
        return Some(Reason::new("Name a tag to push to.", way(0)));
    }
    for (place, tag) in targets.iter().enumerate().filter_map(|(place, target)| Some((place, target.tag()?))) {
        match desk.holdings.get(tag) {
            None | Some(Held::Asking) => return Some(Reason::new("Looking at what the tag holds.", None)),
            Some(Held::Unknown(_)) => {
                return Some(Reason::new(format!("What {} holds is not known.", tag.familiar()), way(place)));
            }
            Some(Held::Absent | Held::There(_)) => {}
        }
    }
    None
}

/// The push of what is on the page, guarded by what was seen at the tags.
pub(super) fn request(desk: Desk) -> Option<PushRequest> {
    let expected_digest = desk.digest()?;
    let tags: Vec<Reference> =
        desk.targets.with_untracked(|targets| targets.iter().filter_map(Target::tag).cloned().collect());
    let known = desk.holdings.known.read_untracked();
    let targets = tags.into_iter().map(|reference| {
        let guard = known.get(&reference)?.guard()?;
        Some(PushTarget { reference, guard })
    });
    let (targets, options) = (targets.collect::<Option<_>>()?, untrack(|| options::in_effect(desk)));
    Some(PushRequest { draft: desk.draft(), expected_digest, targets, options })
}
