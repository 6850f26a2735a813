//! What is shown of a reference where no script runs: previews, badges, pictures.
//!
//! It goes through the same [`Inspector`] as everything else, and so by the login of whoever runs this server. Who may see
//! the answer is decided before, in `http::access`, and how long it may be kept in `http::share::answer`.

mod card;

use std::time::Duration;

use bytes::Bytes;
use moka::future::Cache;

use onetag_shared::{
    api::{Problem, ProblemCode},
    reference::Reference,
    source::Source,
};

pub use self::card::Card;
use crate::inspect::Inspector;

/// How long a page, a badge or a picture waits for a registry. People wait for a page, and who fetches pictures for
/// others gives up after a few seconds.
const BUDGET: Duration = Duration::from_millis(2500);

/// Pictures that are kept, by their weight in bytes.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Looks at references for those who do not wait for long.
#[derive(Clone, Debug)]
pub struct Previews {
    inspector: Inspector,
    /// Pictures by what they say, the digest with it.
    cards: Cache<Card, Bytes>,
}

/// What was found in time.
#[derive(Clone, Debug)]
pub struct Preview {
    /// All of it.
    pub source: Source,
    /// It will be the same for ever, for everybody: it was asked for by digest, took no login, and nothing was missing.
    pub is_settled: bool,
}

impl Previews {
    /// On top of this.
    pub fn new(inspector: Inspector) -> Self {
        let cards = Cache::builder()
            .max_capacity(MOST_BYTES)
            .weigher(|_, png: &Bytes| u32::try_from(png.len()).unwrap_or(u32::MAX))
            .build();
        Self { inspector, cards }
    }

    /// A picture, drawn once for all who want the same. `None` where it cannot be drawn.
    pub async fn draw(&self, card: Card) -> Option<Bytes> {
        let drawn = card.clone();
        let draw = async { tokio::task::spawn_blocking(move || drawn.png()).await.ok().flatten().map(Bytes::from) };
        self.cards.optionally_get_with(card, draw).await
    }

    /// Tells that a page is served with what was found: its own request for the same will cost the registry nothing.
    pub async fn serve_with(&self, preview: &Preview) {
        self.inspector.hand_to_page(&preview.source).await;
    }

    /// What a path names, if it names something.
    pub async fn find(&self, reference: &Result<Reference, Problem>) -> Result<Preview, Problem> {
        match reference {
            Ok(reference) => self.look(reference).await,
            Err(problem) => Err(problem.clone()),
        }
    }

    /// Everything about a reference, or why it is not there in time. A registry that is slow goes on being asked: the
    /// page's own request, or the next one for the badge, finds what has come by then.
    async fn look(&self, reference: &Reference) -> Result<Preview, Problem> {
        let (previews, asked) = (self.clone(), reference.clone());
        let looking = tokio::spawn(async move { previews.wait_for(&asked).await });
        match tokio::time::timeout(BUDGET, looking).await {
            Ok(Ok(found)) => found,
            Ok(Err(_)) => Err(Problem::new(ProblemCode::Internal, "looking at it ended unexpectedly")),
            Err(_) => {
                let host = reference.registry();
                Err(Problem::new(ProblemCode::RegistryTimeout, format!("{host} takes its time"))
                    .with_hint("Ask again in a moment."))
            }
        }
    }

    /// The same, as long as it takes.
    pub async fn wait_for(&self, reference: &Reference) -> Result<Preview, Problem> {
        self.of(reference, self.inspector.source(reference).await?).await
    }

    /// The same for a page that was served with it ([`Self::serve_with`]).
    pub async fn wait_for_page(&self, reference: &Reference) -> Result<Preview, Problem> {
        self.of(reference, self.inspector.source_to_page(reference).await?).await
    }

    async fn of(&self, reference: &Reference, source: Source) -> Result<Preview, Problem> {
        let is_whole = source.children.values().chain(source.configs.values()).all(Result::is_ok);
        let is_settled = reference.digest().is_some() && is_whole && self.inspector.is_open(reference).await;
        Ok(Preview { source, is_settled })
    }
}
