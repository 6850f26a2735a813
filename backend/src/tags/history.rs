//! What was done to a tag here.

use onetag_shared::{
    api::{MoveKind, Problem, ProblemCode, TagHistory, TagMove},
    reference::Reference,
};

use super::Tags;
use crate::{clock::date, db::TagKey, push::internal};

/// Moves on a page at most.
const MOST_LISTED: usize = 100;

impl Tags {
    /// A page of what was done to a tag, the newest first.
    pub async fn history(
        &self,
        tag: &Reference,
        cursor: Option<&str>,
        limit: Option<usize>,
    ) -> Result<TagHistory, Problem> {
        if let Some(digest) = tag.digest() {
            let words = format!("{tag} names the digest {}, and what that is never changes", digest.short());
            return Err(Problem::new(ProblemCode::TargetIsDigest, words)
                .with_hint("Name a tag, without @ and what follows it."));
        }
        let limit = limit.unwrap_or(MOST_LISTED).clamp(1, MOST_LISTED);
        let after = cursor.map(|cursor| {
            let parts = cursor.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id)));
            parts.ok_or_else(|| Problem::new(ProblemCode::InvalidRequest, "that is no cursor of a page of moves"))
        });
        let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let page = self.database.tag_moves().page(&TagKey::of(tag), after.transpose()?, wanted).await;
        let page = page.map_err(|error| internal(&error))?;
        let is_last = page.len() <= limit;
        let (mut moves, mut next) = (Vec::new(), None);
        for stored in page.into_iter().take(limit) {
            match stored {
                Ok(stored) => {
                    next = Some(format!("{}-{}", stored.at, stored.id));
                    moves.push(TagMove {
                        at: date(stored.at),
                        kind: stored.kind,
                        job: Some(stored.job).filter(|_| stored.kind != MoveKind::Delete),
                        before: stored.before,
                        after: stored.after,
                        certain: stored.certain,
                    });
                }
                Err(error) => tracing::error!(%error, "what was done to a tag cannot be read"),
            }
        }
        Ok(TagHistory { reference: tag.clone(), moves, next: next.filter(|_| !is_last) })
    }
}
