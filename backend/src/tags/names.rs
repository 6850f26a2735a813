//! Which tags there are.

use std::{collections::BTreeSet, fmt, sync::Arc, time::Duration};

use moka::future::Cache;
use onetag_shared::{
    api::{Problem, ProblemCode, TagPage, TagSummary},
    reference::{Reference, Tag},
    tags::newest_first,
};

use super::Tags;
use crate::registry::{ErrorKind, Reader};

/// Most names that are told at once.
pub const MOST_NAMES: usize = 10_000;
/// Pages of tags that are read: a registry may make them as short as it likes.
const MOST_PAGES: usize = 50;
/// Tags of a page for those who run no script.
const LISTED: usize = 1000;
/// How long such a page waits for a registry.
const BUDGET: Duration = Duration::from_millis(2500);
/// How long a page may take to ask for what it was just served with.
const HANDED_FOR: Duration = Duration::from_secs(30);
/// Bytes that are kept for pages.
const MOST_HANDED: u64 = 8 * 1024 * 1024;

/// The tags of a repository for those who run no script.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The first that the registry lists, at most 1000, the newest first.
    pub tags: Vec<String>,
    /// There are more.
    pub more: bool,
    /// All that was listed.
    page: Arc<TagPage>,
}

/// What pages were served with, until they ask for the same: by whose right, and of which repository.
#[derive(Clone)]
pub(super) struct Handed(Cache<(Reader, String), Arc<TagPage>>);

impl Default for Handed {
    fn default() -> Self {
        let weigh = |_: &(Reader, String), page: &Arc<TagPage>| {
            let bytes = page.tags.iter().map(|tag| size_of::<TagSummary>() + tag.tag.len()).sum::<usize>();
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(MOST_HANDED).weigher(weigh).time_to_live(HANDED_FOR).build())
    }
}

impl fmt::Debug for Handed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handed").field("kept", &self.0.entry_count()).finish()
    }
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
        let page = tokio::time::timeout(BUDGET, self.page(repository, MOST_NAMES, None)).await;
        let page = page.map_err(|_| {
            let words = format!("{} takes its time", repository.registry());
            Problem::new(ProblemCode::RegistryTimeout, words).with_hint("Ask again in a moment.")
        })??;
        let tags = newest_first(page.tags.iter().take(LISTED).map(|tag| tag.tag.clone()).collect());
        Ok(Listing { tags, more: page.next.is_some() || page.tags.len() > LISTED, page: Arc::new(page) })
    }

    /// Tells that a page is served with a listing: its own request for the same will cost the registry nothing.
    pub async fn serve_with(&self, repository: &Reference, listing: &Listing) {
        if let Ok(reader) = self.client.reader(repository).await {
            self.handed.0.insert((reader, repository.repo()), Arc::clone(&listing.page)).await;
        }
    }

    /// The first names, for a page: what it was served with, once, or what the registry lists.
    pub async fn first_names_to_page(&self, repository: &Reference) -> Result<TagPage, Problem> {
        if let Ok(reader) = self.client.reader(repository).await
            && let Some(page) = self.handed.0.remove(&(reader, repository.repo())).await
        {
            return Ok(Arc::unwrap_or_clone(page));
        }
        self.page(repository, MOST_NAMES, None).await
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
