//! Token servers that answer in every way, and registries that are never content.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};
use onetag_shared::{api::ProblemCode, digest::Digest};

use super::*;

/// `METHOD path?query authorization`, one a request, the query decoded.
type Log = Arc<Mutex<Vec<String>>>;

fn index() -> Response {
    ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
}

fn token(token: &str) -> Response {
    format!(r#"{{"token":"{token}"}}"#).into_response()
}

/// A refusal with a challenge; `HOST` in it is the registry's own.
fn challenge(host: &str, status: StatusCode, challenge: &str) -> Response {
    (status, [(header::WWW_AUTHENTICATE, challenge.replace("HOST", host))]).into_response()
}

const BEARER: &str = r#"Bearer realm="http://HOST/token""#;

/// A registry that is its own token server: what it answers to a path with its query, and an authorization.
async fn registry(script: impl Fn(&str, &str, &str) -> Response + Clone + Send + Sync + 'static) -> (String, Log) {
    let log = Log::default();
    let written = Arc::clone(&log);
    let host = serve(Router::new().fallback(any(move |method: Method, uri: Uri, headers: HeaderMap| {
        let authorization = shown(&headers, header::AUTHORIZATION);
        let address = uri.to_string().replace("%3A", ":").replace("%2C", ",").replace("%2F", "/");
        written.lock().unwrap().push(format!("{method} {address} {authorization}"));
        std::future::ready(script(&address, &authorization, &shown(&headers, header::HOST)))
    })))
    .await;
    (host, log)
}

/// The client asks for the list, again and again.
async fn outcome(host: &str, credential: Credential) -> Result<(), Error> {
    timed(credential).0.manifest(&app(host), None).await.map(drop)
}

#[tokio::test]
async fn what_a_token_server_answers_is_told_as_its_own_answer() {
    let page = || "<html>".repeat(100_000);
    for (status, body, code) in [
        (200, String::new(), ProblemCode::NotARegistry),
        (200, page(), ProblemCode::NotARegistry),
        (200, "{}".to_owned(), ProblemCode::NotARegistry),
        (200, r#"{"token":""}"#.to_owned(), ProblemCode::NotARegistry),
        (200, r#"{"token":7}"#.to_owned(), ProblemCode::NotARegistry),
        (200, r#"{"token":"a\nb"}"#.to_owned(), ProblemCode::NotARegistry),
        (200, format!(r#"{{"token":"{}"}}"#, "t".repeat(1 << 20)), ProblemCode::TooLarge),
        (204, String::new(), ProblemCode::NotARegistry),
        (302, String::new(), ProblemCode::NotARegistry),
        (400, page(), ProblemCode::Unauthorized),
        (401, r#"{"details":"incorrect username or password"}"#.to_owned(), ProblemCode::Unauthorized),
        (403, String::new(), ProblemCode::Unauthorized),
        (404, String::new(), ProblemCode::NotARegistry),
        (404, page(), ProblemCode::NotARegistry),
        (418, String::new(), ProblemCode::NotARegistry),
        (429, String::new(), ProblemCode::RateLimited),
        (500, page(), ProblemCode::RegistryFailed),
    ] {
        let tokens =
            answering((StatusCode::from_u16(status).unwrap(), [(header::LOCATION, "/elsewhere")], body.clone()));
        let tokens = serve(tokens).await;
        let realm = format!(r#"Bearer realm="http://{tokens}/token""#);
        let (host, _) = registry(move |_, _, host| challenge(host, StatusCode::UNAUTHORIZED, &realm)).await;
        let problem = outcome(&host, me()).await.unwrap_err().to_problem();
        let name = format!("{status} {body:.20}: {problem}");
        assert_eq!(problem.code, code, "{name}");
        assert!(problem.detail.starts_with(&tokens) && problem.detail.contains(&app(&host).repo()), "{name}");
        assert!(problem.detail.len() < 1000 && problem.hint.is_some(), "{name}");
    }
}

/// Who follows a redirect with a login hands it to whoever is there.
#[tokio::test]
async fn token_requests_follow_no_redirects() {
    let (elsewhere, stolen) = registry(|_, _, _| token("t")).await;
    let to = format!("http://{elsewhere}/token");
    for credential in [me(), Credential::Identity { user: None, token: "i".to_owned().into() }, Credential::Anonymous] {
        let to = to.clone();
        let (host, log) = registry(move |address, _, host| {
            if address.starts_with("/token") {
                (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to.clone())]).into_response()
            } else {
                challenge(host, StatusCode::UNAUTHORIZED, BEARER)
            }
        })
        .await;
        let error = outcome(&host, credential).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Protocol);
        assert!(error.words.contains("redirect"), "{error}");
        assert_eq!(log.lock().unwrap().len(), 2);
    }
    assert_eq!(stolen.lock().unwrap().len(), 0);
}

/// A scope is added when the registry says that it is missing; the next request of that kind has it from the start.
#[tokio::test]
async fn a_scope_that_is_missing_is_added_once_and_remembered() {
    for status in [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN] {
        let (host, log) = registry(move |address, shown, host| match (address, shown) {
            (address, _) if address.starts_with("/token") => token(&address.len().to_string()),
            (_, "-") => challenge(host, StatusCode::UNAUTHORIZED, BEARER),
            (_, shown) if shown == format!("Bearer {}", "/token?scope=repository:app:pull".len()) => {
                let more = r#"Bearer realm="http://HOST/token",error="insufficient_scope",scope="repository:base:pull repository:app:metadata_read""#;
                challenge(host, status, more)
            }
            _ => index(),
        })
        .await;
        let (client, _) = timed(Credential::Anonymous);
        client.manifest(&app(&host), None).await.unwrap();
        let asked = log.lock().unwrap().clone();
        let wide = "GET /token?scope=repository:app:metadata_read,pull&scope=repository:base:pull -";
        assert_eq!(asked.len(), 5, "{asked:#?}");
        assert_eq!((asked[1].as_str(), asked[3].as_str()), ("GET /token?scope=repository:app:pull -", wide));
        client.manifest(&app(&host), None).await.unwrap();
        assert_eq!(log.lock().unwrap().len(), 6, "{log:#?}");
    }
}

/// What each refusal wants is kept, up to a bound: a registry that always wants one more does not get an endless list.
#[tokio::test]
async fn wants_add_up_but_not_for_ever() {
    let wanted = Arc::new(Mutex::new(0));
    let count = Arc::clone(&wanted);
    let (host, log) = registry(move |address, _, host| {
        if address.starts_with("/token") {
            return token(&address.len().to_string());
        }
        let mut count = count.lock().unwrap();
        *count += 1;
        let more = format!(r#"{BEARER},error="insufficient_scope",scope="repository:r{count}:pull""#);
        challenge(host, StatusCode::UNAUTHORIZED, &more)
    })
    .await;
    let (client, _) = timed(Credential::Anonymous);
    for _ in 0..40 {
        assert_eq!(client.manifest(&app(&host), None).await.unwrap_err().to_problem().code, ProblemCode::Unauthorized);
    }
    let asked = log.lock().unwrap();
    let scopes = asked.iter().filter(|line| line.contains("/token")).map(|line| line.matches("scope=").count());
    let most = scopes.max().unwrap();
    assert!((3..=16).contains(&most), "{most} scopes at once");
    assert!(*wanted.lock().unwrap() <= 120, "a request and two more tries each time");
}

#[tokio::test]
async fn a_token_for_the_registry_is_shown_as_it_is() {
    let (host, log) = registry(|_, shown, host| match shown {
        "Bearer ready" => index(),
        _ => challenge(host, StatusCode::UNAUTHORIZED, BEARER),
    })
    .await;
    outcome(&host, Credential::Bearer("ready".to_owned().into())).await.unwrap();
    assert_eq!(*log.lock().unwrap(), ["GET /v2/app/manifests/v1 -", "GET /v2/app/manifests/v1 Bearer ready"]);
    // One that is refused is not shown again and again.
    log.lock().unwrap().clear();
    let error = outcome(&host, Credential::Bearer("old".to_owned().into())).await.unwrap_err();
    assert_eq!(error.to_problem().code, ProblemCode::Unauthorized);
    assert_eq!(log.lock().unwrap().len(), 2);
}

/// Some refuse without saying what they want: their front door says it. The scope that it names is a placeholder.
#[tokio::test]
async fn a_refusal_without_a_challenge_is_asked_about_at_the_front_door() {
    for silent in [None, Some("Negotiate"), Some(r#"Digest realm="x",nonce="y""#)] {
        let (host, log) = registry(move |address, shown, host| match (address, shown) {
            ("/v2/", _) => challenge(
                host,
                StatusCode::UNAUTHORIZED,
                r#"Bearer realm="http://HOST/token",service="s",scope="repository:user/image:pull""#,
            ),
            (address, _) if address.starts_with("/token") => token("t"),
            (_, "Bearer t") => index(),
            _ => silent.map_or_else(
                || StatusCode::UNAUTHORIZED.into_response(),
                |silent| challenge(host, StatusCode::UNAUTHORIZED, silent),
            ),
        })
        .await;
        outcome(&host, Credential::Anonymous).await.unwrap();
        let expected = [
            "GET /v2/app/manifests/v1 -",
            "GET /v2/ -",
            "GET /token?service=s&scope=repository:app:pull -",
            "GET /v2/app/manifests/v1 Bearer t",
        ];
        assert_eq!(*log.lock().unwrap(), expected, "{silent:?}");
    }
    // Nor does the front door: then it is what it is.
    let (host, log) = registry(|_, _, _| StatusCode::UNAUTHORIZED.into_response()).await;
    assert_eq!(outcome(&host, me()).await.unwrap_err().to_problem().code, ProblemCode::Unauthorized);
    assert_eq!(log.lock().unwrap().len(), 2);
}

/// Whatever it says, it is asked twice: without and with what it wants, or with the old token and a new one.
#[tokio::test]
async fn who_refuses_for_ever_is_asked_twice() {
    for what in [BEARER, "Basic realm=x", r#"Bearer realm="http://HOST/token",error="invalid_token""#] {
        let tokens = Arc::new(Mutex::new(0));
        let (host, log) = registry(move |address, _, host| {
            if address.starts_with("/token") {
                *tokens.lock().unwrap() += 1;
                return token(&format!("t{}", tokens.lock().unwrap()));
            }
            challenge(host, StatusCode::UNAUTHORIZED, what)
        })
        .await;
        let (client, _) = timed(me());
        for _ in 0..3 {
            log.lock().unwrap().clear();
            let error = client.manifest(&app(&host), None).await.unwrap_err();
            assert_eq!(error.to_problem().code, ProblemCode::Unauthorized, "{error}");
            let asked = log.lock().unwrap();
            assert!(asked.iter().filter(|line| line.contains("/v2/")).count() <= 2, "{asked:?}");
            assert!(asked.iter().filter(|line| line.contains("/token")).count() <= 2, "{asked:?}");
        }
    }
}

/// The destination first, as registries that look at one scope only want it, and no repository twice. A token server
/// that gives no token for two repositories is asked for the destination alone, and the blob is uploaded.
#[tokio::test]
async fn a_mount_asks_for_both_repositories_in_one_token_or_does_without() {
    let upload = || (StatusCode::ACCEPTED, [(header::LOCATION, "/up")]).into_response();
    for (source, gives_both, expected) in [
        ("source", true, vec!["GET /token?scope=repository:app:pull,push&scope=repository:source:pull -"]),
        ("app", true, vec!["GET /token?scope=repository:app:pull,push -"]),
        (
            "source",
            false,
            vec![
                "GET /token?scope=repository:app:pull,push&scope=repository:source:pull -",
                "GET /token?scope=repository:app:pull,push -",
            ],
        ),
    ] {
        let (host, log) = registry(move |address, shown, host| match (address, shown) {
            (address, _) if address.starts_with("/token") => {
                let both = address.contains("source");
                if both && !gives_both { StatusCode::FORBIDDEN.into_response() } else { token("t") }
            }
            (_, "-") => challenge(host, StatusCode::UNAUTHORIZED, BEARER),
            _ => upload(),
        })
        .await;
        let (client, _) = timed(Credential::Anonymous);
        let from: Reference = format!("{host}/{source}").parse().unwrap();
        let mount = client.mount_blob(&app(&host), &Digest::of(b"x"), &from).await.unwrap();
        assert!(matches!(mount, Mount::Refused(_)));
        let tokens: Vec<String> = log.lock().unwrap().iter().filter(|line| line.contains("/token")).cloned().collect();
        assert_eq!(tokens, expected, "{source}");
        // The next mount has its token already.
        client.mount_blob(&app(&host), &Digest::of(b"y"), &from).await.unwrap();
        let again = log.lock().unwrap().iter().filter(|line| line.contains("/token")).count();
        assert_eq!(again, if gives_both { 1 } else { 3 }, "{source}");
    }
}

/// A token is for one registry, one realm and one account, and everybody else gets another.
#[tokio::test]
async fn tokens_are_not_shared() {
    #[derive(Debug)]
    struct ByRepository;
    #[async_trait]
    impl CredentialSource for ByRepository {
        async fn credential(&self, repository: &Reference) -> Result<Credential, CredentialError> {
            let password = repository.repository().as_str().replace('/', "-");
            Ok(Credential::Basic { user: "me".to_owned(), password: password.into() })
        }
    }
    let (host, log) = registry(|address, shown, host| match (address, shown) {
        (address, shown) if address.starts_with("/token") => token(&shown.replace("Basic ", "for")),
        (_, "-") => challenge(host, StatusCode::UNAUTHORIZED, BEARER),
        _ => index(),
    })
    .await;
    let clock = TestClock::shared();
    let config = ClientConfig {
        credentials: Arc::new(ByRepository),
        pause: Duration::ZERO,
        clock: clock as Arc<dyn Clock>,
        ..ClientConfig::personal()
    };
    let client = Client::new(config);
    for name in ["one", "two", "one", "two"] {
        client.manifest(&format!("{host}/{name}:v1").parse().unwrap(), None).await.unwrap();
    }
    let asked = log.lock().unwrap();
    let tokens: Vec<_> = asked.iter().filter(|line| line.contains("/token")).collect();
    assert_eq!(tokens.len(), 2, "{asked:#?}");
    // `me:one` and `me:two`.
    assert!(tokens[0].ends_with("Basic bWU6b25l") && tokens[1].ends_with("Basic bWU6dHdv"), "{tokens:?}");
}

/// A token of one realm or service is nothing to another, and that of before serves again when it is wanted again.
#[tokio::test]
async fn each_realm_and_service_has_tokens_of_its_own() {
    let wanted = Arc::new(Mutex::new(("one", "s")));
    let wants = Arc::clone(&wanted);
    let (host, log) = registry(move |address, shown, host| {
        let (realm, service) = *wants.lock().unwrap();
        let right = format!("/{realm}?service={service}");
        if let Some((right, _)) = address.split_once("&scope=") {
            token(right)
        } else if shown == format!("Bearer {right}") {
            index()
        } else {
            let wanted = format!(r#"Bearer realm="http://HOST/{realm}",service="{service}""#);
            challenge(host, StatusCode::UNAUTHORIZED, &wanted)
        }
    })
    .await;
    let (client, _) = timed(me());
    let mut asked = Vec::new();
    for wants in [("one", "s"), ("two", "s"), ("two", "t"), ("one", "s"), ("two", "t")] {
        *wanted.lock().unwrap() = wants;
        client.manifest(&app(&host), None).await.unwrap();
        let log = std::mem::take(&mut *log.lock().unwrap());
        asked.push(log.iter().filter(|line| line.contains("service=") && !line.contains("Bearer")).count());
    }
    assert_eq!(asked, [1, 1, 1, 0, 0]);
}

/// All who come before the first answer wait for one refusal and one token, and nobody waits for a second one.
#[tokio::test]
async fn many_at_once_are_refused_once() {
    for (answer, requests) in [(true, 1 + 1 + 8), (false, 1 + 7)] {
        let (host, log) = registry(move |address, shown, host| match (address, shown) {
            (address, _) if address.starts_with("/token") => token("t"),
            (_, "-") if answer => challenge(host, StatusCode::UNAUTHORIZED, BEARER),
            _ => index(),
        })
        .await;
        let (client, _) = timed(me());
        let references: Vec<Reference> = (0..8).map(|n| format!("{host}/app:v{n}").parse().unwrap()).collect();
        let all = references.iter().map(|reference| client.manifest(reference, None));
        for answer in futures::future::join_all(all).await {
            answer.unwrap();
        }
        assert_eq!(log.lock().unwrap().len(), requests, "{log:#?}");
    }
}

/// The first who asks may leave, or find nobody: the others go on.
#[tokio::test]
async fn whoever_asks_first_holds_nobody_up_for_long() {
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let host = serve(Router::new().fallback(any(async move || {
        let first = {
            let mut count = count.lock().unwrap();
            *count += 1;
            *count == 1
        };
        if first {
            std::future::pending::<()>().await;
        }
        index()
    })))
    .await;
    let (client, _) = timed(me());
    let reference = app(&host);
    let mut first = Box::pin(client.manifest(&reference, None));
    let mut second = Box::pin(client.resolve_by_get(&reference));
    while *asked.lock().unwrap() == 0 {
        assert!(futures::poll!(&mut first).is_pending());
        assert!(futures::poll!(&mut second).is_pending());
        tokio::task::yield_now().await;
    }
    drop(first);
    assert!(second.await.unwrap().is_some());
    assert_eq!(*asked.lock().unwrap(), 2);
}
