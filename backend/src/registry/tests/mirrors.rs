//! What is read by mirrors, and what is not.

use std::sync::Mutex;

use axum::{
    http::{Method, StatusCode, header},
    response::IntoResponse,
};
use onetag_shared::{descriptor::Descriptor, digest::Digest};

use super::{
    guard::{Log, index, serve_at},
    transfers::{BLOB, at, blob, logging},
    *,
};

const HERE: std::net::Ipv4Addr = std::net::Ipv4Addr::LOCALHOST;

/// A mirror that answers so, a registry that wants a login and has the list, and a client that knows both.
async fn mirrored(answer: fn() -> axum::response::Response) -> (Client, Reference, Log, Log) {
    let (mirror, at_mirror) = serve_at(HERE, move |_, _| answer()).await;
    let (registry, at_registry) = serve_at(HERE, |_, authorization| {
        if authorization == "-" {
            return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=x")]).into_response();
        }
        let digest = Digest::of(LIST.as_bytes()).to_string();
        ([(header::CONTENT_TYPE, INDEX), ("docker-content-digest".parse().unwrap(), &*digest)], LIST).into_response()
    })
    .await;
    let mirrors = Some(vec![format!("127.0.0.1:{mirror}/hub").parse().unwrap()]);
    let registry = format!("127.0.0.1:{registry}");
    let settings = said([&*registry], &Options { mirrors, ..Options::default() });
    let config = ClientConfig {
        // What logs in at the registry is not what logs in at the mirror.
        credentials: Arc::new(OnlyAt(registry.clone())),
        settings: Arc::new(settings),
        pause: Duration::ZERO,
        ..ClientConfig::personal()
    };
    (Client::new(config), app(&registry), at_mirror, at_registry)
}

#[derive(Debug)]
struct OnlyAt(String);

#[async_trait]
impl CredentialSource for OnlyAt {
    async fn credential(&self, repository: &Reference) -> Result<Credential, CredentialError> {
        Ok(if repository.registry().as_str() == self.0 { me() } else { Credential::Anonymous })
    }
}

fn asked(log: &Log) -> Vec<String> {
    std::mem::take(&mut log.lock().unwrap())
}

#[tokio::test]
async fn a_mirror_is_read_first_and_never_sees_the_login() {
    let (client, app, at_mirror, at_registry) = mirrored(index).await;
    client.manifest(&app, None).await.unwrap();
    assert_eq!(asked(&at_mirror), ["GET /v2/hub/app/manifests/v1 -"]);
    assert_eq!(asked(&at_registry), [""; 0]);

    // What guards a push is what the registry itself says.
    client.resolve(&app).await.unwrap();
    assert_eq!(asked(&at_mirror), [""; 0]);
    assert_eq!(asked(&at_registry).len(), 2, "the login is asked for");
}

/// Whatever a mirror does, what was asked for comes: from where it is.
#[tokio::test]
async fn what_a_mirror_does_not_serve_as_it_should_is_read_at_the_registry() {
    let answers: [fn() -> axum::response::Response; 4] = [
        || StatusCode::NOT_FOUND.into_response(),
        || (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=x")]).into_response(),
        || ([(header::CONTENT_TYPE, INDEX)], "{}").into_response(),
        || ([(header::CONTENT_TYPE, "text/html")], "<html>").into_response(),
    ];
    for (number, answer) in answers.into_iter().enumerate() {
        let (client, app, at_mirror, _) = mirrored(answer).await;
        let digest = Digest::of(LIST.as_bytes());
        let by_digest = app.repository_only().with_digest(digest.clone());
        let document = client.manifest(&by_digest, None).await.unwrap_or_else(|error| panic!("{number}: {error}"));
        assert_eq!(*document.digest(), digest);
        assert!(client.resolve_for_reading(&app).await.unwrap().is_some(), "{number}");
        client.blob(&app, &Descriptor::new(INDEX, digest, LIST.len() as u64)).await.unwrap();
        let asked = asked(&at_mirror);
        assert!(asked.len() >= 3 && asked.iter().all(|request| request.ends_with(" -")), "{number}: {asked:?}");
    }
}

#[tokio::test]
async fn a_mirror_that_cannot_be_reached_is_left_alone_for_a_minute() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (registry, log) = serve_at(HERE, |_, _| index()).await;
    let registry = format!("127.0.0.1:{registry}");
    let mirrors = Some(vec![gone.to_string().parse().unwrap()]);
    let config = ClientConfig {
        settings: Arc::new(said([&*registry], &Options { mirrors, ..Options::default() })),
        credentials: Arc::new(Anonymous),
        ..ClientConfig::personal()
    };
    let client = Client::new(config);
    client.manifest(&app(&registry), None).await.unwrap();
    // It is there now, and nobody looks yet.
    let listener = tokio::net::TcpListener::bind(gone).await.unwrap();
    client.manifest(&app(&registry), None).await.unwrap();
    assert_eq!(asked(&log).len(), 2);
    drop(listener);
}

/// A layer that is copied comes from the mirror, and from the registry itself where the mirror fails; whatever the target
/// was sent, it is completed with the layer's bytes only.
#[tokio::test]
async fn copies_are_read_by_mirrors_too() {
    const WRONG: &str = "what is not the blob";
    let answers: [fn() -> axum::response::Response; 5] = [
        || BLOB.into_response(),
        || StatusCode::NOT_FOUND.into_response(),
        || WRONG[..BLOB.len()].into_response(),
        || BLOB[..7].into_response(),
        || (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=x")]).into_response(),
    ];
    for (number, answer) in answers.into_iter().enumerate() {
        let (mirror, at_mirror) = serve_at(HERE, move |_, _| answer()).await;
        let completed = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&completed);
        let (registry, log) = logging(move |method, _, body| match *method {
            Method::POST => at("/up"),
            Method::PUT => {
                // As a registry does: what does not have the digest is refused.
                let is_blob = body == BLOB;
                taken.lock().unwrap().push(is_blob);
                if is_blob { StatusCode::CREATED.into_response() } else { StatusCode::BAD_REQUEST.into_response() }
            }
            Method::GET => BLOB.into_response(),
            _ => StatusCode::NO_CONTENT.into_response(),
        })
        .await;
        let mirrors = Some(vec![format!("127.0.0.1:{mirror}/hub").parse().unwrap()]);
        let config = ClientConfig {
            settings: Arc::new(said([&*registry], &Options { mirrors, ..Options::default() })),
            credentials: Arc::new(OnlyAt(registry.clone())),
            pause: Duration::ZERO,
            ..ClientConfig::personal()
        };
        let client = Client::new(config);
        let upload = client.open_upload(&app(&registry), &blob().digest).await.unwrap();
        let told = std::sync::atomic::AtomicU64::new(0);
        let tell = |more| {
            told.fetch_add(more, std::sync::atomic::Ordering::Relaxed);
        };
        let source = format!("{registry}/source").parse().unwrap();
        let copied = client.copy_blob(&source, upload, &blob(), &tell).await;
        copied.unwrap_or_else(|error| panic!("{number}: {error}"));
        assert_eq!(completed.lock().unwrap().last(), Some(&true), "{number}");
        assert_eq!(told.into_inner(), BLOB.len() as u64, "{number}");
        let here: Vec<String> = log.lock().unwrap().iter().filter(|line| line.starts_with("GET")).cloned().collect();
        assert_eq!(here.len(), usize::from(number > 0), "{number}: {here:?}");
        let asked = asked(&at_mirror);
        let expected = format!("GET /v2/hub/source/blobs/{} -", blob().digest);
        assert!(!asked.is_empty() && asked.iter().all(|line| *line == expected), "{number}: {asked:?}");
    }
}
