//! Blobs: looked for, and fetched when small.

use bytes::Bytes;
use onetag_shared::{descriptor::Descriptor, digest::Digest, document::MAX_DOCUMENT_BYTES, reference::Reference};
use reqwest::Method;

use super::{Client, Error, ErrorKind, client::Ask, settings::Mirror};

impl Client {
    /// Is this blob in a repository? Asked as somebody who will push there, so that one token does for both.
    pub async fn has_blob(&self, repository: &Reference, digest: &Digest) -> Result<bool, Error> {
        let response = self.ask(Ask::write(Method::HEAD, repository, format!("blobs/{digest}"))).await?;
        match response.status().as_u16() {
            200..=299 => Ok(true),
            // Some registries know no HEAD for blobs, or no repository that has nothing yet: then it is sent.
            404 | 405 => Ok(false),
            _ => {
                let tried = format!("looking for {} in {}", digest.short(), repository.repo());
                Err(self.transport.refuse(response, &tried).await)
            }
        }
    }

    /// A small blob such as a config, of at most 4 MiB, verified; by the mirrors first.
    pub async fn blob(&self, repository: &Reference, descriptor: &Descriptor) -> Result<Bytes, Error> {
        for place in self.mirrors(repository, Mirror::blob) {
            match self.own_blob(&place, descriptor).await {
                Ok(bytes) => return Ok(bytes),
                Err(error) => self.pass_over(&place, &error),
            }
        }
        self.own_blob(repository, descriptor).await
    }

    pub(super) async fn own_blob(&self, repository: &Reference, descriptor: &Descriptor) -> Result<Bytes, Error> {
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
}
