//! What is inside of images.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{api::DiffVerdict, layers::Already};

#[test]
fn layers_are_counted_as_often_as_they_are_there() {
    let base = built("amd64", &json!({}));
    let with = |layers: &[Value]| rewritten(&base, |manifest| manifest["layers"] = json!(layers));
    let (a, b, c) = (layer("a", 100), layer("b", 20), layer("c", 3));
    for (from, to, expected) in [
        (vec![&a, &b], vec![&a, &c], Some((1, 1, 1, false))),
        (vec![&a, &a, &b], vec![&a, &b], Some((2, 0, 1, false))),
        (vec![&a, &b], vec![&b, &a], Some((2, 0, 0, true))),
        (vec![], vec![&a], Some((0, 1, 0, false))),
        (vec![&a, &b], vec![&a, &b], None),
    ] {
        let layers = |of: &[&Value]| with(&of.iter().map(|layer| (*layer).clone()).collect::<Vec<_>>());
        let mut to = layers(&to);
        to = rewritten(&to, |manifest| manifest["annotations"] = json!({"other": "bytes"}));
        let found = lists(&[&layers(&from)], &[&to]);
        let layers = found.entries[0].layers.as_ref();
        let counts = layers.map(|layers| (layers.kept, layers.added.len(), layers.removed.len(), layers.reordered));
        assert_eq!(counts, expected);
        let kept = found.entries[0].layers.as_ref().map(|layers| layers.kept_bytes);
        let all = found.entries[0].to.as_ref().and_then(|side| side.size);
        let had = kept.zip(all).map(|(there, all)| Already { there, all }.in_words());
        let words = had.map(|had| format!("A client that has the old image has {had} already."));
        assert_eq!(already(&found.entries[0]), words);
        for form in [plain_text(&found), markdown(&found)] {
            assert_eq!(form.contains("A client that has the old image"), words.is_some(), "{form}");
        }
    }
    // Where one config names what all layers unpack to, other layers are the same files; else nobody knows.
    let contents = |number: usize| json!({ "rootfs": { "type": "layers", "diff_ids": vec!["sha256:00"; number] } });
    for (config, is_known) in [(contents(3), true), (contents(2), false), (json!({}), false)] {
        let base = built("amd64", &config);
        let with = |layers: &[Value]| rewritten(&base, |manifest| manifest["layers"] = json!(layers));
        let packed = with(&[a.clone(), b.clone(), c.clone()]);
        let again = with(&[layer("zstd a", 90), layer("zstd b", 10), c.clone()]);
        let found = lists(&[&packed], &[&again]);
        assert_eq!(found.entries[0].layers.as_ref().unwrap().same_files, is_known, "{config}");
        assert_eq!(found.entries[0].summary == "the same files, compressed anew", is_known, "{config}");
    }
}

#[test]
fn a_client_has_all_layers_where_only_the_config_is_new() {
    let one = |author: &str| {
        rewritten(&built("amd64", &json!({ "author": author })), |manifest| {
            manifest["layers"] = json!([layer("one", 1)]);
        })
    };
    let found = lists(&[&one("a")], &[&one("b")]);
    assert_eq!((found.entries[0].change, found.entries[0].layers.as_ref()), (EntryChange::Replaced, None));
    let words = "A client that has the old image has all its layers already: only config and manifest are new.";
    assert_eq!(already(&found.entries[0]).as_deref(), Some(words));
    assert_eq!(already(&lists(&[&one("a")], &[&one("a")]).entries[0]), None);
}

#[test]
fn a_config_that_says_the_same_is_the_same() {
    // The layers of such images are named after their configs: here they have the same.
    let run = |run: Value| {
        let image = built("amd64", &json!({ "config": run }));
        rewritten(&image, |manifest| manifest["layers"] = json!([layer("one", 1)]))
    };
    for (from, to, is_same) in [
        (json!({ "Cmd": null }), json!({}), true),
        (json!({ "User": "" }), json!({}), true),
        (json!({ "Env": ["A=1", "B=2"] }), json!({ "Env": ["B=2", "A=1"] }), true),
        (json!({ "Env": ["A=0", "A=1"] }), json!({ "Env": ["A=1"] }), true),
        (json!({ "Entrypoint": "[\"a\"]" }), json!({ "Entrypoint": ["a"] }), false),
        (json!({ "User": "1" }), json!({}), false),
    ] {
        let found = lists(&[&run(from.clone())], &[&run(to.clone())]);
        let expected = if is_same { DiffVerdict::Rewritten } else { DiffVerdict::Different };
        assert_eq!(found.verdict, expected, "{from} {to}");
        assert_eq!(found.entries[0].config.is_empty(), is_same, "{from} {to}");
    }
}
