//! How things are asked, how much of an answer is taken, and what is not believed.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, Request},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use onetag_shared::{api::ProblemCode, digest::Digest, document::MAX_DOCUMENT_BYTES};
use tokio::net::{TcpSocket, TcpStream};

use super::*;

#[tokio::test]
async fn a_head_that_finds_nothing_is_not_believed() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (saw, truth) = (Arc::clone(&asked), Digest::of(LIST.as_bytes()));
    let host = serve(Router::new().fallback(any(move |request: Request| {
        saw.lock().unwrap().push(request.method().clone());
        let is_there = request.method() == Method::GET && request.uri().path().ends_with("v1");
        std::future::ready(if is_there {
            ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
        } else {
            StatusCode::NOT_FOUND.into_response()
        })
    })))
    .await;
    let (there, absent) = (app(&host), format!("{host}/app:v2").parse().unwrap());
    let client = client();
    let taken = || std::mem::take(&mut *asked.lock().unwrap());
    assert_eq!(client.resolve(&there).await.unwrap().map(|found| found.digest), Some(truth.clone()));
    assert_eq!(taken(), [Method::HEAD, Method::GET]);
    assert_eq!(client.resolve(&absent).await.unwrap(), None);
    assert_eq!(taken(), [Method::HEAD, Method::GET]);
    // Where nothing is expected, one request tells the truth.
    assert_eq!(client.resolve_by_get(&there).await.unwrap().map(|found| found.digest), Some(truth));
    assert_eq!(client.resolve_by_get(&absent).await.unwrap(), None);
    assert_eq!(taken(), [Method::GET, Method::GET]);
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let peers = Arc::new(Mutex::new(BTreeSet::new()));
    let saw = Arc::clone(&peers);
    let router = Router::new().fallback(any(move |ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request| {
        saw.lock().unwrap().insert(peer);
        let is_tags = request.uri().path().ends_with("tags/list");
        std::future::ready(if is_tags {
            r#"{"name":"app","tags":["v1"]}"#.into_response()
        } else {
            ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
        })
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    let client = client();
    for _ in 0..3 {
        client.manifest(&app(&host), None).await.unwrap();
        client.resolve(&app(&host)).await.unwrap();
        client.tags(&app(&host), 10, None).await.unwrap();
    }
    assert_eq!(peers.lock().unwrap().len(), 1, "of requests one after the other");
}

#[tokio::test]
async fn every_request_asks_for_plain_bytes() {
    let encodings = Arc::new(Mutex::new(Vec::new()));
    let saw = Arc::clone(&encodings);
    let host = serve(Router::new().fallback(any(move |request: Request| {
        saw.lock().unwrap().push(shown(request.headers(), header::ACCEPT_ENCODING));
        std::future::ready(([(header::CONTENT_TYPE, INDEX)], LIST))
    })))
    .await;
    let client = client();
    client.manifest(&app(&host), None).await.unwrap();
    client.resolve(&app(&host)).await.unwrap();
    assert_eq!(*encodings.lock().unwrap(), ["identity"; 3], "`HEAD` told too little, so `GET` was asked too");
}

/// A body that never ends and does not say how long it is; counts the bytes that were taken of it.
fn endless(taken: &Arc<AtomicU64>) -> Body {
    let (taken, piece) = (Arc::clone(taken), Bytes::from(vec![b' '; 16 * 1024]));
    Body::from_stream(futures::stream::repeat_with(move || {
        taken.fetch_add(piece.len() as u64, Ordering::Relaxed);
        Ok::<_, std::convert::Infallible>(piece.clone())
    }))
}

#[tokio::test]
async fn of_an_answer_without_end_a_limit_is_taken() {
    // What is on its way in the sockets of loopback.
    const UNDER_WAY: u64 = 16 << 20;
    for (status, limit, code) in [
        (StatusCode::OK, MAX_DOCUMENT_BYTES as u64, ProblemCode::TooLarge),
        (StatusCode::FORBIDDEN, 64 << 10, ProblemCode::Denied),
    ] {
        let taken = Arc::new(AtomicU64::new(0));
        let counts = Arc::clone(&taken);
        let answer =
            move || -> Response { (status, [(header::CONTENT_TYPE, INDEX)], endless(&counts)).into_response() };
        let host = serve(Router::new().fallback(any(move || std::future::ready(answer())))).await;
        let fetched = tokio::time::timeout(Duration::from_secs(20), client().manifest(&app(&host), None)).await;
        let problem = fetched.expect("it is left").unwrap_err().to_problem();
        assert_eq!(problem.code, code, "{problem}");
        let taken = taken.load(Ordering::Relaxed);
        assert!(taken < limit + UNDER_WAY, "{status}: {taken} bytes");
    }
}

#[tokio::test]
async fn a_host_that_takes_no_connection_is_left() {
    // Its queue has room for few, and nobody takes them out.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(connection) = tokio::time::timeout(Duration::from_secs(1), TcpStream::connect(address)).await {
        queued.push(connection.unwrap());
    }
    let timeouts = Timeouts { connect: Duration::from_secs(1), ..Timeouts::default() };
    let config = ClientConfig { credentials: Arc::new(Anonymous), timeouts, ..ClientConfig::personal() };
    let problem = Client::new(config).resolve(&app(&address.to_string())).await.unwrap_err().to_problem();
    assert_eq!(problem.code, ProblemCode::RegistryTimeout);
    assert!(problem.detail.ends_with("no connection came to be within 1s"), "{problem}");
}
