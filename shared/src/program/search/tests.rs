#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{EntryKind::*, *};

const ELF: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

fn config(entrypoint: &str) -> ImageConfig {
    let mut config = ImageConfig::parse(b"{}").unwrap();
    config.entrypoint = entrypoint.split(' ').map(str::to_owned).collect();
    config
}

/// Feeds layers, the uppermost first; returns the outcome, the steps as `path@depth`, and how many entries were wanted.
fn search(entrypoint: &str, layers: &[&[(&str, EntryKind<'_>)]]) -> (Outcome, Vec<String>, usize) {
    search_with(entrypoint, layers, Budget::default())
}

fn search_with(entrypoint: &str, layers: &[&[(&str, EntryKind<'_>)]], budget: Budget) -> (Outcome, Vec<String>, usize) {
    let config = config(entrypoint);
    let mut search = Search::new(Command::of(&config, "linux").unwrap(), &config, "linux", budget);
    let mut read = 0;
    let outcome = 'over: {
        for layer in layers {
            search.begin_layer();
            for (path, kind) in *layer {
                read += 1;
                if let Some(outcome) = search.entry(path, *kind) {
                    break 'over outcome;
                }
            }
            if let Some(outcome) = search.end_layer() {
                break 'over outcome;
            }
        }
        search.finish().expect("nothing has to be looked into")
    };
    let steps = search.steps().iter().map(|step| format!("{}@{}", step.path, step.depth)).collect();
    (outcome, steps, read)
}

#[test]
fn the_uppermost_file_counts_and_no_more_is_read() {
    let base: &[(&str, EntryKind<'_>)] = &[("./etc/", Folder), ("./app", File(b"old")), ("./late", File(b""))];
    for (entrypoint, layers, steps, read) in [
        ("/app", &[&[("app", File(ELF)), ("more", Folder)][..], base][..], &["app@0"][..], 1),
        ("/app", &[&[("x", File(b""))], base], &["app@1"], 3),
        // In whichever folder of `PATH` it is.
        ("app", &[&[("usr/bin/app", File(ELF))]], &["usr/bin/app@0"], 1),
    ] {
        assert_eq!(search(entrypoint, layers), (Outcome::Found, steps.iter().map(|s| (*s).to_owned()).collect(), read));
    }
}

#[test]
fn links_lead_on_within_the_image() {
    let merged: &[(&str, EntryKind<'_>)] = &[
        ("bin", Symlink("usr/bin")),
        ("usr/bin/busybox", File(ELF)),
        ("usr/bin/sh", Symlink("busybox")),
        ("usr/bin/dash", HardLink("usr/bin/busybox")),
    ];
    for (entrypoint, layers, step) in [
        ("/bin/sh", &[merged][..], "usr/bin/busybox@0"),
        ("/bin/dash", &[merged], "usr/bin/busybox@0"),
        // A hard link stays what it was when the other name of the file is something else by now, or gone.
        ("/bin/dash", &[&[("usr/bin/busybox", File(b"other"))][..], merged], "usr/bin/busybox@1"),
        ("/bin/dash", &[&[("usr/bin/.wh.busybox", File(b""))][..], merged], "usr/bin/busybox@1"),
        ("/bin/lower", &[&[("usr/bin/lower", HardLink("usr/bin/busybox"))][..], merged], "usr/bin/busybox@1"),
        ("/bin/ash", &[&[("usr/bin/ash", HardLink("usr/bin/sh"))][..], merged], "usr/bin/busybox@1"),
        // Another name of a symbolic link: it leads on from where that name is, and not from where the link is.
        (
            "/usr/bin/x",
            &[&[
                ("usr/bin/x", HardLink("opt/pkg/x")),
                ("opt/pkg/x", Symlink("../lib/y")),
                ("opt/lib/y", File(b"other")),
                ("usr/lib/y", File(ELF)),
            ]],
            "usr/lib/y@0",
        ),
        ("/app", &[&[("app", Symlink("/bin/sh"))][..], merged], "usr/bin/busybox@1"),
        ("/opt/app", &[&[("opt/app", Symlink("../bin/./sh"))][..], merged], "usr/bin/busybox@1"),
        // Out of the image leads nowhere but to its root.
        ("/app", &[&[("app", Symlink("../../bin/sh"))][..], merged], "usr/bin/busybox@1"),
        // The link comes with a layer below, and what it leads to was in the one above.
        ("/bin/tool", &[&[("usr/bin/tool", File(ELF))][..], merged], "usr/bin/tool@0"),
    ] {
        let (outcome, steps, _) = search(entrypoint, layers);
        assert_eq!((outcome, steps), (Outcome::Found, vec![step.to_owned()]), "{entrypoint}");
    }
    let circle: &[(&str, EntryKind<'_>)] = &[("a", Symlink("b")), ("b", Symlink("a"))];
    let (outcome, ..) = search("/a", &[circle]);
    assert!(matches!(outcome, Outcome::GivenUp(_)), "{outcome:?}");
    let (outcome, ..) = search("/a", &[&[("a", HardLink("a"))]]);
    assert!(matches!(outcome, Outcome::GivenUp(_)), "{outcome:?}");
}

#[test]
fn what_is_taken_away_is_not_found_below() {
    let base: &[(&str, EntryKind<'_>)] = &[("opt/x/app", File(ELF))];
    for (upper, outcome) in [
        (&[("opt/x/.wh.app", File(b""))][..], false),
        (&[("opt/.wh.x", File(b""))], false),
        (&[(".wh.opt", File(b"")), ("opt", Folder)], false),
        (&[("opt/.wh..wh..opq", File(b""))], false),
        (&[(".wh..wh..opq", File(b""))], false),
        (&[("opt", File(b"no folder"))], false),
        (&[("opt/x/app", Folder)], false),
        (&[("opt/.wh.y", File(b""))], true),
        (&[("other/.wh..wh..opq", File(b""))], true),
        (&[("opt", Folder), ("opt/x", Folder)], true),
        (&[("opt/.wh.x", File(b"")), ("opt/x", Folder), ("opt/x/app", File(ELF))], true),
        (&[(".wh.", File(b""))], true),
        // What hides the layers below does not hide its own.
        (&[("opt/x/.wh..wh..opq", File(b"")), ("opt/x/app", File(ELF))], true),
    ] {
        let (found, ..) = search("/opt/x/app", &[upper, base]);
        assert_eq!(found == Outcome::Found, outcome, "{upper:?}: {found:?}");
    }
    let (missing, ..) = search("/nowhere", &[base]);
    assert_eq!(missing, Outcome::Missing("no layer has /nowhere".to_owned()));
}

#[test]
fn a_script_leads_to_what_runs_it() {
    let layers: &[&[(&str, EntryKind<'_>)]] = &[
        &[("entry.sh", File(b"#!/usr/bin/env python3 -u\nprint()\n"))],
        &[("usr/bin/python3", Symlink("python3.12")), ("usr/bin/python3.12", File(ELF)), ("usr/bin/env", File(ELF))],
    ];
    assert_eq!(
        search("/entry.sh", layers),
        (Outcome::Found, vec!["entry.sh@0".to_owned(), "usr/bin/python3.12@1".to_owned()], 4)
    );
    // In one layer, before and after.
    for order in [[0, 1], [1, 0]] {
        let entries = [("bin/sh", File(ELF)), ("entry.sh", File(b"#!/bin/sh\n"))];
        let layer: Vec<_> = order.iter().map(|place| entries[*place]).collect();
        let (outcome, steps, _) = search("/entry.sh", &[&layer]);
        assert_eq!((outcome, steps.len()), (Outcome::Found, 2));
    }
    let (outcome, ..) = search("/a", &[&[("a", File(b"#!/a\n"))]]);
    assert!(matches!(outcome, Outcome::GivenUp(_)), "{outcome:?}");
    let (outcome, ..) = search("/a", &[&[("a", File(b"#!\n"))]]);
    assert!(matches!(outcome, Outcome::GivenUp(_)), "{outcome:?}");
}

#[test]
fn a_search_costs_only_so_much() {
    let many: Vec<String> = (0..100).map(|n| format!("file{n}")).collect();
    let layer: Vec<(&str, EntryKind<'_>)> = many.iter().map(|name| (name.as_str(), File(ELF))).collect();
    for budget in [Budget { entries: 99, ..Budget::default() }, Budget { bytes: 99 * 96, ..Budget::default() }] {
        let (outcome, ..) = search_with("/app", &[&layer], budget);
        assert!(matches!(outcome, Outcome::GivenUp(_)), "{outcome:?}");
    }
    let (outcome, ..) = search_with("/app", &[&layer], Budget { entries: 100, ..Budget::default() });
    assert!(matches!(outcome, Outcome::Missing(_)), "{outcome:?}");
}

#[test]
fn windows_does_not_look_at_case() {
    let config = config(r"C:\App\App");
    let command = Command::of(&config, "windows").unwrap();
    let mut search = Search::new(command, &config, "windows", Budget::default());
    search.begin_layer();
    // Without an extension it would come before.
    assert_eq!(search.entry("Files/APP/app.EXE", File(b"MZ")), None);
    assert_eq!(search.finish(), Some(Outcome::Found));
}

/// Layers with a table of contents: where a file is is known before what is in it.
#[test]
fn a_file_that_was_not_looked_into_is_asked_for_when_it_matters() {
    let config = config("/usr/bin/run");
    let mut search = Search::new(Command::of(&config, "linux").unwrap(), &config, "linux", Budget::default());
    search.begin_layer();
    // The interpreter is in the layer above, and matters once the script is read.
    for (path, kind) in [("./bin/tool", Unread), ("other", Unread), ("usr/bin/link", Symlink("/bin/tool"))] {
        assert_eq!(search.entry(path, kind), None);
    }
    assert_eq!((search.end_layer(), search.wants()), (None, None));
    search.begin_layer();
    assert_eq!(search.entry("usr/bin/run", Unread), None);
    assert_eq!(search.wants(), Some(&Wanted { path: "usr/bin/run".to_owned(), depth: 1 }));
    assert_eq!(search.give(b"#!/usr/bin/link -x\n"), None);
    assert_eq!(search.wants(), Some(&Wanted { path: "bin/tool".to_owned(), depth: 0 }));
    assert_eq!(search.give(ELF), Some(Outcome::Found));
    let steps: Vec<String> = search.steps().iter().map(|step| format!("{}@{}", step.path, step.depth)).collect();
    assert_eq!(steps, ["usr/bin/run@1", "bin/tool@0"]);
    assert_eq!(search.give(ELF), None, "nothing is wanted any more");
    assert_eq!(search.key("./Bin//Tool"), "Bin/Tool");
}

/// In which folder of `PATH` a program is found first is known only with all layers.
#[test]
fn the_first_folder_of_the_path_counts_whatever_layer_it_is_in() {
    let upper: &[(&str, EntryKind<'_>)] = &[("usr/bin/app", File(ELF))];
    let lower: &[(&str, EntryKind<'_>)] = &[("usr/local/bin/app", File(b"\x7fELF")), ("more", Folder)];
    let link: &[(&str, EntryKind<'_>)] = &[("usr/local/bin", Symlink("/opt")), ("opt/app", File(ELF))];
    let gone: &[(&str, EntryKind<'_>)] =
        &[("usr/local/bin/.wh..wh..opq", File(b"")), ("usr/local/sbin/.wh.app", File(b""))];
    for (layers, step, read) in [
        (&[upper, lower][..], "usr/local/bin/app@1", 3),
        (&[upper, link], "opt/app@1", 3),
        (&[upper, &[("other", Folder)]], "usr/bin/app@0", 2),
        (&[gone, upper, lower], "usr/bin/app@1", 5),
    ] {
        let found = search("app", layers);
        assert_eq!(found.1, [step], "{layers:?}");
        assert_eq!((found.0, found.2), (Outcome::Found, read), "{layers:?}");
    }
    // Where it is said in full there is nothing to wait for.
    assert_eq!(search("/usr/bin/app", &[upper, lower]).2, 1);
}

#[test]
fn looks_have_an_end() {
    // Each of these may be the program, and none is.
    let decoys: Vec<String> = (0..100).map(|number| format!("{number}/app")).collect();
    let layer: Vec<(&str, EntryKind<'_>)> = decoys.iter().map(|path| (path.as_str(), File(ELF))).collect();
    let (outcome, ..) = search_with("/app", &[&layer], Budget { looks: 50, ..Budget::default() });
    assert!(matches!(outcome, Outcome::GivenUp(_)), "{outcome:?}");
    assert!(matches!(search("/app", &[&layer]).0, Outcome::Missing(_)));
}

/// Neither a path of a megabyte nor links through thousands of folders take longer than other images.
#[test]
fn long_ways_have_an_end() {
    let long = "a/".repeat(500_000) + "x";
    let (outcome, ..) = search(&format!("/{long}"), &[&[("x", File(ELF))]]);
    assert!(matches!(&outcome, Outcome::GivenUp(words) if words.contains("longer than any")), "{outcome:?}");
    for kind in [Symlink(&long), HardLink(&long)] {
        let (outcome, ..) = search("/app", &[&[("app", kind)]]);
        assert!(matches!(&outcome, Outcome::Missing(_)), "{outcome:?}");
    }
    // As long as paths may be, again and again, in many layers.
    let deep = "a/".repeat(2000) + "app";
    let decoys: Vec<String> = (0..200).map(|number| format!("{number}/app")).collect();
    let mut layer: Vec<(&str, EntryKind<'_>)> = vec![("app", Symlink(&deep))];
    layer.extend(decoys.iter().map(|path| (path.as_str(), File(ELF))));
    let layers: Vec<&[(&str, EntryKind<'_>)]> = vec![&layer; 50];
    let (outcome, ..) = search_with("/app", &layers, Budget { steps: 1_000_000, ..Budget::default() });
    assert!(matches!(&outcome, Outcome::GivenUp(words) if words.contains("longer than are followed")), "{outcome:?}");
}

/// What a link leads to is work, although nobody goes there.
#[test]
fn links_with_long_rests_have_an_end() {
    let links: Vec<(String, String)> =
        (0..39).map(|number| (format!("x{number}"), format!("x{}{}", number + 1, "/a".repeat(500)))).collect();
    let mut layer: Vec<(&str, EntryKind<'_>)> =
        links.iter().map(|(name, target)| (name.as_str(), Symlink(target.as_str()))).collect();
    layer.push(("x39", File(ELF)));
    // The first link comes last: there is one look, with all of them.
    layer.reverse();
    let (outcome, ..) = search_with("/x0", &[&layer], Budget { steps: 10_000, ..Budget::default() });
    assert!(matches!(&outcome, Outcome::GivenUp(words) if words.contains("longer than are followed")), "{outcome:?}");
    let (outcome, ..) = search("/x0", &[&layer]);
    assert!(matches!(&outcome, Outcome::Missing(_)), "{outcome:?}");
}

#[test]
fn the_end_of_a_line_of_windows_is_part_of_an_interpreters_name() {
    let (outcome, ..) = search("/e.sh", &[&[("e.sh", File(b"#!/bin/sh\r\nexec x")), ("bin/sh", File(ELF))]]);
    assert!(matches!(&outcome, Outcome::GivenUp(words) if words.contains("Windows")), "{outcome:?}");
}
