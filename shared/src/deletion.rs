//! Whether something may be deleted by its digest, which takes along every tag that points to it.

use std::collections::BTreeSet;

use crate::{
    api::{DeletionRequest, Pointing, Problem, ProblemCode, Unread},
    digest::Digest,
    reference::Tag,
};

/// Why something is not deleted by its digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeletionRefused {
    /// The tag points to something else by now.
    #[error("{tag} held {digest} a moment ago, and holds something else now")]
    Moved {
        /// The tag.
        tag: String,
        /// What it held.
        digest: Digest,
    },
    /// What would go along or break is not what the request names; with each difference in words.
    #[error("{digest} would be deleted by its digest; {}", .differences.join("; "))]
    TakesAlong {
        /// What would be deleted.
        digest: Digest,
        /// Each difference.
        differences: Vec<String>,
    },
    /// There may be more.
    #[error(
        "{digest} would be deleted by its digest, with every tag that points there; {looked} tags were looked at, and not \
         all there are"
    )]
    TagsUnseen {
        /// What would be deleted.
        digest: Digest,
        /// How many tags were looked at.
        looked: usize,
    },
}

impl DeletionRefused {
    /// For an answer of the API, with what points there.
    pub fn to_problem(&self, pointing: &Pointing) -> Problem {
        let (code, hint) = match self {
            Self::Moved { .. } => (
                ProblemCode::Conflict,
                "Somebody moved the tag. Look at what is there now, then delete that if it shall go.",
            ),
            Self::TakesAlong { .. } => (
                ProblemCode::TakesAlong,
                "If all of that is meant, name exactly these tags in `alongside`, and these lists in `breaking`. Else move \
                 the tag to something else instead of deleting it.",
            ),
            Self::TagsUnseen { .. } => {
                (ProblemCode::TagsUnseen, "If other tags may go along unseen, say so with `incomplete`: true.")
            }
        };
        let mut problem = Problem::new(code, self.to_string()).with_hint(hint);
        problem.pointing = Unread::of(&Some(pointing.clone()));
        problem
    }
}

/// May the document be deleted by its digest? Only when the request names exactly what would go along and what would break:
/// then something that came in between is not lost unseen.
pub fn may_delete(request: &DeletionRequest, pointing: &Pointing) -> Result<(), DeletionRefused> {
    let digest = pointing.digest.clone();
    let own = request.reference.tag().map(Tag::as_str);
    if let Some(own) = own
        && pointing.complete
        && !pointing.tags.iter().any(|tag| tag == own)
    {
        return Err(DeletionRefused::Moved { tag: own.to_owned(), digest });
    }
    let others = |tags: &'_ [String]| -> BTreeSet<String> {
        tags.iter().filter(|tag| Some(tag.as_str()) != own).cloned().collect()
    };
    let (going, named) = (others(&pointing.tags), others(&request.alongside));
    let holding = || pointing.lists.iter().flatten();
    let unnamed = holding().filter(|list| !request.breaking.contains(&list.digest));
    let not_holding = request.breaking.iter().filter(|named| !holding().any(|list| list.digest == **named));
    let differences: Vec<String> = [
        ("these tags point there too, and would go along", going.difference(&named).cloned().collect()),
        ("these were named, and do not point there", named.difference(&going).cloned().collect()),
        (
            "these lists have it as an entry, and would be left without",
            unnamed.map(|list| format!("{} ({})", list.digest, list.tags.join(", "))).collect(),
        ),
        ("these lists were named, and do not have it as an entry", not_holding.map(ToString::to_string).collect()),
    ]
    .into_iter()
    .filter(|(_, which): &(_, Vec<String>)| !which.is_empty())
    .map(|(words, which)| format!("{words}: {}", which.join(", ")))
    .collect();
    if !differences.is_empty() {
        return Err(DeletionRefused::TakesAlong { digest, differences });
    }
    if !pointing.complete && !request.incomplete {
        return Err(DeletionRefused::TagsUnseen { digest, looked: pointing.looked });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{api::HoldingList, media_type::OCI_INDEX};

    fn list(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    fn pointing(tags: &[&str], lists: &[&str], complete: bool) -> Pointing {
        let holding = |name: &&str| HoldingList { digest: list(name), tags: vec![(*name).to_owned()] };
        Pointing {
            reference: "reg.example/app:v1".parse().unwrap(),
            digest: Digest::of(b"it"),
            media_type: OCI_INDEX.to_owned(),
            tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
            lists: Some(lists.iter().map(holding).collect()),
            looked: 9,
            complete,
            unseen: Vec::new(),
        }
    }

    fn request(reference: &str, alongside: &[&str], breaking: &[&str], incomplete: bool) -> DeletionRequest {
        DeletionRequest {
            reference: reference.parse().unwrap(),
            guard: None,
            alongside: alongside.iter().map(|&tag| tag.to_owned()).collect(),
            breaking: breaking.iter().map(|name| list(name)).collect(),
            incomplete,
        }
    }

    const TAG: &str = "reg.example/app:v1";

    #[test]
    fn exactly_what_goes_along_has_to_be_named() {
        use ProblemCode::{Conflict, TagsUnseen, TakesAlong};
        let by_digest = format!("reg.example/app@{}", Digest::of(b"it"));
        for (name, reference, (alongside, breaking, incomplete), (tags, lists, complete), refused, words) in [
            ("alone", TAG, (&[][..], &[][..], false), (&["v1"][..], &[][..], true), None, ""),
            ("itself named", TAG, (&["v1"], &[], false), (&["v1"], &[], true), None, ""),
            ("another", TAG, (&[], &[], false), (&["v1", "v2"], &[], true), Some(TakesAlong), "go along: v2"),
            ("named", TAG, (&["v2"], &[], false), (&["v2", "v1"], &[], true), None, ""),
            (
                "one more",
                TAG,
                (&["v2"], &[], false),
                (&["v1", "v2", "v3"], &[], true),
                Some(TakesAlong),
                "go along: v3",
            ),
            ("moved", TAG, (&[], &[], false), (&[], &[], true), Some(Conflict), "something else now"),
            ("one gone", TAG, (&["v2"], &[], false), (&["v1"], &[], true), Some(TakesAlong), "do not point there: v2"),
            ("by digest", &by_digest, (&[], &[], false), (&["v1"], &[], true), Some(TakesAlong), "go along: v1"),
            ("untagged", &by_digest, (&[], &[], false), (&[], &[], true), None, ""),
            ("held", &by_digest, (&[], &[], false), (&[], &["l"], true), Some(TakesAlong), "left without"),
            ("held, named", &by_digest, (&[], &["l"], false), (&[], &["l"], true), None, ""),
            ("not held", TAG, (&[], &["l"], false), (&["v1"], &[], true), Some(TakesAlong), "do not have it"),
            ("not all seen", TAG, (&[], &[], false), (&["v1"], &[], false), Some(TagsUnseen), "9 tags"),
            ("not all, and said", TAG, (&[], &[], true), (&["v1"], &[], false), None, ""),
            ("not all, another", TAG, (&[], &[], true), (&["v1", "v2"], &[], false), Some(TakesAlong), "v2"),
        ] {
            let pointing = pointing(tags, lists, complete);
            let outcome = may_delete(&request(reference, alongside, breaking, incomplete), &pointing);
            let problem = outcome.err().map(|refused| refused.to_problem(&pointing));
            assert_eq!(problem.as_ref().map(|problem| problem.code), refused, "{name}: {problem:?}");
            if let Some(problem) = problem {
                assert!(problem.detail.contains(words) && problem.hint.is_some(), "{name}: {problem}");
                assert_eq!(problem.pointing.read().as_ref(), Some(&pointing), "{name}");
            }
        }
    }
}
