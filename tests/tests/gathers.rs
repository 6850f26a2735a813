//! Pushes that wait for their parts, which jobs add one by one.

use futures::future::{join, join_all};
use http::{Method, StatusCode};
use onetag_shared::api::{
    Gather, GatherList, GatherState, MoveKind, NewGather, ProblemCode, PushJob, PushState, paths,
};
use onetag_tests::{
    Answer, Auth, CountingProxy, Onetag, Recorded, Registry,
    samples::{self, Sample},
};
use serde_json::{Value, json};

/// The images of a build, and their platforms in the order that the list shall have.
const BUILT: [(&str, &str); 5] = [
    ("s390x", "linux/s390x"),
    ("amd64", "linux/amd64"),
    ("armv7", "linux/arm/v7"),
    ("arm64", "linux/arm64"),
    ("ppc64le", "linux/ppc64le"),
];

/// Asks for a gather of these platforms to a tag, with more fields.
async fn ask(onetag: &Onetag, platforms: &[&str], tag: &str, more: &Value, key: &str) -> Answer {
    let mut body = json!({ "platforms": platforms, "targets": [{ "ref": tag }] });
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let request = onetag.request(Method::POST, paths::GATHERS).header("idempotency-key", key);
    Answer::of(request.body(body.to_string())).await
}

async fn make(onetag: &Onetag, platforms: &[&str], tag: &str, more: &Value) -> NewGather {
    let answer = ask(onetag, platforms, tag, more, &format!("run {tag}")).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

/// What a job does that has the token and nothing else.
async fn add(onetag: &Onetag, gather: &NewGather, part: &Value) -> Answer {
    let request = onetag.anonymous(Method::POST, &gather.gather.parts_url).bearer_auth(&gather.token.0);
    Answer::of(request.body(part.to_string())).await
}

/// The gather once nothing more comes by itself.
async fn settled(onetag: &Onetag, gather: &NewGather) -> Gather {
    let request = onetag.anonymous(Method::GET, &gather.gather.url).bearer_auth(&gather.token.0);
    let gather: Gather = Answer::of(request.query(&[("wait", "50")])).await.json();
    assert!(!gather.state.is_moving(), "{gather:#?}");
    gather
}

/// The platforms of a list in order, attestations as `unknown/unknown`.
async fn held(onetag: &Onetag, tag: &str) -> Vec<String> {
    let plan = onetag.plan(&json!({ "entries": [{ "source": tag }] }), &[]).await;
    plan.entries.iter().filter_map(|entry| Some(entry.platform.as_ref()?.to_string())).collect()
}

fn missing(gather: &Gather) -> Vec<String> {
    gather.missing.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn jobs_that_finish_at_once_on_two_servers_make_one_list() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let one = Onetag::start(&[&registry]).await;
    let other = one.beside().await;
    let tag = proxy.reference("demo/gathered:v1");
    let before = Sample::image("demo/gathered", "v1", samples::image("riscv64"));
    registry.put(&before).await;
    let options = json!({ "annotations": { "org.opencontainers.image.version": "1.2" } });
    // Each job asks for it, and it is made once.
    let platforms = BUILT.map(|(_, platform)| platform);
    let asked =
        join_all([&one, &other, &one, &other].map(|server| ask(server, &platforms, &tag, &options, "run"))).await;
    let mut gathers: Vec<NewGather> = asked.iter().map(Answer::json).collect();
    assert_eq!(asked.iter().filter(|answer| answer.status == StatusCode::CREATED).count(), 1);
    let gather = gathers.pop().expect("four");
    assert!(gathers.iter().all(|other| other.gather.id == gather.gather.id));
    assert_eq!((gather.gather.state, gather.gather.missing.len()), (GatherState::Open, 5));

    // Each job's request reaches both servers, as it does when it is sent again; and all have looked at their images before
    // one of them goes on.
    proxy.hold_waves(&[1000]);
    let jobs = BUILT.iter().flat_map(|(name, _)| [(&one, name), (&other, name)]);
    let jobs = jobs.map(async |(server, name)| {
        let source = proxy.reference(&format!("demo/app-{name}:v1"));
        add(server, &gather, &json!({ "source": source })).await
    });
    let all_look = async {
        proxy.wait_for_requests(10).await;
        proxy.release();
    };
    let (answers, ()) = join(join_all(jobs), all_look).await;
    let added = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert_eq!(added, 5, "each part is new once");
    let begun: Vec<Gather> = answers.iter().map(Answer::json).filter(|gather: &Gather| gather.push.is_some()).collect();
    assert!(begun.iter().all(|gather| gather.missing.is_empty()), "it waits for all");

    let pushed = settled(&other, &gather).await;
    assert_eq!(pushed.state, GatherState::Pushed, "{:#?}", pushed.problem);
    let push = pushed.push.expect("a push");
    assert_eq!(push.kind, MoveKind::Gather);
    assert!(begun.iter().all(|gather| gather.push.as_ref().is_some_and(|other| other.id == push.id)), "one push");
    let is_write = |request: &Recorded| request.method == Method::PUT && request.path.ends_with("/manifests/v1");
    let writes = proxy.recorded().into_iter().filter(is_write);
    assert_eq!(writes.count(), 1, "the tag moves once");
    let list = registry.manifest("demo/gathered", "v1").await.expect("a list");
    assert_eq!(list.digest, push.digest);
    assert!(String::from_utf8_lossy(&list.bytes).contains("\"org.opencontainers.image.version\": \"1.2\""));
    let named = ["linux/s390x", "linux/amd64", "linux/arm/v7", "linux/arm64/v8", "linux/ppc64le"];
    assert_eq!(held(&one, &tag).await, named, "in the order that was asked for");

    // A job that is run again finds its part there; one that builds something else does not.
    let again = add(&one, &gather, &json!({ "source": registry.reference("demo/app:v1-amd64") })).await;
    assert_eq!((again.status, again.json::<Gather>().state), (StatusCode::OK, GatherState::Pushed));
    let late = json!({ "source": registry.reference("demo/docker-app-amd64:v1"), "replace": true });
    assert_eq!(add(&one, &gather, &late).await.problem().code, ProblemCode::GatherClosed);

    let undone: PushJob = one.post(&paths::PUSH_UNDO.replace("{id}", &push.id), &json!(null)).await.json();
    assert_eq!(one.events(&undone.id).await.pop().expect("it ends").state, PushState::Succeeded);
    assert_eq!(registry.manifest("demo/gathered", "v1").await.expect("an image").digest, before.root.digest);
    // The gather says so, on either server, and may be pushed once more.
    let taken_back = settled(&other, &gather).await;
    assert_eq!((taken_back.state, taken_back.undone_by), (GatherState::Undone, Some(undone.id)));
    let path = format!("{}/push", gather.gather.url);
    let again = one.post(&path, &json!({})).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.text());
    let pushed = settled(&other, &gather).await;
    assert_eq!((pushed.state, pushed.undone_by), (GatherState::Pushed, None));
}

#[tokio::test]
async fn a_part_that_cannot_be_is_refused_where_its_job_sees_it_and_the_others_stay() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let tag = registry.reference("demo/app:gathered");
    let sources = json!({ "sources": [registry.host(), "127.0.0.1:1"] });
    let gather = make(&onetag, &["linux/amd64", "linux/arm64"], &tag, &sources).await;
    let at = |rest: &str| registry.reference(rest);
    let first = json!({ "source": at("demo/app:v1-amd64"), "platform": "linux/amd64" });
    assert_eq!(add(&onetag, &gather, &first).await.status, StatusCode::CREATED);
    for (part, code, words) in [
        (json!({ "source": at("demo/app:none") }), ProblemCode::ManifestUnknown, "none"),
        (json!({ "source": "127.0.0.1:1/app:v1" }), ProblemCode::RegistryUnreachable, "127.0.0.1:1"),
        (json!({ "source": "127.0.0.1:2/app:v1" }), ProblemCode::SourceRefused, registry.host()),
        (json!({ "source": at("demo/artifact:v1") }), ProblemCode::NotAnImage, "artifact"),
        (json!({ "source": at("demo/app:v1-s390x") }), ProblemCode::NotExpected, "linux/amd64, linux/arm64"),
        (json!({ "source": at("demo/app:v1-amd64"), "platform": "linux/arm64" }), ProblemCode::WrongPlatform, "amd64"),
        (json!({ "source": at("demo/attested:v1") }), ProblemCode::PlatformUnclear, "linux/amd64, linux/arm64"),
        (json!({ "source": at("demo/docker-app-amd64:v1") }), ProblemCode::PartConflict, "linux/amd64"),
        (json!({ "source": at("demo/app:v1-arm64"), "digest": "" }), ProblemCode::InvalidRequest, "digest"),
    ] {
        let problem = add(&onetag, &gather, &part).await.problem();
        assert_eq!(problem.code, code, "{part}: {problem}");
        assert!(problem.detail.contains(words) && problem.pointer.is_some(), "{part}: {problem:?}");
    }
    let again = add(&onetag, &gather, &first).await;
    assert_eq!(again.status, StatusCode::OK);
    let state: Gather = again.json();
    assert_eq!((state.state, missing(&state)), (GatherState::Open, vec!["linux/arm64".to_owned()]));
    let digest = registry.manifest("demo/app", "v1-amd64").await.expect("an image").digest;
    let part = state.platforms[0].part.as_ref().expect("a part");
    assert_eq!(part.source.to_string(), format!("{}@{digest}", at("demo/app:v1-amd64")), "it is pinned");

    let other = json!({ "source": at("demo/docker-app-amd64:v1"), "replace": true });
    assert_eq!(add(&onetag, &gather, &other).await.status, StatusCode::OK);
    let cancelled = onetag.send(Method::DELETE, &gather.gather.url, &json!(null)).await.json::<Gather>();
    assert_eq!(cancelled.state, GatherState::Cancelled);
    let late = add(&onetag, &gather, &json!({ "source": at("demo/app:v1-arm64") })).await.problem();
    assert_eq!(late.code, ProblemCode::GatherClosed, "{late}");
    assert!(registry.manifest("demo/app", "gathered").await.is_none(), "nothing was pushed");
}

#[tokio::test]
async fn a_token_adds_to_its_gather_and_reads_it_and_does_nothing_else() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let tag = |name: &str| registry.reference(&format!("demo/app:{name}"));
    let platforms = ["linux/amd64", "linux/arm64"];
    let (mine, other) = (
        make(&onetag, &platforms, &tag("mine"), &json!({})).await,
        make(&onetag, &platforms, &tag("other"), &json!({})).await,
    );
    let (id, push) = (&mine.gather.id, paths::GATHER_PUSH.replace("{id}", &mine.gather.id));
    let inspect = format!("{}?ref={}", paths::INSPECT, tag("v1-amd64"));
    for (method, path, status) in [
        (Method::GET, mine.gather.url.as_str(), StatusCode::OK),
        (Method::GET, &other.gather.url, StatusCode::UNAUTHORIZED),
        (Method::POST, &other.gather.parts_url, StatusCode::UNAUTHORIZED),
        (Method::DELETE, &mine.gather.url, StatusCode::UNAUTHORIZED),
        (Method::POST, &push, StatusCode::UNAUTHORIZED),
        (Method::GET, paths::GATHERS, StatusCode::UNAUTHORIZED),
        (Method::POST, paths::GATHERS, StatusCode::UNAUTHORIZED),
        (Method::POST, paths::PUSHES, StatusCode::UNAUTHORIZED),
        (Method::GET, &inspect, StatusCode::UNAUTHORIZED),
        (Method::GET, paths::REGISTRIES, StatusCode::UNAUTHORIZED),
        (Method::GET, "/", StatusCode::UNAUTHORIZED),
        (Method::GET, &format!("/?key={}", mine.token.0), StatusCode::UNAUTHORIZED),
        (Method::GET, &format!("{}/../{}", paths::GATHERS, other.gather.id), StatusCode::UNAUTHORIZED),
    ] {
        let request = onetag.anonymous(method.clone(), path).bearer_auth(&mine.token.0);
        assert_eq!(Answer::of(request).await.status, status, "{method} {path}");
    }
    for token in ["gather_", &mine.token.0[..mine.token.0.len() - 1], &mine.token.0.to_uppercase(), id] {
        let request = onetag.anonymous(Method::GET, &mine.gather.url).bearer_auth(token);
        assert_eq!(Answer::of(request).await.status, StatusCode::UNAUTHORIZED, "{token}");
    }

    // The workflow is run again: the same gather, whatever its deadline, with a token more.
    let (place, later) = (tag("mine"), json!({ "expiresIn": 600 }));
    let again = ask(&onetag, &platforms, &place, &later, &format!("run {place}")).await;
    assert_eq!(again.status, StatusCode::OK);
    let again: NewGather = again.json();
    assert_eq!(again.gather, mine.gather);
    assert_ne!(again.token, mine.token);
    for (gather, name) in [(&mine, "amd64"), (&again, "arm64")] {
        let part = json!({ "source": tag(&format!("v1-{name}")) });
        assert_eq!(add(&onetag, gather, &part).await.status, StatusCode::CREATED);
    }
    assert_eq!(settled(&onetag, &again).await.state, GatherState::Pushed);
    let reused = ask(&onetag, &platforms[..1], &place, &later, &format!("run {place}")).await;
    assert_eq!(reused.problem().code, ProblemCode::IdempotencyKeyReused);

    let first: GatherList = onetag.get(paths::GATHERS, &[("limit", "1")]).await.json();
    let next = first.next.expect("there is more");
    let second: GatherList = onetag.get(paths::GATHERS, &[("cursor", &next)]).await.json();
    assert_eq!(second.next, None);
    let mut listed: Vec<String> = first.gathers.into_iter().chain(second.gathers).map(|gather| gather.id).collect();
    let mut made = vec![mine.gather.id.clone(), other.gather.id.clone()];
    listed.sort();
    made.sort();
    assert_eq!(listed, made);
}

#[tokio::test]
async fn an_overdue_gather_says_what_is_missing_and_is_pushed_without_it_on_request() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let tag = registry.reference("demo/app:overdue");
    let platforms = ["linux/amd64", "linux/s390x", "linux/arm64"];
    let gather = make(&onetag, &platforms, &tag, &json!({ "expiresIn": 1 })).await;
    let part = |name: &str| json!({ "source": registry.reference(&format!("demo/app:v1-{name}")) });
    add(&onetag, &gather, &part("arm64")).await.json::<Gather>();
    let overdue = settled(&onetag, &gather).await;
    assert_eq!(
        (overdue.state, missing(&overdue)),
        (GatherState::Overdue, vec![platforms[0].to_owned(), platforms[1].to_owned()])
    );
    assert_eq!(overdue.push, None, "nothing is pushed by itself");

    // What comes late comes all the same.
    add(&onetag, &gather, &part("amd64")).await.json::<Gather>();
    let push = paths::GATHER_PUSH.replace("{id}", &gather.gather.id);
    let refused = onetag.post(&push, &json!({})).await.problem();
    assert_eq!(refused.code, ProblemCode::GatherIncomplete);
    assert!(refused.detail.contains("linux/s390x") && !refused.detail.contains("arm64"), "{refused}");
    let pushing = onetag.post(&push, &json!({ "without": ["linux/s390x"] })).await;
    assert_eq!(pushing.status, StatusCode::ACCEPTED);
    let pushing: Gather = pushing.json();
    let again: Gather = onetag.post(&push, &json!({ "incomplete": true })).await.json();
    let id = |gather: &Gather| gather.push.as_ref().map(|push| push.id.clone());
    assert_eq!(id(&pushing), id(&again), "asked for twice it is one push");
    let pushed = settled(&onetag, &gather).await;
    assert_eq!((pushed.state, missing(&pushed)), (GatherState::Pushed, vec!["linux/s390x".to_owned()]));
    assert_eq!(held(&onetag, &tag).await, ["linux/amd64", "linux/arm64/v8"]);
    assert_eq!(add(&onetag, &gather, &part("s390x")).await.problem().code, ProblemCode::GatherClosed);
    let cancelled = onetag.send(Method::DELETE, &gather.gather.url, &json!(null)).await.problem();
    assert_eq!(cancelled.code, ProblemCode::GatherClosed);
}

#[tokio::test]
async fn a_server_that_is_killed_between_the_parts_or_at_the_last_loses_nothing() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let mut onetag = Onetag::start(&[&registry]).await;
    let tag = proxy.reference("demo/attested:gathered");
    let gather = make(&onetag, &["linux/arm64", "linux/amd64"], &tag, &json!({})).await;
    // Of a list that holds both; its attestation comes along.
    let one = json!({ "source": proxy.reference("demo/attested:v1"), "platform": "linux/amd64" });
    assert_eq!(add(&onetag, &gather, &one).await.status, StatusCode::CREATED);
    let last = json!({ "source": proxy.reference("demo/app-arm64:v1") });
    proxy.hold_waves(&[1000]);
    let unheard = onetag.anonymous(Method::POST, &gather.gather.parts_url).bearer_auth(&gather.token.0);
    let unheard = tokio::spawn(unheard.body(last.to_string()).send());
    proxy.wait_for_requests(1).await;
    onetag.crash().await;
    proxy.release();
    assert!(unheard.await.expect("a task").is_err(), "the job gets no answer, and asks again");

    onetag.restart().await;
    let again = add(&onetag, &gather, &one).await;
    assert_eq!((again.status, again.json::<Gather>().state), (StatusCode::OK, GatherState::Open));
    assert_eq!(add(&onetag, &gather, &last).await.status, StatusCode::CREATED);
    let pushed = settled(&onetag, &gather).await;
    assert_eq!(pushed.state, GatherState::Pushed, "{:#?}", pushed.problem);
    assert_eq!(held(&onetag, &tag).await, ["linux/arm64/v8", "linux/amd64", "unknown/unknown"]);
}

#[tokio::test]
async fn a_part_that_is_gone_when_the_last_comes_can_be_replaced() {
    let registry = Registry::with_samples(Auth::Token).await;
    let mut onetag = Onetag::start(&[&registry]).await;
    let tag = registry.reference("demo/app:replaced");
    let gather = make(&onetag, &["linux/amd64", "linux/arm64"], &tag, &json!({})).await;
    let part = |rest: &str| json!({ "source": registry.reference(rest) });
    assert_eq!(add(&onetag, &gather, &part("demo/app:v1-amd64")).await.status, StatusCode::CREATED);
    let gone = registry.manifest("demo/app", "v1-amd64").await.expect("an image").digest;
    registry.delete_manifest("demo/app", &gone).await;
    // Nothing is left in its memory.
    onetag.crash().await;
    onetag.restart().await;

    assert_eq!(add(&onetag, &gather, &part("demo/app:v1-arm64")).await.status, StatusCode::CREATED, "it is kept");
    let failed = settled(&onetag, &gather).await;
    let problem = failed.problem.expect("a problem");
    assert_eq!((failed.state, problem.code), (GatherState::Failed, ProblemCode::DraftHasErrors), "{problem}");
    assert!(problem.detail.contains("demo/app:v1-amd64"), "{problem}");
    let mut other = part("demo/docker-app-amd64:v1");
    assert_eq!(add(&onetag, &gather, &other).await.problem().code, ProblemCode::PartConflict);
    other["replace"] = json!(true);
    assert_eq!(add(&onetag, &gather, &other).await.status, StatusCode::OK);
    let pushed = settled(&onetag, &gather).await;
    assert_eq!(pushed.state, GatherState::Pushed, "{:#?}", pushed.problem);
    assert_eq!(held(&onetag, &tag).await, ["linux/amd64", "linux/arm64/v8"]);
}

#[tokio::test]
async fn a_tag_that_moves_meanwhile_stays_and_the_parts_do_too() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let tag = registry.reference("demo/app:moving");
    let seen = Sample::image("demo/app", "moving", samples::image("riscv64"));
    registry.put(&seen).await;
    let wrong = json!({ "targets": [{ "ref": tag, "guard": "absent" }] });
    let refused = ask(&onetag, &["linux/amd64"], &tag, &wrong, "wrong").await.problem();
    assert_eq!(
        (refused.code, refused.conflicts.read()[0].found.as_ref()),
        (ProblemCode::Conflict, Some(&seen.root.digest))
    );

    let gather = make(&onetag, &["linux/amd64"], &tag, &json!({})).await;
    registry.put(&Sample::image("demo/app", "moving", samples::image("386"))).await;
    let part = json!({ "source": registry.reference("demo/app:v1-amd64") });
    assert_eq!(add(&onetag, &gather, &part).await.status, StatusCode::CREATED);
    let failed = settled(&onetag, &gather).await;
    assert_eq!(failed.state, GatherState::Failed);
    let problem = failed.problem.expect("a problem");
    assert_eq!((problem.code, problem.conflicts.read().len()), (ProblemCode::Conflict, 1));

    // It is as it was again: then the push can be made after all.
    registry.put(&seen).await;
    let push = paths::GATHER_PUSH.replace("{id}", &gather.gather.id);
    assert_eq!(onetag.post(&push, &json!({})).await.status, StatusCode::ACCEPTED);
    let pushed = settled(&onetag, &gather).await;
    assert_eq!(pushed.state, GatherState::Pushed, "{:#?}", pushed.problem);
    assert_ne!(pushed.push.map(|push| push.id), failed.push.map(|push| push.id));
    assert_eq!(held(&onetag, &tag).await, ["linux/amd64"]);
}
