//! Deleting a tag, or a manifest by its digest.

use futures::future::{join, join_all};
use onetag_shared::{
    api::{
        AfterDeletion, Conflict, DeletedTag, Deletion, DeletionRequest, DeletionWay, MoveKind, Problem, ProblemCode,
        Unread,
    },
    deletion::may_delete,
    digest::Digest,
    reference::{Reference, Tag},
};

use super::Tags;
use crate::{
    config::random_token,
    db::{Change, StoredMove, TagKey},
    push::internal,
    registry::{Error, Resolved},
};

impl Tags {
    /// Deletes what a request names, as long as it is what was seen; then looks again. It goes on when nobody waits for it
    /// any more, so that it is known what became of it.
    pub async fn delete(&self, request: DeletionRequest) -> Result<Deletion, Problem> {
        check(&request)?;
        let tags = self.clone();
        tokio::spawn(async move { tags.delete_now(&request).await }).await.unwrap_or_else(|error| Err(internal(&error)))
    }

    async fn delete_now(&self, request: &DeletionRequest) -> Result<Deletion, Problem> {
        let reference = &request.reference;
        let found = self.client.resolve(reference).await.map_err(|error| error.to_problem())?;
        let found = guarded(request, found)?;
        if let Some(tag) = reference.tag() {
            let done = Doing::new(self, reference, &found.digest, vec![tag.to_string()])?;
            done.write_down().await?;
            match self.client.delete(reference, Some(&found.digest)).await {
                Ok(()) => return done.look_again(DeletionWay::Tag).await,
                // Nothing was deleted: it does that by digest only, if at all.
                Err(error) if error.is_unsupported() => done.take_back().await?,
                Err(error) if error.is_of_condition() => return self.has_moved(request, done, &error).await,
                Err(error) => return Err(done.failed(&error).await),
            }
        }
        let at = reference.repository_only().with_digest(found.digest.clone());
        let pointing = self.survey(reference, found, true).await?;
        may_delete(request, &pointing).map_err(|refused| refused.to_problem(&pointing))?;
        let mut going = pointing.tags;
        // It was not looked at again, where there are more tags than are.
        going.extend(reference.tag().map(ToString::to_string).filter(|tag| !going.contains(tag)));
        let done = Doing::new(self, &at, &pointing.digest, going)?;
        done.write_down().await?;
        match self.client.delete(&at, None).await {
            Ok(()) => {
                let mut deletion = done.look_again(DeletionWay::Digest).await?;
                deletion.reference = reference.clone();
                Ok(deletion)
            }
            Err(error) if error.is_unsupported() => {
                done.take_back().await?;
                Err(disabled(&error))
            }
            Err(error) => Err(done.failed(&error).await),
        }
    }
}

impl Tags {
    /// The registry was told what the tag must hold, and says that it holds something else.
    async fn has_moved(&self, request: &DeletionRequest, done: Doing<'_>, error: &Error) -> Result<Deletion, Problem> {
        match self.client.resolve(&request.reference).await {
            // A second try, whose first has deleted it and was not heard.
            Ok(None) => done.look_again(DeletionWay::Tag).await,
            Ok(found) => {
                done.take_back().await?;
                guarded(request, found)?;
                Err(error.to_problem())
            }
            Err(_) => Err(done.failed(error).await),
        }
    }
}

/// What can be refused before anything is asked for.
fn check(request: &DeletionRequest) -> Result<(), Problem> {
    let invalid = |words: String, pointer: &str| Problem::new(ProblemCode::InvalidRequest, words).at(pointer);
    let reference = &request.reference;
    match (reference.tag(), reference.digest(), &request.guard) {
        (None, None, _) => Err(invalid(format!("{reference} names neither a tag nor a digest"), "/ref")
            .with_hint("Name the tag, even if it is `latest`: nothing is deleted that was not named.")),
        (Some(_), Some(_), _) => Err(invalid(format!("{reference} names both a tag and a digest"), "/ref").with_hint(
            "To delete the tag, name it without the digest, and give that as `guard`. To delete the manifest with every \
             tag that points to it, name the digest alone.",
        )),
        (Some(_), None, None) => Err(invalid(format!("nothing says what was seen at {reference}"), "/guard")
            .with_hint("Give the digest that was seen there: what is there instead by now is not deleted.")),
        (None, Some(digest), Some(guard)) if digest != guard => {
            Err(invalid(format!("{reference} cannot hold {guard}"), "/guard").with_hint("Leave out the guard."))
        }
        _ => Ok(()),
    }
}

/// What is there, when it is what was seen.
fn guarded(request: &DeletionRequest, found: Option<Resolved>) -> Result<Resolved, Problem> {
    let reference = &request.reference;
    let expected = reference.digest().or(request.guard.as_ref());
    match found {
        None if reference.digest().is_some() => {
            let words = format!("{} has no {}", reference.repo(), reference.target());
            Err(Problem::new(ProblemCode::ManifestUnknown, words).with_hint("There is nothing left to delete."))
        }
        Some(found) if reference.digest().is_some() || Some(&found.digest) == expected => Ok(found),
        other => {
            let found = other.map(|found| found.digest);
            let words = |digest: Option<&Digest>| digest.map_or_else(|| "nothing".to_owned(), ToString::to_string);
            let detail = format!("{reference} should hold {}, and holds {}", words(expected), words(found.as_ref()));
            let mut problem = Problem::new(ProblemCode::Conflict, detail)
                .with_hint("Somebody moved the tag. Look at what is there now, then delete that if it shall go.");
            problem.conflicts = Unread::of(&vec![Conflict {
                reference: reference.to_string(),
                expected: expected.cloned(),
                found,
                platforms: Vec::new(),
                annotations: Vec::new(),
            }]);
            Err(problem)
        }
    }
}

fn disabled(error: &Error) -> Problem {
    let mut problem = Problem::new(ProblemCode::DeletingDisabled, error.to_string()).with_hint(
        "Whoever runs the registry can switch deleting on: for CNCF Distribution and docker's `registry` image with \
         `storage.delete.enabled`, or REGISTRY_STORAGE_DELETE_ENABLED=true. Where it belongs to a service, delete in the \
         service's own pages.",
    );
    problem.registry = error.to_problem().registry;
    problem
}

/// A deletion that is being done: what it is of, and the tags that go.
struct Doing<'a> {
    tags: &'a Tags,
    /// What the registry is asked to delete.
    at: Reference,
    digest: Digest,
    going: Vec<String>,
    id: String,
    began: i64,
}

impl<'a> Doing<'a> {
    fn new(tags: &'a Tags, at: &Reference, digest: &Digest, going: Vec<String>) -> Result<Self, Problem> {
        let id = random_token().map_err(|error| internal(&error))?;
        Ok(Self { tags, at: at.clone(), digest: digest.clone(), going, id, began: tags.clock.millis() })
    }

    /// What the tags hold is kept before they go.
    async fn write_down(&self) -> Result<(), Problem> {
        self.save(|_| None).await
    }

    /// Nothing was done, as is known.
    async fn take_back(&self) -> Result<(), Problem> {
        self.save(|_| Some(AfterDeletion::There)).await
    }

    /// The request went wrong. What became of it is looked at as far as it is not known.
    async fn failed(&self, error: &Error) -> Problem {
        let saved = if error.is_refusal() {
            self.take_back().await
        } else {
            let outcomes = self.outcomes().await;
            self.save(|index| outcomes.get(index).copied()).await
        };
        // The registry's problem is the one that matters; the other is in the log.
        drop(saved);
        self.forget_flights();
        error.to_problem()
    }

    async fn look_again(self, way: DeletionWay) -> Result<Deletion, Problem> {
        self.forget_flights();
        let manifest = self.at.repository_only().with_digest(self.digest.clone());
        let (outcomes, manifest) = join(self.outcomes(), self.outcome(manifest)).await;
        // One that is still there may go in a moment: the registry has accepted that.
        let gone = |index: usize| outcomes.get(index).copied().filter(|outcome| *outcome == AfterDeletion::Gone);
        self.save(gone).await?;
        let tags = self.going.iter().zip(outcomes).map(|(tag, outcome)| DeletedTag { tag: tag.clone(), outcome });
        Ok(Deletion { tags: tags.collect(), reference: self.at.clone(), digest: self.digest.clone(), way, manifest })
    }

    /// Who looks at the tags from now on gets what they hold now.
    fn forget_flights(&self) {
        for tag in &self.going {
            self.tags.inspector.moved(&self.at_tag(tag));
        }
    }

    async fn outcomes(&self) -> Vec<AfterDeletion> {
        join_all(self.going.iter().map(|tag| self.outcome(self.at_tag(tag)))).await
    }

    /// A tag that holds something else by now was not spared: somebody has put it there since.
    async fn outcome(&self, at: Reference) -> AfterDeletion {
        match self.tags.client.resolve(&at).await {
            Ok(Some(found)) if found.digest == self.digest => AfterDeletion::There,
            Ok(Some(_)) if at.digest().is_some() => AfterDeletion::There,
            Ok(_) => AfterDeletion::Gone,
            Err(_) => AfterDeletion::Unknown,
        }
    }

    fn at_tag(&self, tag: &str) -> Reference {
        let repository = self.at.repository_only();
        // Every one of them was parsed before it was looked at.
        tag.parse::<Tag>().map_or(repository.clone(), |tag| repository.with_tag(tag))
    }

    /// Keeps what the tags held, with what became of them as far as it is known.
    async fn save(&self, outcome: impl Fn(usize) -> Option<AfterDeletion>) -> Result<(), Problem> {
        let change = |(index, tag): (usize, &String)| {
            let id = format!("{}/{index}", self.id);
            match outcome(index) {
                Some(AfterDeletion::There) => Change::Drop(id),
                outcome => Change::Keep(StoredMove {
                    id,
                    key: TagKey::of(&self.at_tag(tag)),
                    kind: MoveKind::Delete,
                    job: self.id.clone(),
                    before: Some(self.digest.clone()),
                    after: None,
                    certain: outcome == Some(AfterDeletion::Gone),
                    at: self.began,
                }),
            }
        };
        let changes: Vec<Change> = self.going.iter().enumerate().map(change).collect();
        self.tags.database.tag_moves().change(&changes).await.map_err(|error| internal(&error))
    }
}
