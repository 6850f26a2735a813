//! Whether the programs in an image are made for the platforms that it promises: read out of the layers, from the uppermost
//! down, only as far as it takes.

mod layer;
mod stream;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::future::join_all;
use onetag_shared::{
    api::{FoundProgram, Problem, Verdict, Verification, VerifiedImage},
    descriptor::Descriptor,
    digest::Digest,
    program::{Budget, Command, Outcome, Search, judge},
    reference::Reference,
    view::{ListView, Row},
};
use tokio::{sync::Semaphore, time::timeout};

use self::{layer::Unpacked, stream::PieceReader};
use crate::{inspect::Inspector, registry::Client};

/// Images whose layers are read at once, whoever asks.
const AT_ONCE: usize = 4;
/// Images of one list that are looked into.
const MOST_IMAGES: usize = 100;

/// Bytes of the layers of one image that are read, as they are stored.
const MOST_STORED: u64 = 2 << 30;
/// Bytes of them unpacked: a small layer may unpack to a disk full of zeros.
const MOST_UNPACKED: u64 = 8 << 30;
/// How long looking into one image may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// Looks into images; cheap to clone.
#[derive(Clone, Debug)]
pub struct Verifier {
    client: Client,
    inspector: Inspector,
    places: Arc<Semaphore>,
}

impl Verifier {
    /// What it needs of the rest of the server.
    pub fn new(client: Client, inspector: Inspector) -> Self {
        Self { client, inspector, places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Looks into every image of a reference. One that cannot be read is told as such, and does not fail the others.
    pub async fn verify(&self, reference: &Reference) -> Result<Verification, Problem> {
        let source = self.inspector.source(reference).await?;
        let view = ListView::new(&source);
        let repository = reference.repository_only();
        let images = view.images().enumerate().map(|(place, row)| self.image(&repository, row, place));
        let images = join_all(images).await;
        Ok(Verification { reference: reference.clone(), digest: view.digest, images })
    }

    async fn image(&self, repository: &Reference, row: &Row, place: usize) -> VerifiedImage {
        let mut image = VerifiedImage {
            digest: row.digest.clone(),
            platform: row.platform.clone(),
            verdict: Verdict::Unknown,
            words: String::new(),
            programs: Vec::new(),
            bytes_read: 0,
        };
        let unknown = |words: String| format!("It could not be told: {words}.");
        if place >= MOST_IMAGES {
            image.words = unknown(format!("only the first {MOST_IMAGES} images are looked into"));
            return image;
        }
        let Some(config) = &row.config else {
            let problem = row.problem.as_deref().unwrap_or("it has no config of an image");
            image.words = unknown(problem.trim_end_matches('.').to_owned());
            return image;
        };
        let os = row.platform.as_ref().map_or(config.os.as_str(), |platform| platform.os.as_str());
        let command = match Command::of(config, os) {
            Ok(command) => command,
            Err(error) => {
                image.words = unknown(error.to_string());
                return image;
            }
        };
        let _place = self.places.acquire().await;
        let is_shell_line = command.is_shell_line;
        let search = Search::new(command, config, os, Budget::default());
        let read = Arc::new(AtomicU64::new(0));
        let looked = timeout(PATIENCE, self.layers(repository, row, search, &read)).await;
        image.bytes_read = read.load(Ordering::Relaxed);
        let Ok((search, outcome)) = looked else {
            image.words = unknown(format!("its layers could not be read within {} seconds", PATIENCE.as_secs()));
            return image;
        };
        let Some(search) = search else {
            image.words = unknown("reading its layers was given up".to_owned());
            return image;
        };
        (image.verdict, image.words) = judge(row.platform.as_ref(), &outcome, search.steps(), is_shell_line);
        let layers: Vec<&Digest> = row.layers.iter().rev().map(|(digest, _)| digest).collect();
        image.programs = search
            .steps()
            .iter()
            .filter_map(|step| {
                Some(FoundProgram {
                    path: format!("/{}", step.path),
                    layer: (*layers.get(step.depth)?).clone(),
                    what: step.program.words(),
                    os: step.program.os().map(str::to_owned),
                    architecture: step.program.architecture().map(str::to_owned),
                })
            })
            .collect();
        image
    }

    /// Feeds the layers to the search until it has seen enough. Without a search in the answer, whoever had it is gone.
    async fn layers(
        &self,
        repository: &Reference,
        row: &Row,
        mut search: Search,
        read: &Arc<AtomicU64>,
    ) -> (Option<Search>, Outcome) {
        let unpacked = Unpacked::new(MOST_UNPACKED);
        for (digest, size) in row.layers.iter().rev() {
            if read.load(Ordering::Relaxed).saturating_add(*size) > MOST_STORED {
                let words = format!("its layers have more than {MOST_STORED} bytes");
                return (Some(search), Outcome::GivenUp(words));
            }
            let descriptor = Descriptor::new("application/vnd.oci.image.layer.v1.tar", digest.clone(), *size);
            let (pieces, reader) = PieceReader::new(Arc::clone(read));
            let unpacked = unpacked.clone();
            search.begin_layer();
            let work = tokio::task::spawn_blocking(move || {
                let outcome = layer::feed(&mut search, reader, &unpacked);
                (search, outcome)
            });
            // When the search has seen enough nobody takes the pieces any more, and the rest is not asked for.
            let fetched = self.client.read_blob(repository, &descriptor, &pieces).await;
            drop(pieces);
            let Ok((fed, outcome)) = work.await else { return (None, Outcome::Missing(String::new())) };
            search = fed;
            let layer = digest.short();
            match (outcome, fetched) {
                (Ok(Some(outcome)), _) => return (Some(search), outcome),
                (_, Err(error)) => {
                    let words = format!("layer {layer} cannot be read: {}", error.to_problem().detail);
                    return (Some(search), Outcome::GivenUp(words));
                }
                (Err(error), Ok(())) => {
                    return (Some(search), Outcome::GivenUp(format!("layer {layer} cannot be read: {error}")));
                }
                (Ok(None), Ok(())) => {}
            }
        }
        let outcome = search.finish();
        (Some(search), outcome)
    }
}
