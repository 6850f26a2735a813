//! What was fetched, kept for those who may see it.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{
    FutureExt as _,
    future::{BoxFuture, WeakShared},
};
use moka::future::Cache;
use onetag_shared::{api::Problem, digest::Digest, document::RawDocument, reference::Reference};

use crate::registry::{Client, Reader, lock};

/// Documents kept in memory, by their weight in bytes.
const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// How long a page may take to ask for what it was just served with.
const HANDED_FOR: Duration = Duration::from_secs(30);

/// Tags that are kept for pages; a page is one.
const MOST_HANDED: u64 = 256;

type Answer = Result<RawDocument, Problem>;

/// A request that is under way. Who asks drives it; when all have left it ends.
type Flight = WeakShared<BoxFuture<'static, Answer>>;

/// What has a digest, by who had it, where, and the digest: what one person's login has opened is never served by another's.
/// A tag is asked for each time, once for all who ask at the same time.
#[derive(Clone)]
pub(super) struct Documents {
    client: Client,
    kept: Cache<(Reader, String, Digest), RawDocument>,
    /// Tags that are being asked for.
    flights: Arc<Mutex<HashMap<(Reader, Reference), Flight>>>,
    /// What tags held when a page was served, until that page asks for the same.
    handed: Cache<(Reader, Reference), RawDocument>,
}

impl Documents {
    pub(super) fn new(client: Client) -> Self {
        let kept = Cache::builder()
            .max_capacity(MOST_BYTES)
            .weigher(|_, document: &RawDocument| u32::try_from(document.bytes().len()).unwrap_or(u32::MAX))
            .build();
        let handed =
            Cache::builder().max_capacity(MOST_HANDED).time_to_live(HANDED_FOR).support_invalidation_closures().build();
        Self { client, kept, flights: Arc::default(), handed }
    }

    /// What has this digest in a repository. Several callers that want the same at once cost one request.
    pub(super) async fn by_digest(
        &self,
        repository: &Reference,
        digest: &Digest,
        fetch: impl Future<Output = Answer>,
    ) -> Answer {
        // Without a login that can be read nothing is kept; where none is wanted it is had all the same.
        let Ok(reader) = self.client.reader(repository).await else { return fetch.await };
        let key = (reader, repository.repo(), digest.clone());
        let found = self.kept.entry_by_ref(&key).or_try_insert_with(fetch).await;
        let found = found.map_err(|problem| Problem::clone(&problem))?;
        if found.is_fresh() && !self.is_still(&key.0, repository).await {
            self.kept.invalidate(&key).await;
        }
        Ok(found.into_value())
    }

    /// What a tag holds.
    pub(super) async fn by_tag(&self, tag: &Reference, fetch: impl Future<Output = Answer> + Send + 'static) -> Answer {
        let Ok(reader) = self.client.reader(tag).await else { return fetch.await };
        let key = (reader, tag.clone());
        let flight = {
            let mut flights = lock(&self.flights);
            flights.retain(|_, flight| flight.upgrade().is_some_and(|flight| flight.peek().is_none()));
            if let Some(flight) = flights.get(&key).and_then(WeakShared::upgrade) {
                flight
            } else {
                let flight = fetch.boxed().shared();
                flights.extend(flight.downgrade().map(|weak| (key.clone(), weak)));
                flight
            }
        };
        let document = flight.await?;
        if self.is_still(&key.0, tag).await {
            self.kept.insert((key.0, tag.repo(), document.digest().clone()), document.clone()).await;
        }
        Ok(document)
    }

    /// Keeps what a tag holds for the page that is served with it: the page asks for the same at once.
    pub(super) async fn hand(&self, tag: &Reference, document: &RawDocument) {
        if let Ok(reader) = self.client.reader(tag).await {
            self.handed.insert((reader, tag.clone()), document.clone()).await;
        }
    }

    /// What was kept for a page; it is had once.
    pub(super) async fn take_handed(&self, tag: &Reference) -> Option<RawDocument> {
        let reader = self.client.reader(tag).await.ok()?;
        self.handed.remove(&(reader, tag.clone())).await
    }

    /// A tag was moved: an answer that is on its way may be of before.
    pub(super) fn moved(&self, tag: &Reference) {
        lock(&self.flights).retain(|(_, asked), _| asked != tag);
        let tag = tag.clone();
        // It only fails where closures are not supported.
        let _ = self.handed.invalidate_entries_if(move |(_, asked), _| *asked == tag);
    }

    /// Whoever logs in while something is fetched may have had it by another right than it was asked for.
    async fn is_still(&self, reader: &Reader, repository: &Reference) -> bool {
        self.client.reader(repository).await.is_ok_and(|now| now == *reader)
    }
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents").field("kept", &self.kept.entry_count()).finish_non_exhaustive()
    }
}
