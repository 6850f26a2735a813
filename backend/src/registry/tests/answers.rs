//! What a registry may answer, and what people are told then.

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
    routing::any,
};
use onetag_shared::{
    api::ProblemCode,
    descriptor::Descriptor,
    digest::{Digest, Hasher},
    document::{MAX_DOCUMENT_BYTES, RawDocument},
    media_type::MediaType,
};
use tokio::sync::watch;

use super::*;

#[tokio::test]
async fn bad_answers_are_told_apart() {
    let lie = Digest::of(b"else").to_string();
    let cases = [
        (answering(([(header::CONTENT_TYPE, "text/html")], "<html>hello</html>")), ProblemCode::NotARegistry),
        (answering((StatusCode::NOT_FOUND, "<html>no</html>")), ProblemCode::NotARegistry),
        (answering(([(header::CONTENT_TYPE, INDEX)], "{".repeat(10))), ProblemCode::InvalidDocument),
        (answering(([(header::CONTENT_TYPE, INDEX)], " ".repeat(MAX_DOCUMENT_BYTES + 1))), ProblemCode::TooLarge),
        (
            answering(([("content-type", INDEX.to_owned()), ("docker-content-digest", lie)], LIST)),
            ProblemCode::DigestMismatch,
        ),
        (answering(([("content-encoding", "gzip")], LIST)), ProblemCode::NotARegistry),
        (
            answering((StatusCode::NOT_FOUND, r#"{"errors":[{"code":"NAME_UNKNOWN","message":"m"}]}"#)),
            ProblemCode::NameUnknown,
        ),
        (answering((StatusCode::FORBIDDEN, r#"{"errors":[{"code":"DENIED"}]}"#)), ProblemCode::Denied),
        (answering((StatusCode::INTERNAL_SERVER_ERROR, "")), ProblemCode::RegistryFailed),
        (answering(StatusCode::UNAUTHORIZED), ProblemCode::Unauthorized),
        (
            answering((
                [("content-type", "application/vnd.docker.distribution.manifest.v1+prettyjws")],
                r#"{"schemaVersion":1}"#,
            )),
            ProblemCode::Schema1,
        ),
    ];
    for (router, expected) in cases {
        let problem = fetch(router).await.unwrap_err().to_problem();
        assert_eq!(problem.code, expected, "{problem}");
        assert!(problem.hint.is_some() && problem.registry.is_some(), "{problem}");
    }
}

#[tokio::test]
async fn nobody_there_is_said_in_words() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let reference: Reference = format!("{free}/app:v1").parse().unwrap();
    let problem = client().manifest(&reference, None).await.unwrap_err().to_problem();
    assert_eq!(problem.code, ProblemCode::RegistryUnreachable);
    assert!(problem.detail.contains(&free.to_string()), "{problem}");
}

#[tokio::test]
async fn a_registry_that_never_answers_is_left() {
    let host = serve(Router::new().fallback(any(std::future::pending::<StatusCode>))).await;
    let timeouts = Timeouts { first_byte: Duration::from_millis(50), ..Timeouts::default() };
    let config = ClientConfig { credentials: Arc::new(Anonymous), timeouts, ..ClientConfig::personal() };
    let error = Client::new(config).manifest(&app(&host), None).await.unwrap_err();
    let problem = error.to_problem();
    assert_eq!(problem.code, ProblemCode::RegistryTimeout);
    assert!(problem.detail.ends_with("no answer came within 50ms"), "{problem}");
    assert!(problem.hint.unwrap().contains("ONETAG_TIMEOUT_FIRST_BYTE"));
}

#[tokio::test]
async fn compression_spoils_documents_but_not_refusals() {
    let gzip = |status: StatusCode| answering((status, [("content-encoding", "gzip")], LIST));
    let error = fetch(gzip(StatusCode::OK)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
    assert!(error.words.contains("compressed"), "{error}");
    for (status, code) in
        [(404, ProblemCode::ManifestUnknown), (403, ProblemCode::Denied), (429, ProblemCode::RateLimited)]
    {
        let problem = fetch(gzip(StatusCode::from_u16(status).unwrap())).await.unwrap_err().to_problem();
        assert_eq!(problem.code, code, "{problem}");
        assert_eq!(problem.registry.unwrap().body, None, "what cannot be read is not shown");
    }
    fetch(answering(([("content-encoding", "Identity"), ("content-type", INDEX)], LIST))).await.unwrap();
}

#[tokio::test]
async fn of_a_large_error_the_beginning_is_told() {
    let page = format!("<html>{}", "x".repeat(1 << 20));
    let problem = fetch(answering((StatusCode::NOT_FOUND, page))).await.unwrap_err().to_problem();
    assert_eq!(problem.code, ProblemCode::NotARegistry);
    let shown = problem.registry.unwrap().body.unwrap();
    assert!(shown.starts_with("<html>xxx") && shown.len() < 1000, "{}", shown.len());
    // A registry's own words may be long too.
    let words = format!(r#"{{"errors":[{{"code":"DENIED","message":"{}"}}]}}"#, "y".repeat(10_000));
    let problem = fetch(answering((StatusCode::FORBIDDEN, words))).await.unwrap_err().to_problem();
    assert!(problem.detail.contains("yyy") && problem.detail.len() < 1000, "{}", problem.detail.len());
    assert!(problem.registry.unwrap().errors[0].message.len() < 1000);
}

/// Every way to lie about a digest is told, with the digest that was named and the one that is.
#[tokio::test]
async fn lies_about_digests_name_both() {
    let (truth, lie) = (Digest::of(LIST.as_bytes()), Digest::of(b"else"));
    let sha512 = format!("sha512:{}", "0".repeat(128));
    let claiming = |digest: &str| {
        let headers = [("content-type", INDEX.to_owned()), ("docker-content-digest", digest.to_owned())];
        answering((StatusCode::OK, headers, LIST))
    };
    let both = |error: &Error, named: &str, found: &str| {
        assert_eq!(error.to_problem().code, ProblemCode::DigestMismatch, "{error}");
        assert!(error.words.contains(named) && error.words.contains(found), "{error}");
    };
    for named in [lie.as_str(), &sha512] {
        let host = serve(claiming(named)).await;
        both(&client().manifest(&app(&host), None).await.unwrap_err(), named, "but it is sha");
    }
    // By digest: of the bytes, and of what `HEAD` says.
    let host = serve(claiming(truth.as_str())).await;
    let by_digest = app(&host).with_digest(lie.clone());
    both(&client().manifest(&by_digest, None).await.unwrap_err(), lie.as_str(), truth.as_str());
    both(&client().resolve(&by_digest).await.unwrap_err(), lie.as_str(), truth.as_str());
    // What a registry says that it stored.
    let document = RawDocument::new(MediaType::from_content_type(INDEX), LIST.as_bytes());
    let host = serve(answering((StatusCode::CREATED, [("docker-content-digest", lie.to_string())]))).await;
    both(&client().put_manifest(&app(&host), &document).await.unwrap_err(), lie.as_str(), truth.as_str());
    // A blob that is another one.
    let host = serve(answering(LIST)).await;
    let descriptor = Descriptor::new("text/plain", lie.clone(), LIST.len() as u64);
    both(&client().blob(&app(&host), &descriptor).await.unwrap_err(), lie.as_str(), truth.as_str());
}

/// The same bytes have a digest by every algorithm: naming another one is no lie.
#[tokio::test]
async fn digests_of_other_algorithms_are_checked_or_let_be() {
    let mut hasher = Hasher::sha512();
    hasher.update(LIST.as_bytes());
    for named in [hasher.finish().to_string(), "blake3:abcdef".to_owned(), "not a digest".to_owned()] {
        let headers = [("content-type", INDEX.to_owned()), ("docker-content-digest", named)];
        let host = serve(answering((StatusCode::CREATED, headers, LIST))).await;
        client().manifest(&app(&host), None).await.unwrap();
        let document = RawDocument::new(MediaType::from_content_type(INDEX), LIST.as_bytes());
        client().put_manifest(&app(&host), &document).await.unwrap();
    }
}

#[tokio::test]
async fn a_host_is_asked_for_sixteen_answers_at_once_each_to_its_end() {
    let (arrived, open, most) = (watch::Sender::new(0), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (sender, peak) = (arrived.clone(), Arc::clone(&most));
    let host = serve(Router::new().fallback(any(move || {
        peak.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        sender.send_modify(|count| *count += 1);
        let (mut enough, open) = (sender.subscribe(), Arc::clone(&open));
        // The head of the answer goes out at once, its body when as many as may be are under way.
        let body = futures::stream::once(async move {
            enough.wait_for(|count| *count >= 16).await.unwrap();
            tokio::task::yield_now().await;
            open.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, std::convert::Infallible>(LIST)
        });
        std::future::ready(([(header::CONTENT_TYPE, INDEX)], axum::body::Body::from_stream(body)))
    })))
    .await;
    let client = client();
    let reference = app(&host);
    let all = futures::future::join_all((0..64).map(|_| client.manifest(&reference, None))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(most.load(Ordering::SeqCst), 16);
    assert_eq!(*arrived.borrow(), 64);
}
