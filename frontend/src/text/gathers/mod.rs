//! Gathers in words: where they stand, what is typed to make one, and what a job does to add its part.

mod snippets;
mod typed;

use onetag_shared::api::{Gather, GatherState};

pub(crate) use self::{
    snippets::{Snippet, snippets},
    typed::{COMMON, Typed, WAITS, Wrong},
};
use super::format::count;

/// The address of a gather's page.
pub(crate) fn page_of(id: &str) -> String {
    format!("/gathers/{id}")
}

/// The address of the form for a gather of these platforms and tags; `escape` makes a text fit for a query.
pub(crate) fn new_page(platforms: &[String], targets: &[String], escape: impl Fn(&str) -> String) -> String {
    let part = |name: &str, texts: &[String]| {
        (!texts.is_empty())
            .then(|| format!("{name}={}", texts.iter().map(|text| escape(text)).collect::<Vec<_>>().join(",")))
    };
    let parts: Vec<String> = part("platforms", platforms).into_iter().chain(part("targets", targets)).collect();
    if parts.is_empty() { "/gathers/new".to_owned() } else { format!("/gathers/new?{}", parts.join("&")) }
}

/// What a gather is called: its tags.
pub(crate) fn name(gather: &Gather) -> String {
    let mut tags = gather.targets.iter().map(|target| target.reference.familiar());
    let first = tags.next().unwrap_or_default();
    match tags.count() {
        0 => first,
        more => format!("{first} and {}", count(more, "tag more", "tags more")),
    }
}

/// Where it stands, in a word.
pub(crate) const fn state(state: GatherState) -> &'static str {
    match state {
        GatherState::Open => "waiting for parts",
        GatherState::Overdue => "overdue",
        GatherState::Pushing => "pushing",
        GatherState::Pushed => "pushed",
        GatherState::Failed => "the push failed",
        GatherState::Undone => "taken back",
        GatherState::Cancelled => "cancelled",
    }
}

/// How many of its parts are there: `2 of 3 parts`.
pub(crate) fn parts(gather: &Gather) -> String {
    let there = gather.platforms.iter().filter(|platform| platform.part.is_some()).count();
    format!("{there} of {}", count(gather.platforms.len(), "part", "parts"))
}

/// How long until the deadline, or since; both in seconds since 1970. Nothing where it does not matter any more.
pub(crate) fn time_left(state: GatherState, deadline: i64, now: i64) -> Option<String> {
    if !matches!(state, GatherState::Open | GatherState::Overdue) {
        return None;
    }
    Some(match deadline - now {
        left if left > 0 => format!("{} left", span(left)),
        left => format!("overdue for {}", span(-left)),
    })
}

/// A span of time, in its two largest units: `5 hours 59 minutes`.
fn span(seconds: i64) -> String {
    const UNITS: [(i64, &str, &str); 3] = [(86_400, "day", "days"), (3600, "hour", "hours"), (60, "minute", "minutes")];
    let Some(largest) = UNITS.iter().position(|(unit, ..)| seconds >= *unit) else {
        return "less than a minute".to_owned();
    };
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, one, many) in UNITS.iter().skip(largest).take(2) {
        let number = rest / unit;
        rest %= unit;
        if number > 0 {
            parts.push(format!("{number} {}", if number == 1 { one } else { many }));
        }
    }
    parts.join(" ")
}

/// Platforms, as a sentence has them: `linux/amd64, linux/arm64 and linux/s390x`.
pub(crate) fn listed(platforms: &[onetag_shared::platform::Platform]) -> String {
    let names: Vec<String> = platforms.iter().map(ToString::to_string).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use onetag_shared::api::Gather;
    use serde_json::json;

    use super::*;

    /// A gather as the server tells of it, with one of two parts.
    pub(in crate::text) fn gather() -> Gather {
        let digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        serde_json::from_value(json!({
            "id": "x1", "url": "/api/v1/gathers/x1", "partsUrl": "/api/v1/gathers/x1/parts", "state": "open",
            "platforms": [
                { "platform": "linux/amd64", "part": null },
                { "platform": "linux/arm64", "part": {
                    "source": format!("ghcr.io/me/app@{digest}"), "digest": digest, "platform": "linux/arm64",
                    "addedAt": "2026-11-26T12:00:00Z" } },
            ],
            "missing": ["linux/amd64"],
            "targets": [
                { "ref": "ghcr.io/me/app:v1", "guard": "absent" }, { "ref": "ghcr.io/me/app:latest", "guard": "any" },
            ],
            "draft": {}, "createdAt": "2026-11-26T12:00:00Z", "deadline": "2026-11-26T18:00:00Z", "push": null, "problem": null,
        }))
        .unwrap()
    }

    #[test]
    fn a_gather_in_words() {
        let mut gather = gather();
        assert_eq!(
            (name(&gather).as_str(), parts(&gather).as_str()),
            ("ghcr.io/me/app:v1 and 1 tag more", "1 of 2 parts")
        );
        gather.targets.truncate(1);
        assert_eq!(name(&gather), "ghcr.io/me/app:v1");
        let platforms = ["linux/amd64", "linux/arm64", "linux/s390x"].map(|name| name.parse().unwrap());
        assert_eq!(listed(&platforms), "linux/amd64, linux/arm64 and linux/s390x");
        assert_eq!(listed(&platforms[..1]), "linux/amd64");
    }

    #[test]
    fn a_link_has_what_is_in_the_editor() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let page = |platforms: &[&str], targets: &[&str]| {
            new_page(&texts(platforms), &texts(targets), |text| text.replace('/', "%2F"))
        };
        assert_eq!(page(&[], &[]), "/gathers/new");
        assert_eq!(
            page(&["linux/amd64", "s390x"], &["me/app:v1"]),
            "/gathers/new?platforms=linux%2Famd64,s390x&targets=me%2Fapp:v1"
        );
        assert_eq!(page(&[], &["app:v1"]), "/gathers/new?targets=app:v1");
    }

    #[test]
    fn the_time_that_is_left() {
        for (left, words) in [
            (6 * 86_400 + 23 * 3600 + 59, "6 days 23 hours left"),
            (6 * 3600 - 1, "5 hours 59 minutes left"),
            (3600, "1 hour left"),
            (61, "1 minute left"),
            (59, "less than a minute left"),
            (0, "overdue for less than a minute"),
            (-2 * 3600, "overdue for 2 hours"),
        ] {
            assert_eq!(time_left(GatherState::Open, 1_000_000 + left, 1_000_000).unwrap(), words);
        }
        assert_eq!(time_left(GatherState::Pushed, 2, 1), None);
    }
}
