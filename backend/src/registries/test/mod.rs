//! Testing a registry: one thing after the other, each with what was found in words. What cannot work because something
//! before it does not is not tried.

mod push;
mod read;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use humantime::format_duration;
use onetag_shared::{
    api::{Problem, ProblemCode, RateLimit, RegistryTest, RegistryTestRequest, TestOutcome, TestResult, TestStep},
    reference::{Reference, Registry},
};
use tokio::time::timeout;

use super::Registries;
use crate::{
    push::internal,
    registry::{Client, Error},
};

/// How long a test may take, but for taking away what it pushed.
const LONGEST: Duration = Duration::from_secs(40);
/// How long it may take to take that away.
const TIDYING: Duration = Duration::from_secs(10);

impl Registries {
    /// Tries what works at a registry. Only what the request names is read, and only if it says so something is pushed.
    pub async fn test(&self, registry: &Registry, request: &RegistryTestRequest) -> Result<RegistryTest, Problem> {
        let repository = request.repository.as_deref().map(|name| named(registry, name)).transpose()?;
        if request.push && repository.is_none() {
            return Err(Problem::new(ProblemCode::InvalidRequest, "a push needs a repository to push to")
                .with_hint("Name one in `repository` that nobody misses, such as me/onetag-test.")
                .at("/repository"));
        }
        let test = Test { client: self.client.clone(), registry: registry.clone(), repository, push: request.push };
        // It goes on when nobody waits for it any more: what it pushed is taken away.
        tokio::spawn(test.run(LONGEST)).await.map_err(|error| internal(&error))
    }
}

/// What to try.
#[derive(Debug)]
struct Test {
    client: Client,
    registry: Registry,
    repository: Option<Reference>,
    push: bool,
}

impl Test {
    async fn run(self, longest: Duration) -> RegistryTest {
        let mut findings = Findings::new();
        let rest = timeout(longest, self.look(&mut findings)).await.unwrap_or_else(|_| {
            let words = format!("it did not come to an end: a test takes {} s at most", longest.as_secs());
            findings.add(findings.trying, TestOutcome::Failed, words);
            "there was no time left"
        });
        if !findings.pushed.is_empty() {
            push::take_away(&self.client, &mut findings).await;
        }
        let rate_limit = self.client.rate_limit(&self.registry);
        if let Some(limit) = &rate_limit {
            findings.ok(TestStep::Limits, limits(limit));
        } else if findings.has(TestStep::Protocol) {
            findings.not_tried(&[TestStep::Limits], "it said nothing about limits");
        }
        let (results, left) = findings.end(rest);
        RegistryTest { host: self.registry.to_string(), results, left, rate_limit }
    }

    /// Tries one thing after the other; why it tried no more.
    async fn look(&self, findings: &mut Findings) -> &'static str {
        use TestStep::{Delete, Mount, Push, Upload};
        if let Err(why) = read::enter(&self.client, &self.registry, self.repository.as_ref(), findings).await {
            return why;
        }
        let Some(repository) = &self.repository else { return "no repository was named" };
        let known = read::read(&self.client, repository, findings).await;
        if self.push {
            return push::push(&self.client, repository, known, findings).await;
        }
        findings.not_tried(&[Upload, Push, Mount, Delete], "a push was not asked for");
        "there was nothing to read"
    }
}

/// What was found so far.
#[derive(Debug)]
struct Findings {
    results: BTreeMap<TestStep, TestResult>,
    /// What is being tried.
    trying: TestStep,
    /// What was pushed, or perhaps was: a manifest by its digest, and a list by its digest and its tag.
    pushed: Vec<Reference>,
    left: Vec<String>,
}

impl Findings {
    fn new() -> Self {
        Self { results: BTreeMap::new(), trying: TestStep::Reachable, pushed: Vec::new(), left: Vec::new() }
    }

    fn has(&self, step: TestStep) -> bool {
        self.results.contains_key(&step)
    }

    fn add(&mut self, step: TestStep, outcome: TestOutcome, words: impl Into<String>) {
        self.results.insert(step, TestResult { step, outcome, words: words.into(), problem: None });
    }

    fn ok(&mut self, step: TestStep, words: impl Into<String>) {
        self.add(step, TestOutcome::Ok, words);
    }

    fn not_tried(&mut self, steps: &[TestStep], why: &str) {
        for step in steps {
            self.add(*step, TestOutcome::NotTried, why);
        }
    }

    fn failed(&mut self, step: TestStep, error: &Error) {
        let problem = error.to_problem();
        let words = problem.detail.clone();
        let result = TestResult { step, outcome: TestOutcome::Failed, words, problem: Some(Box::new(problem)) };
        self.results.insert(step, result);
    }

    /// A result for each step, in their order; and what was left behind.
    fn end(mut self, rest: &str) -> (Vec<TestResult>, Vec<String>) {
        let missing: Vec<_> = TestStep::ALL.into_iter().filter(|step| !self.has(*step)).collect();
        self.not_tried(&missing, rest);
        (self.results.into_values().collect(), self.left)
    }
}

/// Does the registry say that it has no such thing, rather than that this request was wrong?
fn named(registry: &Registry, repository: &str) -> Result<Reference, Problem> {
    let text = format!("{registry}/{repository}");
    let reference: Result<Reference, _> = text.parse();
    match reference {
        Ok(reference) if reference.tag().is_none() && reference.digest().is_none() => Ok(reference),
        Ok(_) => Err("name a repository, without a tag or a digest".to_owned()),
        Err(error) => Err(error.to_string()),
    }
    .map_err(|words| {
        Problem::new(ProblemCode::InvalidReference, format!("`{text}` is no repository: {words}")).at("/repository")
    })
}

/// Limits in words: `76 of 100 requests are left, in 6h`.
fn limits(limit: &RateLimit) -> String {
    let requests = match (limit.remaining, limit.limit) {
        (Some(left), Some(all)) => Some(format!("{left} of {all} requests are left")),
        (Some(left), None) => Some(format!("{left} requests are left")),
        (None, Some(all)) => Some(format!("it answers {all} requests")),
        (None, None) => None,
    };
    let window = limit.window_seconds.map(|window| format!("in {}", format_duration(Duration::from_secs(window))));
    let wait = limit.retry_after_seconds.map(|wait| format!("it asks to wait {wait} s"));
    [requests, window, wait].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
