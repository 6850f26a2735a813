//! What repositories a registry has, where it tells.

use std::{
    collections::BTreeSet,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use moka::future::Cache;
use onetag_shared::{
    api::{CatalogueUse, Problem, ProblemCode, Repositories},
    reference::{Reference, ReferenceError, Registry},
    siblings,
};

use super::Tags;
use crate::registry::Reader;

/// Pages of a catalogue that are read, and names that are kept of them.
const MOST_PAGES: usize = 10;
const MOST_NAMES: usize = 10_000;
/// Catalogues that are kept, and for how long.
const MOST_KEPT: u64 = 16;
const KEPT_FOR: Duration = Duration::from_mins(2);
/// What is younger is not asked for anew.
const FRESH: Duration = Duration::from_secs(2);

/// The catalogues that were read last, by who read them.
#[derive(Clone)]
pub(super) struct Catalogues(Cache<(Reader, String), Arc<Catalogue>>);

impl Default for Catalogues {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST_KEPT).time_to_live(KEPT_FOR).build())
    }
}

impl fmt::Debug for Catalogues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogues").field("kept", &self.0.entry_count()).finish()
    }
}

/// What repositories a registry has, by their paths.
#[derive(Debug)]
pub(super) struct Catalogue {
    pub(super) used: CatalogueUse,
    pub(super) names: BTreeSet<String>,
    read_at: Instant,
}

impl Catalogue {
    /// That of a registry that does not tell.
    pub(super) fn none(read_at: Instant) -> Self {
        Self { used: CatalogueUse::None, names: BTreeSet::new(), read_at }
    }
}

impl Tags {
    /// What repositories a registry has, read not long ago, or anew. That it does not tell is no problem; that it cannot be
    /// asked is.
    pub async fn repositories(&self, registry: &Registry, fresh: bool) -> Result<Repositories, Problem> {
        // Logins may be those of a repository: one that nobody has stands for the registry.
        let beside: Reference = format!("{registry}/catalogue")
            .parse()
            .map_err(|error: ReferenceError| Problem::new(ProblemCode::InvalidReference, error.to_string()))?;
        let catalogue = self.catalogue(&beside, fresh).await?;
        Ok(Repositories {
            registry: registry.clone(),
            repositories: catalogue.names.iter().cloned().collect(),
            catalogue: catalogue.used,
        })
    }

    /// The catalogue of a repository's registry, read not long ago, or anew.
    pub(super) async fn catalogue(&self, repository: &Reference, fresh: bool) -> Result<Arc<Catalogue>, Problem> {
        // Docker Hub has none, and says so only after a login.
        if repository.registry().is_docker_hub() {
            return Ok(Arc::new(Catalogue::none(self.clock.instant())));
        }
        let reader = self.client.reader(repository).await.map_err(|error| error.to_problem())?;
        let key = (reader, repository.registry().as_str().to_ascii_lowercase());
        if fresh
            && let Some(kept) = self.catalogues.0.get(&key).await
            && self.clock.instant().duration_since(kept.read_at) > FRESH
        {
            self.catalogues.0.invalidate(&key).await;
        }
        let read = async { self.read_catalogue(repository).await.map(Arc::new) };
        self.catalogues.0.try_get_with(key, read).await.map_err(|problem| Problem::clone(&problem))
    }

    async fn read_catalogue(&self, beside: &Reference) -> Result<Catalogue, Problem> {
        let mut catalogue = Catalogue { used: CatalogueUse::Partial, ..Catalogue::none(self.clock.instant()) };
        let mut cursor = None;
        for _ in 0..MOST_PAGES {
            let page = self.client.catalogue(beside, cursor.as_deref()).await.map_err(|error| error.to_problem())?;
            let Some(page) = page else {
                if cursor.is_none() {
                    catalogue.used = CatalogueUse::None;
                }
                return Ok(catalogue);
            };
            let before = catalogue.names.len();
            for name in page.names {
                // They may be anything: only what can be asked for is kept.
                let Some(repository) = siblings::at(beside, &name) else { continue };
                if catalogue.names.len() >= MOST_NAMES {
                    return Ok(catalogue);
                }
                catalogue.names.insert(siblings::path(&repository).to_owned());
            }
            cursor = page.next;
            if cursor.is_none() {
                catalogue.used = CatalogueUse::Complete;
                return Ok(catalogue);
            }
            if catalogue.names.len() == before {
                // It leads in a circle, or on and on.
                return Ok(catalogue);
            }
        }
        Ok(catalogue)
    }
}
