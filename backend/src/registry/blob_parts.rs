//! Parts of blobs.

use std::ops::Range;

use bytes::Bytes;
use onetag_shared::{descriptor::Descriptor, reference::Reference};
use reqwest::{
    Method, StatusCode,
    header::{HeaderValue, RANGE},
};

use super::{Client, Error, ErrorKind, client::Ask, settings::Mirror, uploads::starts_at};

impl Client {
    /// These bytes of a blob, by the mirrors first. Nothing tells whether they are the blob's: only the whole of it has a
    /// digest. A registry that knows no ranges is an error, and not read.
    pub async fn blob_part(
        &self,
        repository: &Reference,
        descriptor: &Descriptor,
        part: Range<u64>,
    ) -> Result<Bytes, Error> {
        for place in self.mirrors(repository, Mirror::blob) {
            match self.own_blob_part(&place, descriptor, &part).await {
                Ok(bytes) => return Ok(bytes),
                Err(error) => self.pass_over(&place, &error),
            }
        }
        self.own_blob_part(repository, descriptor, &part).await
    }

    async fn own_blob_part(
        &self,
        repository: &Reference,
        descriptor: &Descriptor,
        part: &Range<u64>,
    ) -> Result<Bytes, Error> {
        let length = usize::try_from(part.end.saturating_sub(part.start)).unwrap_or(usize::MAX);
        if length == 0 {
            return Ok(Bytes::new());
        }
        let tried = format!("reading a part of {} of {}", descriptor.digest.short(), repository.repo());
        let mut ask = Ask::read(Method::GET, repository, format!("blobs/{}", descriptor.digest));
        let range = format!("bytes={}-{}", part.start, part.end - 1);
        ask.headers.insert(RANGE, HeaderValue::from_str(&range).expect("digits are a header"));
        let response = self.ask(ask).await?;
        if !Self::is_ok(&response) {
            return Err(self.transport.refuse(response, &tried).await);
        }
        let protocol =
            |words: &str| Error::new(ErrorKind::Protocol, repository.registry().as_str(), format!("{tried}: {words}"));
        if response.status() != StatusCode::PARTIAL_CONTENT || !starts_at(&response, part.start) {
            return Err(protocol("it sent something else than that part"));
        }
        let body = self.transport.body(response, length).await?;
        if body.len() == length { Ok(body) } else { Err(protocol("it sent less than that part")) }
    }
}
