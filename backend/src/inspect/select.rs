//! What a client would get, with no more fetched than decides it.

use onetag_shared::{
    api::{Problem, ProblemCode, SelectAnswer},
    document::RawDocument,
    platform::Platform,
    reference::Reference,
    source::{Selecting, Source},
};

use super::{Inspector, missing, stopped};

/// Documents that are fetched for one answer at most: the lists on the way down, an image, and its config.
const MOST_FETCHED: usize = 16;

impl Inspector {
    /// What a client on this host gets of what a reference names. The list is fetched, and what stands on the client's way
    /// below it: lists in the list, and what has no platform in its list.
    pub async fn select(&self, reference: &Reference, host: Platform) -> Result<SelectAnswer, Problem> {
        let root = self.manifest(reference, None).await?;
        root.parse().map_err(|error| error.to_problem())?;
        let repository = reference.repository_only();
        let mut source = Source::new(reference.clone(), root);
        for _ in 0..=MOST_FETCHED {
            match source.select(&host) {
                Selecting::Done(selection) => {
                    let index = selection.descriptor.as_ref().map(|_| selection.path.first().copied().unwrap_or(0));
                    let failure = selection.failure.as_ref();
                    return Ok(SelectAnswer {
                        reference: reference.to_string(),
                        platform: host.clone(),
                        index,
                        path: selection.path,
                        descriptor: selection.descriptor,
                        reason: selection.reason,
                        errors: failure.map(|failure| source.client_errors(&host, failure)).unwrap_or_default(),
                        way_around: failure.and_then(|failure| source.way_around(&host, failure)),
                    });
                }
                Selecting::Unknown(problem) => return Err(problem),
                Selecting::WantsManifest(wanted) => {
                    let at = repository.clone().with_digest(wanted.digest.clone());
                    let found = told(self.manifest(&at, Some(&wanted)).await)?;
                    source.children.insert(wanted.digest, found);
                }
                Selecting::WantsConfig(wanted) => {
                    let found = told(self.config(&repository, &wanted).await)?;
                    source.configs.insert(wanted.digest, found);
                }
            }
        }
        Err(stopped())
    }
}

/// What is gone is part of the answer; anything else that went wrong says nothing of the image.
fn told(found: Result<RawDocument, Problem>) -> Result<Result<RawDocument, Problem>, Problem> {
    match found {
        Err(problem) if !matches!(problem.code, ProblemCode::ManifestUnknown | ProblemCode::BlobUnknown) => {
            Err(problem)
        }
        Err(problem) => Ok(Err(missing(&problem))),
        Ok(document) => Ok(Ok(document)),
    }
}
