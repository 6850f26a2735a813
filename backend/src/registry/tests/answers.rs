//! What a registry may answer, and what people are told then.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    http::{StatusCode, header},
    routing::any,
};
use onetag_shared::{api::ProblemCode, digest::Digest, document::MAX_DOCUMENT_BYTES};

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
    let error = Client::new(config).unwrap().manifest(&app(&host), None).await.unwrap_err();
    let problem = error.to_problem();
    assert_eq!(problem.code, ProblemCode::RegistryTimeout);
    assert!(problem.detail.ends_with("no answer came within 50ms"), "{problem}");
    assert!(problem.hint.unwrap().contains("ONETAG_TIMEOUT_FIRST_BYTE"));
}
