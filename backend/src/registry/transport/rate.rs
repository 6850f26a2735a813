//! What registries say about how much they answer: `RateLimit-Limit`, `RateLimit-Remaining` (Docker Hub, "Usage and rate
//! limits"; draft-ietf-httpapi-ratelimit-headers) and `Retry-After`.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use onetag_shared::{api::RateLimit, reference::Registry};
use reqwest::header::HeaderMap;

use crate::registry::{lock, settings::key};

/// Registries whose limits are remembered.
const KEPT: usize = 256;
/// Longest name of an account that is shown, in characters.
const SHOWN: usize = 100;

/// What each registry said last, and when.
#[derive(Debug, Default)]
pub(super) struct Rates(Mutex<HashMap<String, (Registry, RateLimit, Instant)>>);

impl Rates {
    /// Remembers what an answer says, if it says something.
    pub(super) fn note(&self, registry: &Registry, headers: &HeaderMap, wait: Option<Duration>, now: Instant) {
        let Some(said) = read(headers, wait) else { return };
        let mut kept = lock(&self.0);
        if kept.len() >= KEPT && !kept.contains_key(&key(registry)) {
            let oldest = kept.iter().min_by_key(|(_, (_, _, at))| *at).map(|(key, _)| key.clone());
            kept.retain(|key, _| Some(key) != oldest.as_ref());
        }
        kept.insert(key(registry), (registry.clone(), said, now));
    }

    /// What a registry said, as of now.
    pub(super) fn of(&self, registry: &Registry, now: Instant) -> Option<RateLimit> {
        let kept = lock(&self.0);
        let (_, said, at) = kept.get(&key(registry))?;
        let age = now.saturating_duration_since(*at).as_secs();
        let left = said.retry_after_seconds.and_then(|wait| wait.checked_sub(age)).filter(|left| *left > 0);
        Some(RateLimit { age_seconds: age, retry_after_seconds: left, ..said.clone() })
    }

    /// Those that said something.
    pub(super) fn registries(&self) -> Vec<Registry> {
        let kept = lock(&self.0);
        kept.values().map(|(registry, _, _)| registry.clone()).collect()
    }
}

fn read(headers: &HeaderMap, wait: Option<Duration>) -> Option<RateLimit> {
    let text = |names: [&str; 2]| names.iter().find_map(|name| headers.get(*name)?.to_str().ok());
    // `100;w=21600`: a number, and the window that it is for.
    let parts = |text: &str| {
        let mut parts = text.split([';', ',']).map(str::trim);
        let number: u64 = parts.next()?.parse().ok()?;
        Some((number, parts.find_map(|part| part.strip_prefix("w=")?.parse::<u64>().ok())))
    };
    let limit = text(["ratelimit-limit", "x-ratelimit-limit"]).and_then(parts);
    let remaining = text(["ratelimit-remaining", "x-ratelimit-remaining"]).and_then(parts);
    if limit.is_none() && remaining.is_none() && wait.is_none() {
        return None;
    }
    let window = |said: Option<(u64, Option<u64>)>| said.and_then(|(_, window)| window);
    Some(RateLimit {
        limit: limit.map(|(number, _)| number),
        remaining: remaining.map(|(number, _)| number),
        window_seconds: window(limit).or_else(|| window(remaining)),
        source: headers
            .get("docker-ratelimit-source")
            .and_then(|value| value.to_str().ok())
            .map(|source| source.chars().take(SHOWN).collect()),
        retry_after_seconds: wait.map(|wait| wait.as_secs()),
        age_seconds: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock as _, testing::TestClock};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn limits_are_read_as_they_are_sent() {
        for (sent, expected) in [
            (
                &[("ratelimit-limit", "100;w=21600"), ("ratelimit-remaining", "76;w=21600")][..],
                Some((Some(100), Some(76), Some(21600))),
            ),
            (&[("RateLimit-Remaining", "5")], Some((None, Some(5), None))),
            (&[("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "0")], Some((Some(60), Some(0), None))),
            (&[("ratelimit-limit", "many")], None),
            (&[], None),
        ] {
            let sent: Vec<_> = sent.iter().map(|(name, value)| (name.to_ascii_lowercase(), *value)).collect();
            let sent: HeaderMap =
                sent.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            let read = read(&sent, None).map(|read| (read.limit, read.remaining, read.window_seconds));
            assert_eq!(read, expected, "{sent:?}");
        }
    }

    #[test]
    fn what_was_said_grows_old() {
        let (rates, clock, hub) = (Rates::default(), TestClock::shared(), Registry::docker_hub());
        let said = headers(&[("docker-ratelimit-source", "192.0.2.1")]);
        rates.note(&hub, &said, Some(Duration::from_secs(30)), clock.instant());
        for (later, left) in [(0, Some(30)), (20, Some(10)), (10, None), (60, None)] {
            clock.advance(Duration::from_secs(later));
            let now = rates.of(&hub, clock.instant()).unwrap();
            assert_eq!((now.retry_after_seconds, now.source.as_deref()), (left, Some("192.0.2.1")), "{later}");
        }
        assert_eq!(rates.of(&hub, clock.instant()).unwrap().age_seconds, 90);
    }
}
