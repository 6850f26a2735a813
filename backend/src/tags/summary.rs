//! What tags hold, in short: platforms and age.
//!
//! Each tag is asked for by a `HEAD`, which no registry counts as a pull, and each distinct document is fetched once: many
//! tags hold the same. When the registry asks to wait, the tags that are left are not asked for.

use std::sync::Mutex;

use futures::{StreamExt, stream};
use onetag_shared::{
    api::{Problem, ProblemCode, TagSummary},
    descriptor::Descriptor,
    document::{Document, ImageConfig, ImageManifest, List},
    media_type::{Kind, MediaType},
    platform::Platform,
    reference::{Reference, Tag},
    source::wanted_config,
};

use super::{LOOKS, Tags};
use crate::registry::lock;

/// Platforms of one list that are told.
const MOST_PLATFORMS: usize = 200;
/// Longest time that is passed on, in bytes.
const LONGEST_TIME: usize = 40;
/// When something was made, by who made it (OCI image spec, "Annotations").
const CREATED: &str = "org.opencontainers.image.created";

impl Tags {
    /// What these tags hold, in their order.
    pub async fn summaries(&self, repository: &Reference, tags: Vec<String>) -> Vec<TagSummary> {
        let stopped = Mutex::new(None);
        let looks = tags.into_iter().map(|tag| self.summary(repository, tag, &stopped));
        stream::iter(looks).buffered(LOOKS).collect().await
    }

    /// Has the registry asked to wait, just before?
    fn asked_to_wait(&self, repository: &Reference) -> Option<Problem> {
        let registry = repository.registry();
        let seconds = self.client.rate_limit(registry)?.retry_after_seconds?;
        let words = format!("{registry} asks to wait {seconds} s; it was not asked again");
        Some(Problem::new(ProblemCode::RateLimited, words).with_hint("Go on when that time is over."))
    }

    async fn summary(&self, repository: &Reference, tag: String, stopped: &Mutex<Option<Problem>>) -> TagSummary {
        let mut summary = TagSummary::of(tag);
        let before = lock(stopped).clone().or_else(|| self.asked_to_wait(repository));
        let found = match before {
            Some(problem) => Err(problem),
            None => self.look(repository, &mut summary).await,
        };
        if let Err(problem) = found {
            if problem.is_for_all() {
                lock(stopped).get_or_insert_with(|| problem.clone());
            }
            summary.problem = Some(Box::new(problem));
        }
        summary
    }

    async fn look(&self, repository: &Reference, summary: &mut TagSummary) -> Result<(), Problem> {
        let tag: Tag = summary.tag.parse().map_err(|_| {
            let words = format!("the registry lists `{}`, which is no tag", summary.tag.escape_debug());
            Problem::new(ProblemCode::InvalidReference, words)
        })?;
        let at = repository.clone().with_tag(tag);
        let found = self.client.resolve_for_reading(&at).await.map_err(|error| error.to_problem())?;
        let found = found.ok_or_else(|| {
            Problem::new(ProblemCode::ManifestUnknown, format!("{} has no {}", at.repo(), at.target()))
                .with_hint("It is listed, and was deleted since, or what it points to was.")
        })?;
        let kind = MediaType::new(&found.media_type).kind();
        summary.digest = Some(found.digest.clone());
        summary.media_type = Some(found.media_type);
        if !matches!(kind, Kind::List | Kind::Image) {
            summary.platforms = Some(Vec::new());
            return Ok(());
        }
        let by_digest = repository.clone().with_digest(found.digest);
        let document = self.inspector.manifest(&by_digest, None).await?;
        let (platforms, created) = match document.parse().map_err(|error| error.to_problem())? {
            Document::List(list) => (platforms(&list), self.list_created(repository, &list).await),
            Document::Image(image) => {
                let config = match wanted_config(&document) {
                    Some(descriptor) => Some(self.config(repository, &descriptor).await?),
                    None => None,
                };
                let created = config.as_ref().and_then(|config| config.created.clone());
                (config.iter().map(ImageConfig::platform).collect(), created.or_else(|| annotated(&image)))
            }
            _ => (Vec::new(), None),
        };
        summary.platforms = Some(platforms);
        summary.created = created.filter(|time| is_short(time));
        Ok(())
    }

    /// When a list was made: as it says, or its images do, or the first of them. An image that cannot be had says nothing.
    async fn list_created(&self, repository: &Reference, list: &List) -> Option<String> {
        let said = |annotations: Option<&onetag_shared::descriptor::Annotations>| annotations?.get(CREATED).cloned();
        if let Some(said) = said(list.annotations.as_ref()) {
            return Some(said);
        }
        let images = || list.manifests.iter().filter(|child| is_image(child));
        if let Some(said) = images().find_map(|child| said(child.annotations.as_ref())) {
            return Some(said);
        }
        let first = images().next()?;
        let at = repository.clone().with_digest(first.digest.clone());
        let manifest = self.inspector.manifest(&at, Some(first)).await.ok()?;
        let config = self.config(repository, &wanted_config(&manifest)?).await.ok()?;
        config.created
    }

    async fn config(&self, repository: &Reference, descriptor: &Descriptor) -> Result<ImageConfig, Problem> {
        let config = self.inspector.config(repository, descriptor).await?;
        ImageConfig::parse(config.bytes()).map_err(|error| error.to_problem())
    }
}

/// The platforms of a list, each once. Attestations have none.
fn platforms(list: &List) -> Vec<Platform> {
    let mut platforms: Vec<Platform> = Vec::new();
    for platform in list.manifests.iter().filter_map(|child| child.platform.as_ref()) {
        if platforms.len() < MOST_PLATFORMS && !platform.is_unknown() && !platforms.contains(platform) {
            platforms.push(platform.clone());
        }
    }
    platforms
}

fn is_image(child: &Descriptor) -> bool {
    MediaType::new(&child.media_type).kind() == Kind::Image
        && !child.platform.as_ref().is_some_and(Platform::is_unknown)
}

fn annotated(image: &ImageManifest) -> Option<String> {
    image.annotations.as_ref()?.get(CREATED).cloned()
}

/// What is long is no time, and what hides in a line is none either.
fn is_short(time: &str) -> bool {
    time.len() <= LONGEST_TIME && time.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}
