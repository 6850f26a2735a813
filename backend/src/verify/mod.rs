//! Whether the programs in an image are made for the platforms that it promises: read out of the layers, from the uppermost
//! down, only as far as it takes.

mod layer;
mod stream;
#[cfg(test)]
mod tests;
mod toc;

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
    document::Document,
    program::{Budget, Command, Outcome, Search, judge},
    reference::Reference,
    source::Source,
    view::{ListView, Row},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use self::{
    layer::{Left, Unpacked},
    stream::PieceReader,
    toc::{Announced, Parts, Table},
};
use crate::{inspect::Inspector, registry::Client};

/// What looking into images may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Images of one list that are looked into.
    pub images: usize,
    /// For each image.
    pub each: Cost,
    /// For all images of a request together.
    pub together: Cost,
}

/// What reading may cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Bytes of layers, as they are stored.
    pub stored: u64,
    /// Bytes of them unpacked: a small layer may unpack to a disk full of zeros.
    pub unpacked: u64,
    /// How long it may take.
    pub time: Duration,
}

const GIB: u64 = 1 << 30;

impl Default for Limits {
    fn default() -> Self {
        Self {
            images: 100,
            each: Cost { stored: 2 * GIB, unpacked: 8 * GIB, time: Duration::from_mins(2) },
            together: Cost { stored: 8 * GIB, unpacked: 32 * GIB, time: Duration::from_mins(5) },
        }
    }
}

/// Layers of one image whose tables of contents are read.
const MOST_TABLES: usize = 64;

/// Images whose layers are read at once, whoever asks.
const AT_ONCE: usize = 4;

/// Looks into images; cheap to clone.
#[derive(Clone, Debug)]
pub struct Verifier {
    client: Client,
    inspector: Inspector,
    limits: Limits,
    places: Arc<Semaphore>,
}

/// What was found in the layers of one image.
struct Looked {
    search: Search,
    outcome: Outcome,
    /// Of each layer that was looked at, the uppermost first: the table of contents that it was read by.
    tables: Vec<Option<Table>>,
}

/// One question: what all of its images have in common.
struct Asked<'a> {
    repository: Reference,
    source: &'a Source,
    /// When looking ends.
    deadline: Instant,
    /// Bytes of layers that were read so far.
    stored: AtomicU64,
    unpacked: Left,
}

/// The reading of one image.
struct Reading {
    /// Bytes of layers that were read so far.
    read: Arc<AtomicU64>,
    /// When it ends.
    deadline: Instant,
    /// One of the places for images that are read at once: threads keep it as long as they work, whoever waits for them.
    place: Arc<OwnedSemaphorePermit>,
}

impl Verifier {
    /// What it needs of the rest of the server.
    pub fn new(client: Client, inspector: Inspector, limits: Limits) -> Self {
        Self { client, inspector, limits, places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Looks into every image of a reference. One that cannot be read is told as such, and does not fail the others.
    pub async fn verify(&self, reference: &Reference) -> Result<Verification, Problem> {
        let source = self.inspector.source(reference).await?;
        let view = ListView::new(&source);
        let asked = Asked {
            repository: reference.repository_only(),
            source: &source,
            deadline: Instant::now() + self.limits.together.time,
            stored: AtomicU64::new(0),
            unpacked: Left::of(self.limits.together.unpacked),
        };
        let images = view.images().enumerate().map(|(place, row)| self.image(&asked, row, place));
        let images = join_all(images).await;
        Ok(Verification { reference: reference.clone(), digest: view.digest, images })
    }

    async fn image(&self, asked: &Asked<'_>, row: &Row, place: usize) -> VerifiedImage {
        let mut image = VerifiedImage {
            digest: row.digest.clone(),
            platform: row.platform.clone(),
            verdict: Verdict::Unknown,
            words: String::new(),
            programs: Vec::new(),
            bytes_read: 0,
        };
        let unknown = |words: String| format!("It could not be told: {words}.");
        let most = self.limits.images;
        if place >= most {
            image.words = unknown(format!("only the first {most} images are looked into"));
            return image;
        }
        let Some(config) = &row.config else {
            let absent = row.absent.as_ref().map(|absent| absent.reason.as_str());
            let problem = absent.unwrap_or("it has no config of an image");
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
        let place = timeout_at(asked.deadline, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = place else {
            image.words = unknown("reading the other images took all the time that there is".to_owned());
            return image;
        };
        let starts = command.starts;
        let search = Search::new(command, config, os, Budget::default());
        let manifest = asked.source.child(&row.digest).unwrap_or(&asked.source.root);
        let Ok(Document::Image(manifest)) = manifest.parse() else {
            image.words = unknown("its manifest cannot be read".to_owned());
            return image;
        };
        // What a registry does not have is not read from where its manifest says that it is.
        let layers: Vec<Descriptor> =
            manifest.layers.into_iter().map(|layer| Descriptor { urls: None, ..layer }).collect();
        let limit = self.limits.each.time;
        let deadline = asked.deadline.min(Instant::now() + limit);
        let reading = Reading { read: Arc::new(AtomicU64::new(0)), deadline, place: Arc::new(place) };
        let looked = timeout_at(deadline, self.layers(asked, &layers, search, &reading)).await;
        image.bytes_read = reading.read.load(Ordering::Relaxed);
        asked.stored.fetch_add(image.bytes_read, Ordering::Relaxed);
        let Ok(looked) = looked else {
            image.words = unknown(if deadline < asked.deadline {
                format!("its layers could not be read within {} seconds", limit.as_secs_f32())
            } else {
                "reading it and the other images took all the time that there is".to_owned()
            });
            return image;
        };
        let Some(Looked { search, outcome, tables }) = looked else {
            image.words = unknown("reading its layers was given up".to_owned());
            return image;
        };
        (image.verdict, image.words) = judge(row.platform.as_ref(), &outcome, search.steps(), starts);
        if search.steps().iter().any(|step| matches!(tables.get(step.depth), Some(Some(_)))) {
            image.words.push_str(" Where it is was read in its layer's table of contents.");
        }
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

    /// Feeds the layers to the search until it has seen enough. `None` when whoever had the search is gone.
    async fn layers(
        &self,
        asked: &Asked<'_>,
        layers: &[Descriptor],
        mut search: Search,
        reading: &Reading,
    ) -> Option<Looked> {
        let Reading { read, deadline, place } = reading;
        let deadline = *deadline;
        let parts = Parts::new(&self.client, &asked.repository, read);
        let unpacked = asked.unpacked.with(self.limits.each.unpacked, deadline);
        let mut tables: Vec<Option<Table>> = Vec::new();
        for layer in layers.iter().rev() {
            let announced = Announced::of(layer).filter(|_| tables.len() < MOST_TABLES);
            let table = if let Some(announced) = announced { parts.table(layer, announced).await } else { None };
            search.begin_layer();
            if let Some(mut table) = table {
                let place = Arc::clone(place);
                let fed = tokio::task::spawn_blocking(move || {
                    let _place = place;
                    let outcome = table.feed(&mut search, deadline);
                    (search, table, outcome)
                });
                let (fed, table, mut outcome) = fed.await.ok()?;
                search = fed;
                tables.push(Some(table));
                parts.look_into(&mut search, &tables, &mut outcome).await;
                if let Some(outcome) = outcome {
                    return Some(Looked { search, outcome, tables });
                }
                continue;
            }
            tables.push(None);
            loop {
                if let Some(words) = self.too_much(asked, read, layer) {
                    return Some(Looked { search, outcome: Outcome::GivenUp(words), tables });
                }
                let (fed, told) = self.stream(asked, layer, search, reading, &unpacked).await?;
                search = fed;
                let mut outcome = told.unwrap_or_else(|words| {
                    Some(Outcome::GivenUp(format!("layer {} cannot be read: {words}", layer.digest.short())))
                });
                let was_cut_short = search.wants().is_some();
                parts.look_into(&mut search, &tables, &mut outcome).await;
                match outcome {
                    Some(outcome) => return Some(Looked { search, outcome, tables }),
                    // The rest of it was not looked at, for the sake of a file above.
                    None if was_cut_short => search.begin_layer_again(),
                    None => break,
                }
            }
        }
        let mut outcome = search.finish();
        parts.look_into(&mut search, &tables, &mut outcome).await;
        let outcome = outcome.unwrap_or_else(|| Outcome::GivenUp("its layers could not be looked into".to_owned()));
        Some(Looked { search, outcome, tables })
    }

    /// Why this layer is not read as well.
    fn too_much(&self, asked: &Asked<'_>, read: &AtomicU64, layer: &Descriptor) -> Option<String> {
        let with_it = read.load(Ordering::Relaxed).saturating_add(layer.size);
        let Limits { each, together, .. } = self.limits;
        if with_it > each.stored {
            return Some(format!("its layers have more than {} bytes", each.stored));
        }
        let all = asked.stored.load(Ordering::Relaxed).saturating_add(with_it);
        (all > together.stored).then(|| format!("the layers of all images have more than {} bytes", together.stored))
    }

    /// Feeds one layer to the search as it comes.
    async fn stream(
        &self,
        asked: &Asked<'_>,
        layer: &Descriptor,
        mut search: Search,
        reading: &Reading,
        unpacked: &Unpacked,
    ) -> Option<(Search, Result<Option<Outcome>, String>)> {
        let (pieces, reader) = PieceReader::new(Arc::clone(&reading.read));
        let (unpacked, place) = (unpacked.clone(), Arc::clone(&reading.place));
        let work = tokio::task::spawn_blocking(move || {
            let _place = place;
            let outcome = layer::feed(&mut search, reader, &unpacked);
            (search, outcome)
        });
        // When the search has seen enough nobody takes the pieces any more, and the rest is not asked for.
        let fetched = self.client.read_blob(&asked.repository, layer, &pieces).await;
        drop(pieces);
        let (search, outcome) = work.await.ok()?;
        let told = match (outcome, fetched) {
            (Ok(Some(outcome)), _) => Ok(Some(outcome)),
            (Ok(None), _) if search.wants().is_some() => Ok(None),
            (_, Err(error)) => Err(error.to_problem().detail),
            (Err(error), Ok(())) => Err(error.to_string()),
            (Ok(None), Ok(())) => Ok(None),
        };
        Some((search, told))
    }
}
