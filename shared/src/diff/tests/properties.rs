//! What holds for any two lists.

use proptest::prelude::*;

use super::{forms::without_code, *};

/// A list of a few images out of a small set, so that two lists have much in common.
fn any_list() -> impl Strategy<Value = Source> {
    let entry = (0..3_usize, 0..4_usize, prop::option::of("[a-c|`\\\\<\n]{0,6}"), 0..4_u8);
    (prop::collection::vec(entry, 0..6), prop::option::of("[x`|]{0,3}")).prop_map(|(entries, note)| {
        let mut made = Vec::new();
        let mut written = Vec::new();
        for (machine, variant, note, kind) in entries {
            let machine = ["amd64", "arm64", "riscv64"][machine];
            let image = built(machine, &json!({"config": {"Env": [format!("V={variant}")]}}));
            let mut entry = descriptor(&image);
            if let Some(note) = note {
                entry["annotations"] = json!({"note`": note});
            }
            if kind == 0 {
                entry.as_object_mut().unwrap().remove("platform");
            }
            made.push((image, kind == 1));
            written.push(entry);
        }
        let more = note.map_or_else(|| json!({}), |note| json!({"annotations": {"n": note}}));
        let mut source = list_of(TO, &written, &more);
        for (image, is_gone) in &made {
            add(&mut source, image);
            if *is_gone {
                let problem = Problem::new(ProblemCode::ManifestUnknown, "`gone` | <b>");
                source.children.insert(image.manifest.digest().clone(), Err(problem));
            }
        }
        source
    })
}

/// A limit that lists of this size never reach by themselves is tried in `forms`.
fn holds_for_forms(found: &Diff) {
    let marked = markdown(found);
    assert!(marked.len() <= MOST_MARKDOWN);
    let left = without_code(&marked);
    assert!(!left.contains(['<', '\\', '`']), "{left}");
    assert!(marked.lines().filter(|line| line.starts_with('|')).all(|row| row.matches('|').count() == 6), "{marked}");
    let json = serde_json::to_string(found).unwrap();
    assert_eq!(&serde_json::from_str::<Diff>(&json).unwrap(), found);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_list_is_identical_to_itself(list in any_list()) {
        let found = diff(&list, &list);
        prop_assert_eq!(found.verdict, DiffVerdict::Identical);
        prop_assert!(found.entries.iter().all(|entry| entry.change == EntryChange::Unchanged));
        prop_assert!(found.list.is_empty() && !found.reordered);
        prop_assert_eq!((found.totals.new_bytes, found.totals.gone_bytes), (0, 0));
    }

    #[test]
    fn the_other_way_round_what_was_added_is_removed(from in any_list(), to in any_list()) {
        let (there, back) = (diff(&from, &to), diff(&to, &from));
        let turned = DiffTotals {
            added: back.totals.removed,
            removed: back.totals.added,
            new_bytes: back.totals.gone_bytes,
            gone_bytes: back.totals.new_bytes,
            ..back.totals.clone()
        };
        prop_assert_eq!(&there.totals, &turned);
        prop_assert_eq!(there.verdict, back.verdict);
        prop_assert_eq!(there.list.len(), back.list.len());
        let entries = |source: &Source| source.list().unwrap().manifests.len();
        let sides = |diff: &Diff| diff.entries.iter().filter(|entry| entry.to.is_some()).count();
        prop_assert_eq!((sides(&there), sides(&back)), (entries(&to), entries(&from)));
        holds_for_forms(&there);
    }
}
