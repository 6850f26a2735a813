//! What is asked again, and after which pause.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    http::{Method, StatusCode, header},
    response::IntoResponse,
    routing::any,
};
use onetag_shared::{api::ProblemCode, digest::Digest, document::RawDocument, media_type::MediaType};

use super::*;

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
    let reference = app(&host);
    let client = client();
    client.manifest(&reference, None).await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 3);
    count.store(0, Ordering::SeqCst);
    assert!(client.mount_blob(&reference, &Digest::of(b"x"), &reference).await.is_err());
    assert_eq!(count.load(Ordering::SeqCst), 1);
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
        ("18446744073709551615", seconds(&[])),
        ("99999999999999999999999", seconds(&[])),
    ] {
        let host = serve(answering((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, retry_after)]))).await;
        let (client, clock) = timed(Credential::Anonymous);
        let reference = app(&host);
        let error = client.manifest(&reference, None).await.unwrap_err();
        assert_eq!(error.to_problem().code, ProblemCode::RateLimited);
        assert!(error.retry_after.is_some_and(|wait| wait <= Duration::from_hours(24)), "{retry_after}: {error:?}");
        assert_eq!(clock.waits(), waits, "{retry_after}");
    }
    // Without its word: one unit and two, each with up to as much again.
    let (client, clock) = timed(Credential::Anonymous);
    let host = serve(answering(StatusCode::REQUEST_TIMEOUT)).await;
    assert!(client.manifest(&app(&host), None).await.is_err());
    let waits: Vec<u64> = clock.waits().iter().map(|wait| u64::try_from(wait.as_millis()).unwrap()).collect();
    assert!(matches!(waits[..], [1000..=2000, 2000..=4000]), "{waits:?}");
}

/// What a registry answers: to the first request the first, to the second the second, and so on; the last for ever.
fn in_turn(answers: &'static [(u16, &'static str)]) -> Router {
    let asked = Arc::new(AtomicUsize::new(0));
    Router::new().fallback(any(move || {
        let turn = asked.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let (status, retry_after) = answers[turn];
        std::future::ready((StatusCode::from_u16(status).unwrap(), [(header::RETRY_AFTER, retry_after)]))
    }))
}

#[tokio::test]
async fn a_wait_that_no_time_can_hold_does_no_harm_after_one_that_was_waited_for() {
    let host = serve(in_turn(&[(429, "3"), (429, "18446744073709551615")])).await;
    let (client, clock) = timed(Credential::Anonymous);
    let error = client.manifest(&app(&host), None).await.unwrap_err();
    assert_eq!(error.to_problem().code, ProblemCode::RateLimited);
    assert_eq!(clock.waits(), [Duration::from_secs(3)]);
}

#[tokio::test]
async fn only_what_may_go_away_is_asked_again() {
    let document = RawDocument::new(MediaType::from_content_type(INDEX), LIST.as_bytes());
    for (status, tries) in [
        (200, 1),
        (301, 1),
        (400, 1),
        (403, 1),
        (404, 1),
        (408, 3),
        (409, 1),
        (425, 1),
        (429, 3),
        (500, 3),
        (502, 3),
        (503, 3),
        (504, 3),
    ] {
        let log = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&log);
        let host = serve(Router::new().fallback(any(move |method: Method| {
            written.lock().unwrap().push(method);
            std::future::ready(StatusCode::from_u16(status).unwrap())
        })))
        .await;
        let (client, _) = timed(Credential::Anonymous);
        let count = |method: Method| log.lock().unwrap().iter().filter(|&asked| *asked == method).count();
        let _ = client.put_manifest(&app(&host), &document).await;
        assert_eq!(count(Method::PUT), tries, "{status}");
        let _ = client.manifest(&app(&host), None).await;
        assert_eq!(count(Method::GET), tries, "{status}");
        // Two of these would be two uploads.
        let _ = client.open_upload(&app(&host), &Digest::of(b"x")).await;
        assert_eq!(count(Method::POST), 1, "{status}");
    }
}
