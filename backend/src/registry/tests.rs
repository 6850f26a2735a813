//! The client against a scripted registry in this process.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::IntoResponse,
    routing::{any, get},
};
use onetag_shared::{
    api::ProblemCode,
    digest::Digest,
    document::{MAX_DOCUMENT_BYTES, RawDocument},
    reference::Reference,
};

use super::*;
use crate::clock::{Clock, testing::TestClock};

const LIST: &str = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    host
}

fn client() -> Client {
    #[derive(Debug)]
    struct Me;
    #[async_trait]
    impl CredentialSource for Me {
        async fn credential(&self, _: &Reference) -> Credential {
            Credential::Basic { user: "me".to_owned(), password: "secret".to_owned().into() }
        }
    }
    Client::new(ClientConfig { credentials: Arc::new(Me), pause: Duration::ZERO, ..ClientConfig::personal() }).unwrap()
}

async fn fetch(router: Router) -> Result<String, Error> {
    let host = serve(router).await;
    let reference: Reference = format!("{host}/app:v1").parse().unwrap();
    client().manifest(&reference, None).await.map(|document| document.digest().to_string())
}

fn answering(answer: impl IntoResponse + Clone + Send + Sync + 'static) -> Router {
    Router::new().fallback(any(move || std::future::ready(answer.clone())))
}

#[tokio::test]
async fn bad_answers_are_told_apart() {
    let lie = Digest::of(b"else").to_string();
    let cases = [
        (answering(([(header::CONTENT_TYPE, "text/html")], "<html>hello</html>")), ProblemCode::NotARegistry),
        (answering((StatusCode::NOT_FOUND, "<html>no</html>")), ProblemCode::NotARegistry),
        (answering(([(header::CONTENT_TYPE, INDEX)], "{".repeat(10))), ProblemCode::InvalidDocument),
        (answering(([(header::CONTENT_TYPE, INDEX)], " ".repeat(MAX_DOCUMENT_BYTES + 1))), ProblemCode::TooLarge),
        (
            answering(([("content-type", INDEX.to_owned()), ("docker-content-digest", lie)], LIST)),
            ProblemCode::DigestMismatch,
        ),
        (answering(([("content-encoding", "gzip")], LIST)), ProblemCode::NotARegistry),
        (
            answering((StatusCode::NOT_FOUND, r#"{"errors":[{"code":"NAME_UNKNOWN","message":"m"}]}"#)),
            ProblemCode::NameUnknown,
        ),
        (answering((StatusCode::FORBIDDEN, r#"{"errors":[{"code":"DENIED"}]}"#)), ProblemCode::Denied),
        (answering((StatusCode::INTERNAL_SERVER_ERROR, "")), ProblemCode::RegistryFailed),
        (answering(StatusCode::UNAUTHORIZED), ProblemCode::Unauthorized),
        (
            answering((
                [("content-type", "application/vnd.docker.distribution.manifest.v1+prettyjws")],
                r#"{"schemaVersion":1}"#,
            )),
            ProblemCode::Schema1,
        ),
    ];
    for (router, expected) in cases {
        let problem = fetch(router).await.unwrap_err().to_problem();
        assert_eq!(problem.code, expected, "{problem}");
        assert!(problem.hint.is_some() && problem.registry.is_some(), "{problem}");
    }
}

#[tokio::test]
async fn nobody_there_is_said_in_words() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let reference: Reference = format!("{free}/app:v1").parse().unwrap();
    let problem = client().manifest(&reference, None).await.unwrap_err().to_problem();
    assert_eq!(problem.code, ProblemCode::RegistryUnreachable);
    assert!(problem.detail.contains(&free.to_string()), "{problem}");
}

#[tokio::test]
async fn reads_are_repeated_and_uploads_are_not() {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let router = Router::new().fallback(any(move || {
        let failed = counter.fetch_add(1, Ordering::SeqCst) < 2;
        std::future::ready(if failed {
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        } else {
            ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
        })
    }));
    let host = serve(router).await;
    let reference: Reference = format!("{host}/app:v1").parse().unwrap();
    let client = client();
    client.manifest(&reference, None).await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 3);
    count.store(0, Ordering::SeqCst);
    assert!(client.mount_blob(&reference, &Digest::of(b"x"), &reference).await.is_err());
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

/// A registry with a token server: counts tokens, wants exactly the newest.
#[tokio::test]
async fn parallel_requests_share_one_token_of_the_least_scope() {
    let tokens = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&tokens);
    let token = move |uri: Uri, headers: HeaderMap| {
        counter.fetch_add(1, Ordering::SeqCst);
        let basic =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        assert_eq!(basic, "Basic bWU6c2VjcmV0");
        let scope = uri.query().unwrap_or_default().to_owned();
        std::future::ready(format!(r#"{{"token":"{}"}}"#, scope.replace(['&', '=', '%', '+'], "_")))
    };
    let registry = |uri: Uri, headers: HeaderMap| async move {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if shown.starts_with("Bearer ") && shown.ends_with("repository_3Aapp_3Apull") && uri.path().contains("/app/") {
            ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
        } else {
            let challenge =
                format!(r#"Bearer realm="http://{host}/token",service="it",scope="repository:made/up:pull""#);
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
        }
    };
    let host = serve(Router::new().route("/token", get(token)).fallback(any(registry))).await;
    let reference: Reference = format!("{host}/app:v1").parse().unwrap();
    let client = client();
    let all = futures::future::join_all((0..8).map(|_| client.manifest(&reference, None))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    client.manifest(&reference, None).await.unwrap();
    assert_eq!(tokens.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn authorization_does_not_cross_to_another_host() {
    let storage = |headers: HeaderMap| async move {
        if headers.contains_key(header::AUTHORIZATION) {
            StatusCode::IM_A_TEAPOT.into_response()
        } else {
            ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
        }
    };
    let storage = serve(Router::new().fallback(any(storage))).await;
    let registry = move |headers: HeaderMap| {
        let to = format!("http://{storage}/bytes");
        std::future::ready(if headers.contains_key(header::AUTHORIZATION) {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
        } else {
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=x".to_owned())]).into_response()
        })
    };
    fetch(Router::new().fallback(any(registry))).await.unwrap();
}

#[test]
fn secrets_cannot_be_printed() {
    let secret = format!("{:?}", Credential::Bearer("hidden".to_owned().into()));
    assert!(!secret.contains("hidden"), "{secret}");
}

/// A client without credentials whose time a test tells.
fn timed(credential: Credential) -> (Client, Arc<TestClock>) {
    #[derive(Debug)]
    struct Fixed(Credential);
    #[async_trait]
    impl CredentialSource for Fixed {
        async fn credential(&self, _: &Reference) -> Credential {
            self.0.clone()
        }
    }
    let clock = TestClock::shared();
    let config = ClientConfig {
        credentials: Arc::new(Fixed(credential)),
        pause: Duration::from_secs(1),
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        ..ClientConfig::personal()
    };
    (Client::new(config).unwrap(), clock)
}

#[tokio::test]
async fn waits_are_those_that_the_registry_asks_for_up_to_a_bound() {
    let seconds = |list: &[u64]| list.iter().map(|&seconds| Duration::from_secs(seconds)).collect::<Vec<_>>();
    for (retry_after, waits) in [
        ("3", seconds(&[3, 3])),
        ("Thu, 01 Jan 2026 00:00:04 GMT", seconds(&[4, 0])),
        ("Wed, 31 Dec 2025 00:00:00 GMT", seconds(&[0, 0])),
        ("15", seconds(&[15])),
        ("21", seconds(&[])),
        ("Fri, 02 Jan 2026 00:00:00 GMT", seconds(&[])),
    ] {
        let host = serve(answering((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, retry_after)]))).await;
        let (client, clock) = timed(Credential::Anonymous);
        let reference: Reference = format!("{host}/app:v1").parse().unwrap();
        let error = client.manifest(&reference, None).await.unwrap_err();
        assert_eq!(error.to_problem().code, ProblemCode::RateLimited);
        assert!(error.retry_after.is_some(), "{retry_after}");
        assert_eq!(clock.waits(), waits, "{retry_after}");
    }
    // Without its word: one unit and two, each with up to as much again.
    let (client, clock) = timed(Credential::Anonymous);
    let host = serve(answering(StatusCode::REQUEST_TIMEOUT)).await;
    assert!(client.manifest(&format!("{host}/app:v1").parse().unwrap(), None).await.is_err());
    let waits: Vec<u64> = clock.waits().iter().map(|wait| u64::try_from(wait.as_millis()).unwrap()).collect();
    assert!(matches!(waits[..], [1000..=2000, 2000..=4000]), "{waits:?}");
}

/// A registry whose token server writes down each request as `METHOD authorization query-or-form`.
async fn with_tokens(post: StatusCode, get: StatusCode, expires_in: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let written = Arc::clone(&log);
    let token = move |method: Method, uri: Uri, headers: HeaderMap, body: String| {
        let shown = headers.get(header::AUTHORIZATION).map_or("-", |value| value.to_str().unwrap()).to_owned();
        let mut log = written.lock().unwrap();
        log.push(format!("{method} {shown} {}", uri.query().unwrap_or(&body)));
        let status = if method == Method::POST { post } else { get };
        std::future::ready((status, format!(r#"{{"access_token":"t{}"{expires_in}}}"#, log.len())))
    };
    let registry = |headers: HeaderMap| async move {
        let host = headers[header::HOST].to_str().unwrap();
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
        client.manifest(&format!("{host}/app:v1").parse().unwrap(), None).await.unwrap();
        assert_eq!(*log.lock().unwrap(), requests, "{status}");
    }
}

#[tokio::test]
async fn tokens_are_renewed_before_they_end() {
    for (expires_in, lasts) in [("", 60), (r#","expires_in":5"#, 60), (r#","expires_in":300"#, 300)] {
        let (host, log) = with_tokens(StatusCode::OK, StatusCode::OK, expires_in).await;
        let (client, clock) = timed(Credential::Anonymous);
        let reference: Reference = format!("{host}/app:v1").parse().unwrap();
        for (advance, tokens) in [(0, 1), (lasts - 11, 1), (2, 2)] {
            clock.advance(Duration::from_secs(advance));
            client.manifest(&reference, None).await.unwrap();
            assert_eq!(log.lock().unwrap().len(), tokens, "{lasts} s, {advance} s later");
        }
    }
}

/// https on loopback with an authority of its own: what its listener takes, decrypted.
struct Tls(tokio::net::TcpListener, tokio_rustls::TlsAcceptor);

impl axum::serve::Listener for Tls {
    type Io = tokio_rustls::server::TlsStream<tokio::net::TcpStream>;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.0.accept().await.unwrap();
            if let Ok(stream) = self.1.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// The host and the certificate to trust. The certificate is for 127.0.0.1.
async fn serve_tls(router: Router) -> (String, reqwest::Certificate) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let signed = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let mut config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let tls = Tls(listener, tokio_rustls::TlsAcceptor::from(Arc::new(config)));
    tokio::spawn(async move { axum::serve(tls, router).await });
    (host, reqwest::Certificate::from_der(signed.cert.der()).unwrap())
}

async fn fetch_tls(host: &str, authority: Option<reqwest::Certificate>) -> Result<RawDocument, Error> {
    let config = ClientConfig {
        credentials: Arc::new(Anonymous),
        https: std::iter::once(host.to_owned()).collect(),
        authorities: authority.into_iter().collect(),
        pause: Duration::ZERO,
        ..ClientConfig::personal()
    };
    Client::new(config).unwrap().manifest(&format!("{host}/app:v1").parse().unwrap(), None).await
}

#[tokio::test]
async fn https_is_http_2_where_that_is_offered_and_its_authority_is_trusted() {
    let versions = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&versions);
    let (host, authority) = serve_tls(Router::new().fallback(any(move |request: axum::extract::Request| {
        seen.lock().unwrap().push(request.version());
        std::future::ready(([(header::CONTENT_TYPE, INDEX)], LIST))
    })))
    .await;
    fetch_tls(&host, Some(authority)).await.unwrap();
    assert_eq!(*versions.lock().unwrap(), [axum::http::Version::HTTP_2]);
    let error = fetch_tls(&host, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Tls(TlsFault::Untrusted), "{error}");
    assert!(error.to_problem().hint.unwrap().contains("ONETAG_CA_FILE"));
    assert_eq!(versions.lock().unwrap().len(), 1, "nothing was asked of a registry that is not trusted");
}

#[tokio::test]
async fn plain_http_where_https_is_wanted_is_said_so() {
    let host = serve(answering(LIST)).await;
    let error = fetch_tls(&host, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Tls(TlsFault::NotTls), "{error}");
}

#[tokio::test]
async fn https_never_leads_to_http() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let plain = serve(Router::new().fallback(any(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        std::future::ready(LIST)
    })))
    .await;
    let to = format!("http://{plain}/bytes");
    let (host, authority) = serve_tls(answering((StatusCode::FOUND, [(header::LOCATION, to)]))).await;
    let error = fetch_tls(&host, Some(authority)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol, "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_registry_that_never_answers_is_left() {
    let host = serve(Router::new().fallback(any(std::future::pending::<StatusCode>))).await;
    let timeouts = Timeouts { first_byte: Duration::from_millis(50), ..Timeouts::default() };
    let config = ClientConfig { credentials: Arc::new(Anonymous), timeouts, ..ClientConfig::personal() };
    let error =
        Client::new(config).unwrap().manifest(&format!("{host}/app:v1").parse().unwrap(), None).await.unwrap_err();
    let problem = error.to_problem();
    assert_eq!(problem.code, ProblemCode::RegistryTimeout);
    assert!(problem.detail.ends_with("no answer came within 50ms"), "{problem}");
    assert!(problem.hint.unwrap().contains("ONETAG_TIMEOUT_FIRST_BYTE"));
}
