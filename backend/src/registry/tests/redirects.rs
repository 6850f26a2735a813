//! Where answers lead, and what goes along.

use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
    routing::any,
};

use super::*;

#[tokio::test]
async fn authorization_does_not_cross_to_another_host() {
    let storage = |headers: HeaderMap| async move {
        if headers.contains_key(header::AUTHORIZATION) {
            StatusCode::IM_A_TEAPOT.into_response()
        } else {
            ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
        }
    };
    let storage = serve(Router::new().fallback(any(storage))).await;
    let registry = move |headers: HeaderMap| {
        let to = format!("http://{storage}/bytes");
        std::future::ready(if headers.contains_key(header::AUTHORIZATION) {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
        } else {
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=x".to_owned())]).into_response()
        })
    };
    fetch(Router::new().fallback(any(registry))).await.unwrap();
}
