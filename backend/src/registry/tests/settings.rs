//! What settings change: where a registry may be, whom it is believed to be, who logs in.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use onetag_shared::{
    api::{ProblemCode, RegistryOptions, Scheme},
    digest::Digest,
    document::RawDocument,
    media_type::MediaType,
};

use super::{
    guard::{PRIVATE, PUBLIC, World, index, serve_at},
    tls::{serve_tls, tls_client},
    *,
};

fn in_the_world(settings: Arc<Settings>) -> Client {
    Client::new(ClientConfig {
        credentials: Arc::new(Fixed(me())),
        settings,
        network: Arc::new(World),
        pause: Duration::ZERO,
        ..ClientConfig::personal()
    })
}

fn plain_http() -> Options {
    Options { scheme: Some(Scheme::Http), ..Options::default() }
}

fn challenge(realm: &str) -> Response {
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, format!("Bearer realm=\"http://{realm}/token\""))])
        .into_response()
}

/// A registry whose realm is at a private address at first, and then where the registry is.
#[tokio::test]
async fn a_realm_that_was_refused_is_not_remembered() {
    let (tokens, asked) = serve_at(PUBLIC, |_, _| r#"{"token":"t"}"#.into_response()).await;
    let asks = Arc::new(AtomicUsize::new(0));
    let (port, _) = serve_at(PUBLIC, move |_, authorization| match authorization {
        "-" if asks.fetch_add(1, Ordering::SeqCst) == 0 => challenge("storage.corp"),
        "-" => challenge(&format!("storage.example:{tokens}")),
        _ => index(),
    })
    .await;
    let host = format!("registry.example:{port}");
    let client = in_the_world(Arc::new(said([&*host], &plain_http())));
    let error = client.manifest(&app(&host), None).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::AddressRefused(_)), "{error}");
    client.manifest(&app(&host), None).await.unwrap();
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_set_counts_at_once() {
    let (port, _) = serve_at(PRIVATE, |_, _| index()).await;
    let host = format!("registry.corp:{port}");
    let settings = Arc::new(said([&*host], &plain_http()));
    let client = in_the_world(Arc::clone(&settings));
    let allow = |private| {
        let options = RegistryOptions { private: Some(private), ..RegistryOptions::default() };
        settings.set(&host.parse().unwrap(), Some(options.try_into().unwrap()));
        client.forget(&host.parse().unwrap());
    };
    for (number, allowed) in [None, Some(true), Some(false), Some(true)].into_iter().enumerate() {
        allowed.map(allow);
        let outcome = client.manifest(&app(&host), None).await;
        assert_eq!(outcome.is_ok(), allowed == Some(true), "{number}: {outcome:?}");
    }
    settings.set(&host.parse().unwrap(), None);
    assert!(client.manifest(&app(&host), None).await.is_err());
}

#[tokio::test]
async fn logins_go_to_the_realms_that_are_named_and_to_no_other() {
    let (tokens, asked) = serve_at(PUBLIC, |_, _| r#"{"token":"t"}"#.into_response()).await;
    let realm = format!("storage.example:{tokens}");
    let to = realm.clone();
    let (port, _) =
        serve_at(PUBLIC, move |_, authorization| if authorization == "-" { challenge(&to) } else { index() }).await;
    let host = format!("registry.example:{port}");
    for (realms, allowed) in
        [(vec!["auth.example".to_owned()], false), (Vec::new(), false), (vec![realm.clone()], true)]
    {
        let options = Options { realms: Some(realms), ..plain_http() };
        let outcome = in_the_world(Arc::new(said([&*host], &options))).manifest(&app(&host), None).await;
        if allowed {
            outcome.unwrap();
        } else {
            let problem = outcome.unwrap_err().to_problem();
            assert_eq!(problem.code, ProblemCode::RealmRefused);
            assert!(problem.detail.contains(&realm) && problem.detail.contains("--test"), "{problem}");
            assert!(problem.hint.unwrap().contains("`realms`"));
        }
        assert_eq!(asked.lock().unwrap().len(), usize::from(allowed));
    }
}

#[tokio::test]
async fn a_login_of_the_settings_goes_before_those_of_docker() {
    let (port, log) = serve_at(PUBLIC, |_, authorization| match authorization {
        "-" => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=x")]).into_response(),
        _ => index(),
    })
    .await;
    let host = format!("registry.example:{port}");
    let robot = Credential::Basic { user: "robot".to_owned(), password: "other".to_owned().into() };
    let options = Options { credential: Some(robot), ..plain_http() };
    in_the_world(Arc::new(said([&*host], &options))).manifest(&app(&host), None).await.unwrap();
    assert_eq!(log.lock().unwrap()[1], "GET /v2/app/manifests/v1 Basic cm9ib3Q6b3RoZXI=");
}

/// Whom one registry's settings trust is trusted for that registry, and for no other; who skips the look trusts everybody.
#[tokio::test]
async fn whom_to_believe_is_said_for_each_registry() {
    let answer = ([(header::CONTENT_TYPE, INDEX)], LIST);
    let ((one, authority), (other, _)) =
        (serve_tls(answering(answer.clone())).await, serve_tls(answering(answer)).await);
    let https = Options { scheme: Some(Scheme::Https), ..Options::default() };
    let mut settings = said([&*one, &*other], &https);
    let trusting = Options { authorities: vec![authority], ..Options::default() };
    settings.say(Whom::One(one.parse().unwrap()), Source::Flag("--test"), trusting);
    let client = tls_client(settings);
    client.manifest(&app(&one), None).await.unwrap();
    let error = client.manifest(&app(&other), None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Tls(TlsFault::Untrusted), "{error}");
    let careless = Options { skip_verify: Some(true), ..https };
    tls_client(said([&*other], &careless)).manifest(&app(&other), None).await.unwrap();
}

/// Verification is skipped for the registry that it is said of, not for what it leads to.
#[tokio::test]
async fn who_is_believed_unseen_does_not_lead_to_others_who_are() {
    let (storage, _) = serve_tls(answering(([(header::CONTENT_TYPE, INDEX)], LIST))).await;
    let elsewhere = format!("https://{}/bytes", storage.replace("127.0.0.1", "localhost"));
    let (host, _) = serve_tls(answering((StatusCode::FOUND, [(header::LOCATION, elsewhere)]))).await;
    let careless = Options { scheme: Some(Scheme::Https), skip_verify: Some(true), ..Options::default() };
    let error = tls_client(said([&*host], &careless)).manifest(&app(&host), None).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Tls(_)), "{error}");
}

#[tokio::test]
async fn only_what_may_be_on_plain_http_is_asked_there() {
    let plain = serve(answering(([(header::CONTENT_TYPE, INDEX)], LIST))).await;
    let (secure, _) = serve_tls(answering(([(header::CONTENT_TYPE, INDEX)], LIST))).await;
    let insecure = Options { scheme: Some(Scheme::HttpsElseHttp), skip_verify: Some(true), ..Options::default() };
    let client = tls_client(said([&*plain, &*secure], &insecure));
    for host in [&plain, &secure, &plain] {
        client.manifest(&app(host), None).await.unwrap_or_else(|error| panic!("{host}: {error}"));
    }
    let https = Options { scheme: Some(Scheme::Https), ..insecure };
    let error = tls_client(said([&*plain], &https)).manifest(&app(&plain), None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Tls(TlsFault::NotTls), "{error}");
}

#[tokio::test]
async fn no_more_is_asked_at_once_than_the_settings_say() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let host = serve(Router::new().fallback(any(move || {
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // The others come in meanwhile, if they do.
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            now.fetch_sub(1, Ordering::SeqCst);
            ([(header::CONTENT_TYPE, INDEX)], LIST)
        }
    })))
    .await;
    let client = tls_client(said([&*host], &Options { parallel: Some(2), ..Options::default() }));
    let reference = app(&host);
    let all = futures::future::join_all((0..12).map(|_| client.manifest(&reference, None))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert!(seen.load(Ordering::SeqCst) <= 2, "{seen:?}");
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_told_and_nothing_is_asked() {
    let (port, log) = serve_at(PUBLIC, |_, _| index()).await;
    let host = format!("registry.example:{port}");
    let broken = Options { problem: Some("ca.crt cannot be used".to_owned()), ..plain_http() };
    let problem =
        in_the_world(Arc::new(said([&*host], &broken))).manifest(&app(&host), None).await.unwrap_err().to_problem();
    assert_eq!(problem.code, ProblemCode::RegistrySettings);
    assert!(problem.detail.contains("ca.crt"), "{problem}");
    assert_eq!(log.lock().unwrap().len(), 0);
}

/// What is said by where a registry leads is not said by the registry.
#[tokio::test]
async fn what_a_registry_says_of_its_limits_is_remembered() {
    let headers = |left: &'static str| [("ratelimit-limit", "100;w=21600"), ("ratelimit-remaining", left)];
    let (storage, _) = serve_at(PUBLIC, move |_, _| (headers("1"), index()).into_response()).await;
    let to = format!("http://storage.example:{storage}/bytes");
    let (port, _) = serve_at(PUBLIC, move |_, _| {
        (StatusCode::FOUND, headers("76"), [(header::LOCATION, to.clone())]).into_response()
    })
    .await;
    let host = format!("registry.example:{port}");
    let client = in_the_world(Arc::new(said([&*host], &plain_http())));
    assert_eq!(client.rate_limit(&host.parse().unwrap()), None);
    client.manifest(&app(&host), None).await.unwrap();
    let said = client.rate_limit(&host.parse().unwrap()).unwrap();
    assert_eq!((said.limit, said.remaining, said.window_seconds), (Some(100), Some(76), Some(21600)));
    assert_eq!(client.limited().len(), 1);
}

#[tokio::test]
async fn a_tag_is_written_and_deleted_with_what_was_seen_where_that_is_honoured() {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let written = Arc::clone(&told);
    let host = serve(Router::new().fallback(any(move |headers: HeaderMap| {
        let both = [header::IF_MATCH, header::IF_NONE_MATCH].map(|name| shown(&headers, name));
        written.lock().unwrap().push(both.join(" "));
        std::future::ready(StatusCode::CREATED)
    })))
    .await;
    let document = RawDocument::new(MediaType::new(INDEX), LIST.as_bytes());
    let seen = Digest::of(b"seen");
    for if_match in [Some(true), Some(false), None] {
        let options = Options { if_match, ..plain_http() };
        let config = ClientConfig { settings: Arc::new(said([&*host], &options)), ..ClientConfig::personal() };
        let client = Client::new(ClientConfig { credentials: Arc::new(Fixed(me())), ..config });
        for seen in [Some(&seen), None] {
            client.put_tag(&app(&host), &document, seen).await.unwrap();
        }
        // So is one that is deleted; what is deleted by its digest is nothing else.
        for at in [app(&host), app(&host).repository_only().with_digest(seen.clone())] {
            client.delete(&at, Some(&seen)).await.unwrap();
        }
    }
    let expected = [format!("\"{seen}\" -"), "- *".to_owned(), format!("\"{seen}\" -"), "- -".to_owned()];
    let none = vec!["- -".to_owned(); 8];
    assert_eq!(*told.lock().unwrap(), [expected.to_vec(), none].concat());
}
