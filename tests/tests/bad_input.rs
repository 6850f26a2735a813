//! Whatever is wrong, the answer says what and what to do, and nothing is pushed.

use http::{Method, StatusCode};
use onetag_shared::{
    api::{Problem, ProblemCode, paths},
    check::Severity,
};
use onetag_tests::{Auth, Hostile, Onetag, Registry};
use serde_json::json;

async fn refusal(onetag: &Onetag, path: &str, query: &[(&str, &str)]) -> Problem {
    let answer = onetag.get(path, query).await;
    let problem = answer.problem();
    assert_eq!(answer.status.as_u16(), problem.status);
    problem
}

#[tokio::test]
async fn bad_sources_are_told_apart() {
    let hostile = Hostile::start().await;
    let onetag = Onetag::start(&[]).await;
    let good = onetag.inspect(&hostile.reference("good:v1")).await;
    assert_eq!(&good.root.digest, hostile.digest());
    for (repository, code) in [
        ("html", ProblemCode::NotARegistry),
        ("lie/header", ProblemCode::DigestMismatch),
        ("big", ProblemCode::TooLarge),
        ("schema1", ProblemCode::Schema1),
        ("login", ProblemCode::Unauthorized),
    ] {
        let problem =
            refusal(&onetag, "/api/v1/inspect", &[("ref", &hostile.reference(&format!("{repository}:v1")))]).await;
        assert_eq!(problem.code, code, "{repository}: {problem}");
        assert!(problem.hint.is_some(), "{repository}: {problem}");
    }
    let by_digest = hostile.reference(&format!("lie/body@{}", hostile.digest()));
    let problem = refusal(&onetag, "/api/v1/inspect", &[("ref", &by_digest)]).await;
    assert_eq!(problem.code, ProblemCode::DigestMismatch, "{problem}");
    assert!(problem.detail.contains(hostile.digest().as_str()), "names both: {problem}");
    let problem = refusal(&onetag, "/api/v1/inspect", &[("ref", "127.0.0.1:1/app:v1")]).await;
    assert_eq!(problem.code, ProblemCode::RegistryUnreachable, "{problem}");
    assert_eq!(hostile.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_registry_that_never_answers_is_not_waited_for_for_ever() {
    let hostile = Hostile::start().await;
    let onetag = Onetag::start_with(&[], &[("ONETAG_TIMEOUT_FIRST_BYTE", "200ms")]).await;
    let problem = refusal(&onetag, "/api/v1/inspect", &[("ref", &hostile.reference("never:v1"))]).await;
    assert_eq!(problem.code, ProblemCode::RegistryTimeout, "{problem}");
    assert!(problem.hint.is_some(), "{problem}");
    let draft = json!({ "entries": [{ "source": hostile.reference("never:v1") }] });
    let plan = onetag.plan(&draft, &[]).await;
    assert_eq!(plan.findings[0].code.as_str(), "source-failed");
    assert_eq!(plan.document, None);
    assert_eq!(hostile.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn requests_that_cannot_be_understood_say_where() {
    let onetag = Onetag::start(&[]).await;
    let problem = refusal(&onetag, "/api/v1/inspect", &[("ref", "https://ghcr.io/a/B")]).await;
    assert_eq!(problem.code, ProblemCode::InvalidReference);
    assert_eq!(problem.hint.as_deref(), Some("Did you mean ghcr.io/a/b?"));
    assert_eq!(refusal(&onetag, "/api/v1/inspect", &[]).await.code, ProblemCode::InvalidRequest);
    assert_eq!(refusal(&onetag, "/api/v1/nonsense", &[]).await.code, ProblemCode::NotFound);
    let problem = refusal(&onetag, "/api/v1/select", &[("ref", "a"), ("platform", "windows")]).await;
    assert!(problem.detail.contains("names no processor"), "{problem}");
    let problem = refusal(&onetag, "/api/v1/select", &[("ref", "a"), ("platform", "a/b/c/d")]).await;
    assert_eq!(problem.code, ProblemCode::InvalidPlatform);
    for (body, pointer) in [
        (json!({ "draft": { "entries": [{ "source": "Not One" }] } }), "/draft/entries/0/source"),
        (json!({ "draft": { "entrys": [] } }), "/draft/entrys"),
    ] {
        let problem = onetag.post("/api/v1/plan", &body).await.problem();
        assert_eq!(
            (problem.code, problem.pointer.as_deref()),
            (ProblemCode::InvalidRequest, Some(pointer)),
            "{problem}"
        );
    }
}

/// What Docker refuses is refused wherever a reference can be given, and where there is a near miss the hint names it.
#[tokio::test]
async fn references_that_are_none_are_refused_with_the_near_miss() {
    let hex = "a".repeat(64);
    let table: &[(&str, Option<&str>)] = &[
        (&hex, None),
        ("Ubuntu", Some("ubuntu")),
        ("foo/Bar", Some("foo/bar")),
        ("docker.io/", None),
        ("docker.io/Library/ubuntu", Some("docker.io/library/ubuntu")),
        ("test.com:5000/", None),
        ("foo_bar.com:8080/app", None),
        ("foo_bar.com/app", None),
        ("[::1]", None),
        ("fc00::1:5000/d", None),
        ("[fe80::1%eth0]:5000/d", None),
        ("https://ghcr.io/a/b", Some("ghcr.io/a/b")),
        ("ghcr.io/a//b", None),
        ("a/b/", None),
        ("a..b", None),
        ("a___b", None),
        ("a._b", None),
        ("-a/a-", None),
        ("a/b:-x", None),
        ("a/b:.x", None),
        ("a/b:x+y", None),
        (&format!("a/b:{}", "t".repeat(129)), None),
        (&format!("ghcr.io/{}", "p".repeat(256)), None),
        ("ubuntu:", None),
        (":tag", None),
        ("ubuntu:a:b", None),
        (&format!("ubuntu:@sha256:{hex}"), None),
        (&format!("ubuntu@sha256:{hex}:tag"), None),
        (&format!("ubuntu@sha256:{}", &hex[1..]), None),
        (&format!("ubuntu@sha256:{}", hex.to_uppercase()), None),
        ("ubuntu@md5:d41d8cd98f00b204e9800998ecf8427e", None),
        ("", None),
        (" ubuntu", Some("ubuntu")),
        ("ubuntu ", Some("ubuntu")),
        ("ubuntu\n", Some("ubuntu")),
        ("ex.com:http/a", None),
        ("ex.com:/a", None),
        ("é/x", None),
        ("[zz]/x", None),
    ];
    let onetag = Onetag::start(&[]).await;
    for (typed, near_miss) in table {
        for path in [paths::INSPECT, paths::RESOLVE] {
            let problem = refusal(&onetag, path, &[("ref", typed)]).await;
            assert_eq!(problem.code, ProblemCode::InvalidReference, "{path} {typed:?}: {problem}");
            assert!(!problem.detail.is_empty(), "{path} {typed:?}");
            let hint = problem.hint.unwrap_or_default();
            assert!(!hint.is_empty() && hint.contains(near_miss.unwrap_or_default()), "{path} {typed:?}: {hint:?}");
        }
        for (part, body) in [
            ("/draft/entries/0/source", json!({ "draft": { "entries": [{ "source": typed }] } })),
            ("/targets/0", json!({ "draft": { "entries": [] }, "targets": [typed] })),
        ] {
            let problem = onetag.post(paths::PLAN, &body).await.problem();
            assert_eq!(problem.code, ProblemCode::InvalidRequest, "{typed:?}: {problem}");
            assert_eq!(problem.pointer.as_deref(), Some(part), "{typed:?}: {problem}");
        }
    }
}

#[tokio::test]
async fn bodies_that_are_no_request_are_refused_and_leave_the_server_well() {
    let onetag = Onetag::start(&[]).await;
    let deep = format!("{{\"draft\": {}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
    for path in [paths::PLAN, paths::PUSHES, paths::GATHERS] {
        for body in ["", "{", "[]", "\0", "{\"draft\": 1}", &deep] {
            let request = onetag.request(Method::POST, path).header("content-type", "application/json");
            let answer = request.body(body.to_owned()).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path} {body:.20}");
            let problem: Problem = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
            assert_eq!(problem.code, ProblemCode::InvalidRequest, "{path} {body:.20}: {problem}");
        }
    }
    assert_eq!(onetag.get(paths::READYZ, &[]).await.status, StatusCode::OK);
}

/// Every source that cannot be had, beside one that can: the plan says so at its row, and a push that was never planned
/// changes nothing.
#[tokio::test]
async fn a_source_that_cannot_be_had_is_told_at_its_row_and_nothing_is_pushed() {
    let registry = Registry::with_samples(Auth::None).await;
    let locked = Registry::with_samples(Auth::Htpasswd).await;
    let hostile = Hostile::start().await;
    let onetag = Onetag::start(&[&registry]).await;
    let target = registry.reference("demo/app:bad");
    let tags = registry.tags("demo/app").await;
    for (source, code) in [
        (hostile.reference("html:v1"), "source-failed"),
        (hostile.reference("lie/header:v1"), "source-failed"),
        (hostile.reference(&format!("lie/body@{}", hostile.digest())), "source-failed"),
        (hostile.reference("big:v1"), "source-failed"),
        (hostile.reference("schema1:v1"), "schema-1"),
        (hostile.reference("login:v1"), "source-failed"),
        (hostile.reference("nothing-here:v1"), "source-failed"),
        (locked.reference("demo/app:v1-arm64"), "source-failed"),
        ("127.0.0.1:1/app:v1".to_owned(), "source-failed"),
        (registry.reference("demo/app:no-such-tag"), "source-failed"),
        (registry.reference("no/such/repository:v1"), "source-failed"),
        (registry.reference("demo/artifact:v1"), "not-an-image"),
        (registry.reference("demo/app:v1-amd64"), "repeated-digest"),
    ] {
        let draft = json!({ "entries": [
            { "source": registry.reference("demo/app:v1-amd64") }, { "source": source } ] });
        let plan = onetag.plan(&draft, &[&target]).await;
        let errors: Vec<_> = plan.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        let told = errors.iter().find(|finding| finding.code.as_str() == code);
        let told = told.unwrap_or_else(|| panic!("{source}: no {code} among {:#?}", plan.findings));
        assert!(told.pointer.starts_with("/entries/1"), "{source}: {told:?}");
        assert!(!told.message.is_empty() && !told.hint.is_empty(), "{source}: {told:?}");
        // Somebody who has not planned, or does not care for what the plan says.
        let expected = plan.document.map_or_else(|| hostile.digest().clone(), |document| document.digest);
        let job = onetag
            .push(&json!({ "draft": draft, "expectedDigest": expected,
                "targets": [{ "ref": target, "guard": "absent" }] }))
            .await;
        let problem = job.problem.unwrap_or_else(|| panic!("{source} was pushed"));
        assert_eq!(problem.code, ProblemCode::DraftHasErrors, "{source}: {problem}");
        assert!(problem.hint.is_some(), "{source}: {problem}");
        assert!(problem.pointer.as_ref().is_some_and(|at| at.starts_with("/draft/entries/1")), "{source}: {problem:?}");
    }
    assert_eq!(registry.tags("demo/app").await, tags, "nothing was pushed");
    assert_eq!(hostile.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn pushes_that_cannot_be_are_refused_at_once() {
    let onetag = Onetag::start(&[]).await;
    let digest = format!("sha256:{}", "a".repeat(64));
    let entry = json!({ "source": "localhost:1/app:v1" });
    for (entries, targets, code) in [
        (json!([]), json!([{ "ref": "localhost:1/app:v2", "guard": "any" }]), ProblemCode::EmptyDraft),
        (json!([entry]), json!([]), ProblemCode::NoTargets),
        (
            json!([entry]),
            json!([{ "ref": format!("localhost:1/app@{digest}"), "guard": "any" }]),
            ProblemCode::TargetIsDigest,
        ),
        (json!([entry]), json!([{ "ref": "localhost:1/app:v2", "guard": "whatever" }]), ProblemCode::InvalidRequest),
    ] {
        let body = json!({ "draft": { "entries": entries }, "expectedDigest": digest, "targets": targets });
        assert_eq!(onetag.post("/api/v1/pushes", &body).await.problem().code, code);
    }
}

#[tokio::test]
async fn bad_rows_are_findings_beside_their_row_and_stop_the_push() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    for source in ["demo/app:no-such-tag", "demo/artifact:v1"] {
        let draft = json!({ "entries": [
            { "source": registry.reference("demo/app:v1-amd64") }, { "source": registry.reference(source) } ] });
        let plan = onetag.plan(&draft, &[&registry.reference("demo/app:bad")]).await;
        let errors: Vec<&str> = plan
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| finding.pointer.as_str())
            .collect();
        assert!(!errors.is_empty() && errors.iter().all(|pointer| pointer.starts_with("/entries/1")), "{errors:?}");
        let job = onetag
            .push(&json!({ "draft": draft, "expectedDigest": format!("sha256:{}", "a".repeat(64)),
                "targets": [{ "ref": registry.reference("demo/app:bad"), "guard": "absent" }] }))
            .await;
        assert_eq!(job.problem.unwrap().code, ProblemCode::DraftHasErrors);
    }
    assert_eq!(registry.manifest("demo/app", "bad").await, None);
}

#[tokio::test]
async fn only_who_has_the_key_gets_in() {
    let onetag = Onetag::start(&[]).await;
    for (path, status) in [
        ("/healthz", StatusCode::OK),
        ("/readyz", StatusCode::OK),
        ("/api/v1/about", StatusCode::UNAUTHORIZED),
        ("/api/v1/openapi.json", StatusCode::UNAUTHORIZED),
        ("/", StatusCode::UNAUTHORIZED),
        ("/?key=wrong", StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(onetag.anonymous(Method::GET, path).send().await.unwrap().status(), status, "{path}");
    }
    assert_eq!(onetag.get("/api/v1/about", &[]).await.status, StatusCode::OK);
    let other = onetag.request(Method::POST, "/api/v1/plan").header("origin", "http://evil.example");
    assert_eq!(other.body("{}").send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let rebound = onetag.request(Method::GET, "/api/v1/about").header("host", "evil.example");
    assert_eq!(rebound.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let document: serde_json::Value = onetag.get("/api/v1/openapi.json", &[]).await.json();
    for path in [
        "/api/v1/inspect",
        paths::DIFF,
        "/api/v1/plan",
        "/api/v1/pushes/{id}/events",
        paths::GATHER_PARTS,
        paths::DELETIONS,
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
}
