//! Tags in words: what points to something, what a deletion takes along, what became of it.

use onetag_shared::api::{AfterDeletion, Deletion, MoveKind, Pointing};

/// What moved a tag.
pub(crate) fn kind(kind: MoveKind) -> &'static str {
    match kind {
        MoveKind::Push => "push",
        MoveKind::Gather => "gather",
        MoveKind::Undo => "undo",
        MoveKind::Restore => "put back",
        MoveKind::Delete => "deleted",
    }
}

/// The tags that point there, but for one.
pub(crate) fn others(pointing: &Pointing, own: Option<&str>) -> Vec<String> {
    pointing.tags.iter().filter(|tag| Some(tag.as_str()) != own).cloned().collect()
}

/// What is not known of what points there; `None` when all of it is.
pub(crate) fn doubt(pointing: &Pointing) -> Option<String> {
    let looked = pointing.looked;
    match (pointing.complete, pointing.unseen.first()) {
        (true, _) => None,
        (false, Some(unseen)) => {
            Some(format!("{looked} tags were looked at; not {}: {}", unseen.tag, unseen.problem.detail))
        }
        (false, None) => Some(format!("{looked} tags were looked at; the repository has more")),
    }
}

/// What became of a deletion.
pub(crate) fn deleted(deletion: &Deletion) -> String {
    let with = |outcome: AfterDeletion| -> Vec<&str> {
        deletion.tags.iter().filter(|tag| tag.outcome == outcome).map(|tag| tag.tag.as_str()).collect()
    };
    let (gone, there, unknown) = (with(AfterDeletion::Gone), with(AfterDeletion::There), with(AfterDeletion::Unknown));
    let mut sentences = Vec::new();
    let is = |tags: &[&str]| if tags.len() == 1 { "is" } else { "are" };
    if !gone.is_empty() {
        let rest = match deletion.manifest {
            AfterDeletion::There => "; what it held is still in the registry",
            AfterDeletion::Gone => ", and so is what was there",
            AfterDeletion::Unknown => "",
        };
        sentences.push(format!("{} {} gone{rest}.", gone.join(", "), is(&gone)));
    }
    if !there.is_empty() {
        let words = "still there: the registry has accepted the deletion, and may take its time";
        sentences.push(format!("{} {} {words}.", there.join(", "), is(&there)));
    }
    if !unknown.is_empty() {
        sentences.push(format!("What became of {} could not be found out.", unknown.join(", ")));
    }
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use onetag_shared::{
        api::{DeletedTag, DeletionWay},
        digest::Digest,
    };

    use super::*;

    #[test]
    fn what_became_of_a_deletion_is_a_sentence() {
        use AfterDeletion::{Gone, There, Unknown};
        for (tags, manifest, words) in [
            (vec![("v1", Gone)], There, "v1 is gone; what it held is still in the registry."),
            (vec![("v1", Gone), ("v2", Gone)], Gone, "v1, v2 are gone, and so is what was there."),
            (
                vec![("v1", There)],
                There,
                "v1 is still there: the registry has accepted the deletion, and may take its time.",
            ),
            (vec![("v1", Gone), ("v2", Unknown)], Unknown, "v1 is gone. What became of v2 could not be found out."),
        ] {
            let deletion = Deletion {
                reference: "reg.example/app:v1".parse().unwrap(),
                digest: Digest::of(b"it"),
                way: DeletionWay::Tag,
                tags: tags.into_iter().map(|(tag, outcome)| DeletedTag { tag: tag.to_owned(), outcome }).collect(),
                manifest,
            };
            assert_eq!(deleted(&deletion), words);
        }
    }
}
