//! Copies that are interrupted, and go on.

use std::{
    ops::Range,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use onetag_shared::{api::ProblemCode, descriptor::Descriptor, digest::Digest};

use super::*;

const BLOB: &[u8] = b"what is in the blob, and some more of it";

/// What both sides of a copy were asked, in order: method, part (`Range`, `Content-Range`), bytes that came.
type Log = Arc<Mutex<Vec<String>>>;

fn blob() -> Descriptor {
    Descriptor::new("application/octet-stream", Digest::of(BLOB), BLOB.len() as u64)
}

/// An answer with the bytes that the upload has.
fn at(status: u16, has: usize) -> Response {
    let mut answer = (StatusCode::from_u16(status).unwrap(), [(header::LOCATION, "/up?_state=1")]).into_response();
    if has > 0 {
        answer.headers_mut().insert(header::RANGE, format!("0-{}", has - 1).parse().unwrap());
    }
    answer
}

/// Some of the blob, and then a connection that breaks.
fn broken(range: Range<usize>, status: u16) -> Response {
    let pieces = [Ok(Bytes::from_static(&BLOB[range.clone()])), Err(std::io::Error::other("it broke"))];
    // The beginning has time to get there.
    let pace = tokio::time::interval(Duration::from_millis(50));
    let pieces = futures::stream::unfold((pace, pieces.into_iter()), |(mut pace, mut pieces)| async move {
        pace.tick().await;
        pieces.next().map(|piece| (piece, (pace, pieces)))
    });
    let body = Body::from_stream(pieces);
    let range = format!("bytes {}-{}/{}", range.start, BLOB.len() - 1, BLOB.len());
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_RANGE, range)], body).into_response()
}

fn rest(from: usize) -> Response {
    let range = format!("bytes {from}-{}/{}", BLOB.len() - 1, BLOB.len());
    (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, range)], &BLOB[from..]).into_response()
}

/// A copy of the blob between two repositories of a registry that answers so: the log, what arrived, and the outcome.
async fn copy(
    parts_from: u64,
    script: impl Fn(&Method, &HeaderMap, &str, usize, &[u8]) -> Response + Clone + Send + Sync + 'static,
) -> (Vec<String>, Vec<u8>, Result<(), Error>, u64) {
    let log = Log::default();
    let stored = Arc::new(Mutex::new(Vec::new()));
    let (written, store) = (Arc::clone(&log), Arc::clone(&stored));
    let host = serve(Router::new().fallback(any(move |request: Request| async move {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        let range = shown(&parts.headers, header::RANGE);
        let range = if range == "-" { shown(&parts.headers, header::CONTENT_RANGE) } else { range };
        let asked = format!("{} {range} {}", parts.method, body.len());
        let path = parts.uri.path().to_owned();
        let times = {
            let mut log = written.lock().unwrap();
            log.push(asked);
            log.iter().filter(|line| line.starts_with(&format!("{} ", parts.method))).count()
        };
        let answer = script(&parts.method, &parts.headers, &path, times, &body);
        if answer.status().is_success() {
            match parts.method {
                Method::PATCH => store.lock().unwrap().extend_from_slice(&body),
                Method::PUT if !body.is_empty() => *store.lock().unwrap() = body.to_vec(),
                _ => {}
            }
        }
        answer
    })))
    .await;
    let config = ClientConfig {
        credentials: Arc::new(Fixed(me())),
        pause: Duration::ZERO,
        parts_from,
        ..ClientConfig::personal()
    };
    let client = Client::new(config);
    let from: Reference = format!("{host}/source").parse().unwrap();
    let upload = client.open_upload(&app(&host), &blob().digest).await.unwrap();
    let copied = Mutex::new(0);
    let outcome = client.copy_blob(&from, upload, &blob(), &|bytes| *copied.lock().unwrap() += bytes).await;
    let (log, stored, copied) = (log.lock().unwrap().clone(), stored.lock().unwrap().clone(), *copied.lock().unwrap());
    (log, stored, outcome, copied)
}

#[tokio::test]
async fn a_large_blob_goes_up_in_a_part_and_is_completed() {
    let (log, stored, outcome, copied) = copy(1, |method, _, _, _, body| match *method {
        Method::POST => at(202, 0),
        Method::PATCH => at(202, body.len()),
        Method::PUT => at(201, 0),
        _ => BLOB.into_response(),
    })
    .await;
    outcome.unwrap();
    assert_eq!(log, ["POST - 0", "GET - 0", "PATCH 0-39 40", "PUT - 0"]);
    assert_eq!((stored.as_slice(), copied), (BLOB, 40));
}

#[tokio::test]
async fn a_source_that_breaks_is_read_on_where_it_was() {
    // Those that know ranges, and one that sends everything again.
    for (parts_from, ranges, expected) in [
        (u64::MAX, true, vec!["POST - 0", "GET - 0", "GET bytes=7- 0", "GET bytes=20- 0", "PUT - 40"]),
        (u64::MAX, false, vec!["POST - 0", "GET - 0", "GET bytes=7- 0", "GET bytes=20- 0", "PUT - 40"]),
        (1, true, vec!["POST - 0", "GET - 0", "GET bytes=7- 0", "GET bytes=20- 0", "PATCH 0-39 40", "PUT - 0"]),
    ] {
        let (log, stored, outcome, copied) = copy(parts_from, move |method, _, _, times, body| match *method {
            Method::POST => at(202, 0),
            Method::PATCH => at(202, body.len()),
            Method::PUT => at(201, 0),
            _ => match (times, ranges) {
                (1, _) => broken(0..7, 200),
                (2, true) => broken(7..20, 206),
                (2, false) => broken(0..20, 200),
                (_, true) => rest(20),
                (_, false) => BLOB.into_response(),
            },
        })
        .await;
        outcome.unwrap();
        assert_eq!(log.len(), expected.len(), "{log:?}");
        assert!(expected.iter().all(|line| log.iter().any(|logged| logged == line)), "{log:?}");
        assert_eq!((stored.as_slice(), copied), (BLOB, 40));
    }
}

#[tokio::test]
async fn a_source_that_only_breaks_is_given_up_and_so_is_the_upload() {
    let (log, stored, outcome, _) = copy(u64::MAX, |method, _, _, _, _| match *method {
        Method::POST => at(202, 0),
        Method::DELETE => at(204, 0),
        Method::PUT => at(400, 0),
        _ => broken(0..7, 200),
    })
    .await;
    assert_eq!(outcome.unwrap_err().kind, ErrorKind::Broken);
    assert!(stored.is_empty(), "nothing was completed");
    assert_eq!(log.iter().filter(|line| line.starts_with("GET")).count(), 4, "{log:?}");
    assert_eq!(log.last().map(String::as_str), Some("DELETE - 0"), "the upload is cancelled: {log:?}");
}

#[tokio::test]
async fn another_part_than_was_asked_for_is_refused() {
    let (_, stored, outcome, _) = copy(u64::MAX, |method, _, _, times, _| match *method {
        Method::POST => at(202, 0),
        Method::PUT => at(201, 0),
        _ if times == 1 => broken(0..7, 200),
        _ => rest(8),
    })
    .await;
    assert_eq!(outcome.unwrap_err().kind, ErrorKind::Protocol);
    assert!(stored.is_empty() || stored != BLOB);
}

#[tokio::test]
async fn a_target_that_has_some_of_it_gets_the_rest() {
    // What a target says after it took 12 bytes of 40, and where the copy goes on.
    for (status, has, part) in [(202, 12, "PATCH 12-39 28"), (500, 12, "PATCH 12-39 28"), (416, 12, "PATCH 12-39 28")] {
        let (log, _, outcome, copied) = copy(1, move |method, headers, path, times, body| match *method {
            Method::POST => at(202, 0),
            Method::PATCH if times == 1 => at(status, if status == 202 { has } else { 0 }),
            Method::PATCH => at(202, has + body.len()),
            Method::PUT => at(201, 0),
            Method::GET if path == "/up" => at(204, has),
            _ if headers.contains_key(header::RANGE) => rest(has),
            _ => BLOB.into_response(),
        })
        .await;
        outcome.unwrap();
        assert!(log.iter().any(|line| line == part), "{status}: {log:?}");
        assert_eq!(copied, 40, "{status}: no byte is counted twice");
        assert_eq!(log.last().map(String::as_str), Some("PUT - 0"));
        assert_eq!(log.iter().filter(|line| line.starts_with("POST")).count(), 1, "{status}: {log:?}");
    }
}

#[tokio::test]
async fn a_target_that_forgot_gets_all_of_it_again() {
    let (log, _, outcome, copied) = copy(1, move |method, _, path, times, body| match *method {
        Method::POST => at(202, 0),
        Method::PATCH if times == 1 => at(503, 0),
        Method::PATCH => at(202, body.len()),
        Method::PUT => at(201, 0),
        Method::GET if path == "/up" => at(404, 0),
        _ => BLOB.into_response(),
    })
    .await;
    outcome.unwrap();
    assert_eq!(log.iter().filter(|line| line.starts_with("POST")).count(), 2, "{log:?}");
    assert_eq!(log.iter().filter(|line| *line == "PATCH 0-39 40").count(), 2, "{log:?}");
    assert_eq!(copied, 40);
}

#[tokio::test]
async fn a_target_that_knows_no_parts_gets_it_whole() {
    let (log, stored, outcome, _) = copy(1, |method, _, _, _, _| match *method {
        Method::POST => at(202, 0),
        Method::PATCH => at(405, 0),
        Method::PUT => at(201, 0),
        Method::DELETE => at(204, 0),
        _ => BLOB.into_response(),
    })
    .await;
    outcome.unwrap();
    assert!(log.iter().any(|line| line == "PUT - 40"), "{log:?}");
    assert_eq!(stored, BLOB);
}

#[tokio::test]
async fn a_part_that_is_too_large_is_made_smaller() {
    let (log, stored, outcome, copied) = copy(1, |method, headers, path, times, body| match *method {
        Method::POST => at(202, 0),
        Method::PATCH if body.len() > 10 => at(413, 0),
        // The sizes of the parts before it, and its own.
        Method::PATCH => at(202, (times - 1) * 10),
        Method::PUT => at(201, 0),
        Method::GET if path == "/up" => at(404, 0),
        _ => match shown(headers, header::RANGE).strip_prefix("bytes=") {
            Some(from) => rest(from.trim_end_matches('-').parse().unwrap()),
            None => BLOB.into_response(),
        },
    })
    .await;
    outcome.unwrap();
    let parts: Vec<_> = log.iter().filter(|line| line.starts_with("PATCH")).map(String::as_str).collect();
    assert_eq!(parts[1..], ["PATCH 0-9 10", "PATCH 10-19 10", "PATCH 20-29 10", "PATCH 30-39 10"]);
    assert_eq!((stored.as_slice(), copied), (BLOB, 40));
}

#[tokio::test]
async fn a_part_is_sent_with_a_login_when_one_is_wanted() {
    let (log, _, outcome, _) = copy(1, |method, headers, path, _, body| {
        let is_allowed = headers.contains_key(header::AUTHORIZATION);
        match *method {
            Method::POST => at(202, 0),
            Method::PATCH if !is_allowed => {
                (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=\"r\"")]).into_response()
            }
            Method::PATCH => at(202, body.len()),
            Method::PUT => at(201, 0),
            Method::GET if path == "/up" => at(204, 0),
            _ => BLOB.into_response(),
        }
    })
    .await;
    outcome.unwrap();
    assert_eq!(log.iter().filter(|line| line.starts_with("PATCH")).count(), 2, "{log:?}");
}

#[tokio::test]
async fn a_lost_answer_to_the_last_request_loses_nothing() {
    let (_, stored, outcome, _) = copy(1, |method, _, _, _, body| match *method {
        Method::POST => at(202, 0),
        Method::PATCH => at(202, body.len()),
        // It was completed by a request whose answer did not arrive.
        Method::PUT => at(404, 0),
        Method::HEAD => at(200, 0),
        _ => BLOB.into_response(),
    })
    .await;
    outcome.unwrap();
    assert_eq!(stored, BLOB);
    let (_, _, outcome, _) = copy(1, |method, _, _, _, body| match *method {
        Method::POST => at(202, 0),
        Method::PATCH => at(202, body.len()),
        Method::PUT => at(400, 0),
        Method::HEAD => at(404, 0),
        _ => BLOB.into_response(),
    })
    .await;
    assert_eq!(outcome.unwrap_err().to_problem().code, ProblemCode::ManifestInvalid);
}

#[tokio::test]
async fn a_source_that_changes_completes_nothing() {
    let (_, _, outcome, _) = copy(1, |method, _, _, _, body| match *method {
        Method::POST => at(202, 0),
        Method::PATCH => at(202, body.len()),
        Method::PUT => at(201, 0),
        _ => BLOB.to_ascii_uppercase().into_response(),
    })
    .await;
    assert_eq!(outcome.unwrap_err().to_problem().code, ProblemCode::DigestMismatch);
}
