//! Making a gather.

use std::time::UNIX_EPOCH;

use futures::future::join_all;
use onetag_shared::{
    api::{GatherRequest, GatherTarget, Guard, NewGather, Problem, ProblemCode},
    digest::Digest,
    gather::{self, LONGEST},
};

use super::{Gathers, token};
use crate::{
    config::random_token,
    db::StoredGather,
    push::{check_guards, internal},
};

/// Gathers that wait for parts at the same time, at most; those that are overdue do not count.
pub(super) const MOST_WAITING: i64 = 500;
/// Bytes of a request that is kept, at most. Its annotations are what may be long.
const MOST_BYTES: usize = 256 * 1024;
/// How long a gather is kept after its deadline, in milliseconds.
const KEPT: i64 = LONGEST;

impl Gathers {
    /// Makes a gather. The same key gives the same gather, with a token of its own; `true` when it is a new one.
    pub async fn create(&self, request: &GatherRequest, key: Option<&str>) -> Result<(NewGather, bool), Problem> {
        gather::check(request).map_err(|error| error.to_problem())?;
        let text = comparable(request)?;
        let now = self.now();
        let gathers = self.database.gathers();
        gathers.purge(now).await.map_err(|error| internal(&error))?;
        if let Some(known) = self.known(key, &text).await? {
            return Ok((self.with_token(&known).await?, false));
        }
        let deadline = gather::due(now, deadline(request)?, request.expires_in).map_err(|error| error.to_problem())?;
        // Those that are overdue are only kept for somebody to look at.
        let waiting = gathers.waiting(now.saturating_add(KEPT)).await.map_err(|error| internal(&error))?;
        if waiting >= MOST_WAITING {
            return Err(Problem::new(
                ProblemCode::TooManyRequests,
                format!("{MOST_WAITING} gathers are waiting for parts already"),
            )
            .with_hint("Cancel those that nobody needs: GET /api/v1/gathers lists them."));
        }
        let guards = self.guards(request).await?;
        let stored = StoredGather {
            id: random_token().map_err(|error| internal(&error))?,
            request: text,
            gathering: gather::begin(request, guards, deadline),
            version: 0,
            created_at: now,
        };
        if gathers.insert(&stored, key, deadline.saturating_add(KEPT)).await.map_err(|error| internal(&error))? {
            return Ok((self.with_token(&stored).await?, true));
        }
        // Another request with this key came first, at the same moment.
        match self.known(key, &stored.request).await? {
            Some(known) => Ok((self.with_token(&known).await?, false)),
            None => Err(internal(&"a gather that has this key cannot be found")),
        }
    }

    /// The gather that was made with this key, if there is one; it must have been for the same request.
    async fn known(&self, key: Option<&str>, request: &str) -> Result<Option<StoredGather>, Problem> {
        let Some(key) = key else { return Ok(None) };
        let known = self.database.gathers().find_by_key(key, self.now()).await.map_err(|error| internal(&error))?;
        if known.as_ref().is_none_or(|known| known.request == request) {
            return Ok(known);
        }
        Err(Problem::new(
            ProblemCode::IdempotencyKeyReused,
            "this Idempotency-Key came before, with other platforms, targets or options",
        )
        .with_hint("Make up a new key for each gather, such as the id of the workflow's run."))
    }

    /// The gather, and a token that was not given out before.
    async fn with_token(&self, stored: &StoredGather) -> Result<NewGather, Problem> {
        let gather = self.answer(stored).await?;
        let token = token::make().map_err(|error| internal(&error))?;
        let added = self.database.gathers().add_token(&stored.id, &token::hash(&token.0), self.now()).await;
        added.map_err(|error| internal(&error))?;
        Ok(NewGather { gather, token })
    }

    /// What each tag must hold when the list is pushed; what shall be there already is.
    async fn guards(&self, request: &GatherRequest) -> Result<Vec<Guard>, Problem> {
        let looks = join_all(request.targets.iter().map(|target| self.guard(target))).await;
        let mut guards = Vec::new();
        for (index, (target, look)) in request.targets.iter().zip(looks).enumerate() {
            let (guard, found) = look.map_err(|problem| problem.at(format!("/targets/{index}/ref")))?;
            // A merge takes up what has moved.
            if !request.options.merge && guard != Guard::Any {
                check_guards(std::iter::once(((&target.reference, &guard), &found)), None).map_err(|problem| {
                    problem
                        .with_hint(
                            "Look at what is there now, and make the gather with that as its guard, or with none.",
                        )
                        .at(format!("/targets/{index}/guard"))
                })?;
            }
            guards.push(guard);
        }
        Ok(guards)
    }

    /// The guard of a target, and what its tag holds, where that matters.
    async fn guard(&self, target: &GatherTarget) -> Result<(Guard, Option<Digest>), Problem> {
        if target.guard == Some(Guard::Any) {
            return Ok((Guard::Any, None));
        }
        let found = self.client.resolve(&target.reference).await.map_err(|error| error.to_problem())?;
        let found = found.map(|resolved| resolved.digest);
        Ok((target.guard.clone().unwrap_or_else(|| Guard::seen(found.clone())), found))
    }
}

/// What two requests with one key must have in common: all but the deadline, which a job that is run again computes anew.
fn comparable(request: &GatherRequest) -> Result<String, Problem> {
    let timeless = GatherRequest { deadline: None, expires_in: None, ..request.clone() };
    let text = serde_json::to_string(&timeless).map_err(|error| internal(&error))?;
    if text.len() > MOST_BYTES {
        return Err(Problem::new(ProblemCode::TooLarge, format!("the gather has more than {MOST_BYTES} bytes"))
            .with_hint("Shorten its annotations."));
    }
    Ok(text)
}

/// The deadline that is asked for, in milliseconds since 1970.
fn deadline(request: &GatherRequest) -> Result<Option<i64>, Problem> {
    let Some(text) = &request.deadline else { return Ok(None) };
    let at = humantime::parse_rfc3339(text).map_err(|_| {
        Problem::new(ProblemCode::InvalidRequest, format!("`{text}` is no time"))
            .with_hint("Write it in UTC, such as 2026-11-26T12:00:00Z, or give `expiresIn` in seconds.")
            .at("/deadline")
    })?;
    let at = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Some(i64::try_from(at.as_millis()).unwrap_or(i64::MAX)))
}
