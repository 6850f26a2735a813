//! Blobs that are brought into a repository: mounted, or copied through.

use std::{pin::pin, time::Duration};

use bytes::Bytes;
use futures::StreamExt;
use onetag_shared::{
    descriptor::Descriptor,
    digest::{Digest, Verifier, VerifyError},
    document::DocumentError,
    reference::Reference,
};
use reqwest::{
    Body, Method, Response,
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
};
use tokio::{sync::mpsc, time::timeout};
use url::Url;

use super::{
    Client, Error, ErrorKind, Timeouts,
    auth::Scope,
    client::Ask,
    manifests::content_digest,
    transport::{Request, next_hop, too_late},
};

/// What a copy brings in a second at the very least, in bytes: a peer that drips is not followed for ever.
const SLOWEST: u64 = 16 * 1024;

/// What a registry made of a mount.
#[derive(Debug)]
pub enum Mount {
    /// The blob is in the repository.
    Mounted,
    /// It did not mount; an upload is open instead.
    Refused(Upload),
}

/// An open upload.
#[derive(Debug)]
pub struct Upload {
    repository: Reference,
    location: Url,
}

impl Client {
    /// Makes a blob of one repository appear in another of the same registry. Where that cannot be, an upload is open
    /// instead: the registry opens one, or refuses the mount and is asked for one.
    pub async fn mount_blob(&self, repository: &Reference, digest: &Digest, from: &Reference) -> Result<Mount, Error> {
        let mut ask = upload(repository);
        // In a query a `+` would be a space.
        let mount = digest.as_str().replace('+', "%2B");
        ask.query = Some(format!("mount={mount}&from={}", from.repository()));
        ask.scopes.push(Scope::pull(from));
        let tried = format!("mounting {} from {} into {}", digest.short(), from.repo(), repository.repo());
        let refusal = match self.ask(ask).await {
            Ok(response) => match response.status().as_u16() {
                201 => return mounted(&response, digest, &tried, repository).map(|()| Mount::Mounted),
                202 => return opened(&response, repository).map(Mount::Refused),
                _ => self.transport.refuse(response, &tried).await,
            },
            Err(error) => error,
        };
        // It may be the mount that is refused, or a token for two repositories.
        if !refusal.is_of_this_request() {
            return Err(refusal);
        }
        self.open_upload(repository, digest).await.map(Mount::Refused)
    }

    /// Opens an upload of this blob into a repository.
    pub async fn open_upload(&self, repository: &Reference, digest: &Digest) -> Result<Upload, Error> {
        let response = self.ask(upload(repository)).await?;
        if response.status().as_u16() == 202 {
            return opened(&response, repository);
        }
        let tried = format!("uploading {} to {}", digest.short(), repository.repo());
        Err(self.transport.refuse(response, &tried).await)
    }

    /// Fills an open upload with a blob of another repository, streamed and verified; `progress` gets each piece's size.
    /// The last piece goes out only when all of them together have the digest.
    pub async fn copy_blob(
        &self,
        from: &Reference,
        upload: Upload,
        descriptor: &Descriptor,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), Error> {
        let tried =
            format!("copying {} from {} to {}", descriptor.digest.short(), from.repo(), upload.repository.repo());
        let _place = self.transport.place_to_copy(&upload.location).await;
        let Timeouts { whole, .. } = self.transport.timeouts();
        let patience = whole.saturating_add(Duration::from_secs(descriptor.size / SLOWEST));
        let copy = self.copy(from, upload, descriptor, progress, &tried);
        let answer = timeout(patience, copy).await.map_err(|_| {
            too_late(from.registry().as_str(), &format!("{tried}: it did not come to an end"), patience)
        })??;
        if matches!(answer.status().as_u16(), 200..=204) {
            return Ok(());
        }
        Err(self.transport.refuse(answer, &tried).await)
    }

    async fn copy(
        &self,
        from: &Reference,
        upload: Upload,
        descriptor: &Descriptor,
        progress: &(dyn Fn(u64) + Sync),
        tried: &str,
    ) -> Result<Response, Error> {
        let target = upload.repository.registry().as_str().to_owned();
        // Whoever waits for a token holds no place at the source: both may be one host.
        let request = self.put(upload, descriptor).await?;
        let source = self.ask(Ask::read(Method::GET, from, format!("blobs/{}", descriptor.digest))).await?;
        if !Self::is_ok(&source) {
            return Err(self.transport.refuse(source, tried).await);
        }
        // Two pieces in flight: memory stays small whatever the blob's size.
        let (sender, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(2);
        let body = Body::wrap_stream(futures::stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|piece| (piece, receiver))
        }));
        let (mut pump, mut sending) = (
            pin!(self.pump(source, sender, descriptor, progress, tried, from)),
            pin!(self.transport.send_stream(request, body)),
        );
        let (answer, went_out) = tokio::select! {
            answer = &mut sending => {
                let answer = answer?;
                // A registry may refuse before it has everything, and then says why.
                let went_out = !answer.status().is_success() || pump.await?;
                (answer, went_out)
            }
            pumped = &mut pump => {
                let went_out = pumped?;
                let Timeouts { whole, .. } = self.transport.timeouts();
                let answer = timeout(whole, sending).await.map_err(|_| too_late(&target, &format!("{tried}: no answer came"), whole))??;
                (answer, went_out)
            }
        };
        if answer.status().is_success() && !went_out {
            let words = format!("{tried}: it said that it has the blob before it was sent");
            return Err(Error::new(ErrorKind::Protocol, &target, words));
        }
        Ok(answer)
    }

    /// Reads a blob and hands on its pieces: did all of it go out, or did nobody want the rest?
    async fn pump(
        &self,
        source: Response,
        sender: mpsc::Sender<Result<Bytes, std::io::Error>>,
        descriptor: &Descriptor,
        progress: &(dyn Fn(u64) + Sync),
        tried: &str,
        from: &Reference,
    ) -> Result<bool, Error> {
        let host = from.registry().as_str();
        let refused =
            |error: DocumentError| Error::new(ErrorKind::Document(error.clone()), host, format!("{tried}: {error}"));
        let size = |actual: u64| {
            let (digest, expected) = (descriptor.digest.clone(), descriptor.size);
            refused(DocumentError::Size { digest, expected, actual })
        };
        if let Some(length) = source.content_length().filter(|&length| length != descriptor.size) {
            return Err(size(length));
        }
        let Timeouts { first_byte, .. } = self.transport.timeouts();
        let mut verifier = Verifier::new(&descriptor.digest).map_err(|error| refused(error.into()))?;
        let mut copied = 0;
        let mut pieces = source.bytes_stream();
        while copied < descriptor.size {
            let piece = timeout(first_byte, pieces.next())
                .await
                .map_err(|_| too_late(host, &format!("{tried}: no more of it came"), first_byte))?
                .ok_or_else(|| size(copied))?
                .map_err(|error| Error::new(ErrorKind::Broken, host, format!("{tried}: {error}")))?;
            let length = piece.len() as u64;
            copied += length;
            if copied > descriptor.size {
                return Err(size(copied));
            }
            verifier.update(&piece);
            if copied == descriptor.size {
                verifier.clone().finish().map_err(|error| refused(error.into()))?;
            }
            let sent = timeout(first_byte, sender.send(Ok(piece)))
                .await
                .map_err(|_| too_late(host, &format!("{tried}: no more of it was taken"), first_byte))?;
            if sent.is_err() {
                return Ok(false);
            }
            progress(length);
        }
        if descriptor.size == 0 {
            verifier.finish().map_err(|error| refused(error.into()))?;
        }
        Ok(true)
    }

    /// The request that fills an upload. Elsewhere than at the registry it goes without a login.
    async fn put(&self, upload: Upload, descriptor: &Descriptor) -> Result<Request, Error> {
        let mut url = upload.location;
        url.query_pairs_mut().append_pair("digest", descriptor.digest.as_str());
        let mut request = Request::new(upload.repository.registry(), Method::PUT, url);
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        request.headers.insert(CONTENT_LENGTH, HeaderValue::from(descriptor.size));
        if self.is_own(upload.repository.registry(), &request.url)?
            && let Some(header) = self.authorization(&upload.repository, Scope::push(&upload.repository)).await?
        {
            request.headers.insert(AUTHORIZATION, header);
        }
        Ok(request)
    }
}

fn upload(repository: &Reference) -> Ask<'_> {
    let mut ask = Ask::write(Method::POST, repository, "blobs/uploads/".to_owned());
    ask.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    ask
}

/// The blob that a registry says it mounted is the one that was asked for, as far as it says.
fn mounted(response: &Response, digest: &Digest, tried: &str, repository: &Reference) -> Result<(), Error> {
    match content_digest(response.headers()) {
        Some(found) if found.algorithm_name() == digest.algorithm_name() && found != *digest => {
            let words = format!("{tried}: it mounted {found} instead of {digest}");
            let error = VerifyError::Mismatch { expected: digest.clone(), actual: found };
            Err(Error::new(ErrorKind::Document(error.into()), repository.registry().as_str(), words))
        }
        _ => Ok(()),
    }
}

fn opened(response: &Response, repository: &Reference) -> Result<Upload, Error> {
    let location = next_hop(response.url(), response.headers())?.ok_or_else(|| {
        let host = repository.registry().as_str();
        Error::new(ErrorKind::Protocol, host, "it opened an upload without saying where")
    })?;
    Ok(Upload { repository: repository.clone(), location })
}
