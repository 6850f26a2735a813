//! What is known of registries, and what is set for them.

use http::{Method, StatusCode};
use onetag_shared::api::{ProblemCode, RegistryInfo, RegistryList, Scheme, SourceKind, paths};
use onetag_tests::{Answer, Auth, Onetag, Registry};
use serde_json::{Value, json};

async fn set(onetag: &Onetag, host: &str, options: &Value) -> Answer {
    onetag.send(Method::PUT, &paths::REGISTRY.replace("{host}", host), options).await
}

async fn inspect(onetag: &Onetag, reference: &str) -> StatusCode {
    onetag.get(paths::INSPECT, &[("ref", reference)]).await.status
}

#[tokio::test]
async fn what_is_set_counts_at_once_and_after_a_restart() {
    let registry = Registry::with_samples(Auth::Token).await;
    let mut onetag = Onetag::start(&[&registry]).await;
    let (host, app) = (registry.host(), registry.reference("demo/app:v1-arm64"));
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
    let refused = onetag.get(paths::INSPECT, &[("ref", &registry.reference("demo/app:v1-amd64"))]).await.problem();
    // The token server is at another port of this machine: somebody else's, as far as anybody knows.
    assert_eq!(refused.code, ProblemCode::RealmRefused);
}

#[tokio::test]
async fn a_file_of_settings_is_read_at_the_start_and_tells_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("registries.toml");
    let registry = Registry::with_samples(Auth::Htpasswd).await;
    let (user, password) = registry.login().unwrap();
    std::fs::write(folder.path().join("password"), format!("{password}\n")).unwrap();
    let table = format!("[registry.{:?}]\nuser = {user:?}\npassword-file = \"password\"\n", registry.host());
    std::fs::write(&file, &table).unwrap();
    let named = file.display().to_string();
    // Without the logins of docker.
    let onetag = Onetag::start_with(&[], &[("ONETAG_REGISTRIES", &named)]).await;
    assert_eq!(inspect(&onetag, &registry.reference("demo/app:v1-arm64")).await, StatusCode::OK);
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
