//! Blobs that are mounted, or copied through when they are not.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use futures::Stream;
use onetag_shared::{api::ProblemCode, descriptor::Descriptor, digest::Digest};

use super::*;

pub(super) const BLOB: &str = "what is in the blob";

/// `METHOD path?query authorization`, one a request.
pub(super) type Log = Arc<Mutex<Vec<String>>>;

pub(super) fn blob() -> Descriptor {
    Descriptor::new("application/octet-stream", Digest::of(BLOB.as_bytes()), BLOB.len() as u64)
}

pub(super) fn answer(status: u16) -> Response {
    StatusCode::from_u16(status).unwrap().into_response()
}

pub(super) fn at(location: &str) -> Response {
    (StatusCode::ACCEPTED, [(header::LOCATION, location)]).into_response()
}

/// A registry without a login, that writes down what it was asked.
pub(super) async fn logging(
    script: impl Fn(&Method, &str, Bytes) -> Response + Clone + Send + Sync + 'static,
) -> (String, Log) {
    let log = Log::default();
    let written = Arc::clone(&log);
    let host = serve(Router::new().fallback(any(move |request: Request| async move {
        let (parts, body) = request.into_parts();
        let authorization = shown(&parts.headers, header::AUTHORIZATION);
        written.lock().unwrap().push(format!("{} {} {authorization}", parts.method, parts.uri));
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        script(&parts.method, &parts.uri.to_string(), body)
    })))
    .await;
    (host, log)
}

async fn mount(host: &str) -> Result<Mount, Error> {
    client().mount_blob(&app(host), &blob().digest, &format!("{host}/source").parse().unwrap()).await
}

#[tokio::test]
async fn a_mount_that_is_refused_becomes_an_upload() {
    let mounting = format!("POST /v2/app/blobs/uploads/?mount={}&from=source -", blob().digest);
    let plain = "POST /v2/app/blobs/uploads/ -".to_owned();
    let both = vec![mounting.clone(), plain];
    let once = vec![mounting];
    for (status, asked) in [
        (201, &once),
        (202, &once),
        (400, &both),
        (403, &both),
        (404, &both),
        (405, &both),
        (416, &both),
        (500, &both),
        (501, &both),
        (408, &once),
        (429, &once),
        (502, &once),
        (503, &once),
        (504, &once),
    ] {
        let (host, log) = logging(move |_, address, _| {
            if !address.contains("mount=") || status == 202 { at("/v2/app/blobs/uploads/1") } else { answer(status) }
        })
        .await;
        match (status, mount(&host).await) {
            (201, Ok(Mount::Mounted)) => {}
            (_, Ok(Mount::Refused(_))) => assert!(status == 202 || asked.len() == 2, "{status}"),
            (_, Err(error)) => assert!(asked.len() == 1 && error.status == Some(status), "{status}: {error}"),
            (_, other) => panic!("{status}: {other:?}"),
        }
        assert_eq!(*log.lock().unwrap(), *asked, "{status}");
    }
}

#[tokio::test]
async fn mounts_that_make_no_sense_are_told() {
    let (host, _) = logging(|_, _, _| answer(202)).await;
    let error = mount(&host).await.unwrap_err();
    assert_eq!((&error.kind, error.words.as_str()), (&ErrorKind::Protocol, "it opened an upload without saying where"));
    let lie = Digest::of(b"else");
    let named = lie.clone();
    let (host, _) =
        logging(move |_, _, _| (StatusCode::CREATED, [("docker-content-digest", named.to_string())]).into_response())
            .await;
    let error = mount(&host).await.unwrap_err();
    assert_eq!(error.to_problem().code, ProblemCode::DigestMismatch);
    assert!(error.words.contains(lie.as_str()) && error.words.contains(blob().digest.as_str()), "{error}");
    // What is refused both ways is told as the second refusal.
    let (host, _) = logging(|_, address, _| answer(if address.contains("mount=") { 405 } else { 403 })).await;
    assert_eq!(mount(&host).await.unwrap_err().to_problem().code, ProblemCode::Denied);
}

/// What becomes of a copy whose upload is at this place.
async fn copy(host: &str, timeouts: Timeouts) -> (Result<(), Error>, u64) {
    let config = ClientConfig {
        credentials: Arc::new(Fixed(me())),
        timeouts,
        pause: Duration::ZERO,
        ..ClientConfig::personal()
    };
    let client = Client::new(config);
    let from: Reference = format!("{host}/source").parse().unwrap();
    let Mount::Refused(upload) = client.mount_blob(&app(host), &blob().digest, &from).await.unwrap() else {
        panic!("it was mounted");
    };
    let copied = Mutex::new(0);
    let outcome = client.copy_blob(&from, upload, &blob(), &|bytes| *copied.lock().unwrap() += bytes).await;
    let copied = *copied.lock().unwrap();
    (outcome, copied)
}

#[tokio::test]
async fn a_copy_fills_the_upload_where_the_registry_says_and_as_it_says() {
    let digest = blob().digest.to_string().replace(':', "%3A");
    for (location, put) in [
        ("/v2/app/blobs/uploads/1", format!("/v2/app/blobs/uploads/1?digest={digest}")),
        ("/up?_state=a%2Fb+c~&x", format!("/up?_state=a%2Fb+c~&x&digest={digest}")),
        ("../../../up", format!("/v2/up?digest={digest}")),
        ("?s=1", format!("/v2/app/blobs/uploads/?s=1&digest={digest}")),
    ] {
        let taken = Arc::new(Mutex::new(Bytes::new()));
        let store = Arc::clone(&taken);
        let (host, log) = logging(move |method, _, body| match *method {
            Method::POST => at(location),
            Method::PUT => {
                *store.lock().unwrap() = body;
                answer(201)
            }
            _ => BLOB.into_response(),
        })
        .await;
        let (outcome, copied) = copy(&host, Timeouts::default()).await;
        outcome.unwrap();
        assert_eq!((copied, &*taken.lock().unwrap()), (BLOB.len() as u64, &Bytes::from(BLOB)));
        assert_eq!(*log.lock().unwrap().last().unwrap(), format!("PUT {put} -"));
    }
}

/// A registry that wants a login for everything, with an upload at another host.
#[tokio::test]
async fn an_upload_elsewhere_gets_no_login() {
    let (elsewhere, log) = logging(|_, _, _| answer(201)).await;
    let to = format!("http://{elsewhere}/up");
    let host = serve(Router::new().fallback(any(move |request: Request| {
        let own = shown(request.headers(), header::AUTHORIZATION) == "Basic bWU6c2VjcmV0";
        std::future::ready(match *request.method() {
            _ if !own => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=x")]).into_response(),
            Method::POST => at(&to),
            _ => BLOB.into_response(),
        })
    })))
    .await;
    copy(&host, Timeouts::default()).await.0.unwrap();
    let puts = log.lock().unwrap().clone();
    assert!(puts.len() == 1 && puts[0].starts_with("PUT /up?digest=") && puts[0].ends_with(" -"), "{puts:?}");
}

#[tokio::test]
async fn a_source_that_lies_completes_no_upload() {
    let same_size = BLOB.replace("blob", "BLOB");
    for (source, code, words) in [
        (same_size.as_str(), ProblemCode::DigestMismatch, Digest::of(same_size.as_bytes()).to_string()),
        ("short", ProblemCode::DigestMismatch, "19 bytes, but 5 were served".to_owned()),
        (&BLOB.repeat(2), ProblemCode::DigestMismatch, "19 bytes, but".to_owned()),
    ] {
        for chunked in [false, true] {
            let source = Bytes::from(source.to_owned());
            let completed = Arc::new(Mutex::new(Vec::new()));
            let uploads = Arc::clone(&completed);
            let (host, _) = logging(move |method, _, body| match *method {
                Method::POST => at("/up"),
                Method::PUT => {
                    uploads.lock().unwrap().push(body);
                    answer(201)
                }
                _ if chunked => {
                    let pieces = source.chunks(4).map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece)));
                    Body::from_stream(futures::stream::iter(pieces.collect::<Vec<_>>())).into_response()
                }
                _ => source.clone().into_response(),
            })
            .await;
            let error = copy(&host, Timeouts::default()).await.0.unwrap_err();
            let problem = error.to_problem();
            assert_eq!(problem.code, code, "{problem}");
            assert!(error.words.contains(&words) && error.words.contains(blob().digest.as_str()), "{error}");
            // One that ends in the middle arrives as nothing.
            assert!(completed.lock().unwrap().iter().all(Bytes::is_empty), "{problem}");
        }
    }
}

/// The same few bytes again and again, at a pace that no timeout between pieces minds.
fn slowly(piece: Bytes) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    futures::stream::unfold(tokio::time::interval(Duration::from_millis(20)), move |mut pace| {
        let piece = piece.clone();
        async move {
            pace.tick().await;
            Some((Ok(piece), pace))
        }
    })
}

#[tokio::test]
async fn a_target_that_does_not_want_it_is_heard_and_one_that_lies_is_not_believed() {
    for (status, kind) in [
        (413, ErrorKind::Answer(ProblemCode::ManifestInvalid)),
        (403, ErrorKind::Answer(ProblemCode::Denied)),
        (201, ErrorKind::Protocol),
    ] {
        let first = Bytes::from_static(&BLOB.as_bytes()[..4]);
        let host = serve(Router::new().fallback(any(move |request: Request| {
            std::future::ready(match *request.method() {
                Method::POST => at("/up"),
                // Answers without reading.
                Method::PUT => answer(status),
                // The rest is long in coming.
                _ => Body::from_stream(slowly(first.clone())).into_response(),
            })
        })))
        .await;
        let error = copy(&host, Timeouts::default()).await.0.unwrap_err();
        assert_eq!(error.kind, kind, "{status}: {error:?}");
    }
}

#[tokio::test]
async fn a_copy_takes_no_longer_than_it_may() {
    let host = serve(Router::new().fallback(any(async |request: Request| match *request.method() {
        Method::POST => at("/up"),
        _ => Body::from_stream(slowly(Bytes::from_static(b"w"))).into_response(),
    })))
    .await;
    let timeouts = Timeouts { whole: Duration::from_millis(100), ..Timeouts::default() };
    let error = copy(&host, timeouts).await.0.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Timeout);
    assert!(error.words.ends_with("it did not come to an end within 100ms"), "{error}");
    // A target that takes all and then says nothing.
    let host = serve(Router::new().fallback(any(async move |request: Request| match *request.method() {
        Method::POST => at("/up"),
        Method::PUT => std::future::pending().await,
        _ => BLOB.into_response(),
    })))
    .await;
    assert_eq!(copy(&host, timeouts).await.0.unwrap_err().kind, ErrorKind::Timeout);
}
