//! One request at a time to one host: limits, retries, redirects.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures::StreamExt;
use onetag_shared::reference::Registry;
use reqwest::{
    Method, Response, StatusCode,
    header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER},
    redirect,
};
use tokio::sync::Semaphore;
use url::Url;

use super::{Error, ErrorKind};

/// Requests to one host at once.
const PARALLEL: usize = 16;
/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Tries of a request that can be repeated.
const TRIES: u32 = 3;
/// The longest wait that a registry may ask for before we give up instead.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// Largest body of an error answer that is read.
pub(super) const MAX_ERROR: usize = 64 * 1024;

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the beginning of an answer, and between two pieces of it.
    pub read: Duration,
    /// For the whole of a small answer.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), read: Duration::from_secs(30), whole: Duration::from_secs(60) }
    }
}

#[derive(Debug)]
pub(super) struct Transport {
    http: reqwest::Client,
    plain_http: HashSet<String>,
    timeouts: Timeouts,
    /// The unit of the pause before a second try.
    pause: Duration,
    limits: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A request, so that it can be sent again.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Request {
    pub(super) fn new(method: Method, url: Url) -> Self {
        let mut headers = HeaderMap::new();
        // What is hashed must be what is stored.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        Self { method, url, headers, body: Bytes::new() }
    }

    /// Starting an upload twice leaves two; everything else can be repeated.
    fn is_idempotent(&self) -> bool {
        self.method != Method::POST && self.method != Method::PATCH
    }
}

impl Transport {
    pub(super) fn new(
        plain_http: HashSet<String>,
        timeouts: Timeouts,
        pause: Duration,
    ) -> Result<Self, reqwest::Error> {
        // A second installation fails, and that is fine: there is one then.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .user_agent(concat!("onetag/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.read)
            .build()?;
        Ok(Self { http, plain_http, timeouts, pause, limits: Mutex::default() })
    }

    /// Where a registry's API is. Plain http only on loopback and where the settings say so.
    pub(super) fn base(&self, registry: &Registry) -> Result<Url, Error> {
        let plain = registry.is_loopback() || self.plain_http.contains(registry.as_str());
        let scheme = if plain { "http" } else { "https" };
        Url::parse(&format!("{scheme}://{}/v2/", registry.api_host()))
            .map_err(|error| Error::new(ErrorKind::Unreachable, registry.as_str(), format!("no address: {error}")))
    }

    fn limit(&self, url: &Url) -> Arc<Semaphore> {
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = limits.entry(authority(url)).or_insert_with(|| Arc::new(Semaphore::new(PARALLEL)));
        Arc::clone(limit)
    }

    /// Sends a request and returns the beginning of its answer, whatever its status: after retries where the request
    /// can be repeated, and after redirects of reads.
    pub(super) async fn send(&self, mut request: Request) -> Result<Response, Error> {
        let mut hops = 0;
        loop {
            let response = self.send_with_retries(&request).await?;
            let reads = request.method == Method::GET || request.method == Method::HEAD;
            if !(reads && response.status().is_redirection()) {
                return Ok(response);
            }
            hops += 1;
            let host = authority(&request.url);
            if hops > REDIRECTS {
                return Err(Error::new(ErrorKind::Protocol, &host, "it redirects without end"));
            }
            let next = location(&request.url, response.headers())
                .ok_or_else(|| Error::new(ErrorKind::Protocol, &host, "it redirects to nowhere"))?;
            if request.url.scheme() == "https" && next.scheme() != "https" {
                return Err(Error::new(
                    ErrorKind::Protocol,
                    &host,
                    "it redirects from https to http, which is refused",
                ));
            }
            if next.origin() != request.url.origin() {
                request.headers.remove(AUTHORIZATION);
            }
            request.url = next;
        }
    }

    pub(super) async fn send_without_redirects(&self, request: &Request) -> Result<Response, Error> {
        self.send_with_retries(request).await
    }

    async fn send_with_retries(&self, request: &Request) -> Result<Response, Error> {
        let mut tries = 1;
        loop {
            let outcome = self.send_once(request).await;
            let wait = match &outcome {
                Ok(response) if is_temporary(response.status()) => retry_after(response.headers()),
                Err(error)
                    if matches!(error.kind, ErrorKind::Unreachable) && error.words.starts_with("the connection") =>
                {
                    None
                }
                _ => return outcome,
            };
            if tries == TRIES || !request.is_idempotent() || wait.is_some_and(|wait| wait > LONGEST_WAIT) {
                return outcome;
            }
            let backoff = self.pause * 2_u32.pow(tries - 1);
            let jitter = backoff.mul_f64(fastrand::f64());
            tokio::time::sleep(wait.unwrap_or(backoff + jitter)).await;
            tries += 1;
        }
    }

    async fn send_once(&self, request: &Request) -> Result<Response, Error> {
        let host = authority(&request.url);
        let limit = self.limit(&request.url);
        let _permit = limit.acquire().await.map_err(|_| Error::new(ErrorKind::Unreachable, &host, "shutting down"))?;
        let send = self
            .http
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone())
            .body(request.body.clone())
            .send();
        let response = tokio::time::timeout(self.timeouts.read, send)
            .await
            .map_err(|_| Error::new(ErrorKind::Timeout, &host, "no answer came in time"))?
            .map_err(|error| unreachable(&host, &error))?;
        let encoding = response.headers().get(CONTENT_ENCODING);
        if encoding.is_some_and(|encoding| encoding != "identity") {
            return Err(Error::new(
                ErrorKind::Protocol,
                &host,
                "it sent a compressed answer, though none was asked for",
            ));
        }
        Ok(response)
    }

    /// Sends a body that is streamed, once.
    pub(super) async fn send_stream(&self, request: Request, body: reqwest::Body) -> Result<Response, Error> {
        let host = authority(&request.url);
        self.http
            .request(request.method, request.url)
            .headers(request.headers)
            .body(body)
            .send()
            .await
            .map_err(|error| unreachable(&host, &error))
    }

    /// The whole body, of at most `limit` bytes.
    pub(super) async fn body(&self, response: Response, limit: usize) -> Result<Bytes, Error> {
        let host = authority(response.url());
        let too_large = || Error::new(ErrorKind::TooLarge, &host, format!("its answer has more than {limit} bytes"));
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let read = async {
            let mut body = Vec::new();
            let mut pieces = response.bytes_stream();
            while let Some(piece) = pieces.next().await {
                let piece = piece.map_err(|error| unreachable(&host, &error))?;
                if body.len() + piece.len() > limit {
                    return Err(too_large());
                }
                body.extend_from_slice(&piece);
            }
            Ok(Bytes::from(body))
        };
        tokio::time::timeout(self.timeouts.whole, read)
            .await
            .map_err(|_| Error::new(ErrorKind::Timeout, &host, "its answer did not end in time"))?
    }

    /// The error that an answer tells.
    pub(super) async fn refuse(&self, response: Response, tried: &str) -> Error {
        let host = authority(response.url());
        let status = response.status().as_u16();
        let body = self.body(response, MAX_ERROR).await.unwrap_or_default();
        Error::answer(&host, status, &body, tried)
    }
}

fn is_temporary(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500..=599)
}

/// `Retry-After` in seconds. A date is rare, and our own pause serves as well.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// Host and port as in a reference.
pub(super) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Where `Location` leads: absolute, relative, or without a scheme.
pub(super) fn location(from: &Url, headers: &HeaderMap) -> Option<Url> {
    let next = from.join(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    matches!(next.scheme(), "http" | "https").then_some(next)
}

/// Words for a request without an answer; the chain of causes has the one that helps.
fn unreachable(host: &str, error: &reqwest::Error) -> Error {
    if error.is_timeout() {
        return Error::new(ErrorKind::Timeout, host, "no answer came in time");
    }
    let mut words = if error.is_connect() {
        "nothing could be reached there".to_owned()
    } else {
        "the connection broke".to_owned()
    };
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if std::error::Error::source(inner).is_none() {
            words = format!("{words}: {inner}");
        }
        cause = std::error::Error::source(inner);
    }
    Error::new(ErrorKind::Unreachable, host, words)
}
