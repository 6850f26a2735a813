//! What is asked for when a gather is made.

use super::{Expected, GatherError, Gathering, Phase};
use crate::{
    api::{GatherRequest, Guard, PushTarget},
    list::Draft,
    platform,
    reference::Reference,
};

/// Platforms that one gather waits for at most: more than any image has.
pub const MOST_PLATFORMS: usize = 64;
/// Tags that one gather moves at most.
pub const MOST_TARGETS: usize = 32;
/// Places that parts of one gather may come from, at most.
pub const MOST_SOURCES: usize = 32;
/// How long a gather may wait at most, in milliseconds: seven days.
pub const LONGEST: i64 = 7 * 24 * 3600 * 1000;
/// How long it waits where nothing is said, in milliseconds: six hours, the longest that GitHub lets a job last.
pub const USUAL: i64 = 6 * 3600 * 1000;

/// What can be refused before anything is asked for.
pub fn check(request: &GatherRequest) -> Result<(), GatherError> {
    let count = request.platforms.len();
    if count == 0 || count > MOST_PLATFORMS {
        return Err(GatherError::PlatformCount(count));
    }
    for (index, platform) in request.platforms.iter().enumerate() {
        let text = platform.to_string();
        if platform.os.is_empty() || platform.architecture.is_empty() || platform.is_unknown() {
            return Err(GatherError::NoMachine { index, platform: text });
        }
        if let Some(other) = request.platforms[..index].iter().find(|other| platform::same(other, platform)) {
            return Err(GatherError::PlatformTwice { index, platform: text, other: other.to_string() });
        }
    }
    match request.targets.len() {
        0 => return Err(GatherError::NoTargets),
        1..=MOST_TARGETS => {}
        count => return Err(GatherError::TargetCount(count)),
    }
    for (index, target) in request.targets.iter().enumerate() {
        let tag = &target.reference;
        if tag.digest().is_some() {
            return Err(GatherError::TargetIsDigest { index, reference: tag.to_string() });
        }
        let mut before = request.targets[..index].iter().map(|target| &target.reference);
        if before.any(|other| other.same_repository(tag) && other.target() == tag.target()) {
            return Err(GatherError::TargetTwice { index, reference: tag.to_string() });
        }
    }
    if request.sources.len() > MOST_SOURCES {
        return Err(GatherError::SourceCount(request.sources.len()));
    }
    match request.sources.iter().position(|text| place(text).is_none()) {
        Some(index) => Err(GatherError::NoSource { index, text: request.sources[index].clone() }),
        None => Ok(()),
    }
}

/// A registry, or a repository in full: what references to it, and to what is below it, begin with.
fn place(text: &str) -> Option<String> {
    const BELOW: &str = "/below";
    let below: Reference = format!("{}{BELOW}", text.trim_end_matches('/')).parse().ok()?;
    Some(below.to_string().strip_suffix(BELOW)?.to_owned())
}

/// When a gather is overdue that is made now, in milliseconds since 1970; `deadline` is what the request says.
pub fn due(now: i64, deadline: Option<i64>, expires_in: Option<u64>) -> Result<i64, GatherError> {
    let refused = |words, at| Err(GatherError::Deadline { words, at });
    match (deadline, expires_in) {
        (Some(_), Some(_)) => refused("the gather has two deadlines: `deadline` and `expiresIn`", "/expiresIn"),
        (Some(deadline), None) if deadline <= now => refused("the gather's deadline has passed", "/deadline"),
        (Some(deadline), None) if deadline.saturating_sub(now) > LONGEST => {
            refused("the gather's deadline is more than seven days away", "/deadline")
        }
        (Some(deadline), None) => Ok(deadline),
        (None, Some(seconds)) => match i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(1000)) {
            Some(wait @ 1..=LONGEST) => Ok(now.saturating_add(wait)),
            _ => refused("the gather waits for no time at all, or for more than seven days", "/expiresIn"),
        },
        (None, None) => Ok(now.saturating_add(USUAL)),
    }
}

/// The gather that is asked for, before anything has come. `guards` are those of the targets, in their order.
pub fn begin(request: &GatherRequest, guards: Vec<Guard>, deadline: i64) -> Gathering {
    let target = |(reference, guard)| PushTarget { reference, guard };
    Gathering {
        draft: Draft {
            list_type: request.list_type,
            convert: request.convert,
            format: request.format,
            annotations: request.annotations.clone(),
            artifact_type: request.artifact_type.clone(),
            subject: request.subject.clone(),
            base: None,
            entries: Vec::new(),
        },
        targets: request.targets.iter().map(|target| target.reference.clone()).zip(guards).map(target).collect(),
        options: request.options.clone(),
        sources: request.sources.iter().filter_map(|text| place(text)).collect(),
        expected: request.platforms.iter().cloned().map(|platform| Expected { platform, part: None }).collect(),
        deadline,
        phase: Phase::Gathering,
    }
}
