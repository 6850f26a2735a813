use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{
    api::{GatherRequest, Guard, PartRequest, ProblemCode},
    fixtures::{
        Image, attested_list, docker_image, image, image_of, list_of_lists, list_source, reference, single_source,
        sources,
    },
    media_type::{OCI_CONFIG, OCI_MANIFEST},
    source::Source,
};

#[cfg(not(target_arch = "wasm32"))]
mod properties;

const NOW: i64 = 1_000_000;
const OPEN: GatherState = GatherState::Open;

fn request(platforms: &[&str]) -> GatherRequest {
    let targets = json!([{ "ref": "example.com/app:v1" }]);
    serde_json::from_value(json!({ "platforms": platforms, "targets": targets })).unwrap()
}

fn gathering(platforms: &[&str]) -> Gathering {
    begin(&request(platforms), vec![Guard::Absent], NOW + USUAL)
}

fn part(value: Value) -> PartRequest {
    serde_json::from_value(value).unwrap()
}

fn source(image: &Image) -> Source {
    single_source("example.com/app:new", image)
}

/// Which of the platforms a source is the part for, and the platform that the list will name; or the problem's code.
fn recognised(platforms: &[&str], request: Value, source: &Source) -> Result<(usize, String), String> {
    let mut request = request;
    request["source"] = json!(source.reference);
    match recognise(&gathering(platforms), &part(request), source, NOW) {
        Ok((place, part)) => {
            assert_eq!(part.entry.source.digest(), Some(source.root.digest()), "it is pinned");
            Ok((place, part.platform.to_string()))
        }
        Err(error) => {
            let problem = error.to_problem();
            assert!(problem.hint.is_some() && problem.pointer.is_some(), "{problem:?}");
            Err(problem.code.to_string())
        }
    }
}

#[test]
fn a_part_is_for_the_platform_that_its_image_says() {
    let windows = image_of(
        &json!({"os": "windows", "architecture": "amd64", "os.version": "10.0.20348.2582"}),
        OCI_MANIFEST,
        OCI_CONFIG,
    );
    let nameless = image_of(&json!({"created": "2026-01-02T03:04:05Z"}), OCI_MANIFEST, OCI_CONFIG);
    let (amd64, arm64) = (image("linux", "amd64", None), image("linux", "arm64", Some("v8")));
    let (arm, oldest) = (image("linux", "arm", None), image("linux", "arm", Some("v6")));
    let refused = |code: &str| Err(code.to_owned());
    let ok = |place: usize, platform: &str| Ok((place, platform.to_owned()));
    let arms = ["linux/amd64", "linux/arm64", "linux/arm/v7", "linux/arm/v6"];
    for (words, platforms, asked, image, expected) in [
        ("it says it", &arms[..], json!({}), &amd64, ok(0, "linux/amd64")),
        ("it says more than is waited for", &arms, json!({}), &arm64, ok(1, "linux/arm64/v8")),
        ("arm is v7, and the list says so", &arms, json!({}), &arm, ok(2, "linux/arm/v7")),
        ("what it leaves out may be said", &arms, json!({"platform": "linux/arm/v6"}), &arm, ok(3, "linux/arm/v6")),
        ("another spelling", &arms, json!({"platform": "aarch64"}), &arm64, ok(1, "linux/arm64/v8")),
        ("not waited for", &arms[..2], json!({}), &oldest, refused("not-expected")),
        ("not waited for", &arms, json!({"platform": "linux/s390x"}), &amd64, refused("not-expected")),
        ("another processor", &arms, json!({"platform": "linux/arm64"}), &amd64, refused("wrong-platform")),
        ("another variant", &arms, json!({"platform": "linux/arm/v7"}), &oldest, refused("wrong-platform")),
        ("by hand", &arms, json!({"platform": "linux/arm64", "relabel": true}), &amd64, ok(1, "linux/arm64")),
        ("it says nothing", &arms, json!({}), &nameless, refused("platform-unclear")),
        ("it says nothing", &arms, json!({"platform": "linux/arm64"}), &nameless, ok(1, "linux/arm64")),
        (
            "any version",
            &["windows/amd64", "linux/amd64"],
            json!({}),
            &windows,
            ok(0, "windows(10.0.20348.2582)/amd64"),
        ),
        (
            "a build, before any",
            &["windows/amd64", "windows(10.0.17763)/amd64", "windows(10.0.20348)/amd64"],
            json!({}),
            &windows,
            ok(2, "windows(10.0.20348.2582)/amd64"),
        ),
        ("no build", &["windows(10.0.2034)/amd64"], json!({}), &windows, refused("not-expected")),
    ] {
        assert_eq!(recognised(platforms, asked, &source(image)), expected, "{words}");
    }
}

#[test]
fn a_list_is_a_part_when_one_of_its_images_is_meant() {
    let attested = attested_list();
    let single = list_source("example.com/app:one", &[&image("linux", "arm64", None)]);
    let nested = list_of_lists("example.com/app:nested", &[&single]);
    let mut lost = single.clone();
    lost.children.values_mut().for_each(|child| *child = Err(Problem::new(ProblemCode::ManifestUnknown, "it is gone")));
    let both = ["linux/arm64", "linux/amd64"];
    let ok = |place: usize, platform: &str| Ok((place, platform.to_owned()));
    for (words, platforms, asked, source, expected) in [
        ("the only one", &both[..], json!({}), &single, ok(0, "linux/arm64")),
        ("in a list in the list", &both, json!({}), &nested, ok(0, "linux/arm64")),
        ("one of two", &both, json!({"platform": "linux/amd64"}), &attested, ok(1, "linux/amd64")),
        ("the one that is waited for", &both[1..], json!({}), &attested, ok(0, "linux/amd64")),
        ("two that are waited for", &both, json!({}), &attested, Err("platform-unclear".to_owned())),
        ("its image is gone", &both, json!({}), &lost, Err("draft-has-errors".to_owned())),
        (
            "the only one is another",
            &both,
            json!({"platform": "linux/amd64"}),
            &single,
            Err("wrong-platform".to_owned()),
        ),
    ] {
        assert_eq!(recognised(platforms, asked, source), expected, "{words}");
    }
}

/// Adds the part that a source is.
fn add(gathering: &mut Gathering, source: &Source, asked: Value, state: GatherState) -> Result<Added, ProblemCode> {
    let mut asked = asked;
    asked["source"] = json!(source.reference);
    let asked = part(asked);
    let (place, part) = recognise(gathering, &asked, source, NOW).map_err(|error| error.to_problem().code)?;
    gathering.add(place, part, asked.replace, state).map_err(|error| error.to_problem().code)
}

#[test]
fn one_part_a_platform_and_one_platform_a_part() {
    let (one, other) = (
        image("linux", "amd64", None),
        image_of(
            &json!({"os": "linux", "architecture": "amd64", "created": "2027-01-01T00:00:00Z"}),
            OCI_MANIFEST,
            OCI_CONFIG,
        ),
    );
    let (one, other) = (source(&one), single_source("example.com/app:other", &other));
    let elsewhere = Source { reference: reference("example.org/copy:v1"), ..one.clone() };
    let mut gathering = gathering(&["linux/amd64", "linux/arm64"]);
    assert_eq!(add(&mut gathering, &one, json!({}), OPEN), Ok(Added::New));
    assert_eq!(gathering.missing(), ["linux/arm64".parse().unwrap()]);
    let before = gathering.clone();
    for state in [OPEN, GatherState::Overdue, GatherState::Pushing, GatherState::Pushed, GatherState::Failed] {
        assert_eq!(add(&mut gathering, &one, json!({}), state), Ok(Added::Same), "{state:?}");
        assert_eq!(add(&mut gathering, &elsewhere, json!({"replace": true}), state), Ok(Added::Same), "{state:?}");
    }
    assert_eq!(add(&mut gathering, &one, json!({}), GatherState::Cancelled), Err(ProblemCode::GatherClosed));
    assert_eq!(add(&mut gathering, &other, json!({}), OPEN), Err(ProblemCode::PartConflict), "another image");
    let dropped = json!({"annotations": {"a": "b"}});
    assert_eq!(add(&mut gathering, &one, dropped, OPEN), Err(ProblemCode::PartConflict), "other annotations");
    let twice = json!({"platform": "linux/arm64", "relabel": true});
    assert_eq!(add(&mut gathering, &one, twice, OPEN), Err(ProblemCode::PartConflict), "for another platform");
    assert_eq!(gathering, before);
    for state in [GatherState::Pushing, GatherState::Pushed, GatherState::Cancelled] {
        let refused = add(&mut gathering, &other, json!({"replace": true}), state);
        assert_eq!((refused, &gathering), (Err(ProblemCode::GatherClosed), &before), "{state:?}");
    }
    gathering.phase = Phase::Stuck { problem: Problem::new(ProblemCode::Internal, "").into(), without: Vec::new() };
    assert_eq!(add(&mut gathering, &other, json!({"replace": true}), GatherState::Failed), Ok(Added::Replaced));
    assert_eq!(gathering.phase, Phase::Gathering, "it is tried again");
}

#[test]
fn what_is_pushed_goes_without_what_is_said() {
    let mut gathering = gathering(&["linux/amd64", "linux/arm64", "linux/s390x"]);
    let text = |request: Value, gathering: &Gathering, state| {
        let request: GatherPushRequest = serde_json::from_value(request).unwrap();
        match gathering.to_leave_out(&request, state) {
            Ok(Some(without)) => without.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            Ok(None) => "begun".to_owned(),
            Err(error) => error.to_problem().code.to_string(),
        }
    };
    let all = json!({"incomplete": true});
    assert_eq!(text(all.clone(), &gathering, OPEN), "empty-draft");
    add(&mut gathering, &source(&image("linux", "arm64", None)), json!({}), OPEN).unwrap();
    let one = json!({"without": ["linux/s390x"]});
    let more = json!({"without": ["s390x", "linux/amd64"]});
    for state in [OPEN, GatherState::Overdue, GatherState::Failed, GatherState::Undone] {
        for (request, expected) in [
            (json!({}), "gather-incomplete"),
            (one.clone(), "gather-incomplete"),
            (more.clone(), "linux/amd64 linux/s390x"),
            (all.clone(), "linux/amd64 linux/s390x"),
            (json!({"without": ["linux/arm64"], "incomplete": true}), "empty-draft"),
            (json!({"without": ["linux/riscv64"]}), "not-expected"),
        ] {
            assert_eq!(text(request.clone(), &gathering, state), expected, "{request} {state:?}");
        }
    }
    assert_eq!(text(all.clone(), &gathering, GatherState::Cancelled), "gather-closed");
    let without = ["linux/amd64", "linux/s390x"].map(|platform| platform.parse().unwrap()).to_vec();
    gathering.phase = Phase::Begun { job: "job".to_owned(), without };
    for state in [GatherState::Pushing, GatherState::Pushed] {
        assert_eq!(text(all.clone(), &gathering, state), "begun", "{state:?}");
    }
    add(&mut gathering, &source(&image("linux", "amd64", None)), json!({}), GatherState::Failed).unwrap();
    assert_eq!(text(one, &gathering, OPEN), "linux/s390x");
    gathering.phase = Phase::Begun { job: "job".to_owned(), without: Vec::new() };
    assert_eq!(text(all, &gathering, GatherState::Pushed), "gather-closed", "it was another push");
}

#[test]
fn where_it_stands_follows_from_time_and_push() {
    let begun = Phase::Begun { job: "job".to_owned(), without: Vec::new() };
    let stuck = Phase::Stuck { problem: Problem::new(ProblemCode::Internal, "").into(), without: Vec::new() };
    for (phase, late, push, expected) in [
        (Phase::Gathering, false, None, GatherState::Open),
        (Phase::Gathering, true, None, GatherState::Overdue),
        (begun.clone(), true, None, GatherState::Pushing),
        (begun.clone(), false, Some(PushState::Queued), GatherState::Pushing),
        (begun.clone(), true, Some(PushState::Running), GatherState::Pushing),
        (begun.clone(), true, Some(PushState::Succeeded), GatherState::Pushed),
        (begun.clone(), true, Some(PushState::Conflict), GatherState::Failed),
        (begun.clone(), false, Some(PushState::Failed), GatherState::Failed),
        (stuck, true, None, GatherState::Failed),
        (Phase::Cancelled, true, None, GatherState::Cancelled),
    ] {
        let gathering = Gathering { phase: phase.clone(), ..gathering(&["linux/amd64"]) };
        let now = gathering.deadline - i64::from(!late);
        assert_eq!(gathering.state(now, push, false), expected, "{phase:?} {push:?}");
        // One that moved some of its tags, and then failed, can be taken back too.
        let was_over = phase == begun && push.is_some_and(PushState::is_final);
        let undone = if was_over { GatherState::Undone } else { expected };
        assert_eq!(gathering.state(now, push, true), undone, "{phase:?} {push:?}");
    }
    let mut gathering = gathering(&["linux/amd64"]);
    for (state, cancelled) in [
        (GatherState::Pushing, false),
        (GatherState::Pushed, false),
        (OPEN, true),
        (GatherState::Overdue, true),
        (GatherState::Failed, true),
        (GatherState::Undone, true),
        (GatherState::Cancelled, true),
    ] {
        gathering.phase = begun.clone();
        assert_eq!(gathering.cancel(state).is_ok(), cancelled, "{state:?}");
        assert_eq!(gathering.phase == Phase::Cancelled, cancelled, "{state:?}");
    }
}

#[test]
fn no_list_is_pushed_that_lacks_what_cannot_be_had() {
    let mut gathering = gathering(&["linux/amd64", "linux/arm64"]);
    let one = source(&image("linux", "amd64", None));
    let other = single_source("example.com/app:other", &image("linux", "arm64", None));
    for source in [&one, &other] {
        add(&mut gathering, source, json!({}), OPEN).unwrap();
    }
    let draft = gathering.draft(&[]);
    let pinned =
        |entry: usize, source: &Source| Source { reference: draft.entries[entry].source.clone(), ..source.clone() };
    let mut sources = sources([pinned(0, &one), pinned(1, &other)]);
    let push = gathering.push(draft.clone(), &sources).unwrap();
    assert_eq!(push.targets, gathering.targets);
    sources.insert(draft.entries[1].source.clone(), Err(Problem::new(ProblemCode::ManifestUnknown, "it is gone")));
    let error = gathering.push(draft.clone(), &sources).unwrap_err();
    assert!(matches!(&error, GatherError::NoList(words) if words.contains("it is gone")), "{error}");
}

#[test]
fn what_cannot_be_waited_for_is_refused() {
    let many = vec!["linux/amd64"; MOST_PLATFORMS + 1];
    for (platforms, targets, expected) in [
        (&["linux/amd64", "windows(10.0.20348)/amd64"][..], &["example.com/app:v1", "example.com/app:v2"][..], None),
        (&[], &["example.com/app:v1"], Some(("invalid-request", "/platforms"))),
        (&many, &["example.com/app:v1"], Some(("invalid-request", "/platforms"))),
        (&["linux/arm64", "linux/arm64/v8"], &["example.com/app:v1"], Some(("invalid-request", "/platforms/1"))),
        (&["unknown/unknown"], &["example.com/app:v1"], Some(("invalid-platform", "/platforms/0"))),
        (&["linux/amd64"], &[], Some(("no-targets", "/targets"))),
        (&["linux/amd64"], &["example.com/app", "example.com/app:latest"], Some(("invalid-request", "/targets/1/ref"))),
    ] {
        let targets: Vec<Value> = targets.iter().map(|target| json!({ "ref": target })).collect();
        let request = json!({ "platforms": platforms, "targets": targets });
        let checked = check(&serde_json::from_value(request.clone()).unwrap()).err();
        let checked = checked.map(|error| error.to_problem());
        let checked = checked.map(|problem| (problem.code.to_string(), problem.pointer.unwrap()));
        let expected = expected.map(|(code, at)| (code.to_owned(), at.to_owned()));
        assert_eq!(checked, expected, "{request}");
    }
    let mut digest = request(&["linux/amd64"]);
    digest.targets[0].reference = digest.targets[0].reference.clone().with_digest(Digest::of(b"list"));
    assert_eq!(check(&digest).unwrap_err().to_problem().code, ProblemCode::TargetIsDigest);

    for (deadline, expires_in, expected) in [
        (None, None, Some(NOW + USUAL)),
        (None, Some(1), Some(NOW + 1000)),
        (None, Some(7 * 24 * 3600), Some(NOW + LONGEST)),
        (None, Some(7 * 24 * 3600 + 1), None),
        (None, Some(0), None),
        (None, Some(u64::MAX), None),
        (Some(NOW + 1), None, Some(NOW + 1)),
        (Some(NOW), None, None),
        (Some(NOW + LONGEST + 1), None, None),
        (Some(NOW + 1), Some(1), None),
    ] {
        assert_eq!(due(NOW, deadline, expires_in).ok(), expected, "{deadline:?} {expires_in:?}");
    }
}

#[test]
fn parts_come_from_where_they_may() {
    for (places, source, may) in [
        (&[][..], "example.com/app:v1", true),
        (&["example.com"], "example.com/app:v1", true),
        (&["example.com/"], "Example.com/app:v1", true),
        (&["example.com"], "example.com.evil.org/app:v1", false),
        (&["example.com"], "example.com:5000/app:v1", false),
        (&["example.com:5000"], "example.com:5000/app", true),
        (&["example.com/me"], "example.com/me/app:v1", true),
        (&["example.com/me/app"], "example.com/me/app:v1", true),
        (&["example.com/me/app"], "example.com/me/app-private:v1", false),
        (&["example.com/me", "ghcr.io"], "ghcr.io/you/app", true),
        (&["me"], "me/app", true),
        (&["docker.io/me"], "me/app", true),
        (&["docker.io"], "ubuntu", true),
    ] {
        let mut request = request(&["linux/amd64"]);
        request.sources = places.iter().map(|place| (*place).to_owned()).collect();
        check(&request).unwrap();
        let gathering = begin(&request, vec![Guard::Absent], NOW);
        assert_eq!(gathering.may_come_from(&reference(source)).is_ok(), may, "{source} from {places:?}");
    }
    for place in ["", "/", "example.com:x", "Not/A/Place", "example.com/app@sha256", "https://example.com"] {
        let mut request = request(&["linux/amd64"]);
        request.sources = vec!["example.com".to_owned(), place.to_owned()];
        let problem = check(&request).expect_err(place).to_problem();
        assert_eq!((problem.code, problem.pointer.as_deref()), (ProblemCode::InvalidReference, Some("/sources/1")));
    }
}

#[test]
fn what_is_kept_can_be_read_again() {
    let mut gathering = gathering(&["linux/amd64", "linux/arm/v7"]);
    add(&mut gathering, &attested_list(), json!({"platform": "linux/amd64", "annotations": {"a": "b"}}), OPEN).unwrap();
    gathering.phase = Phase::Begun { job: "job".to_owned(), without: vec!["linux/arm/v7".parse().unwrap()] };
    let text = serde_json::to_string(&gathering).unwrap();
    assert_eq!(serde_json::from_str::<Gathering>(&text).unwrap(), gathering);
}

/// A list of one kind, and parts of both.
#[test]
fn what_is_not_of_the_lists_kind_is_refused_or_converted_on_request() {
    let (oci, docker) = (image("linux", "amd64", None), docker_image("linux", "arm64"));
    let (oci, docker) = (source(&oci), single_source("example.com/app:docker", &docker));
    let listed = list_source("example.com/app:list", &[&image("linux", "amd64", None)]);
    let begun = |more: Value| {
        let mut asked =
            json!({ "platforms": ["linux/amd64", "linux/arm64"], "targets": [{ "ref": "example.com/app:v1" }] });
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        begin(&serde_json::from_value(asked).unwrap(), vec![Guard::Absent], NOW + USUAL)
    };
    let asked = part(json!({ "source": oci.reference }));
    let refused = recognise(&begun(json!({ "listType": "docker" })), &asked, &oci, NOW).unwrap_err().to_problem();
    assert_eq!(refused.code, ProblemCode::DraftHasErrors, "{refused}");
    assert!(refused.detail.contains("is an OCI image, and the list is a Docker one"), "{refused}");
    assert!(refused.hint.as_ref().is_some_and(|hint| hint.contains("\"convert\": \"list-type\"")), "{refused:?}");

    for (list_type, first) in [("docker", &oci), ("docker", &listed), ("oci", &oci), ("auto", &listed)] {
        let mut gathering = begun(json!({ "listType": list_type, "convert": "list-type" }));
        for source in [first, &docker] {
            assert_eq!(add(&mut gathering, source, json!({}), OPEN), Ok(Added::New), "{list_type}");
        }
        let draft = gathering.draft(&[]);
        let found = gathering.expected.iter().zip([first, &docker]).map(|(expected, source)| Source {
            reference: expected.part.as_ref().unwrap().entry.source.clone(),
            ..source.clone()
        });
        let sources = sources(found);
        let composition = list::compose(&draft, &sources);
        let changed = composition.entries.iter().filter(|entry| entry.converted_from.is_some()).count();
        assert_eq!((composition.entries.len(), changed), (2, 1), "{list_type}: {composition:?}");
        let push = gathering.push(draft, &sources).unwrap();
        assert_eq!(push.expected_digest, *composition.document.unwrap().digest());
    }
}
