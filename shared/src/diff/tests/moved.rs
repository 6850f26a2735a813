//! Images that stand in another list.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// What became of each entry, those of lists behind their list.
fn changes(diff: &Diff) -> Vec<(usize, String, EntryChange)> {
    flat(diff).into_iter().map(|(depth, entry)| (depth, entry.name.clone(), entry.change)).collect()
}

#[test]
fn an_image_that_leaves_a_list_in_the_list_is_the_same() {
    let (amd64, arm64, s390x) =
        (image("linux", "amd64", None), image("linux", "arm64", None), image("linux", "s390x", None));
    let inner = list_source("example.com/app:inner", &[&amd64, &arm64, &s390x]);
    let nested = list_of_lists("example.com/app:v1", &[&inner]);
    let plain = list_source("example.com/app:v2", &[&amd64, &arm64]);
    let out = diff(&nested, &plain);
    assert_eq!(
        changes(&out),
        [
            (0, "linux/amd64".to_owned(), EntryChange::Moved),
            (0, "linux/arm64".to_owned(), EntryChange::Moved),
            (0, out.entries[2].name.clone(), EntryChange::Removed),
            (1, "linux/s390x".to_owned(), EntryChange::Removed),
        ]
    );
    assert_eq!((out.totals.moved, out.totals.removed, out.totals.added), (2, 1, 0));
    assert!(out.summary.contains("2 moved into another list"), "{}", out.summary);
    assert_eq!(out.entries[2].summary, "1 entry");
    let moved = &out.entries[1];
    assert_eq!((moved.from.as_ref().unwrap().index, moved.to.as_ref().unwrap().index), (1, 1));
    assert_eq!(moved.summary, "the same image in another list");
    assert_eq!(out.verdict, DiffVerdict::Different);
    assert!(plain_text(&out).contains("\n> linux/amd64  moved: the same image in another list\n"));
    // The other way round.
    let into = diff(&plain, &nested);
    assert_eq!((into.totals.moved, into.totals.removed, into.totals.added), (2, 0, 1));
    assert_eq!(into.entries[0].summary, "3 entries");
    // What is another image there is no move.
    let rebuilt = list_source("example.com/app:v2", &[&built("amd64", &json!({ "author": "x" }))]);
    let totals = diff(&nested, &rebuilt).totals;
    assert_eq!((totals.moved, totals.added, totals.removed), (0, 1, 3));
}

#[test]
fn what_differs_besides_is_told() {
    let mut said = descriptor(&image("linux", "amd64", None));
    let inner = list_of("example.com/app:inner", &[said.clone()], &json!({}));
    let nested = list_of_lists("example.com/app:v1", &[&inner]);
    said["annotations"] = json!({ "a": "b" });
    let plain = list_of("example.com/app:v2", &[said], &json!({}));
    let found = diff(&nested, &plain);
    assert_eq!(found.entries[0].summary, "the same image in another list; annotation");
    // Of a list that stays, what stays is told.
    let (amd64, arm64) = (image("linux", "amd64", None), image("linux", "arm64", None));
    let both = list_source("example.com/app:inner", &[&amd64, &arm64]);
    let one = list_source("example.com/app:inner", &[&amd64]);
    let mut after = list_of_lists("example.com/app:v2", &[&one, &list_source("example.com/app:other", &[&arm64])]);
    add(&mut after, &arm64);
    let found = diff(&list_of_lists("example.com/app:v1", &[&both]), &after);
    let summaries: Vec<&str> = found.entries.iter().map(|entry| entry.summary.as_str()).collect();
    assert_eq!((found.totals.moved, summaries[0]), (1, "its 1 entry unchanged"), "{summaries:?}");
}

#[test]
fn of_the_same_image_twice_one_moves() {
    let amd64 = image("linux", "amd64", None);
    let inner = list_source("example.com/app:inner", &[&amd64]);
    let twice =
        list_of_lists("example.com/app:v1", &[&inner, &list_source("example.com/app:other", &[&amd64, &amd64])]);
    let once = list_source("example.com/app:v2", &[&amd64]);
    let totals = diff(&twice, &once).totals;
    assert_eq!((totals.moved, totals.added), (1, 0), "{totals:?}");
}

/// What a list says of a list in it is no other image, and a change all the same.
#[test]
fn a_list_in_the_list_is_for_a_platform_now() {
    let amd64 = image("linux", "amd64", None);
    let inner = list_source("example.com/app:inner", &[&amd64]);
    let mut said = json!(inner.root.descriptor());
    said["platform"] = json!({"os": "linux", "architecture": "amd64"});
    let mut named = list_of("example.com/app:v2", &[said], &json!({}));
    named.children.insert(inner.root.digest().clone(), Ok(inner.root.clone()));
    add(&mut named, &amd64);
    let found = diff(&list_of_lists("example.com/app:v1", &[&inner]), &named);
    assert_eq!((found.totals.metadata, found.totals.unchanged), (1, 1));
    assert_eq!(found.summary, "1 entry with other metadata; 1 unchanged.");
    assert_eq!(found.entries[0].summary, "platform; its 1 entry unchanged");
    // And the image that stood for that platform before stands in the list.
    let found = diff(&list_source("example.com/app:v0", &[&amd64]), &named);
    assert_eq!(
        changes(&found)[..],
        [(0, "linux/amd64".to_owned(), EntryChange::Added), (1, "linux/amd64".to_owned(), EntryChange::Moved),]
    );
}
