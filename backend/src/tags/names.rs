//! Which tags there are.

use std::{collections::BTreeSet, time::Duration};

use onetag_shared::{
    api::{Problem, ProblemCode, TagPage, TagSummary},
    reference::{Reference, Tag},
    tags::newest_first,
};

use super::Tags;
use crate::registry::ErrorKind;

/// Pages of tags that are read: a registry may make them as short as it likes.
const MOST_PAGES: usize = 50;
/// Tags of a page for those who run no script.
const LISTED: usize = 1000;
/// How long such a page waits for a registry.
const BUDGET: Duration = Duration::from_millis(2500);

/// The tags of a repository for those who run no script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The first that the registry lists, at most 1000, the newest first.
    pub tags: Vec<String>,
    /// There are more.
    pub more: bool,
}

impl Tags {
    /// A page of tags in the registry's order. Names that are no tags are left out, and counted.
    pub async fn page(&self, repository: &Reference, limit: usize, cursor: Option<&str>) -> Result<TagPage, Problem> {
        let page = self.client.tags(repository, limit, cursor).await.map_err(|error| error.to_problem())?;
        let listed = page.tags.len();
        let tags: Vec<_> =
            page.tags.into_iter().filter(|name| name.parse::<Tag>().is_ok()).map(TagSummary::of).collect();
        Ok(TagPage { repo: repository.to_string(), ignored: listed - tags.len(), tags, next: page.next })
    }

    /// The first tags, in a moment, or why they are not there by then.
    pub async fn listing(&self, repository: &Reference) -> Result<Listing, Problem> {
        let page = tokio::time::timeout(BUDGET, self.page(repository, LISTED, None)).await;
        let page = page.map_err(|_| {
            let words = format!("{} takes its time", repository.registry());
            Problem::new(ProblemCode::RegistryTimeout, words).with_hint("Ask again in a moment.")
        })??;
        let tags = newest_first(page.tags.into_iter().map(|tag| tag.tag).collect());
        Ok(Listing { tags, more: page.next.is_some() })
    }

    /// The tags of a repository, each once and no more than so many, and whether these are all.
    pub(super) async fn names(&self, repository: &Reference, most: usize) -> Result<(Vec<String>, bool), Problem> {
        let (mut names, mut known, mut cursor) = (Vec::new(), BTreeSet::new(), None);
        for _ in 0..MOST_PAGES {
            let page = match self.client.tags(repository, most, cursor.as_deref()).await {
                Ok(page) => page,
                // One that has no tags is none to some registries.
                Err(error) if error.kind == ErrorKind::Answer(ProblemCode::NameUnknown) => return Ok((names, true)),
                Err(error) => return Err(error.to_problem()),
            };
            // Some registries list digests among them.
            let tags = page.tags.into_iter().filter(|name| !name.contains(':'));
            names.extend(tags.filter(|name| known.insert(name.clone())));
            cursor = page.next;
            if cursor.is_none() || names.len() > most {
                break;
            }
        }
        let complete = cursor.is_none() && names.len() <= most;
        names.truncate(most);
        Ok((names, complete))
    }
}
