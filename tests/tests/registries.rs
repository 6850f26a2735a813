//! What is known of registries, and what is set for them.

use http::{Method, StatusCode};
use onetag_shared::api::{
    ProblemCode, RegistryInfo, RegistryList, RegistryTest, Scheme, SourceKind, TestOutcome, TestStep, paths,
};
use onetag_tests::{
    Answer, Auth, Onetag, Registry,
    samples::{self, Sample},
};
use serde_json::{Value, json};

/// A registry with one image, `demo/app:v1`.
async fn registry(auth: Auth) -> Registry {
    let registry = Registry::start(auth).await;
    registry.put(&Sample::image("demo/app", "v1", samples::image("amd64"))).await;
    registry
}

async fn set(onetag: &Onetag, host: &str, options: &Value) -> Answer {
    onetag.send(Method::PUT, &paths::REGISTRY.replace("{host}", host), options).await
}

async fn inspect(onetag: &Onetag, reference: &str) -> StatusCode {
    onetag.get(paths::INSPECT, &[("ref", reference)]).await.status
}

#[tokio::test]
async fn what_is_set_counts_at_once_and_after_a_restart() {
    let registry = registry(Auth::Token).await;
    let mut onetag = Onetag::start(&[&registry]).await;
    let (host, app) = (registry.host(), registry.reference("demo/app:v1"));
    assert_eq!(inspect(&onetag, &app).await, StatusCode::OK);

    let https: RegistryInfo = set(&onetag, host, &json!({"scheme": "https", "parallel": 3})).await.json();
    assert_eq!((https.scheme.value, https.scheme.source.kind), (Scheme::Https, SourceKind::Api));
    assert_eq!((https.parallel.value, https.private.source.kind), (3, SourceKind::Default));
    assert_eq!(inspect(&onetag, &app).await, StatusCode::BAD_GATEWAY, "it speaks plain http only");
    onetag.stop().await;
    onetag.restart().await;
    assert_eq!(inspect(&onetag, &app).await, StatusCode::BAD_GATEWAY);

    let list: RegistryList = onetag.get(paths::REGISTRIES, &[]).await.json();
    assert_eq!(list.registries.iter().map(|known| known.host.as_str()).collect::<Vec<_>>(), [host]);
    let path = paths::REGISTRY.replace("{host}", host);
    let forgotten: RegistryInfo = onetag.send(Method::DELETE, &path, &Value::Null).await.json();
    assert_eq!((forgotten.scheme.value, forgotten.options), (Scheme::Http, None));
    assert_eq!(inspect(&onetag, &app).await, StatusCode::OK);

    // Where its logins go is pinned: nothing was learned before that is used past it.
    set(&onetag, host, &json!({"realms": ["auth.example.com"]})).await;
    let refused = onetag.get(paths::INSPECT, &[("ref", &registry.reference("demo/app:other"))]).await.problem();
    // The token server is at another port of this machine: somebody else's, as far as anybody knows.
    assert_eq!(refused.code, ProblemCode::RealmRefused);
}

#[tokio::test]
async fn what_one_server_is_told_counts_for_another_on_the_same_database() {
    let registry = registry(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let other = onetag.beside().await;
    let (host, app) = (registry.host(), registry.reference("demo/app:v1"));
    assert_eq!(inspect(&other, &app).await, StatusCode::OK);
    set(&onetag, host, &json!({"scheme": "https"})).await;
    assert_eq!(inspect(&other, &app).await, StatusCode::BAD_GATEWAY, "it speaks plain http only");
    set(&other, host, &json!({"scheme": "http"})).await;
    assert_eq!(inspect(&onetag, &app).await, StatusCode::OK);
    set(&onetag, host, &json!({"scheme": "https"})).await;
    let forgotten = onetag.send(Method::DELETE, &paths::REGISTRY.replace("{host}", host), &Value::Null).await;
    assert!(forgotten.status.is_success());
    assert_eq!(inspect(&other, &app).await, StatusCode::OK);
}

#[tokio::test]
async fn a_file_of_settings_is_read_at_the_start_and_tells_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("registries.toml");
    let registry = registry(Auth::Htpasswd).await;
    let (user, password) = registry.login().unwrap();
    std::fs::write(folder.path().join("password"), format!("{password}\n")).unwrap();
    let table = format!("[registry.{:?}]\nuser = {user:?}\npassword-file = \"password\"\n", registry.host());
    std::fs::write(&file, &table).unwrap();
    let named = file.display().to_string();
    // Without the logins of docker.
    let onetag = Onetag::start_with(&[], &[("ONETAG_REGISTRIES", &named)]).await;
    assert_eq!(inspect(&onetag, &registry.reference("demo/app:v1")).await, StatusCode::OK);
    let text = onetag.get(paths::REGISTRIES, &[]).await.body;
    let list: RegistryList = serde_json::from_slice(&text).unwrap();
    let login = list.registries[0].login.clone().unwrap();
    assert_eq!((login.value.as_str(), login.source.place.as_deref()), (user, Some(named.as_str())));
    assert!(!String::from_utf8_lossy(&text).contains("correct"), "a password is never read back");

    std::fs::write(&file, table.replace("password-file", "pasword-file")).unwrap();
    let refused = tokio::process::Command::new(onetag_tests::server_program().await)
        .args(["serve", "--listen", "127.0.0.1:0", "--registries", &named])
        .output()
        .await
        .unwrap();
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && words.contains("pasword-file") && words.contains(registry.host()), "{words}");
}

#[tokio::test]
async fn what_cannot_be_set_is_told_by_its_place() {
    let onetag = Onetag::start(&[]).await;
    for (host, options, code, pointer) in [
        ("registry.corp", json!({"password": "secret"}), ProblemCode::InvalidRequest, Some("")),
        ("registry.corp", json!({"mirrors": ["a.b", "https://c.d"]}), ProblemCode::InvalidRequest, Some("/mirrors/1")),
        ("registry.corp", json!({"ca": "none"}), ProblemCode::InvalidRequest, Some("/ca")),
        ("registry.corp", json!({"parallel": 0}), ProblemCode::InvalidRequest, Some("/parallel")),
        ("corp", json!({}), ProblemCode::InvalidReference, None),
    ] {
        let problem = set(&onetag, host, &options).await.problem();
        assert_eq!(problem.code, code, "{options}: {problem}");
        assert!(problem.hint.is_some(), "{problem}");
        if let Some(pointer) = pointer.filter(|pointer| !pointer.is_empty()) {
            assert_eq!(problem.pointer.as_deref(), Some(pointer));
        }
        assert!(!problem.detail.contains("secret"), "{problem}");
    }
    let list: RegistryList = onetag.get(paths::REGISTRIES, &[]).await.json();
    assert_eq!(list.registries, []);
}

/// `maker:not-the-password`, as docker keeps logins.
const WRONG_LOGIN: &str = "bWFrZXI6bm90LXRoZS1wYXNzd29yZA==";

/// How each step of a test went.
fn outcomes(test: &RegistryTest) -> Vec<(TestStep, TestOutcome)> {
    test.results.iter().map(|result| (result.step, result.outcome)).collect()
}

async fn test(onetag: &Onetag, host: &str, request: &Value) -> RegistryTest {
    onetag.post(&paths::REGISTRY_TEST.replace("{host}", host), request).await.json()
}

#[tokio::test]
async fn one_call_tells_what_works_and_leaves_no_more_than_it_says() {
    use TestStep::{
        Address, Delete, Limits, Login, Mount, Protocol, Pull, Push, Reachable, Referrers, Tags, Tls, Upload,
    };
    use {TestOutcome as Outcome, TestOutcome::NotTried};
    let expected = [
        (Address, Outcome::Ok),
        (Reachable, Outcome::Ok),
        // It is on plain http.
        (Tls, NotTried),
        (Protocol, Outcome::Ok),
        (Login, Outcome::Ok),
        (Tags, Outcome::Ok),
        (Pull, Outcome::Ok),
        // Distribution has no such API.
        (Referrers, Outcome::Unsupported),
        (Upload, Outcome::Ok),
        (Push, Outcome::Ok),
        (Mount, Outcome::Ok),
        (Delete, Outcome::Ok),
        (Limits, NotTried),
    ];
    let each = Auth::ALL.map(async |auth| {
        let registry = registry(auth).await;
        let onetag = Onetag::start(&[&registry]).await;
        let found = test(&onetag, registry.host(), &json!({"repository": "demo/app", "push": true})).await;
        assert_eq!(outcomes(&found), expected, "{auth:?}: {found:#?}");
        assert_eq!(registry.tags("demo/app").await, ["v1"], "{auth:?}: what was pushed is gone again");
        // Its blobs, and the one that was mounted.
        assert!(found.left.len() == 3 && found.left.iter().all(|left| left.contains("a blob of")), "{:?}", found.left);
        let login = &found.results[4].words;
        assert_eq!(login.contains("maker"), auth != Auth::None, "{login}");
    });
    futures::future::join_all(each).await;
}

#[tokio::test]
async fn what_does_not_work_is_told_where_it_stops() {
    let registry = Registry::start(Auth::Htpasswd).await;
    let wrong = json!({ "auths": { registry.host(): { "auth": WRONG_LOGIN } } }).to_string();
    let onetag = Onetag::start_with(&[], &[("DOCKER_AUTH_CONFIG", &wrong)]).await;
    let only_failure = |test: &RegistryTest| {
        let failed: Vec<_> = test.results.iter().filter(|result| result.outcome == TestOutcome::Failed).collect();
        assert!(failed.len() == 1, "{}: {failed:?}", test.host);
        assert_eq!(outcomes(test).iter().map(|(step, _)| *step).collect::<Vec<_>>(), TestStep::ALL, "{}", test.host);
        let problem = failed[0].problem.clone().unwrap();
        assert!(problem.hint.is_some(), "{problem}");
        (failed[0].step, problem.code)
    };
    let https = json!({"scheme": "https"});
    for (host, settings, step, code) in [
        (registry.host(), None, TestStep::Login, ProblemCode::Unauthorized),
        (registry.host(), Some(&https), TestStep::Tls, ProblemCode::RegistryUnreachable),
        ("10.0.0.1:5000", None, TestStep::Address, ProblemCode::AddressRefused),
        ("127.0.0.1:1", None, TestStep::Reachable, ProblemCode::RegistryUnreachable),
    ] {
        if let Some(settings) = settings {
            set(&onetag, host, settings).await;
        }
        let answer = onetag.post(&paths::REGISTRY_TEST.replace("{host}", host), &json!({})).await;
        assert_eq!(only_failure(&answer.json()), (step, code), "{host}");
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!text.contains("not-the-password") && !text.contains(WRONG_LOGIN), "{text}");
    }
    let path = paths::REGISTRY_TEST.replace("{host}", registry.host());
    for request in [json!({"push": true}), json!({"repository": "a:v1"}), json!({"repository": "UPPER"})] {
        assert_eq!(onetag.post(&path, &request).await.problem().pointer.as_deref(), Some("/repository"), "{request}");
    }
}
