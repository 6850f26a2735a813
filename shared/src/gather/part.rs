//! What comes as a part: which image it is, and for which of the platforms that are waited for.

use super::{Expected, GatherError, Gathering, Part};
use crate::{
    api::PartRequest,
    check::{Finding, Severity, check_draft},
    list::{self, ComposedEntry, Composition, Draft, Entry, Nested, Role},
    platform::{self, Platform},
    source::{Source, Sources},
};

/// The part that is meant, and the place of its platform among those that are waited for. `source` is what the request
/// names; `now` is in milliseconds since 1970.
pub fn recognise(
    gathering: &Gathering,
    request: &PartRequest,
    source: &Source,
    now: i64,
) -> Result<(usize, Part), GatherError> {
    let pinned = request.source.clone().with_digest(source.root.digest().clone());
    let mut sources = Sources::default();
    sources.insert(pinned.clone(), Ok(source.clone()));
    let compose = |entry: Entry| list::compose(&Draft { entries: vec![entry], ..gathering.draft.clone() }, &sources);
    let mut entry =
        Entry { annotations: request.annotations.clone(), attestations: request.attestations, ..Entry::new(pinned) };
    let mut whole = compose(entry.clone());
    if whole.entries.iter().any(|composed| composed.role == Role::Nested) {
        entry.nested = Nested::Flatten;
        whole = compose(entry.clone());
    }
    let image = choose(gathering, request, &whole)?;
    let own = platform_of(image);
    let place = match (&request.platform, own) {
        (Some(given), _) => {
            place_of(&gathering.expected, given).ok_or_else(|| not_expected(&gathering.expected, given, "/platform"))?
        }
        (None, Some(own)) => {
            place_of(&gathering.expected, own).ok_or_else(|| not_expected(&gathering.expected, own, "/source"))?
        }
        (None, None) => {
            refuse_errors(&whole.findings)?;
            let words = format!("{} does not say which platform it is for", request.source);
            return Err(unclear(words, &gathering.expected));
        }
    };
    let wanted = &gathering.expected[place].platform;
    let named = match own {
        Some(own) if contradicts(own, wanted) => {
            if !request.relabel {
                return Err(GatherError::WrongPlatform {
                    source_text: request.source.to_string(),
                    own: own.to_string(),
                    wanted: wanted.to_string(),
                });
            }
            wanted.clone()
        }
        Some(own) => filled(own, wanted),
        None => wanted.clone(),
    };
    // As it is at its source: what is converted is so when the list is made.
    let digest = image.original_digest().clone();
    entry.platform = Some(named.clone()).filter(|named| image.descriptor.platform.as_ref() != Some(named));
    entry.digest = Some(digest.clone()).filter(|digest| digest != source.root.digest());
    let composition = compose(entry.clone());
    refuse_errors(&composition.findings)?;
    refuse_errors(&check_draft(&Draft { entries: vec![entry.clone()], ..gathering.draft.clone() }, &composition))?;
    Ok((place, Part { entry, image: digest, platform: named, added_at: now }))
}

/// Which of the images that a source holds is meant.
fn choose<'a>(
    gathering: &Gathering,
    request: &PartRequest,
    whole: &'a Composition,
) -> Result<&'a ComposedEntry, GatherError> {
    let images: Vec<&ComposedEntry> = whole.entries.iter().filter(|composed| composed.role == Role::Image).collect();
    match images.as_slice() {
        [] => {
            refuse_errors(&whole.findings)?;
            Err(GatherError::NoImage(request.source.to_string()))
        }
        [only] => Ok(only),
        several => {
            let is_meant = |composed: &&&ComposedEntry| match (platform_of(composed), &request.platform) {
                (Some(own), Some(given)) => closeness(given, own).is_some(),
                (Some(own), None) => place_of(&gathering.expected, own).is_some(),
                (None, _) => false,
            };
            if let [meant] = several.iter().filter(is_meant).collect::<Vec<_>>().as_slice() {
                return Ok(meant);
            }
            let held = several.iter().filter_map(|composed| Some(platform_of(composed)?.to_string()));
            let words = format!("{} holds images for {}", request.source, held.collect::<Vec<_>>().join(", "));
            Err(unclear(words, &gathering.expected))
        }
    }
}

/// What an image says that it is for.
fn platform_of(composed: &ComposedEntry) -> Option<&Platform> {
    let said = composed.descriptor.platform.as_ref().or(composed.config_platform.as_ref())?;
    (!said.is_empty() && !said.is_unknown()).then_some(said)
}

/// The place of the platform that is waited for and fits this one best.
pub(super) fn place_of(expected: &[Expected], platform: &Platform) -> Option<usize> {
    let fitting = expected.iter().enumerate();
    let fitting = fitting.filter_map(|(place, expected)| Some((closeness(&expected.platform, platform)?, place)));
    fitting.min_by_key(|(closeness, place)| (std::cmp::Reverse(*closeness), *place)).map(|(_, place)| place)
}

/// How well a platform is what is wanted; `None` when it is another. A version that is wanted is one of Windows' builds as
/// well as one of their revisions: `10.0.20348` is also `10.0.20348.2582`.
fn closeness(wanted: &Platform, platform: &Platform) -> Option<(bool, usize, usize)> {
    let (wanted, own) = (wanted.normalized(), platform.normalized());
    let is_meant = wanted.os == own.os
        && wanted.architecture == own.architecture
        && wanted.variant() == own.variant()
        && is_version(wanted.os_version(), own.os_version())
        && (wanted.os_features.is_empty() || wanted.os_features == own.os_features);
    is_meant.then(|| (platform::same(&wanted, &own), wanted.os_version().len(), wanted.os_features.len()))
}

fn is_version(wanted: &str, own: &str) -> bool {
    wanted.is_empty() || own.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Does an image say that it is for something else? What it leaves out contradicts nothing.
fn contradicts(own: &Platform, wanted: &Platform) -> bool {
    let (said, asked) = (own.normalized(), wanted.normalized());
    (!said.os.is_empty() && said.os != asked.os)
        || (!said.architecture.is_empty() && said.architecture != asked.architecture)
        || (!own.variant().is_empty() && said.variant() != asked.variant())
        || (!said.os_version().is_empty() && !is_version(asked.os_version(), said.os_version()))
        || (!said.os_features.is_empty() && !asked.os_features.is_empty() && said.os_features != asked.os_features)
}

/// What an image says, and where it says nothing, what is waited for.
fn filled(own: &Platform, wanted: &Platform) -> Platform {
    let text = |own: &String, wanted: &String| if own.is_empty() { wanted } else { own }.clone();
    let option = |own: &Option<String>, wanted: &Option<String>| {
        if own.as_ref().is_none_or(String::is_empty) && wanted.is_some() { wanted.clone() } else { own.clone() }
    };
    let features = if own.os_features.is_empty() { &wanted.os_features } else { &own.os_features };
    Platform {
        os: text(&own.os, &wanted.os),
        architecture: text(&own.architecture, &wanted.architecture),
        variant: option(&own.variant, &wanted.variant),
        os_version: option(&own.os_version, &wanted.os_version),
        os_features: features.clone(),
        ..own.clone()
    }
}

/// What rules out a push of this part rules it out now, where its own job can see it.
fn refuse_errors(findings: &[Finding]) -> Result<(), GatherError> {
    match findings.iter().find(|finding| finding.severity == Severity::Error) {
        Some(error) => Err(GatherError::Finding(Box::new(error.clone()))),
        None => Ok(()),
    }
}

pub(super) fn not_expected(expected: &[Expected], platform: &Platform, at: impl Into<String>) -> GatherError {
    GatherError::NotExpected { platform: platform.to_string(), expected: names(expected), at: at.into() }
}

fn unclear(words: String, expected: &[Expected]) -> GatherError {
    GatherError::Unclear { words, expected: names(expected) }
}

fn names(expected: &[Expected]) -> String {
    expected.iter().map(|expected| expected.platform.to_string()).collect::<Vec<_>>().join(", ")
}
