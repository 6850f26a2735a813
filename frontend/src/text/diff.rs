//! A difference in numbers.

use onetag_shared::api::DiffTotals;

use super::format::size;

/// What there is any of, with the class that it is shown in.
pub(crate) fn totals(totals: &DiffTotals) -> Vec<(&'static str, String)> {
    let counted = [
        ("added", totals.added, "added"),
        ("removed", totals.removed, "removed"),
        ("replaced", totals.replaced, "replaced"),
        ("metadata", totals.metadata, "other metadata"),
        ("rewritten", totals.rewritten, "in other bytes"),
        ("moved", totals.moved, "moved into another list"),
        ("unchanged", totals.unchanged, "unchanged"),
        ("missing", totals.missing, "cannot be had"),
        ("unknown", totals.unknown, "could not be asked for"),
    ];
    let bytes = [("added", totals.new_bytes, "new in layers"), ("removed", totals.gone_bytes, "gone from layers")];
    let counted = counted.into_iter().filter(|(_, number, _)| *number > 0);
    let counted = counted.map(|(class, number, word)| (class, format!("{number} {word}")));
    let bytes = bytes.into_iter().filter(|(_, number, _)| *number > 0);
    counted.chain(bytes.map(|(class, number, word)| (class, format!("{} {word}", size(number))))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_there_is_any_of_is_told() {
        let found = DiffTotals { added: 2, unchanged: 1, new_bytes: 12_300_000, ..DiffTotals::default() };
        let words: Vec<String> = totals(&found).into_iter().map(|(_, words)| words).collect();
        assert_eq!(words, ["2 added", "1 unchanged", "12.3 MB new in layers"]);
        assert!(totals(&DiffTotals::default()).is_empty());
    }
}
