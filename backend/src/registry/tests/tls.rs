//! https: HTTP/2, and who is trusted.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    http::{StatusCode, header},
    routing::any,
};
use onetag_shared::{api::Scheme, document::RawDocument};

use super::{super::settings::Authority, *};

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
pub(super) async fn serve_tls(router: Router) -> (String, Authority) {
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
    (host, Authority::from_pem(signed.cert.pem().as_bytes()).unwrap().remove(0))
}

async fn fetch_tls(host: &str, authority: Option<Authority>) -> Result<RawDocument, Error> {
    let options =
        Options { scheme: Some(Scheme::Https), authorities: authority.into_iter().collect(), ..Options::default() };
    tls_client(said([host], &options)).manifest(&app(host), None).await
}

pub(super) fn tls_client(settings: Settings) -> Client {
    let config = ClientConfig {
        credentials: Arc::new(Anonymous),
        settings: Arc::new(settings),
        pause: Duration::ZERO,
        ..ClientConfig::personal()
    };
    Client::new(config)
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

/// A token server that is not on https gets no login, whatever else is at its address.
#[tokio::test]
async fn a_login_for_https_does_not_go_to_a_token_server_without() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let tokens = serve(Router::new().fallback(any(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        std::future::ready(r#"{"token":"t"}"#)
    })))
    .await;
    let challenge = format!(r#"Bearer realm="http://{tokens}/token""#);
    let answer = (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]);
    let (host, authority) = serve_tls(answering(answer)).await;
    let error = fetch_tls(&host, Some(authority)).await.unwrap_err();
    assert!(error.kind == ErrorKind::Protocol && error.words.contains("is not on https"), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_told_from_one_of_nobody() {
    let (host, authority) = serve_tls(answering(LIST)).await;
    let by_name = host.replace("127.0.0.1", "localhost");
    let error = fetch_tls(&by_name, Some(authority)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Tls(TlsFault::Unfit), "{error}");
    assert!(error.to_problem().hint.unwrap().contains("name"), "{error}");
}
