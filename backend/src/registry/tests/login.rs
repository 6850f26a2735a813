//! How the client proves who asks.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::IntoResponse,
    routing::{any, get},
};

use super::*;

/// A registry with a token server: counts tokens, wants exactly the newest.
#[tokio::test]
async fn parallel_requests_share_one_token_of_the_least_scope() {
    let tokens = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&tokens);
    let token = move |uri: Uri, headers: HeaderMap| {
        counter.fetch_add(1, Ordering::SeqCst);
        assert_eq!(shown(&headers, header::AUTHORIZATION), "Basic bWU6c2VjcmV0");
        let scope = uri.query().unwrap_or_default().to_owned();
        std::future::ready(format!(r#"{{"token":"{}"}}"#, scope.replace(['&', '=', '%', '+'], "_")))
    };
    let registry = |uri: Uri, headers: HeaderMap| async move {
        let (host, shown) = (shown(&headers, header::HOST), shown(&headers, header::AUTHORIZATION));
        if shown.starts_with("Bearer ") && shown.ends_with("repository_3Aapp_3Apull") && uri.path().contains("/app/") {
            ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
        } else {
            let challenge =
                format!(r#"Bearer realm="http://{host}/token",service="it",scope="repository:made/up:pull""#);
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
        }
    };
    let host = serve(Router::new().route("/token", get(token)).fallback(any(registry))).await;
    let reference = app(&host);
    let client = client();
    let all = futures::future::join_all((0..40).map(|_| client.manifest(&reference, None))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    client.manifest(&reference, None).await.unwrap();
    assert_eq!(tokens.load(Ordering::SeqCst), 1);
}

#[test]
fn secrets_cannot_be_printed() {
    let secret = format!("{:?}", Credential::Bearer("hidden".to_owned().into()));
    assert!(!secret.contains("hidden"), "{secret}");
}

/// A registry whose token server writes down each request as `METHOD authorization query-or-form`.
async fn with_tokens(post: StatusCode, get: StatusCode, expires_in: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let written = Arc::clone(&log);
    let token = move |method: Method, uri: Uri, headers: HeaderMap, body: String| {
        let mut log = written.lock().unwrap();
        log.push(format!("{method} {} {}", shown(&headers, header::AUTHORIZATION), uri.query().unwrap_or(&body)));
        let status = if method == Method::POST { post } else { get };
        std::future::ready((status, format!(r#"{{"access_token":"t{}"{expires_in}}}"#, log.len())))
    };
    let registry = |headers: HeaderMap| async move {
        let host = shown(&headers, header::HOST);
        if headers.contains_key(header::AUTHORIZATION) {
            ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
        } else {
            let challenge = format!(r#"Bearer realm="http://{host}/token",service="it""#);
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
        }
    };
    (serve(Router::new().route("/token", any(token)).fallback(any(registry))).await, log)
}

#[tokio::test]
async fn identity_tokens_go_by_post_and_by_get_where_that_is_unknown() {
    let identity = Credential::Identity { user: None, token: "i".to_owned().into() };
    let posted =
        "POST - grant_type=refresh_token&refresh_token=i&client_id=onetag&scope=repository%3Aapp%3Apull&service=it";
    let got = "GET Basic PHRva2VuPjpp service=it&scope=repository%3Aapp%3Apull";
    for (status, requests) in [
        (200, vec![posted]),
        (400, vec![posted, got]),
        (401, vec![posted, got]),
        (404, vec![posted, got]),
        (405, vec![posted, got]),
    ] {
        let (host, log) = with_tokens(StatusCode::from_u16(status).unwrap(), StatusCode::OK, "").await;
        let (client, _) = timed(identity.clone());
        client.manifest(&app(&host), None).await.unwrap();
        assert_eq!(*log.lock().unwrap(), requests, "{status}");
    }
}

#[tokio::test]
async fn tokens_are_renewed_before_they_end() {
    for (expires_in, lasts) in [("", 60), (r#","expires_in":5"#, 60), (r#","expires_in":300"#, 300)] {
        let (host, log) = with_tokens(StatusCode::OK, StatusCode::OK, expires_in).await;
        let (client, clock) = timed(Credential::Anonymous);
        let reference = app(&host);
        for (advance, tokens) in [(0, 1), (lasts - 11, 1), (2, 2)] {
            clock.advance(Duration::from_secs(advance));
            client.manifest(&reference, None).await.unwrap();
            assert_eq!(log.lock().unwrap().len(), tokens, "{lasts} s, {advance} s later");
        }
    }
}

/// Looking a login up may start a program, so it is done once for all who ask at once and kept for a minute. A login that
/// was made meanwhile counts as soon as the old one is refused.
#[tokio::test]
async fn logins_are_looked_up_once_and_again_when_they_are_refused() {
    #[derive(Debug)]
    struct Counted(Mutex<(usize, Result<Credential, String>)>);
    #[async_trait]
    impl CredentialSource for Counted {
        async fn credential(&self, _: &Reference) -> Result<Credential, CredentialError> {
            let mut state = self.0.lock().unwrap();
            state.0 += 1;
            state.1.clone().map_err(CredentialError)
        }
    }
    let host = serve(Router::new().fallback(any(async |headers: HeaderMap| {
        if shown(&headers, header::AUTHORIZATION) == "Basic bWU6c2VjcmV0" {
            ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
        } else {
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=x")]).into_response()
        }
    })))
    .await;
    let source = Arc::new(Counted(Mutex::new((0, Ok(Credential::Anonymous)))));
    let clock = TestClock::shared();
    let config = ClientConfig {
        credentials: Arc::clone(&source) as Arc<dyn CredentialSource>,
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        ..ClientConfig::personal()
    };
    let client = Client::new(config);
    let reference = app(&host);
    let lookups = || source.0.lock().unwrap().0;
    assert!(client.manifest(&reference, None).await.is_err());
    assert_eq!(lookups(), 1);
    source.0.lock().unwrap().1 = Ok(me());
    clock.advance(Duration::from_secs(1));
    let all = futures::future::join_all((0..20).map(|_| client.manifest(&reference, None))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(lookups(), 2);
    // What cannot be read is told when it is looked at again, and forgotten as soon as it can be.
    source.0.lock().unwrap().1 = Err("config.json is broken".to_owned());
    for (advance, expected) in [(58, 2), (2, 3), (0, 4)] {
        clock.advance(Duration::from_secs(advance));
        let outcome = client.manifest(&reference, None).await;
        assert_eq!(outcome.is_ok(), expected == 2, "{outcome:?}");
        if let Err(error) = outcome {
            let problem = error.to_problem();
            assert!(problem.detail.ends_with("config.json is broken"), "{problem}");
            assert!(problem.hint.unwrap().contains("docker login"));
        }
        assert_eq!(lookups(), expected);
    }
    source.0.lock().unwrap().1 = Ok(me());
    client.manifest(&reference, None).await.unwrap();
}
