//! Peers that break HTTP itself, or leave in the middle of it: scripted byte by byte.

use std::{sync::Arc, time::Duration};

use onetag_shared::api::ProblemCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

/// What follows the bytes of an answer.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// The connection is closed.
    Close,
    /// No more is sent, and what the client sends is still taken.
    HalfClose,
    /// Nothing more comes, for ever.
    Hang,
    /// One more byte, and one more, for ever.
    Drip,
}

/// A peer that reads one request a connection, and answers it with these bytes.
async fn peer(answer: &'static str, then: Then) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // The client may leave at any time, which is what some tests want.
            tokio::spawn(async move { drop(play(stream, answer, then).await) });
        }
    });
    host
}

async fn play(mut stream: TcpStream, answer: &str, then: Then) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await?);
    }
    stream.write_all(answer.as_bytes()).await?;
    match then {
        Then::Close => Ok(()),
        Then::HalfClose => {
            stream.shutdown().await?;
            tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.map(drop)
        }
        Then::Hang => std::future::pending().await,
        Then::Drip => {
            let mut pace = tokio::time::interval(Duration::from_millis(1));
            loop {
                pace.tick().await;
                stream.write_all(b" ").await?;
            }
        }
    }
}

/// The head of an answer with an index, and what follows.
macro_rules! index {
    ($rest:literal) => {
        concat!("HTTP/1.1 200 OK\r\ncontent-type: application/vnd.oci.image.index.v1+json\r\n", $rest)
    };
}

/// What becomes of asking such a peer, by a client that waits a moment only: long enough for a busy machine to answer.
async fn asked(host: &str) -> Error {
    let timeouts = Timeouts {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_secs(1),
        whole: Duration::from_millis(1500),
    };
    let config =
        ClientConfig { credentials: Arc::new(Anonymous), timeouts, pause: Duration::ZERO, ..ClientConfig::personal() };
    Client::new(config).manifest(&app(host), None).await.unwrap_err()
}

/// What a peer does, what it sends, what follows; the problem, and what its words are.
type Case<'a> = (&'a str, &'static str, Then, ProblemCode, &'a str);

async fn each_is_left_with_words(cases: &[Case<'_>]) {
    // Side by side: most of them take as long as the client waits.
    let each = cases.iter().map(async |(name, answer, then, code, words)| {
        let host = peer(answer, *then).await;
        let problem = asked(&host).await.to_problem();
        assert_eq!(problem.code, *code, "{name}: {problem}");
        assert!(problem.detail.contains(words) && problem.detail.starts_with(&host), "{name}: {problem}");
        assert!(problem.hint.is_some(), "{name}: {problem}");
    });
    futures::future::join_all(each).await;
}

#[tokio::test]
async fn peers_without_a_whole_head() {
    let (late, silent) = (ProblemCode::RegistryTimeout, "no answer came within 1s");
    let (broken, broke) = (ProblemCode::RegistryUnreachable, "the connection broke");
    each_is_left_with_words(&[
        ("closed before an answer", "", Then::Close, broken, broke),
        ("half closed before an answer", "", Then::HalfClose, broken, broke),
        ("no answer", "", Then::Hang, late, silent),
        ("a head that stops", "HTTP/1.1 200 OK\r\n", Then::Hang, late, silent),
        ("a head that drips", "HTTP/1.1 200 OK\r\nx-slow:", Then::Drip, late, silent),
        ("what is no HTTP", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", Then::Hang, broken, broke),
    ])
    .await;
}

#[tokio::test]
async fn peers_without_a_whole_body() {
    let late = ProblemCode::RegistryTimeout;
    let (broken, broke) = (ProblemCode::RegistryUnreachable, "the connection broke");
    let endless = "its answer did not end within 1s 500ms";
    each_is_left_with_words(&[
        ("it stops", index!("content-length: 99\r\n\r\n{"), Then::Hang, late, "no more of its answer came within 1s"),
        ("it drips", index!("content-length: 4000000\r\n\r\n{"), Then::Drip, late, endless),
        ("it has no end", index!("\r\n{"), Then::Drip, late, endless),
        ("it is cut off", index!("content-length: 99\r\n\r\n{"), Then::Close, broken, broke),
        ("it is half closed", index!("content-length: 99\r\n\r\n{"), Then::HalfClose, broken, broke),
        ("chunks are cut off", index!("transfer-encoding: chunked\r\n\r\n5\r\n{"), Then::Close, broken, broke),
    ])
    .await;
}

#[tokio::test]
async fn peers_that_lie_about_the_length() {
    let (broken, broke) = (ProblemCode::RegistryUnreachable, "the connection broke");
    let (unread, large) = (ProblemCode::InvalidDocument, ProblemCode::TooLarge);
    each_is_left_with_words(&[
        ("too short", index!("content-length: 5\r\n\r\n{\"schemaVersion\":2}"), Then::Hang, unread, "getting"),
        ("two of them", index!("content-length: 5\r\ncontent-length: 6\r\n\r\n{}{}{}"), Then::Hang, broken, broke),
        ("no number", index!("content-length: lots\r\n\r\n{}"), Then::Hang, broken, broke),
        (
            "no number can be that large",
            index!("content-length: 18446744073709551615\r\n\r\n{}"),
            Then::Hang,
            broken,
            broke,
        ),
        (
            "more than is read",
            index!("content-length: 99999999999\r\n\r\n{}"),
            Then::Hang,
            large,
            "more than 4194304 bytes",
        ),
    ])
    .await;
}

/// What an error answer says is told even when the rest of it never comes.
#[tokio::test]
async fn an_error_is_told_by_what_came_of_it() {
    for then in [Then::Close, Then::Hang, Then::Drip] {
        let host = peer("HTTP/1.1 404 Not Found\r\ncontent-length: 999999\r\n\r\n<html>nginx", then).await;
        let problem = asked(&host).await.to_problem();
        assert_eq!(problem.code, ProblemCode::NotARegistry, "{then:?}: {problem}");
        assert!(problem.registry.unwrap().body.unwrap().starts_with("<html>nginx"), "{then:?}");
    }
}
