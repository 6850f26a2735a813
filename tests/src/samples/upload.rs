//! Puts samples into a registry (OCI distribution spec, "Pushing Manifests" and "Pushing Blobs").

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use onetag_shared::digest::Digest;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use url::Url;

use super::{Content, Sample};

/// A registry to fill.
#[derive(Clone, Debug)]
pub struct Destination {
    client: Client,
    base: Url,
}

/// What became of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uploaded {
    /// It was put there.
    New,
    /// It was there already.
    Present,
}

/// Why a sample could not be put there.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// No answer.
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    /// An answer that was not the hoped-for one.
    #[error("{what}: the registry answered {status}: {body}")]
    Refused {
        /// What was tried.
        what: String,
        /// The answer's status.
        status: StatusCode,
        /// The answer's text.
        body: String,
    },
    /// An upload session without an address.
    #[error("the registry opened an upload session, but its `Location` is missing or no address")]
    Location,
}

impl Destination {
    /// A registry at a URL such as `http://127.0.0.1:5000`; every request carries `authorization`, if there is one.
    ///
    /// # Panics
    /// If the value is not one of a header, or TLS cannot be set up.
    pub fn new(base: Url, authorization: Option<&str>) -> Self {
        let headers = authorization.map(|value| {
            let mut value = HeaderValue::from_str(value).expect("a header value");
            value.set_sensitive(true);
            HeaderMap::from_iter([(AUTHORIZATION, value)])
        });
        let client = crate::http::builder().default_headers(headers.unwrap_or_default());
        Self { client: client.build().expect("the TLS provider is installed"), base }
    }

    /// Puts a sample there, unless its tag holds it already.
    pub async fn put(&self, sample: &Sample) -> Result<Uploaded, UploadError> {
        let repository = &sample.repository;
        if self.holds(repository, &sample.tag, &sample.root).await? {
            return Ok(Uploaded::Present);
        }
        for blob in &sample.blobs {
            self.put_blob(repository, blob).await?;
        }
        for child in &sample.children {
            self.put_manifest(repository, child.digest.as_str(), child).await?;
        }
        self.put_manifest(repository, &sample.tag, &sample.root).await?;
        Ok(Uploaded::New)
    }

    /// Puts a manifest at a tag or digest.
    pub async fn put_manifest(&self, repository: &str, target: &str, manifest: &Content) -> Result<(), UploadError> {
        let request = self
            .client
            .put(self.url(repository, &format!("manifests/{target}")))
            .header(CONTENT_TYPE, manifest.media_type)
            .body(manifest.bytes.clone());
        send(format!("put {repository}:{target}"), request).await?;
        Ok(())
    }

    /// Puts a blob, unless it is there.
    pub async fn put_blob(&self, repository: &str, blob: &Content) -> Result<(), UploadError> {
        let there = self.client.head(self.url(repository, &format!("blobs/{}", blob.digest))).send().await?;
        if there.status().is_success() {
            return Ok(());
        }
        let what = format!("upload {} to {repository}", blob.digest);
        let session = send(what.clone(), self.client.post(self.url(repository, "blobs/uploads/"))).await?;
        let location = session.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let mut location = location.and_then(|text| self.base.join(text).ok()).ok_or(UploadError::Location)?;
        location.query_pairs_mut().append_pair("digest", blob.digest.as_str());
        let upload =
            self.client.put(location).header(CONTENT_TYPE, "application/octet-stream").body(blob.bytes.clone());
        send(what, upload).await?;
        Ok(())
    }

    async fn holds(&self, repository: &str, tag: &str, root: &Content) -> Result<bool, UploadError> {
        let url = self.url(repository, &format!("manifests/{tag}"));
        let answer = self.client.head(url).header(ACCEPT, root.media_type).send().await?;
        let digest = answer.headers().get("docker-content-digest").and_then(|value| value.to_str().ok());
        let digest: Option<Digest> = digest.and_then(|text| text.parse().ok());
        Ok(answer.status().is_success() && digest.as_ref() == Some(&root.digest))
    }

    fn url(&self, repository: &str, rest: &str) -> String {
        format!("{}/v2/{repository}/{rest}", self.base.as_str().trim_end_matches('/'))
    }
}

async fn send(what: String, request: RequestBuilder) -> Result<Response, UploadError> {
    let answer = request.send().await?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let body = answer.text().await.unwrap_or_default();
    Err(UploadError::Refused { what, status, body })
}
