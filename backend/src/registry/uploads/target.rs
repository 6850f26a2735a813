//! Requests to an open upload.

use std::pin::pin;

use bytes::Bytes;
use reqwest::{
    Body, Method, Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderValue, RANGE},
};
use tokio::{sync::mpsc, time::timeout};
use url::Url;

use super::{
    super::{
        Client, Error, ErrorKind,
        auth::{Scope, ScopeSet},
        transport::{Request, authority, next_hop, too_late},
    },
    Upload,
    source::Source,
};
use onetag_shared::digest::Digest;

/// Why a part did not get there.
pub(super) enum Failure {
    /// It could not be read.
    Source(Error),
    /// It could not be written.
    Target(Error),
}

/// What a registry made of a part of a blob.
pub(super) struct Taken {
    /// What it answered.
    pub(super) answer: Response,
    /// Nothing is left of the part.
    pub(super) went_out: bool,
    /// What was shown as authorization.
    pub(super) used: Option<HeaderValue>,
}

/// How far an upload has come, as the registry tells it.
pub(super) enum Standing {
    /// It has so many bytes.
    At(u64),
    /// It is gone, or of no use.
    Lost,
}

impl Client {
    /// Sends what the source has up to `end`. With a digest that completes the upload (a `PUT`), else it is a part of it (a
    /// `PATCH`).
    pub(super) async fn send_part(
        &self,
        upload: &Upload,
        source: &mut Source<'_>,
        end: u64,
        digest: Option<&Digest>,
        tried: &str,
        sent: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Taken, Failure> {
        let start = source.position();
        let mut request = match digest {
            Some(digest) => Request::new(upload.repository.registry(), Method::PUT, completed(upload, digest)),
            None => Request::new(upload.repository.registry(), Method::PATCH, upload.location.clone()),
        };
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        request.headers.insert(CONTENT_LENGTH, HeaderValue::from(end - start));
        if digest.is_none() {
            let range = format!("{start}-{}", end.saturating_sub(1));
            request.headers.insert(CONTENT_RANGE, HeaderValue::from_str(&range).expect("digits are a header"));
        }
        // Elsewhere than at the registry it goes without a login. Whoever waits for a token holds no place at the source:
        // both may be one host.
        let own = self.is_own(upload.repository.registry(), &request.url).map_err(Failure::Target)?;
        let used = if own {
            let scope = Scope::push(&upload.repository);
            self.authorization(&upload.repository, scope).await.map_err(Failure::Target)?
        } else {
            None
        };
        if let Some(header) = &used {
            request.headers.insert(AUTHORIZATION, header.clone());
        }
        source.open().await.map_err(Failure::Source)?;
        let (answer, went_out) = self.transmit(request, source, end, tried, sent).await?;
        Ok(Taken { answer, went_out, used })
    }

    async fn transmit(
        &self,
        request: Request,
        source: &mut Source<'_>,
        end: u64,
        tried: &str,
        sent: &mut (dyn FnMut(u64) + Send),
    ) -> Result<(Response, bool), Failure> {
        let host = authority(&request.url);
        // Two pieces in flight: memory stays small whatever the blob's size.
        let (sender, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(2);
        let body = Body::wrap_stream(futures::stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|piece| (piece, receiver))
        }));
        let (mut pump, mut sending) =
            (pin!(self.pump(source, end, sender, &host, tried, sent)), pin!(self.transport.send_stream(request, body)));
        tokio::select! {
            // A registry may refuse before it has everything, and then says why.
            answer = &mut sending => {
                let answer = answer.map_err(Failure::Target)?;
                let went_out = if answer.status().is_success() { pump.await? } else { false };
                Ok((answer, went_out))
            }
            pumped = &mut pump => {
                let went_out = pumped?;
                let whole = self.transport.timeouts().whole;
                let answer = timeout(whole, sending)
                    .await
                    .map_err(|_| Failure::Target(too_late(&host, &format!("{tried}: no answer came"), whole)))?;
                Ok((answer.map_err(Failure::Target)?, went_out))
            }
        }
    }

    /// Hands on what the source has up to `end`: did all of it go out, or did nobody want the rest?
    async fn pump(
        &self,
        source: &mut Source<'_>,
        end: u64,
        sender: mpsc::Sender<Result<Bytes, std::io::Error>>,
        host: &str,
        tried: &str,
        sent: &mut (dyn FnMut(u64) + Send),
    ) -> Result<bool, Failure> {
        let first_byte = self.transport.timeouts().first_byte;
        while let Some(piece) = source.next(end).await.map_err(Failure::Source)? {
            let taken = timeout(first_byte, sender.send(Ok(piece))).await;
            let taken = taken.map_err(|_| {
                Failure::Target(too_late(host, &format!("{tried}: no more of it was taken"), first_byte))
            })?;
            if taken.is_err() {
                return Ok(false);
            }
            sent(source.position());
        }
        Ok(true)
    }

    /// Asks how far an upload has come.
    pub(super) async fn standing(&self, upload: &mut Upload) -> Result<Standing, Error> {
        let request = Request::new(upload.repository.registry(), Method::GET, upload.location.clone());
        let answer = self.send(&upload.repository, request, &upload.scopes()).await?;
        if !answer.status().is_success() {
            return Ok(Standing::Lost);
        }
        upload.moved(&answer)?;
        // Of `0-0` nobody knows whether it is one byte or none.
        Ok(match reached(&answer) {
            Some(reached) if reached > 1 => Standing::At(reached),
            _ => Standing::Lost,
        })
    }

    /// Completes an upload that has all its bytes.
    pub(super) async fn complete(&self, upload: &Upload, digest: &Digest, tried: &str) -> Result<(), Error> {
        let mut request = Request::new(upload.repository.registry(), Method::PUT, completed(upload, digest));
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        request.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        let outcome = match self.send(&upload.repository, request, &upload.scopes()).await {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            Ok(answer) => Err(self.transport.refuse(answer, tried).await),
            Err(error) => Err(error),
        };
        // An answer that was lost on the way, and the request that repeated it, look like a refusal.
        let there = self.has_blob(&upload.repository, digest).await.unwrap_or(false);
        if there { Ok(()) } else { outcome }
    }

    /// Other proof than what was shown, if a registry wants some and there is some.
    pub(super) async fn has_better(&self, upload: &Upload, taken: &Taken) -> Result<bool, Error> {
        if taken.answer.status() != StatusCode::UNAUTHORIZED
            || !self.is_own(upload.repository.registry(), taken.answer.url())?
        {
            return Ok(false);
        }
        self.renew(&upload.repository, &upload.scopes(), taken.answer.headers(), taken.used.as_ref()).await
    }
}

impl Upload {
    /// What requests to it may do.
    pub(super) fn scopes(&self) -> ScopeSet {
        std::iter::once(Scope::push(&self.repository)).collect()
    }

    /// Goes on where the registry says, if it says so.
    pub(super) fn moved(&mut self, answer: &Response) -> Result<(), Error> {
        if let Some(location) = next_hop(answer.url(), answer.headers())? {
            self.location = location;
        }
        Ok(())
    }
}

/// The address that completes an upload; the registry's own query stays as it is.
pub(in crate::registry) fn completed(upload: &Upload, digest: &Digest) -> Url {
    let mut url = upload.location.clone();
    url.query_pairs_mut().append_pair("digest", digest.as_str());
    url
}

/// How many bytes a registry has: `Range: 0-99`, which some write as `bytes=0-99`, are 100.
pub(super) fn reached(answer: &Response) -> Option<u64> {
    let range = answer.headers().get(RANGE)?.to_str().ok()?.trim();
    let range = range.strip_prefix("bytes=").unwrap_or(range);
    let (start, last) = range.split_once('-')?;
    let (start, last): (u64, u64) = (start.trim().parse().ok()?, last.trim().parse().ok()?);
    if start == 0 { last.checked_add(1) } else { None }
}

impl Failure {
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Source(error) | Self::Target(error) => error,
        }
    }

    /// May the target do better when it is asked again?
    pub(super) fn may_go_on(&self) -> bool {
        matches!(self, Self::Target(error) if matches!(error.kind, ErrorKind::Broken | ErrorKind::Unreachable))
    }
}
