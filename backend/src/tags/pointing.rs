//! What points to a digest: each tag is asked for what it holds, politely.

use std::collections::BTreeMap;

use futures::{StreamExt, stream};
use onetag_shared::{
    api::{HoldingList, Pointing, Problem, ProblemCode, UnseenTag},
    digest::Digest,
    document::Document,
    media_type::{Kind, MediaType},
    reference::{Reference, Tag},
    tags::newest_first,
};

use super::{LOOKS, Tags};
use crate::registry::{Error, ErrorKind, Resolved};

/// Tags of a repository that are looked at: each costs a `HEAD`, which no registry counts as a pull.
const MOST_TAGS: usize = 1000;
/// Lists that are looked into: each costs a `GET`, which some registries count.
const MOST_LISTS: usize = 100;

/// What is found out, one after the other.
struct Survey {
    pointing: Pointing,
    /// Other lists at tags, with the tags.
    lists: BTreeMap<Digest, Vec<String>>,
}

impl Tags {
    /// The tags of a repository that point to what a reference names, and, if that is asked for, the lists at tags that have
    /// it as an entry.
    pub async fn pointing(&self, reference: &Reference, with_lists: bool) -> Result<Pointing, Problem> {
        let found = self.client.resolve(reference).await.map_err(|error| error.to_problem())?;
        let found = found.ok_or_else(|| {
            let words = format!("{} has no {}", reference.repo(), reference.target());
            Problem::new(ProblemCode::ManifestUnknown, words)
                .with_hint("Check the tag, or look at the repository's tags.")
        })?;
        self.survey(reference, found, with_lists).await
    }

    /// The same, of what was found there just now.
    pub(super) async fn survey(
        &self,
        reference: &Reference,
        found: Resolved,
        with_lists: bool,
    ) -> Result<Pointing, Problem> {
        let repository = reference.repository_only();
        let (names, complete) = self.names(&repository, MOST_TAGS).await?;
        let pointing = Pointing {
            reference: reference.clone(),
            // Tags are compared by what the registry calls them.
            digest: found.digest,
            media_type: found.media_type,
            tags: Vec::new(),
            lists: with_lists.then(Vec::new),
            looked: 0,
            complete,
            unseen: Vec::new(),
        };
        let mut survey = Survey { pointing, lists: BTreeMap::new() };
        self.look_at(&repository, names, &mut survey).await;
        let Survey { mut pointing, lists } = survey;
        if with_lists {
            self.look_into(&repository, lists, &mut pointing).await;
        }
        pointing.complete &= pointing.unseen.is_empty();
        pointing.tags = newest_first(pointing.tags);
        for list in pointing.lists.iter_mut().flatten() {
            list.tags = newest_first(std::mem::take(&mut list.tags));
        }
        Ok(pointing)
    }

    async fn look_at(&self, repository: &Reference, names: Vec<String>, survey: &mut Survey) {
        let looks = names.into_iter().map(|name| async {
            let found = match name.parse::<Tag>() {
                Ok(tag) => self.client.resolve(&repository.clone().with_tag(tag)).await.map_err(Unseen::Registry),
                Err(error) => Err(Unseen::Name(error.to_string())),
            };
            (name, found)
        });
        let mut looks = stream::iter(looks).buffered(LOOKS);
        while let Some((tag, found)) = looks.next().await {
            let pointing = &mut survey.pointing;
            let unseen = match found {
                // It went in between.
                Ok(None) => None,
                Ok(Some(found)) if found.digest == pointing.digest => {
                    pointing.tags.push(tag);
                    pointing.looked += 1;
                    continue;
                }
                Ok(Some(found)) if found.digest.algorithm_name() != pointing.digest.algorithm_name() => {
                    Some(Unseen::Name(format!("it holds {}, which cannot be compared", found.digest)))
                }
                Ok(Some(found)) => {
                    if MediaType::new(&found.media_type).kind() == Kind::List {
                        survey.lists.entry(found.digest).or_default().push(tag);
                    }
                    pointing.looked += 1;
                    continue;
                }
                Err(unseen) => Some(unseen),
            };
            let Some(unseen) = unseen else { continue };
            let stop = unseen.is_for_all();
            pointing.unseen.push(UnseenTag { problem: Box::new(unseen.into_problem(&tag)), tag });
            if stop {
                // It wants to be left alone, or is gone: the others are not asked for.
                pointing.complete = false;
                return;
            }
        }
    }

    /// Which of these lists have it as an entry.
    async fn look_into(&self, repository: &Reference, lists: BTreeMap<Digest, Vec<String>>, pointing: &mut Pointing) {
        pointing.complete &= lists.len() <= MOST_LISTS;
        let wanted = pointing.digest.clone();
        let looks = lists.into_iter().take(MOST_LISTS).map(|(digest, tags)| {
            let (at, wanted) = (repository.clone().with_digest(digest.clone()), &wanted);
            async move {
                let holds = async {
                    let document = self.inspector.manifest(&at, None).await?;
                    match document.parse().map_err(|error| error.to_problem())? {
                        Document::List(list) => Ok(list.manifests.iter().any(|entry| entry.digest == *wanted)),
                        _ => Ok(false),
                    }
                };
                (holds.await, HoldingList { digest, tags })
            }
        });
        let mut looks = stream::iter(looks).buffered(LOOKS);
        while let Some((holds, list)) = looks.next().await {
            match holds {
                Ok(true) => pointing.lists.get_or_insert_default().push(list),
                Ok(false) => {}
                Err(problem) => {
                    let tag = list.tags.into_iter().next().unwrap_or_default();
                    pointing.unseen.push(UnseenTag { tag, problem: Box::new(problem) });
                }
            }
        }
    }
}

/// Why a tag could not be looked at.
enum Unseen {
    Registry(Error),
    Name(String),
}

impl Unseen {
    /// Would the next tag fare no better?
    fn is_for_all(&self) -> bool {
        let Self::Registry(error) = self else { return false };
        matches!(
            error.kind,
            ErrorKind::Answer(ProblemCode::RateLimited | ProblemCode::Unauthorized)
                | ErrorKind::Unreachable
                | ErrorKind::Timeout
        )
    }

    fn into_problem(self, tag: &str) -> Problem {
        match self {
            Self::Registry(error) => error.to_problem(),
            Self::Name(words) => Problem::new(ProblemCode::InvalidReference, format!("the tag `{tag}`: {words}")),
        }
    }
}
