//! Names for the rows of a draft that stay with them as they are moved and edited.
//!
//! Edits speak of places. What belongs to a row on the page (what is being typed in it, whether it is unfolded, where
//! the focus is) needs a name that goes with it.

use onetag_shared::list::Entry;
use serde::{Deserialize, Serialize};

/// The name of a row: unique within its draft, never used again.
pub(crate) type RowId = u32;

/// The names of a draft's rows, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RowIds {
    ids: Vec<RowId>,
    next: RowId,
}

impl RowIds {
    /// The names.
    pub(crate) fn ids(&self) -> &[RowId] {
        &self.ids
    }

    /// Where the row with this name is.
    pub(crate) fn place(&self, id: RowId) -> Option<usize> {
        self.ids.iter().position(|other| *other == id)
    }

    /// The same names if they are those of so many rows, else new ones.
    pub(crate) fn fit(mut self, count: usize) -> Self {
        if self.ids.len() != count || self.ids.iter().any(|id| *id >= self.next) {
            self.ids.clear();
            self.ids.resize_with(count, || take(&mut self.next));
        }
        self
    }

    /// Goes with the rows from what they were to what they are.
    ///
    /// A row that is the same as before is that row, wherever it is now. Of the others, those of the same source are
    /// the same row, and if as many came as went, each takes the place of one: that is what an edit of a row does.
    pub(crate) fn follow(&mut self, before: &[Entry], after: &[Entry]) {
        let mut left: Vec<Option<RowId>> = std::mem::take(&mut self.ids).into_iter().map(Some).collect();
        let mut new: Vec<Option<RowId>> = vec![None; after.len()];
        // Rows that stand where they stood come first, so that of two that are alike none changes its name.
        for (((old, entry), left), id) in before.iter().zip(after).zip(&mut left).zip(&mut new) {
            if old == entry {
                *id = left.take();
            }
        }
        for is_same in [|a: &Entry, b: &Entry| a == b, |a: &Entry, b: &Entry| a.source == b.source] {
            for (entry, id) in after.iter().zip(&mut new).filter(|(_, id)| id.is_none()) {
                let mut rest = before.iter().zip(&mut left).filter(|(_, left)| left.is_some());
                if let Some((_, left)) = rest.find(|(old, _)| is_same(old, entry)) {
                    *id = left.take();
                }
            }
        }
        let gone: Vec<RowId> = left.into_iter().flatten().collect();
        if gone.len() == new.iter().filter(|id| id.is_none()).count() {
            for (id, old) in new.iter_mut().filter(|id| id.is_none()).zip(gone) {
                *id = Some(old);
            }
        }
        self.ids = new.into_iter().map(|id| id.unwrap_or_else(|| take(&mut self.next))).collect();
    }
}

fn take(next: &mut RowId) -> RowId {
    let id = *next;
    *next = next.wrapping_add(1);
    id
}

#[cfg(test)]
mod tests {
    use onetag_shared::list::{Attestations, Draft, Edit, History};

    use super::*;

    fn entries(names: &str) -> Vec<Entry> {
        let entry = |name: char| Entry::new(format!("example.com/{}:v1", name.to_ascii_lowercase()).parse().unwrap());
        // A capital is another edition of the same row.
        let edited = |name: char| Entry { attestations: Attestations::Drop, ..entry(name) };
        names.chars().map(|name| if name.is_ascii_uppercase() { edited(name) } else { entry(name) }).collect()
    }

    #[test]
    fn a_row_keeps_its_name() {
        for (before, after, expected) in [
            ("", "abc", "0 1 2"),
            ("abc", "abc", "0 1 2"),
            ("abc", "bca", "1 2 0"),
            ("abc", "aBc", "0 1 2"),
            ("abc", "ac", "0 2"),
            ("abc", "axbc", "0 3 1 2"),
            ("abc", "axc", "0 1 2"),
            ("abc", "axyc", "0 3 4 2"),
            ("aab", "ab", "0 2"),
            ("aab", "aaAb", "0 1 3 2"),
            ("abc", "", ""),
        ] {
            let (before, after) = (entries(before), entries(after));
            let mut ids = RowIds::default().fit(before.len());
            ids.follow(&before, &after);
            let names: Vec<String> = ids.ids().iter().map(ToString::to_string).collect();
            assert_eq!(names.join(" "), expected);
        }
    }

    #[test]
    fn names_go_with_edits_and_with_undo() {
        let mut history = History::new(Draft { entries: entries("abcd"), ..Draft::default() });
        let mut ids = RowIds::default().fit(4);
        let mut step = |change: &dyn Fn(&mut History)| {
            let before = history.draft.entries.clone();
            change(&mut history);
            ids.follow(&before, &history.draft.entries);
            ids.ids().to_vec()
        };
        assert_eq!(step(&|history| history.apply(Edit::Move { from: 0, to: 2 }).unwrap()), [1, 2, 0, 3]);
        let platform = || "linux/arm/v7".parse().ok();
        assert_eq!(
            step(&|history| history.apply(Edit::SetPlatform { index: 2, platform: platform() }).unwrap()),
            [1, 2, 0, 3]
        );
        assert_eq!(step(&|history| assert!(history.undo())), [1, 2, 0, 3]);
        assert_eq!(step(&|history| assert!(history.undo())), [0, 1, 2, 3]);
        assert_eq!(step(&|history| history.apply(Edit::Remove { index: 1, count: 1 }).unwrap()), [0, 2, 3]);
        // A name is never given twice: what comes back is a new row.
        assert_eq!(step(&|history| assert!(history.undo())), [0, 4, 2, 3]);
    }

    #[test]
    fn names_that_do_not_fit_are_given_anew() {
        let ids = RowIds::default().fit(2);
        assert_eq!(ids.clone().fit(2), ids);
        assert_eq!(ids.clone().fit(3).ids(), [2, 3, 4]);
        assert_eq!(RowIds { ids: vec![7], next: 3 }.fit(1).ids(), [3]);
        assert_eq!(ids.place(1), Some(1));
        assert_eq!(ids.place(2), None);
    }
}
