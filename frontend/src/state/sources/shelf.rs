//! Which sources are wanted, and how old each is. Pure: the time is passed in.

use std::collections::BTreeMap;

use onetag_shared::reference::{Reference, Tag};

/// How long an answer about a tag is shown again without asking, in seconds.
const FRESH: i64 = 60;

/// How many sources are kept that no page shows, for those who go back and forth.
const SPARE: usize = 50;

/// What is known of the sources beside what they hold.
#[derive(Debug, Default)]
pub(super) struct Shelf(BTreeMap<Reference, Place>);

/// What is known of one.
#[derive(Debug, Default)]
struct Place {
    /// When it was fetched, in seconds; `None` where it was not, or was given up.
    fetched_at: Option<i64>,
    /// How many show it.
    holders: usize,
}

impl Shelf {
    /// Somebody shows it.
    pub(super) fn hold(&mut self, reference: &Reference) {
        self.0.entry(reference.clone()).or_default().holders += 1;
    }

    /// Somebody shows it no more; `true` when nobody else does.
    pub(super) fn release(&mut self, reference: &Reference) -> bool {
        let Some(place) = self.0.get_mut(reference).filter(|place| place.holders > 0) else { return false };
        place.holders -= 1;
        place.holders == 0
    }

    /// It was fetched just now. Returns what is given up for it: of those that nobody shows, the oldest.
    pub(super) fn note(&mut self, reference: &Reference, now: i64) -> Vec<Reference> {
        self.0.entry(reference.clone()).or_default().fetched_at = Some(now);
        let is_spare = |other: &Reference, place: &Place| other != reference && place.holders == 0;
        let mut spare: Vec<(i64, &Reference)> = self
            .0
            .iter()
            .filter(|(other, place)| is_spare(other, place))
            .filter_map(|(other, place)| Some((place.fetched_at?, other)))
            .collect();
        spare.sort_unstable();
        let more = spare.len().saturating_sub(SPARE);
        let given_up: Vec<Reference> = spare.into_iter().take(more).map(|(_, other)| other.clone()).collect();
        self.0.retain(|other, place| !given_up.contains(other) && (place.holders > 0 || place.fetched_at.is_some()));
        given_up
    }

    /// Is what was found still true? What a digest names never changes; a tag moves.
    pub(super) fn is_fresh(&self, reference: &Reference, now: i64) -> bool {
        let fetched_at = self.0.get(reference).and_then(|place| place.fetched_at);
        fetched_at.is_some_and(|at| reference.digest().is_some() || now - at < FRESH)
    }

    /// A tag was moved, however it is spelled.
    pub(super) fn moved(&mut self, tag: &Reference) {
        for (reference, place) in &mut self.0 {
            if reference.digest().is_none() && reference.same_repository(tag) && name(reference) == name(tag) {
                place.fetched_at = place.fetched_at.map(|at| at.saturating_sub(FRESH));
            }
        }
    }
}

/// `me/app` is `me/app:latest`.
fn name(reference: &Reference) -> &str {
    reference.tag().map_or("latest", Tag::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(text: &str) -> Reference {
        text.parse().unwrap()
    }

    #[test]
    fn a_tag_is_true_for_a_minute_and_a_digest_for_ever() {
        let digest = "me/app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let mut shelf = Shelf::default();
        assert!(!shelf.is_fresh(&reference("me/app:v1"), 1000));
        for text in ["me/app:v1", digest] {
            shelf.note(&reference(text), 1000);
        }
        for (text, now, is_fresh) in
            [("me/app:v1", 1059, true), ("me/app:v1", 1060, false), (digest, 9999, true), ("me/app:v2", 1000, false)]
        {
            assert_eq!(shelf.is_fresh(&reference(text), now), is_fresh, "{text} at {now}");
        }
    }

    #[test]
    fn a_tag_that_was_moved_is_not_true_any_more() {
        let digest = "me/app:v1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (moved, stale, fresh) in [
            ("me/app:v1", vec!["me/app:v1"], vec![digest, "me/app:v2", "you/app:v1", "me/app"]),
            ("me/app:latest", vec!["me/app", "me/app:latest"], vec!["me/app:v1"]),
        ] {
            let mut shelf = Shelf::default();
            for text in stale.iter().chain(&fresh) {
                shelf.note(&reference(text), 1000);
            }
            shelf.moved(&reference(moved));
            assert!(stale.iter().all(|text| !shelf.is_fresh(&reference(text), 1000)), "{moved}");
            assert!(fresh.iter().all(|text| shelf.is_fresh(&reference(text), 1000)), "{moved}");
        }
    }

    #[test]
    fn what_nobody_shows_goes_the_oldest_first() {
        let mut shelf = Shelf::default();
        let shown = reference("me/shown:v1");
        shelf.hold(&shown);
        shelf.note(&shown, 0);
        let mut given_up = Vec::new();
        for number in 0..60 {
            given_up.extend(shelf.note(&reference(&format!("me/app:{number:02}")), number));
        }
        let oldest: Vec<Reference> = (0..9).map(|number| reference(&format!("me/app:{number:02}"))).collect();
        assert_eq!(given_up, oldest);
        assert!(shelf.is_fresh(&shown, 0));
    }

    #[test]
    fn what_two_show_is_wanted_until_both_let_go() {
        let mut shelf = Shelf::default();
        let app = reference("me/app:v1");
        shelf.hold(&app);
        shelf.hold(&app);
        assert!(!shelf.release(&app));
        assert!(shelf.release(&app));
        assert!(!shelf.release(&app), "nobody had it");
    }
}
