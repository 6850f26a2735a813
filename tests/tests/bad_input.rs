//! Whatever is wrong, the answer says what and what to do, and nothing is pushed.

use http::{Method, StatusCode};
use onetag_shared::{
    api::{Problem, ProblemCode},
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
    for path in ["/api/v1/inspect", "/api/v1/plan", "/api/v1/pushes/{id}/events"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
}
