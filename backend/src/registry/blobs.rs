//! Blobs: fetched when small, mounted, copied.

use std::pin::pin;

use bytes::Bytes;
use futures::StreamExt;
use onetag_shared::{
    descriptor::Descriptor,
    digest::{Digest, Verifier},
    document::MAX_DOCUMENT_BYTES,
    reference::Reference,
};
use reqwest::{
    Body, Method,
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
};
use tokio::time::timeout;
use url::Url;

use super::{
    Client, Error, ErrorKind, Timeouts,
    auth::Scope,
    client::Ask,
    transport::{Request, next_hop, too_late},
};

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
    /// A small blob such as a config, of at most 4 MiB, verified.
    pub async fn blob(&self, repository: &Reference, descriptor: &Descriptor) -> Result<Bytes, Error> {
        let host = repository.registry().as_str();
        if descriptor.size > MAX_DOCUMENT_BYTES as u64 {
            return Err(Error::new(
                ErrorKind::TooLarge,
                host,
                format!("{} has {} bytes", descriptor.digest, descriptor.size),
            ));
        }
        let ask = Ask::read(Method::GET, repository, format!("blobs/{}", descriptor.digest));
        let response = self.ask(ask).await?;
        if !Self::is_ok(&response) {
            let tried = format!("getting {} of {}", descriptor.digest.short(), repository.repo());
            return Err(self.transport.refuse(response, &tried).await);
        }
        let body = self.transport.body(response, MAX_DOCUMENT_BYTES).await?;
        descriptor.digest.verify(&body).map_err(|error| {
            Error::new(ErrorKind::Document(error.clone().into()), host, format!("getting a blob: {error}"))
        })?;
        Ok(body)
    }

    /// Makes a blob of one repository appear in another of the same registry.
    pub async fn mount_blob(&self, repository: &Reference, digest: &Digest, from: &Reference) -> Result<Mount, Error> {
        let mut ask = Ask::write(Method::POST, repository, "blobs/uploads/".to_owned());
        // In a query a `+` would be a space.
        let mount = digest.as_str().replace('+', "%2B");
        ask.query = Some(format!("mount={mount}&from={}", from.repository()));
        ask.scopes.push(Scope::pull(from));
        ask.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        let response = self.ask(ask).await?;
        match response.status().as_u16() {
            201 => Ok(Mount::Mounted),
            202 => {
                let location = next_hop(response.url(), response.headers())?.ok_or_else(|| {
                    let host = repository.registry().as_str();
                    Error::new(ErrorKind::Protocol, host, "it opened an upload without saying where")
                })?;
                Ok(Mount::Refused(Upload { repository: repository.clone(), location }))
            }
            _ => {
                let tried = format!("mounting {} from {} into {}", digest.short(), from.repo(), repository.repo());
                Err(self.transport.refuse(response, &tried).await)
            }
        }
    }

    /// Fills an open upload with a blob of another repository, streamed and verified; `progress` gets each piece's size.
    pub async fn copy_blob(
        &self,
        from: &Reference,
        upload: Upload,
        descriptor: &Descriptor,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), Error> {
        let tried =
            format!("copying {} from {} to {}", descriptor.digest.short(), from.repo(), upload.repository.repo());
        let host = from.registry().as_str().to_owned();
        let source = self.ask(Ask::read(Method::GET, from, format!("blobs/{}", descriptor.digest))).await?;
        if !Self::is_ok(&source) {
            return Err(self.transport.refuse(source, &tried).await);
        }
        let refused = |error: onetag_shared::digest::VerifyError| {
            Error::new(ErrorKind::Document(error.clone().into()), &host, format!("{tried}: {error}"))
        };
        let mut verifier = Verifier::new(&descriptor.digest).map_err(&refused)?;

        let mut url = upload.location;
        url.query_pairs_mut().append_pair("digest", descriptor.digest.as_str());
        let mut request = Request::new(Method::PUT, url);
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        request.headers.insert(CONTENT_LENGTH, HeaderValue::from(descriptor.size));
        if self.is_own(upload.repository.registry(), &request.url)?
            && let Some(header) = self.authorization(&upload.repository, Scope::push(&upload.repository)).await?
        {
            request.headers.insert(AUTHORIZATION, header);
        }
        // Two pieces in flight: memory stays small whatever the blob's size.
        let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(2);
        let body = Body::wrap_stream(futures::stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|piece| (piece, receiver))
        }));
        let Timeouts { first_byte, whole, .. } = self.transport.timeouts();
        let pump = async {
            let mut pieces = source.bytes_stream();
            while let Some(piece) = timeout(first_byte, pieces.next())
                .await
                .map_err(|_| too_late(&host, &format!("{tried}: no more of it came"), first_byte))?
            {
                let piece = piece.map_err(|error| Error::new(ErrorKind::Broken, &host, format!("{tried}: {error}")))?;
                verifier.update(&piece);
                progress(piece.len() as u64);
                let sent = timeout(first_byte, sender.send(Ok(piece)))
                    .await
                    .map_err(|_| too_late(&host, &format!("{tried}: no more of it was taken"), first_byte))?;
                if sent.is_err() {
                    // Nobody takes any more: the answer says why.
                    return Ok(());
                }
            }
            drop(sender);
            verifier.finish().map_err(&refused)
        };
        let (mut pump, mut sending) = (pin!(pump), pin!(self.transport.send_stream(request, body)));
        let answer = tokio::select! {
            answer = &mut sending => {
                let answer = answer?;
                // A registry may refuse before it has everything; what it takes is verified to the end.
                if answer.status().is_success() {
                    pump.await?;
                }
                answer
            }
            pumped = &mut pump => {
                pumped?;
                timeout(whole, sending)
                    .await
                    .map_err(|_| too_late(&host, &format!("{tried}: no answer came"), whole))??
            }
        };
        if matches!(answer.status().as_u16(), 200..=204) {
            return Ok(());
        }
        Err(self.transport.refuse(answer, &tried).await)
    }
}
