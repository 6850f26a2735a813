//! Pages of registries that take their time: what every page begins with is sent at once, so that the browser fetches the
//! application while the registry is asked.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use bytes::Bytes;
use futures::{StreamExt, future, stream};
use tokio::time::timeout;

use super::{
    answer::{Keep, VARY, answer},
    head::Head,
};
use crate::http::{assets, problem::with_status, shell::Styles};

const HTML: &str = "text/html; charset=utf-8";

/// A page of the application, with what is shown before its script runs.
pub(super) struct Page {
    /// For who asks in time: where the beginning was sent before, it said that all is well.
    pub(super) status: StatusCode,
    pub(super) head: Head,
    pub(super) body: String,
    /// How long it may be kept.
    pub(super) keep: Keep,
}

/// Answers with a page that may be long in coming. One that comes soon is sent whole: then it has an `ETag`, and is sent once.
pub(super) async fn page(
    soon: Duration,
    headers: &HeaderMap,
    styles: Styles,
    making: impl Future<Output = Page> + Send + 'static,
) -> Response {
    let beginning = assets::beginning_of_page(styles);
    let mut making = Box::pin(making);
    if let Ok(Page { status, head, body, keep }) = timeout(soon, &mut making).await {
        let page = [beginning, &assets::rest_of_page(&head.html(), &body)].concat();
        return with_status(answer(headers, HTML, VARY, keep, page.into_bytes()), status);
    }
    let rest = async move {
        let Page { head, body, .. } = making.await;
        Ok::<_, Infallible>(Bytes::from(assets::rest_of_page(&head.html(), &body)))
    };
    let beginning = future::ready(Ok(Bytes::from_static(beginning.as_bytes())));
    let mut response = Response::new(Body::from_stream(stream::once(beginning).chain(stream::once(rest))));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
    out.insert(header::VARY, HeaderValue::from_static(VARY));
    out.extend(Keep::Check.header().parse().ok().map(|keep| (header::CACHE_CONTROL, keep)));
    response
}
