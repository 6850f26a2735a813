//! The harness itself: what the other tests lean on must not be able to lie.

use std::time::Duration;

use futures::future::join_all;
use onetag_tests::{Auth, CountingProxy, PASSWORD, Registry, USER, http, samples};
use reqwest::{StatusCode, header::ACCEPT};

#[tokio::test]
async fn registries_want_what_they_say_they_want() {
    for auth in Auth::ALL {
        let registry = Registry::with_samples(auth).await;
        let client = http::builder().build().expect("a client");
        let url = format!("http://{}/v2/demo/app/manifests/v1-amd64", registry.host());
        let image = samples::image("amd64");
        let anonymous = client.get(&url).header(ACCEPT, image.manifest.media_type).send().await.expect("an answer");
        let expected = if auth == Auth::None { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(anonymous.status(), expected, "{auth:?}");
        let stored = registry.manifest("demo/app", "v1-amd64").await.expect("the owner can read it");
        assert_eq!(stored.digest, image.manifest.digest);
    }
}

#[tokio::test]
async fn a_token_for_one_repository_opens_no_other() {
    let registry = Registry::with_samples(Auth::Token).await;
    let client = http::builder().build().expect("a client");
    let tokens = registry.tokens().expect("a token server");
    let token = tokens.token(&["repository:demo/app:pull".to_owned()]);
    let get = |repository: &str, token: &str| {
        client.get(format!("http://{}/v2/{repository}/tags/list", registry.host())).bearer_auth(token).send()
    };
    assert_eq!(get("demo/app", &token).await.expect("an answer").status(), StatusCode::OK);
    assert_eq!(get("demo/app-amd64", &token).await.expect("an answer").status(), StatusCode::UNAUTHORIZED);
    let forged = format!("{}AAAA", &token[..token.len() - 4]);
    assert_eq!(get("demo/app", &forged).await.expect("an answer").status(), StatusCode::UNAUTHORIZED);

    let ask = |password: &str| client.get(tokens.realm()).basic_auth(USER, Some(password)).send();
    assert_eq!(ask(PASSWORD).await.expect("an answer").status(), StatusCode::OK);
    assert_eq!(ask("wrong").await.expect("an answer").status(), StatusCode::UNAUTHORIZED);
    assert_eq!(tokens.requests().len(), 2);
}

#[tokio::test]
async fn requests_side_by_side_fill_a_wave() {
    let registry = Registry::start(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let client = http::builder().build().expect("a client");
    proxy.hold_waves(&[3, 1]);
    let url = format!("http://{}/v2/", proxy.host());
    join_all((0..3).map(|_| client.get(&url).send())).await.into_iter().for_each(|answer| drop(answer.expect("one")));
    client.get(&url).send().await.expect("the last");
    assert_eq!(proxy.recorded_in_full().len(), 4);
}

#[tokio::test]
#[should_panic(expected = "the client is stuck")]
async fn requests_one_after_the_other_do_not() {
    let registry = Registry::start(Auth::None).await;
    let proxy = CountingProxy::start_with_patience(registry.host(), Duration::from_millis(200)).await;
    let client = http::builder().build().expect("a client");
    proxy.hold_waves(&[2]);
    for _ in 0..2 {
        client.get(format!("http://{}/v2/", proxy.host())).send().await.expect("an answer");
    }
    proxy.recorded();
}

#[tokio::test]
#[should_panic(expected = "more than the 1 requests")]
async fn a_surplus_request_is_noticed() {
    let registry = Registry::start(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let client = http::builder().build().expect("a client");
    proxy.hold_waves(&[1]);
    for _ in 0..2 {
        client.get(format!("http://{}/v2/", proxy.host())).send().await.expect("an answer");
    }
    proxy.recorded();
}
