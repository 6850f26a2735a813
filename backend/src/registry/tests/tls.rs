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
use onetag_shared::{api::Scheme, descriptor::Descriptor, digest::Digest, document::RawDocument};

use super::{
    super::settings::{Authority, ClientIdentity},
    *,
};

/// https on loopback with an authority of its own: what its listener takes, decrypted; and of each connection whether a
/// certificate was shown.
struct Tls(tokio::net::TcpListener, tokio_rustls::TlsAcceptor, Shown);

/// Of each connection: did the client show a certificate?
type Shown = Arc<Mutex<Vec<bool>>>;

/// What a server wants of those who connect.
enum Wants<'a> {
    Nothing,
    /// It asks for a certificate of this authority, and goes on without.
    Asks(&'a rcgen::Certificate),
    /// It does not go on without.
    Insists(&'a rcgen::Certificate),
}

impl axum::serve::Listener for Tls {
    type Io = tokio_rustls::server::TlsStream<tokio::net::TcpStream>;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.0.accept().await.unwrap();
            if let Ok(stream) = self.1.accept(stream).await {
                self.2.lock().unwrap().push(stream.get_ref().1.peer_certificates().is_some());
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
    let (host, authority, _) = serve_tls_at("127.0.0.1", Wants::Nothing, router).await;
    (host, authority)
}

async fn serve_tls_at(address: &str, wants: Wants<'_>, router: Router) -> (String, Authority, Shown) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let signed = rcgen::generate_simple_self_signed([address.to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let verifier = |authority: &rcgen::Certificate| {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        rustls::server::WebPkiClientVerifier::builder(Arc::new(roots))
    };
    let config = rustls::ServerConfig::builder();
    let config = match wants {
        Wants::Nothing => config.with_no_client_auth(),
        Wants::Asks(authority) => {
            config.with_client_cert_verifier(verifier(authority).allow_unauthenticated().build().unwrap())
        }
        Wants::Insists(authority) => config.with_client_cert_verifier(verifier(authority).build().unwrap()),
    };
    let mut config = config.with_single_cert(vec![signed.cert.der().clone()], key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let listener = tokio::net::TcpListener::bind((address, 0)).await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let shown = Shown::default();
    let tls = Tls(listener, tokio_rustls::TlsAcceptor::from(Arc::new(config)), Arc::clone(&shown));
    tokio::spawn(async move { axum::serve(tls, router).await });
    (host, Authority::from_pem(signed.cert.pem().as_bytes()).unwrap().remove(0), shown)
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

/// A registry's certificate of ours is shown to that registry, and to whoever its logins are said to go to, and to nobody
/// else that it leads to.
#[tokio::test]
async fn a_client_certificate_is_shown_to_its_registry_alone() {
    let ours = rcgen::generate_simple_self_signed(["somebody".to_owned()]).unwrap();
    let identity =
        ClientIdentity::from_pem(ours.cert.pem().as_bytes(), ours.signing_key.serialize_pem().as_bytes()).unwrap();
    let elsewhere = Router::new().fallback(any(|request: axum::extract::Request| {
        std::future::ready(if request.uri().path() == "/token" {
            r#"{"token":"t"}"#.into_response()
        } else {
            ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
        })
    }));
    let (other, other_authority, shown_elsewhere) = serve_tls_at("127.0.0.2", Wants::Asks(&ours.cert), elsewhere).await;
    let leads = other.clone();
    let home = Router::new().fallback(any(move |request: axum::extract::Request| {
        let has_token = request.headers().contains_key(header::AUTHORIZATION);
        std::future::ready(match request.uri().path() {
            "/v2/away/manifests/v1" => {
                (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, format!("https://{leads}/list"))]).into_response()
            }
            "/v2/locked/manifests/v1" if !has_token => {
                let challenge = format!(r#"Bearer realm="https://{leads}/token""#);
                (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
            }
            _ if request.method() == axum::http::Method::POST => {
                (StatusCode::ACCEPTED, [(header::LOCATION, "/up")]).into_response()
            }
            _ if request.method() == axum::http::Method::PUT => StatusCode::CREATED.into_response(),
            path if path.contains("/blobs/") => StatusCode::NOT_FOUND.into_response(),
            _ => ([(header::CONTENT_TYPE, INDEX)], LIST).into_response(),
        })
    }));
    let (host, authority, shown) = serve_tls_at("127.0.0.1", Wants::Insists(&ours.cert), home).await;
    let with = |identity: Option<&ClientIdentity>, realms: Option<Vec<String>>| Options {
        scheme: Some(Scheme::Https),
        authorities: vec![authority.clone(), other_authority.clone()],
        identity: identity.cloned(),
        realms,
        ..Options::default()
    };
    let at = |name: &str| -> Reference { format!("{host}/{name}:v1").parse().unwrap() };

    let without = tls_client(said([host.as_str()], &with(None, None)));
    let error = without.manifest(&at("app"), None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Tls(TlsFault::ClientCertificate), "{error}");
    let hint = error.to_problem().hint.unwrap_or_default();
    assert!(hint.contains("client certificate"), "{error}: {hint}");
    assert_eq!(*shown.lock().unwrap(), Vec::<bool>::new(), "it does not get in");

    let client = tls_client(said([host.as_str()], &with(Some(&identity), None)));
    client.manifest(&at("app"), None).await.unwrap();
    assert_eq!(*shown.lock().unwrap(), [true]);
    client.manifest(&at("away"), None).await.unwrap();
    assert_eq!(*shown_elsewhere.lock().unwrap(), [false], "where it redirects to");
    client.manifest(&at("locked"), None).await.unwrap();
    // A foreign layer, which only its own address has: the bytes are not the layer's, and were asked for.
    let layer = Descriptor {
        urls: Some(vec![format!("https://{other}/list")]),
        ..Descriptor::new(
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
            Digest::of(LIST.as_bytes()),
            LIST.len() as u64,
        )
    };
    let upload = client.open_upload(&at("target"), &layer.digest).await.unwrap();
    client.copy_blob(&at("app"), upload, &layer, &|_| ()).await.unwrap();
    assert!(shown_elsewhere.lock().unwrap().iter().all(|shown| !shown), "{shown_elsewhere:?}");

    let pinned = tls_client(said([host.as_str()], &with(Some(&identity), Some(vec![other.clone()]))));
    pinned.manifest(&at("locked"), None).await.unwrap();
    assert_eq!(shown_elsewhere.lock().unwrap().last(), Some(&true), "the settings say that its logins go there");
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
