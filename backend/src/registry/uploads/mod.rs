//! Blobs that are brought into a repository: mounted, or copied through.

mod copy;
mod source;
mod target;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytes::Bytes;
use onetag_shared::{
    descriptor::Descriptor,
    digest::{Digest, VerifyError},
    reference::Reference,
};
use reqwest::{
    Method, Response,
    header::{CONTENT_LENGTH, HeaderValue},
};
use tokio::{sync::mpsc, time::timeout};
use url::Url;

pub(super) use self::source::starts_at;
use self::source::{By, Source};
pub(super) use self::target::completed;
use super::{
    Client, Error, ErrorKind,
    auth::Scope,
    client::Ask,
    manifests::content_digest,
    transport::{Request, next_hop, too_late},
};

/// What a copy brings in a second at the very least, in bytes: a peer that drips is not followed for ever.
const SLOWEST: u64 = 16 * 1024;
/// How long an upload that nobody needs any more is worth a request.
const PARTING: Duration = Duration::from_secs(5);

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
    /// Pieces that are not the last may not be smaller than this, in bytes (`OCI-Chunk-Min-Length`).
    least: u64,
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

    /// Reads a blob piece by piece, as long as somebody takes the pieces; through interruptions, as copies are. Once all of
    /// it was read it is known to have the digest: of what was taken before that, nothing is.
    pub async fn read_blob(
        &self,
        from: &Reference,
        descriptor: &Descriptor,
        pieces: &mpsc::Sender<Bytes>,
    ) -> Result<(), Error> {
        let tried = format!("reading {} of {}", descriptor.digest.short(), from.repo());
        let mut source = Source::new(self, from, descriptor, &tried, By::Mirrors)?;
        while let Some(piece) = source.next(descriptor.size).await? {
            if pieces.send(piece).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Fills an open upload with a blob of another repository, streamed and verified: the upload is completed only when
    /// all of it together has the digest. A connection that breaks is made again, and the copy goes on where it was, as far
    /// as the registries let it. `progress` gets how many bytes more the target has. An upload that comes to nothing is
    /// cancelled.
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
        let whole = self.transport.timeouts().whole;
        let patience = whole.saturating_add(Duration::from_secs(descriptor.size / SLOWEST));
        let repository = upload.repository.clone();
        let told = AtomicU64::new(0);
        let tell = |more| {
            told.fetch_add(more, Ordering::Relaxed);
            progress(more);
        };
        let copy = copy::Copy::new(self, from, upload, descriptor, &tell, &tried, By::Mirrors)?;
        let Err((error, is_mirrored)) = self.carry(copy, from, &tried, patience).await else { return Ok(()) };
        if !(is_mirrored && matches!(error.kind, ErrorKind::Document(_))) {
            return Err(error);
        }
        // What a mirror sent is not the blob: it is read at the registry itself, from the beginning.
        let upload = self.open_upload(&repository, &descriptor.digest).await?;
        let known = AtomicU64::new(told.load(Ordering::Relaxed));
        let tell = |more: u64| {
            let rest = known.load(Ordering::Relaxed).min(more);
            known.fetch_sub(rest, Ordering::Relaxed);
            progress(more - rest);
        };
        let copy = copy::Copy::new(self, from, upload, descriptor, &tell, &tried, By::Registry)?;
        self.carry(copy, from, &tried, patience).await.map_err(|(error, _)| error)
    }

    /// Runs a copy to its end, and cancels the upload of one that comes to nothing. With the error it is told whether some of
    /// the blob came from a mirror.
    async fn carry(
        &self,
        mut copy: copy::Copy<'_>,
        from: &Reference,
        tried: &str,
        patience: Duration,
    ) -> Result<(), (Error, bool)> {
        let outcome = timeout(patience, copy.run()).await.unwrap_or_else(|_| {
            Err(too_late(from.registry().as_str(), &format!("{tried}: it did not come to an end"), patience))
        });
        let Err(error) = outcome else { return Ok(()) };
        let is_mirrored = copy.is_mirrored();
        self.cancel(copy.into_upload()).await;
        Err((error, is_mirrored))
    }

    /// Tells the registry that it can forget an upload: did it? Most forget by themselves in time, so it is asked once.
    pub async fn cancel(&self, upload: Upload) -> bool {
        let request = Request::new(upload.repository.registry(), Method::DELETE, upload.location.clone());
        let answer = timeout(PARTING, self.send(&upload.repository, request, &upload.scopes())).await;
        matches!(answer, Ok(Ok(response)) if response.status().is_success())
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
    let least = response.headers().get("oci-chunk-min-length");
    let least = least.and_then(|value| value.to_str().ok()?.trim().parse().ok()).unwrap_or_default();
    Ok(Upload { repository: repository.clone(), location, least })
}
