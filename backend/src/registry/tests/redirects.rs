//! Where answers lead, and what goes along.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};

use super::*;

/// What a server was asked: `path authorization`.
type Log = Arc<Mutex<Vec<String>>>;

/// A server that answers everything in one way, and writes down what it was asked.
async fn logging(answer: impl Fn(&str) -> Response + Clone + Send + Sync + 'static) -> (String, Log) {
    let log = Log::default();
    let written = Arc::clone(&log);
    let host = serve(Router::new().fallback(any(move |uri: Uri, headers: HeaderMap| {
        written.lock().unwrap().push(format!("{} {}", uri.path(), shown(&headers, header::AUTHORIZATION)));
        std::future::ready(answer(uri.path()))
    })))
    .await;
    (host, log)
}

fn index() -> Response {
    ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
}

/// A registry that wants a login, and then leads elsewhere.
fn leading(to: String) -> Router {
    Router::new().fallback(any(move |uri: Uri, headers: HeaderMap| {
        std::future::ready(if !headers.contains_key(header::AUTHORIZATION) {
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=x")]).into_response()
        } else if uri.path() == "/here" {
            index()
        } else {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to.clone())]).into_response()
        })
    }))
}

#[tokio::test]
async fn authorization_stays_with_its_host_and_port() {
    let (storage, log) = logging(|_| index()).await;
    fetch(leading(format!("http://{storage}/bytes"))).await.unwrap();
    fetch(leading(format!("//{storage}/bytes"))).await.unwrap();
    let by_name = format!("http://localhost:{}/bytes", storage.split_once(':').unwrap().1);
    fetch(leading(by_name)).await.unwrap();
    assert_eq!(*log.lock().unwrap(), ["/bytes -"; 3]);
    fetch(leading("/here".to_owned())).await.unwrap();
}

/// Authorization that was taken off on the way does not come back with the way back.
#[tokio::test]
async fn who_leads_back_gets_nothing_either() {
    let log = Log::default();
    let (written, back) = (Arc::clone(&log), Arc::new(Mutex::new(String::new())));
    let home = Arc::clone(&back);
    let (away, _) = logging(move |_| {
        let to = format!("http://{}/back", home.lock().unwrap());
        (StatusCode::FOUND, [(header::LOCATION, to)]).into_response()
    })
    .await;
    let host = serve(Router::new().fallback(any(move |uri: Uri, headers: HeaderMap| {
        let authorization = shown(&headers, header::AUTHORIZATION);
        written.lock().unwrap().push(format!("{} {}", uri.path(), authorization));
        std::future::ready(if uri.path() == "/back" {
            index()
        } else if authorization == "-" {
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=x")]).into_response()
        } else {
            (StatusCode::FOUND, [(header::LOCATION, format!("http://{away}/"))]).into_response()
        })
    })))
    .await;
    back.lock().unwrap().clone_from(&host);
    client().manifest(&app(&host), None).await.unwrap();
    assert_eq!(log.lock().unwrap().last().unwrap(), "/back -");
}

/// Where a registry leads may want a login too: it does not get the registry's.
#[tokio::test]
async fn a_challenge_from_elsewhere_is_not_answered() {
    for challenge in ["Basic realm=x", "Bearer realm=\"http://HOST/token\",error=\"insufficient_scope\""] {
        for status in [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN] {
            let own = Arc::new(Mutex::new(String::new()));
            let known = Arc::clone(&own);
            let (storage, log) = logging(move |_| {
                let challenge = challenge.replace("HOST", &known.lock().unwrap());
                (status, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
            })
            .await;
            own.lock().unwrap().clone_from(&storage);
            let error = fetch(leading(format!("http://{storage}/bytes"))).await.unwrap_err();
            assert_eq!((error.status, error.host), (Some(status.as_u16()), storage));
            assert_eq!(*log.lock().unwrap(), ["/bytes -"], "{challenge}");
        }
    }
}

#[tokio::test]
async fn redirects_end() {
    let (host, log) =
        logging(|path| (StatusCode::FOUND, [(header::LOCATION, format!("{path}x"))]).into_response()).await;
    let error = client().manifest(&app(&host), None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
    assert!(error.words.contains("redirects without end"), "{error}");
    assert_eq!(log.lock().unwrap().len(), 6);
    for to in ["", "ftp://elsewhere.example/", "file:///etc/passwd", "http://", "http://[::1", "data:,x"] {
        let (host, _) = logging(move |_| {
            let mut answer = StatusCode::FOUND.into_response();
            if !to.is_empty() {
                answer.headers_mut().insert(header::LOCATION, header::HeaderValue::from_static(to));
            }
            answer
        })
        .await;
        let error = client().manifest(&app(&host), None).await.unwrap_err();
        assert!(error.kind == ErrorKind::Protocol && error.words.contains("redirects to nowhere"), "{to}: {error}");
    }
}
