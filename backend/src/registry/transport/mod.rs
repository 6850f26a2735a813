//! One request at a time to one host: limits, retries, redirects.

mod address;
mod fault;
mod guard;
mod limit;
mod rate;
mod request;
mod scheme;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::StreamExt;
use onetag_shared::{
    api::{RateLimit, Scheme},
    reference::Registry,
};
use reqwest::{
    Method, Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_ENCODING, HeaderMap, RETRY_AFTER},
};
use url::Url;

pub use self::guard::{AddressClass, Internet, Network};
pub(super) use self::{
    address::{authority, next_hop, without_login},
    fault::too_late,
    limit::Place,
    request::Request,
};
use self::{
    fault::failed,
    guard::{Guard, refused},
    limit::Limit,
    rate::Rates,
    scheme::Schemes,
};
use super::{
    Error, ErrorKind,
    settings::{PARALLEL, RegistrySettings, Settings},
};
use crate::clock::Clock;

/// Blobs that are copied to one host at once.
const COPIES: usize = 4;
/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Tries of a request that can be repeated.
const TRIES: u32 = 3;
/// The longest that one request waits between its tries, all together. A registry that asks for more gets its answer
/// passed on instead.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// The longest that a registry can ask to wait. What it says beyond that is no help to anybody.
const LONGEST_ASKED: Duration = Duration::from_hours(24);
/// Largest body of an error answer that is read.
pub(super) const MAX_ERROR: usize = 64 * 1024;

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the beginning of an answer, and between two pieces of it.
    pub first_byte: Duration,
    /// For the whole of one answer that is not streamed, from when it was asked for.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), first_byte: Duration::from_secs(30), whole: Duration::from_mins(1) }
    }
}

/// How a transport is set up.
#[derive(Debug)]
pub(super) struct TransportConfig {
    pub(super) settings: Arc<Settings>,
    pub(super) network: Arc<dyn Network>,
    pub(super) timeouts: Timeouts,
    /// The unit of the pause before a second try.
    pub(super) pause: Duration,
    pub(super) clock: Arc<dyn Clock>,
}

#[derive(Debug)]
pub(super) struct Transport {
    guard: Guard,
    config: TransportConfig,
    /// Requests to one host, each until its answer is read.
    requests: Limit,
    copies: Limit,
    schemes: Schemes,
    rates: Rates,
}

/// When the whole of an answer must be there; travels with the response.
#[derive(Clone, Copy, Debug)]
struct Deadline(tokio::time::Instant);

impl Transport {
    pub(super) fn new(config: TransportConfig) -> Self {
        let guard = Guard::new(Arc::clone(&config.settings), Arc::clone(&config.network), config.timeouts.connect);
        Self {
            guard,
            config,
            requests: Limit::default(),
            copies: Limit::default(),
            schemes: Schemes::default(),
            rates: Rates::default(),
        }
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.config.clock
    }

    pub(super) fn timeouts(&self) -> Timeouts {
        self.config.timeouts
    }

    /// What holds for a registry.
    pub(super) fn settings(&self, registry: &Registry) -> Arc<RegistrySettings> {
        self.config.settings.of(registry)
    }

    /// What a registry last said about its limits.
    pub(super) fn rate_limit(&self, registry: &Registry) -> Option<RateLimit> {
        self.rates.of(registry, self.clock().instant())
    }

    /// Registries that said something about their limits.
    pub(super) fn limited(&self) -> Vec<Registry> {
        self.rates.registries()
    }

    /// Forgets what was learned of a registry.
    pub(super) fn forget(&self, registry: &Registry) {
        self.schemes.forget(registry);
    }

    /// Where a registry's API is.
    pub(super) fn base(&self, registry: &Registry) -> Result<Url, Error> {
        let scheme = match self.settings(registry).scheme.value {
            Scheme::Https => "https",
            Scheme::Http => "http",
            Scheme::HttpsElseHttp => self.schemes.found(registry),
        };
        base(scheme, registry)
    }

    /// A place for a copy to a host. Copies have places of their own: they read and write at once, perhaps at one host.
    pub(super) async fn place_to_copy(&self, url: &Url) -> Place {
        self.copies.place(&authority(url), COPIES).await
    }

    /// How much may be asked of a host at once: what holds for the registry of that name.
    fn parallel(&self, host: &str) -> usize {
        host.parse().map_or(PARALLEL, |registry| self.settings(&registry).parallel.value)
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
            let next = next_hop(&request.url, response.headers())?
                .ok_or_else(|| Error::new(ErrorKind::Protocol, &host, "it redirects to nowhere"))?;
            if next.origin() != request.url.origin() {
                request.headers.remove(AUTHORIZATION);
            }
            request.url = next;
        }
    }

    pub(super) async fn send_without_redirects(&self, request: &Request) -> Result<Response, Error> {
        self.send_with_retries(request).await
    }

    /// Repeats what can be repeated. The waits between the tries are bounded together, and each try by its timeouts.
    async fn send_with_retries(&self, request: &Request) -> Result<Response, Error> {
        let mut waited = Duration::ZERO;
        for retry in 0.. {
            let outcome = self.send_once(request).await;
            let asked = match &outcome {
                Ok(response) if is_temporary(response.status()) => self.retry_after(response.headers()),
                Err(error) if error.kind == ErrorKind::Broken => None,
                _ => return outcome,
            };
            let wait = asked.unwrap_or_else(|| backoff(self.config.pause, retry, fastrand::f64()));
            waited = waited.saturating_add(wait);
            if retry + 1 == TRIES || !request.is_idempotent() || waited > LONGEST_WAIT {
                return outcome;
            }
            drop(outcome);
            self.config.clock.sleep(wait).await;
        }
        unreachable!("the last try returns")
    }

    /// Waits before another try of something; `false`, at once, when the registry asks to wait longer than anybody would.
    pub(super) async fn pause(&self, retry: u32, asked: Option<Duration>) -> bool {
        let wait = asked.unwrap_or_else(|| backoff(self.config.pause, retry, fastrand::f64()));
        if wait > LONGEST_WAIT {
            return false;
        }
        self.config.clock.sleep(wait).await;
        true
    }

    async fn send_once(&self, request: &Request) -> Result<Response, Error> {
        let host = authority(&request.url);
        let place = self.requests.place(&host, self.parallel(&host)).await;
        let Timeouts { first_byte, whole, .. } = self.config.timeouts;
        let deadline = tokio::time::Instant::now() + whole;
        let send = self
            .guard
            .client(&request.registry, &request.url, request.anonymous)?
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone())
            .body(request.body.clone())
            .send();
        let mut response = tokio::time::timeout(first_byte.min(whole), send)
            .await
            .map_err(|_| too_late(&host, "no answer came", first_byte.min(whole)))?
            .map_err(|error| self.not_sent(&request.registry, &request.url, &error))?;
        if self.base(&request.registry)?.origin() == request.url.origin() {
            let wait = self.retry_after(response.headers());
            self.rates.note(&request.registry, response.headers(), wait, self.clock().instant());
        }
        // A refusal is understood by its status, whatever its body is.
        if response.status().is_success() && is_encoded(&response) {
            let words = "it sent a compressed answer, though none was asked for";
            return Err(Error::new(ErrorKind::Protocol, &host, words));
        }
        response.extensions_mut().insert(Deadline(deadline));
        // Only the bodies of these are worth a place.
        if request.method == Method::GET {
            response.extensions_mut().insert(place);
        }
        Ok(response)
    }

    /// Sends a body that is streamed, once. Whoever streams it watches over the time.
    pub(super) async fn send_stream(&self, request: Request, body: reqwest::Body) -> Result<Response, Error> {
        let Request { registry, method, url, headers, anonymous, .. } = request;
        let client = self.guard.client(&registry, &url, anonymous)?;
        let sent = client.request(method, url.clone()).headers(headers).body(body).send().await;
        sent.map_err(|error| self.not_sent(&registry, &url, &error))
    }

    /// Gives up the place of an answer whose body is read later, or never. To be called before anything else is asked.
    pub(super) fn release(response: &mut Response) {
        response.extensions_mut().remove::<Place>();
    }

    /// The whole body, of at most `limit` bytes.
    pub(super) async fn body(&self, response: Response, limit: usize) -> Result<Bytes, Error> {
        let host = authority(response.url());
        let too_large = || Error::new(ErrorKind::TooLarge, &host, format!("its answer has more than {limit} bytes"));
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        self.read(response, limit, &mut body).await?;
        if body.len() > limit { Err(too_large()) } else { Ok(body.into()) }
    }

    /// As much of an error's body as comes in time, of at most [`MAX_ERROR`] bytes: half of an explanation is better
    /// than none.
    pub(super) async fn error_body(&self, response: Response) -> Vec<u8> {
        let mut body = Vec::new();
        if !is_encoded(&response) {
            let _ = self.read(response, MAX_ERROR, &mut body).await;
            body.truncate(MAX_ERROR);
        }
        body
    }

    /// Reads into `body` until the end, or until it has more than `limit` bytes.
    async fn read(&self, mut response: Response, limit: usize, body: &mut Vec<u8>) -> Result<(), Error> {
        let host = authority(response.url());
        let _place = response.extensions_mut().remove::<Place>();
        let Timeouts { first_byte, whole, .. } = self.config.timeouts;
        let deadline = response.extensions().get::<Deadline>().copied();
        let deadline = deadline.map_or_else(|| tokio::time::Instant::now() + whole, |Deadline(deadline)| deadline);
        let read = async {
            let mut pieces = response.bytes_stream();
            while let Some(piece) = tokio::time::timeout(first_byte, pieces.next())
                .await
                .map_err(|_| too_late(&host, "no more of its answer came", first_byte))?
            {
                body.extend_from_slice(&piece.map_err(|error| self.failed(&host, &error))?);
                if body.len() > limit {
                    break;
                }
            }
            Ok(())
        };
        tokio::time::timeout_at(deadline, read).await.map_err(|_| too_late(&host, "its answer did not end", whole))?
    }

    /// The error that an answer tells.
    pub(super) async fn refuse(&self, response: Response, tried: &str) -> Error {
        let host = authority(response.url());
        let status = response.status().as_u16();
        let wait = self.retry_after(response.headers());
        let body = self.error_body(response).await;
        Error::answer(&host, status, &body, tried).with_retry_after(wait)
    }

    fn not_sent(&self, registry: &Registry, url: &Url, error: &reqwest::Error) -> Error {
        refused(registry, url, error).unwrap_or_else(|| self.failed(&authority(url), error))
    }

    fn failed(&self, host: &str, error: &reqwest::Error) -> Error {
        failed(host, error, self.config.timeouts.connect)
    }

    /// How long the registry asks to wait (RFC 9110, section 10.2.3): in seconds, or until a date.
    pub(super) fn retry_after(&self, headers: &HeaderMap) -> Option<Duration> {
        let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            text.parse().map_or(LONGEST_ASKED, Duration::from_secs)
        } else {
            let date = httpdate::parse_http_date(text).ok()?;
            date.duration_since(self.config.clock.date()).unwrap_or_default()
        };
        Some(wait.min(LONGEST_ASKED))
    }
}

/// The pause before a retry: twice as long each time, and up to twice that again, so that many callers do not come back
/// at once. `random` is between 0 and 1.
fn backoff(unit: Duration, retry: u32, random: f64) -> Duration {
    let pause = unit * 2_u32.pow(retry);
    pause + pause.mul_f64(random)
}

/// Are these other bytes than those that are stored (RFC 9110, section 8.4)?
fn is_encoded(response: &Response) -> bool {
    let mut encodings = response.headers().get_all(CONTENT_ENCODING).iter();
    encodings.any(|encoding| !encoding.is_empty() && !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn is_temporary(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500..=599)
}

fn base(scheme: &str, registry: &Registry) -> Result<Url, Error> {
    Url::parse(&format!("{scheme}://{}/v2/", registry.api_host()))
        .map_err(|error| Error::new(ErrorKind::Unreachable, registry.as_str(), format!("no address: {error}")))
}
