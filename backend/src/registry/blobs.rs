//! Blobs: fetched when small.

use bytes::Bytes;
use onetag_shared::{descriptor::Descriptor, document::MAX_DOCUMENT_BYTES, reference::Reference};
use reqwest::Method;

use super::{Client, Error, ErrorKind, client::Ask};

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
}
