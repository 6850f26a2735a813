//! Registries in words: what holds for them, what is typed to change it, what a test found.

mod test;
mod typed;

use onetag_shared::api::{RateLimit, RegistryInfo, Scheme, Setting, SettingSource, SourceKind};

pub(crate) use self::{
    test::{Row, Verdict, rows, verdict},
    typed::{FIELDS, Field, Input, Typed, Wrong},
};
use super::format::{count, grouped};

/// The address of the page of registries, at one of them.
pub(crate) fn page_of(host: &str) -> String {
    // No host has a character with a meaning in a query; brackets of IPv6 have none there.
    format!("/registries?host={host}")
}

/// One thing that holds, who says so, and whether it is worth a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) source: String,
    pub(crate) is_risky: bool,
}

/// What holds for a registry. What nobody has said anything about is left out, but for how it is spoken to.
pub(crate) fn facts(info: &RegistryInfo) -> Vec<Fact> {
    let is_said = |source: &SettingSource| source.kind != SourceKind::Default;
    let fact =
        |name, value: String, source: &SettingSource, is_risky| Fact { name, value, source: said_by(source), is_risky };
    let mut facts = vec![fact(
        "Connection",
        scheme(info.scheme.value).to_owned(),
        &info.scheme.source,
        info.scheme.value != Scheme::Https && is_said(&info.scheme.source),
    )];
    let yes_or_no =
        |setting: &Setting<bool>, yes: &str, no: &str| if setting.value { yes.to_owned() } else { no.to_owned() };
    if is_said(&info.skip_verify.source) {
        let value = yes_or_no(&info.skip_verify, "not verified: whoever answers is believed", "verified");
        facts.push(fact("Certificate", value, &info.skip_verify.source, info.skip_verify.value));
    }
    for authority in &info.authorities {
        let short = authority.value.get(..12).unwrap_or(&authority.value);
        facts.push(fact("Trusted authority", format!("sha256:{short}…"), &authority.source, false));
    }
    if let Some(shown) = &info.client_certificate {
        facts.push(fact("Client certificate", "one is shown".to_owned(), &shown.source, false));
    }
    if is_said(&info.private.source) {
        let value = yes_or_no(&info.private, "allowed", "refused");
        facts.push(fact("Private addresses", value, &info.private.source, info.private.value));
    }
    if is_said(&info.mirrors.source) {
        facts.push(fact("Mirrors", listed(&info.mirrors.value, "none"), &info.mirrors.source, false));
    }
    if let Some(realms) = &info.realms {
        facts.push(fact("Logins go to", listed(&realms.value, "the registry itself"), &realms.source, false));
    }
    if is_said(&info.parallel.source) {
        facts.push(fact("Requests at once", info.parallel.value.to_string(), &info.parallel.source, false));
    }
    if is_said(&info.if_match.source) {
        let value = yes_or_no(&info.if_match, "only if they hold what was seen (If-Match)", "without If-Match");
        facts.push(fact("Tags are written", value, &info.if_match.source, false));
    }
    if let Some(login) = &info.login {
        facts.push(fact("Logs in as", login.value.clone(), &login.source, false));
    }
    for problem in &info.problems {
        facts.push(fact("Broken", problem.value.clone(), &problem.source, true));
    }
    facts
}

fn listed(texts: &[String], none: &str) -> String {
    if texts.is_empty() { none.to_owned() } else { texts.join(", ") }
}

/// A scheme in words.
pub(crate) fn scheme(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Https => "https",
        Scheme::Http => "plain http",
        Scheme::HttpsElseHttp => "https, else plain http",
    }
}

/// Who says something.
pub(crate) fn said_by(source: &SettingSource) -> String {
    let place = source.place.as_deref().unwrap_or_default();
    match source.kind {
        SourceKind::Default => "by default".to_owned(),
        SourceKind::Podman => format!("podman: {place}"),
        SourceKind::Docker => format!("docker: {place}"),
        SourceKind::File | SourceKind::Flag => place.to_owned(),
        SourceKind::Api => "set here".to_owned(),
    }
}

/// What a registry said about its limits: `76 of 100 requests left in 6 h, said 5 min ago`.
pub(crate) fn limits(limit: &RateLimit) -> String {
    let mut words = match (limit.remaining, limit.limit) {
        (Some(left), Some(all)) => format!("{} of {} requests left", grouped(left), grouped(all)),
        (Some(left), None) => format!("{} requests left", grouped(left)),
        (None, Some(all)) => format!("{} requests", grouped(all)),
        (None, None) => String::new(),
    };
    let mut add = |text: String| {
        if !words.is_empty() {
            words.push_str(", ");
        }
        words.push_str(&text);
    };
    if let Some(window) = limit.window_seconds {
        add(format!("in {}", duration(window)));
    }
    if let Some(source) = &limit.source {
        add(format!("counted for {source}"));
    }
    if let Some(wait) = limit.retry_after_seconds {
        add(format!("asks to be left alone for {}", duration(wait)));
    }
    add(format!("said {} ago", duration(limit.age_seconds)));
    words
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..7200 => format!("{} min", seconds / 60),
        _ => count(usize::try_from(seconds / 3600).unwrap_or(usize::MAX), "h", "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_a_sentence() {
        let hub = RateLimit {
            limit: Some(100),
            remaining: Some(76),
            window_seconds: Some(21_600),
            age_seconds: 300,
            ..RateLimit::default()
        };
        assert_eq!(limits(&hub), "76 of 100 requests left, in 6 h, said 5 min ago");
        let busy = RateLimit { retry_after_seconds: Some(30), ..RateLimit::default() };
        assert_eq!(limits(&busy), "asks to be left alone for 30 s, said 0 s ago");
    }
}
