//! What is asked again, and after which pause.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::any,
};
use onetag_shared::{api::ProblemCode, digest::Digest};

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
    ] {
        let host = serve(answering((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, retry_after)]))).await;
        let (client, clock) = timed(Credential::Anonymous);
        let reference = app(&host);
        let error = client.manifest(&reference, None).await.unwrap_err();
        assert_eq!(error.to_problem().code, ProblemCode::RateLimited);
        assert!(error.retry_after.is_some(), "{retry_after}");
        assert_eq!(clock.waits(), waits, "{retry_after}");
    }
    // Without its word: one unit and two, each with up to as much again.
    let (client, clock) = timed(Credential::Anonymous);
    let host = serve(answering(StatusCode::REQUEST_TIMEOUT)).await;
    assert!(client.manifest(&app(&host), None).await.is_err());
    let waits: Vec<u64> = clock.waits().iter().map(|wait| u64::try_from(wait.as_millis()).unwrap()).collect();
    assert!(matches!(waits[..], [1000..=2000, 2000..=4000]), "{waits:?}");
}
