//! Which entries of two lists are compared with each other.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

use super::items::{Item, Key};
use crate::{api::EntryKind, platform::Platform};

/// For each entry of `to` the one of `from` that it is compared with.
///
/// First what is the same image for the same platform, so that of two for one platform each finds itself; then what is for
/// the same platform, lists among themselves, since an image that stands in one of them now is told as moved; then the same
/// image, which is for another platform now; and at last Windows of the same build, whose revision differs. Each is taken once,
/// in the lists' order, so that the pairs are the same when the two change places.
pub(super) fn pairs(from: &[Item], to: &[Item]) -> Vec<Option<usize>> {
    let mut pairs = Pairs { from, to, of_to: vec![None; to.len()], is_taken: vec![false; from.len()] };
    pairs.by(|item| Some((&item.key, item.digest())));
    pairs.by(|item| Some((&item.key, item.kind == EntryKind::List)));
    pairs.by(|item| Some(item.digest()));
    pairs.by(|item| windows_build(&item.key));
    pairs.of_to
}

struct Pairs<'a, 'r> {
    from: &'a [Item<'r>],
    to: &'a [Item<'r>],
    of_to: Vec<Option<usize>>,
    is_taken: Vec<bool>,
}

impl<'a, 'r> Pairs<'a, 'r> {
    /// Pairs those that are not paired yet and have the same of this.
    fn by<K: Hash + Eq>(&mut self, key: impl Fn(&'a Item<'r>) -> Option<K>) {
        let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
        for (place, item) in self.from.iter().enumerate().filter(|(place, _)| !self.is_taken[*place]) {
            if let Some(key) = key(item) {
                waiting.entry(key).or_default().push_back(place);
            }
        }
        for (place, item) in self.to.iter().enumerate() {
            if self.of_to[place].is_some() {
                continue;
            }
            let found = key(item).and_then(|key| waiting.get_mut(&key)?.pop_front());
            if let Some(found) = found {
                self.is_taken[found] = true;
                self.of_to[place] = Some(found);
            }
        }
    }
}

/// Windows by its build, without the revision: `10.0.20348.2582` and `10.0.20348.2700` run the same containers.
fn windows_build(key: &Key) -> Option<Platform> {
    let Key::Platform(platform) = key else { return None };
    if platform.os != "windows" {
        return None;
    }
    Some((**platform).clone().with_os_version(platform.os_build()))
}
