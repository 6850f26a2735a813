//! What became of each tag of a push that failed.

use leptos::prelude::*;
use onetag_shared::{
    api::{PushJob, PushedTarget},
    digest::Digest,
};

use super::super::{desk::Desk, held::Held};
use crate::components::{DigestText, Icon, Shape};

/// What became of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It holds the list.
    Moved,
    /// It held the list before.
    HeldAlready,
    /// It was written, and something else was read back.
    ReadBack(Digest),
    /// It holds what it held before; nothing, if there was no such tag.
    Left(Option<Digest>),
    /// It holds something else by now.
    Holds(Digest),
    /// That is not known.
    Unknown,
}

/// What the server told of a tag; where that leaves it open, what the tag holds now.
pub(super) fn outcome(target: &PushedTarget, list: &Digest, held: Option<&Held>) -> Outcome {
    match (&target.before, &target.after) {
        (Some(before), Some(after)) if before == list && after == list => Outcome::HeldAlready,
        (_, Some(after)) if after == list => Outcome::Moved,
        (_, Some(after)) => Outcome::ReadBack(after.clone()),
        // The server may have stopped between a write and the look at what came of it.
        (before, None) => match held {
            Some(Held::There(resolution)) if resolution.digest == *list => {
                if before.as_ref() == Some(list) {
                    Outcome::HeldAlready
                } else {
                    Outcome::Moved
                }
            }
            Some(Held::There(resolution)) if before.as_ref().is_none_or(|before| *before == resolution.digest) => {
                Outcome::Left(Some(resolution.digest.clone()))
            }
            Some(Held::There(resolution)) => Outcome::Holds(resolution.digest.clone()),
            Some(Held::Absent) => Outcome::Left(None),
            Some(Held::Asking | Held::Unknown(_)) | None => Outcome::Unknown,
        },
    }
}

/// Each tag with what became of it.
#[component]
pub(super) fn Outcomes(
    /// The draft.
    desk: Desk,
    /// The push, as it ended.
    job: PushJob,
) -> impl IntoView {
    let PushJob { targets, digest: list, .. } = job;
    let outcomes = Memo::new(move |_| {
        desk.holdings.known.with(|known| {
            targets
                .iter()
                .map(|target| (target.reference.clone(), outcome(target, &list, known.get(&target.reference))))
                .collect::<Vec<_>>()
        })
    });
    let is_untouched =
        move || outcomes.with(|outcomes| outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::Left(_))));
    let rows = move || {
        let row = |(reference, outcome)| {
            let at = Some(&reference).cloned();
            let name = at.as_ref().map(onetag_shared::reference::Reference::familiar);
            view! { <li><code>{name}</code>" "<InWords outcome at /></li> }
        };
        outcomes.get().into_iter().map(row).collect_view()
    };
    move || {
        if is_untouched() {
            return view! { <p class="hint" id="outcomes">"Nothing was moved."</p> }.into_any();
        }
        view! { <ul class="outcomes" id="outcomes">{rows()}</ul> }.into_any()
    }
}

#[component]
fn InWords(
    /// What became of the tag.
    outcome: Outcome,
    /// The tag.
    at: Option<onetag_shared::reference::Reference>,
) -> impl IntoView {
    let with_digest = move |words: &'static str, digest: Digest| {
        view! { <span class="hint">{words}" "</span><DigestText digest at=at.clone() /> }.into_any()
    };
    match outcome {
        Outcome::Moved => {
            view! { <span class="yes"><Icon shape=Shape::Check />" holds the list now"</span> }.into_any()
        }
        Outcome::HeldAlready => view! { <span class="hint">"held this list already"</span> }.into_any(),
        Outcome::ReadBack(digest) => with_digest("was written, and then held", digest),
        Outcome::Left(Some(digest)) => with_digest("not moved: it holds", digest),
        Outcome::Left(None) => view! { <span class="hint">"not moved: there is no such tag"</span> }.into_any(),
        Outcome::Holds(digest) => with_digest("not moved by this push: it holds", digest),
        Outcome::Unknown => view! { <span class="hint">"what it holds is not known yet"</span> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use onetag_shared::{
        api::{Problem, ProblemCode, Resolution},
        media_type::OCI_INDEX,
    };

    use super::*;

    #[test]
    fn what_is_left_open_is_looked_at() {
        let digest = |name: &str| Digest::of(name.as_bytes());
        let there = |name: &str| {
            Held::There(Resolution {
                reference: "example.com/app:v1".to_owned(),
                media_type: OCI_INDEX.to_owned(),
                digest: digest(name),
                size: 2,
            })
        };
        let unknown = Held::Unknown(Box::new(Problem::new(ProblemCode::RegistryTimeout, "no answer")));
        for (before, after, held, expected) in [
            (Some("old"), Some("list"), None, Outcome::Moved),
            (None, Some("list"), None, Outcome::Moved),
            (Some("list"), Some("list"), None, Outcome::HeldAlready),
            (Some("old"), Some("other"), Some(there("other")), Outcome::ReadBack(digest("other"))),
            (Some("old"), None, Some(there("old")), Outcome::Left(Some(digest("old")))),
            (None, None, Some(there("old")), Outcome::Left(Some(digest("old")))),
            (None, None, Some(Held::Absent), Outcome::Left(None)),
            (Some("old"), None, Some(there("list")), Outcome::Moved),
            (Some("old"), None, Some(there("other")), Outcome::Holds(digest("other"))),
            (Some("old"), None, Some(unknown), Outcome::Unknown),
            (Some("old"), None, Some(Held::Asking), Outcome::Unknown),
        ] {
            let target = PushedTarget {
                reference: "example.com/app:v1".parse().unwrap(),
                before: before.map(digest),
                after: after.map(digest),
            };
            assert_eq!(outcome(&target, &digest("list"), held.as_ref()), expected, "{before:?} {after:?} {held:?}");
        }
    }
}
