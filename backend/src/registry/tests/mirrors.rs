//! What is read by mirrors, and what is not.

use axum::{
    http::{StatusCode, header},
    response::IntoResponse,
};
use onetag_shared::{descriptor::Descriptor, digest::Digest};

use super::{
    guard::{Log, index, serve_at},
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
