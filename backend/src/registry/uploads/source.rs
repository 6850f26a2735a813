//! The blob that is copied, as its registry or a mirror of that serves it: verified piece by piece, and read on after an
//! interruption, or where one place fails at another.
//!
//! A foreign layer that its registry does not have is read from where its descriptor says. Those addresses come from a
//! manifest, which anybody may have written: they are asked on behalf of the registry, so that they lead nowhere that the
//! registry itself may not lead to; without any login; and by https, unless the registry is one on this machine that speaks
//! plain http itself.

use std::{collections::VecDeque, pin::Pin};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use onetag_shared::{
    api::ProblemCode, descriptor::Descriptor, digest::Verifier, document::DocumentError, reference::Reference,
};
use reqwest::{
    Method, Response, StatusCode,
    header::{CONTENT_RANGE, HeaderValue, RANGE},
};
use tokio::time::timeout;
use url::Url;

use super::super::{
    Client, Error, ErrorKind,
    client::Ask,
    settings::Mirror,
    transport::{Request, authority, too_late},
};
use super::copy::Stumbles;

/// Addresses of one foreign layer that are tried.
const MOST_ADDRESSES: usize = 4;

/// Who is asked for a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The mirrors, and then the registry itself.
    Mirrors,
    /// The registry itself.
    Registry,
}

/// A blob, read from wherever its reader wants to go on.
pub(super) struct Source<'a> {
    client: &'a Client,
    from: &'a Reference,
    /// Where it is read now: a mirror, or the registry itself.
    place: Reference,
    /// Where it is read when that fails, the registry itself last; empty once it is read there.
    others: VecDeque<Reference>,
    /// Some of it came from a mirror.
    mirrored: bool,
    descriptor: &'a Descriptor,
    tried: &'a str,
    /// Of the first `verified` bytes.
    verifier: Verifier,
    verified: u64,
    /// Where the next piece begins.
    position: u64,
    pieces: Option<Pieces>,
    stumbles: Stumbles,
    /// Where a foreign layer is read that its registry does not have.
    elsewhere: Option<Url>,
    /// Where else it may be; known once the registry was found not to have it.
    addresses: Option<VecDeque<Url>>,
}

/// An answer that is being read.
struct Pieces {
    stream: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>,
    /// What is sent again before the position: a registry may know no ranges.
    skip: u64,
    /// What was read and is not handed out yet.
    rest: Bytes,
}

impl<'a> Source<'a> {
    pub(super) fn new(
        client: &'a Client,
        from: &'a Reference,
        descriptor: &'a Descriptor,
        tried: &'a str,
        by: By,
    ) -> Result<Self, Error> {
        let mut others: VecDeque<Reference> = match by {
            By::Mirrors => client.mirrors(from, Mirror::blob).into(),
            By::Registry => VecDeque::new(),
        };
        others.push_back(from.clone());
        let place = others.pop_front().unwrap_or_else(|| from.clone());
        let verifier = Verifier::new(&descriptor.digest)
            .map_err(|error| refused(from.registry().as_str(), tried, error.into()))?;
        let source = Self {
            client,
            from,
            place,
            others,
            mirrored: false,
            descriptor,
            tried,
            verifier,
            verified: 0,
            position: 0,
            pieces: None,
            stumbles: Stumbles::default(),
            elsewhere: None,
            addresses: None,
        };
        source.check_end()?;
        Ok(source)
    }

    /// Where the next piece begins, in bytes.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// Did some of it come from a mirror?
    pub(super) const fn is_mirrored(&self) -> bool {
        self.mirrored
    }

    /// Goes on from here.
    pub(super) fn seek(&mut self, position: u64) {
        if self.position != position {
            self.position = position;
            self.pieces = None;
        }
    }

    /// Lets go of the answer that is being read: whoever asks for something else holds no place here.
    pub(super) fn release(&mut self) {
        self.pieces = None;
    }

    /// Asks for what comes next, so that a source that refuses is heard before anything is sent to the target.
    pub(super) async fn open(&mut self) -> Result<(), Error> {
        while self.pieces.is_none() && self.position < self.descriptor.size {
            let error = match self.ask().await {
                Ok(pieces) => {
                    self.pieces = Some(pieces);
                    self.mirrored |= !self.others.is_empty();
                    continue;
                }
                Err(error) => error,
            };
            if self.leave_mirror(&error) {
                continue;
            }
            let error = if error.kind == ErrorKind::Broken {
                match self.interrupted(error).await {
                    Ok(()) => continue,
                    Err(error) => error,
                }
            } else {
                error
            };
            self.turn_elsewhere(error)?;
        }
        Ok(())
    }

    /// The next piece, of at least one byte, not beyond `end`; `None` at `end`. The last piece of a blob is handed out only
    /// when all of it has the digest.
    pub(super) async fn next(&mut self, end: u64) -> Result<Option<Bytes>, Error> {
        if self.position >= end {
            return Ok(None);
        }
        loop {
            self.open().await?;
            match self.read().await {
                Ok(None) => {
                    let error = self.size(self.position);
                    if !self.leave_mirror(&error) {
                        return Err(error);
                    }
                }
                Ok(Some(mut piece)) => {
                    self.check(&piece)?;
                    let room = usize::try_from(end - self.position).unwrap_or(usize::MAX);
                    if piece.len() > room {
                        let rest = piece.split_off(room);
                        if let Some(pieces) = &mut self.pieces {
                            pieces.rest = rest;
                        }
                    }
                    self.position += piece.len() as u64;
                    self.stumbles.passed(self.position);
                    return Ok(Some(piece));
                }
                Err(error) if self.leave_mirror(&error) => {}
                Err(error) if matches!(error.kind, ErrorKind::Broken | ErrorKind::Timeout) => {
                    self.interrupted(error).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Goes on at the next mirror, or at the registry itself; `false` when it is read there already.
    fn leave_mirror(&mut self, error: &Error) -> bool {
        let Some(next) = self.others.pop_front() else { return false };
        self.client.pass_over(&self.place, error);
        self.place = next;
        self.pieces = None;
        true
    }

    /// The next bytes of the answer, from the position on; `None` when it has no more.
    async fn read(&mut self) -> Result<Option<Bytes>, Error> {
        let first_byte = self.client.transport.timeouts().first_byte;
        let host = &self.host();
        let Some(pieces) = &mut self.pieces else { return Ok(None) };
        loop {
            let mut piece = std::mem::take(&mut pieces.rest);
            if piece.is_empty() {
                let next = timeout(first_byte, pieces.stream.next())
                    .await
                    .map_err(|_| too_late(host, &format!("{}: no more of it came", self.tried), first_byte))?;
                let Some(next) = next else { return Ok(None) };
                piece =
                    next.map_err(|error| Error::new(ErrorKind::Broken, host, format!("{}: {error}", self.tried)))?;
            }
            let skipped = piece.split_to(usize::try_from(pieces.skip).unwrap_or(usize::MAX).min(piece.len()));
            pieces.skip -= skipped.len() as u64;
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
        }
    }

    /// Is what comes next part of the blob? What is read again after an interruption is left to the target to check.
    fn check(&mut self, piece: &Bytes) -> Result<(), Error> {
        let end = self.position + piece.len() as u64;
        if end > self.descriptor.size {
            return Err(self.size(end));
        }
        if end > self.verified {
            let known = usize::try_from(self.verified.saturating_sub(self.position)).unwrap_or_default();
            self.verifier.update(&piece[known..]);
            self.verified = end;
            self.check_end()?;
        }
        Ok(())
    }

    /// Once all of it was read: has it the digest?
    fn check_end(&self) -> Result<(), Error> {
        if self.verified < self.descriptor.size {
            return Ok(());
        }
        self.verifier.clone().finish().map_err(|error| refused(&self.host(), self.tried, error.into()))
    }

    async fn ask(&mut self) -> Result<Pieces, Error> {
        let range = (self.position > 0).then(|| {
            let range = format!("bytes={}-", self.position);
            (RANGE, HeaderValue::from_str(&range).expect("digits are a header"))
        });
        let response = if let Some(url) = &self.elsewhere {
            let mut request = Request::anonymous(self.from.registry(), url.clone());
            request.headers.extend(range);
            self.client.transport.send(request).await?
        } else {
            let mut ask = Ask::read(Method::GET, &self.place, format!("blobs/{}", self.descriptor.digest));
            ask.headers.extend(range);
            self.client.ask(ask).await?
        };
        let skip = match response.status() {
            StatusCode::PARTIAL_CONTENT if self.position > 0 && starts_at(&response, self.position) => 0,
            status if status.is_success() && status != StatusCode::PARTIAL_CONTENT => self.position,
            status if status.is_success() => {
                let words = format!("{}: it sent another part of it than was asked for", self.tried);
                return Err(Error::new(ErrorKind::Protocol, &self.host(), words));
            }
            status if self.elsewhere.is_some() => {
                let words = format!("{}: the answer was {}", self.tried, status.as_u16());
                let mut error = Error::new(ErrorKind::Answer(ProblemCode::BlobUnknown), &self.host(), words);
                error.status = Some(status.as_u16());
                return Err(error);
            }
            _ => return Err(self.client.transport.refuse(response, self.tried).await),
        };
        let expected = self.descriptor.size - (self.position - skip);
        if let Some(length) = response.content_length().filter(|length| *length != expected) {
            return Err(self.size(self.position - skip + length));
        }
        Ok(Pieces { stream: Box::pin(response.bytes_stream()), skip, rest: Bytes::new() })
    }

    /// Turns to the next address that a foreign layer may be at; the error, when there is none. Only before there was an
    /// answer: what one place sent is not made whole by another.
    fn turn_elsewhere(&mut self, error: Error) -> Result<(), Error> {
        if !self.descriptor.is_foreign_layer()
            || (self.elsewhere.is_none() && !matches!(error.status, Some(403 | 404 | 410)))
        {
            return Err(error);
        }
        let addresses = match &mut self.addresses {
            Some(addresses) => addresses,
            None => self.addresses.insert(self.addresses()?),
        };
        let Some(next) = addresses.pop_front() else {
            if self.elsewhere.is_some() {
                return Err(error);
            }
            let words = format!("{}; nor does its manifest name an https address that has it", error.words);
            return Err(Error { words, ..error });
        };
        self.elsewhere = Some(next);
        self.stumbles = Stumbles::default();
        Ok(())
    }

    /// Where else a foreign layer may be read.
    fn addresses(&self) -> Result<VecDeque<Url>, Error> {
        let registry = self.from.registry();
        let is_plain = registry.is_loopback() && self.client.transport.base(registry)?.scheme() == "http";
        let urls = self.descriptor.urls.iter().flatten().filter_map(|url| Url::parse(url).ok());
        let urls = urls.filter(|url| url.scheme() == "https" || (is_plain && url.scheme() == "http"));
        Ok(urls.take(MOST_ADDRESSES).collect())
    }

    /// Host and port of where it is read.
    fn host(&self) -> String {
        self.elsewhere.as_ref().map_or_else(|| self.place.registry().to_string(), authority)
    }

    async fn interrupted(&mut self, error: Error) -> Result<(), Error> {
        self.pieces = None;
        self.stumbles.pause(&self.client.transport, error).await
    }

    fn size(&self, actual: u64) -> Error {
        let (digest, expected) = (self.descriptor.digest.clone(), self.descriptor.size);
        refused(&self.host(), self.tried, DocumentError::Size { digest, expected, actual })
    }
}

fn refused(host: &str, tried: &str, error: DocumentError) -> Error {
    let words = format!("{tried}: {error}");
    Error::new(ErrorKind::Document(error), host, words)
}

/// `Content-Range: bytes 5-18/19` (RFC 9110, section 14.4).
pub(in crate::registry) fn starts_at(response: &Response, position: u64) -> bool {
    let range = response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok()?.strip_prefix("bytes "));
    range.and_then(|range| range.trim().split_once('-')?.0.parse().ok()) == Some(position)
}
