//! Manifests: looked up, fetched, put.

use onetag_shared::{
    descriptor::Descriptor,
    digest::{Digest, VerifyError},
    document::{DocumentError, MAX_DOCUMENT_BYTES, RawDocument, recognise},
    media_type::{ACCEPT, MediaType},
    reference::Reference,
};
use reqwest::{
    Method, Response,
    header::{ACCEPT as ACCEPT_HEADER, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, IF_MATCH, IF_NONE_MATCH},
};

use super::{Client, Error, ErrorKind, auth::Scope, client::Ask, settings::Mirror};

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Digest of the document.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
}

impl Client {
    /// What a reference names, as [`Client::resolve`] has it, but by the mirrors first: what a pull would get. It may be
    /// what was there a while ago, and guards nothing.
    pub async fn resolve_for_reading(&self, reference: &Reference) -> Result<Option<Resolved>, Error> {
        for place in self.mirrors(reference, Mirror::manifest) {
            match self.resolve(&place).await {
                Ok(Some(resolved)) => return Ok(Some(resolved)),
                // What a mirror does not have is looked for where it comes from.
                Ok(None) => {}
                Err(error) => self.pass_over(&place, &error),
            }
        }
        self.resolve(reference).await
    }

    /// What a reference names at the registry itself, by one `HEAD`; `None` when there is no such tag or repository.
    /// Registries that refuse `HEAD`, know nothing of it or leave out what it should tell are asked with `GET`: a tag that
    /// is only said to be absent would be overwritten. Where nothing is expected, [`Client::resolve_by_get`] is one request.
    pub async fn resolve(&self, reference: &Reference) -> Result<Option<Resolved>, Error> {
        let response = self.ask(manifest(Method::HEAD, reference)).await?;
        match response.status().as_u16() {
            200 => {
                if let Some(resolved) = resolved(response.headers()) {
                    return named(reference, resolved).map(Some);
                }
            }
            403..=405 => {}
            _ => return Err(self.transport.refuse(response, &format!("looking up {reference}")).await),
        }
        self.resolve_by_get(reference).await
    }

    /// The same by one `HEAD` and nothing more, for names that are only guessed: `None`, too, where there is no telling.
    pub async fn peek(&self, reference: &Reference) -> Result<Option<Resolved>, Error> {
        let response = self.ask(manifest(Method::HEAD, reference)).await?;
        match response.status().as_u16() {
            200 => Ok(resolved(response.headers())),
            // What is private is often said to be so whether it is there or not.
            400..=428 | 430..=499 => Ok(None),
            _ => Err(self.transport.refuse(response, &format!("looking up {reference}")).await),
        }
    }

    /// The same by one `GET`, which registries count against a quota of pulls only when there is something.
    pub async fn resolve_by_get(&self, reference: &Reference) -> Result<Option<Resolved>, Error> {
        match self.own_manifest(reference, None).await {
            Ok(document) => Ok(Some(Resolved {
                digest: document.digest().clone(),
                media_type: document.media_type().to_string(),
                size: document.bytes().len() as u64,
            })),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The document that a reference names, by the mirrors first. Its bytes have the digest that it was asked by, and the
    /// one that the registry says they have.
    pub async fn manifest(&self, reference: &Reference, expected: Option<&Descriptor>) -> Result<RawDocument, Error> {
        for place in self.mirrors(reference, Mirror::manifest) {
            match self.own_manifest(&place, expected).await {
                Ok(document) => return Ok(document),
                Err(error) => self.pass_over(&place, &error),
            }
        }
        self.own_manifest(reference, expected).await
    }

    pub(super) async fn own_manifest(
        &self,
        reference: &Reference,
        expected: Option<&Descriptor>,
    ) -> Result<RawDocument, Error> {
        let response = self.ask(manifest(Method::GET, reference)).await?;
        if !response.status().is_success() {
            return Err(self.transport.refuse(response, &format!("getting {reference}")).await);
        }
        let host = reference.registry().as_str();
        let content_type =
            response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        if content_type.as_deref().is_some_and(|text| text.to_ascii_lowercase().starts_with("text/html")) {
            return Err(Error::new(
                ErrorKind::Protocol,
                host,
                format!("getting {reference}: it answered with a web page"),
            ));
        }
        let claimed = content_digest(response.headers());
        let body = self.transport.body(response, MAX_DOCUMENT_BYTES).await?;
        let recognised = recognise(expected, content_type.as_deref(), body.clone(), reference.digest());
        // Bytes that have the digest are what was asked for: that the list says another size or type of them is the list's
        // fault, and what checks say of it.
        let recognised = match recognised {
            Err(DocumentError::Size { .. } | DocumentError::Contradiction { .. }) if reference.digest().is_some() => {
                recognise(None, content_type.as_deref(), body, reference.digest())
            }
            recognised => recognised,
        };
        let recognised = recognised.map_err(|error| refused(host, format!("getting {reference}: {error}"), error))?;
        if let Some((claimed, actual)) = claimed.and_then(|claimed| lie(&claimed, recognised.bytes())) {
            let words = format!("getting {reference}: it says the digest is {claimed}, but it is {actual}");
            return Err(refused(host, words, VerifyError::Mismatch { expected: claimed, actual }.into()));
        }
        Ok(recognised)
    }

    /// Puts a document at a tag or under its digest.
    pub async fn put_manifest(&self, target: &Reference, document: &RawDocument) -> Result<(), Error> {
        self.put_and_see(target, document, HeaderMap::new()).await.map(drop)
    }

    /// Puts a document at a tag that holds this, or nothing. A registry that honours that is told so: then its answer is 412
    /// when the tag holds something else by now (RFC 9110, sections 13.1.1 and 13.1.2).
    pub async fn put_tag(&self, tag: &Reference, document: &RawDocument, seen: Option<&Digest>) -> Result<(), Error> {
        self.put_and_see(tag, document, self.on_condition(tag, seen)).await.map(drop)
    }

    /// What tells a registry that honours it what a tag must hold; nothing for one that is not known to.
    fn on_condition(&self, tag: &Reference, seen: Option<&Digest>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if self.settings(tag.registry()).if_match.value {
            match seen.map(|digest| HeaderValue::from_str(&format!("\"{digest}\""))) {
                Some(Ok(value)) => drop(headers.insert(IF_MATCH, value)),
                // No digest has a character that a header cannot have.
                Some(Err(_)) => {}
                None => drop(headers.insert(IF_NONE_MATCH, HeaderValue::from_static("*"))),
            }
        }
        headers
    }

    /// The same, with more headers, and with what the registry answered.
    pub(super) async fn put_and_see(
        &self,
        target: &Reference,
        document: &RawDocument,
        headers: HeaderMap,
    ) -> Result<HeaderMap, Error> {
        let mut ask = Ask::write(Method::PUT, target, format!("manifests/{}", target.target()));
        ask.headers = headers;
        if let Ok(value) = HeaderValue::from_str(document.media_type().as_str()) {
            ask.headers.insert(CONTENT_TYPE, value);
        }
        ask.body = document.bytes().to_vec().into();
        let response = self.ask(ask).await?;
        if !matches!(response.status().as_u16(), 200..=202) {
            return Err(self.transport.refuse(response, &format!("putting {target}")).await.of_put());
        }
        let stored = content_digest(response.headers()).and_then(|stored| lie(&stored, document.bytes()));
        if let Some((stored, put)) = stored {
            let host = target.registry().as_str();
            let words = format!("putting {target}: it stored {stored} instead of {put}");
            return Err(refused(host, words, VerifyError::Mismatch { expected: put, actual: stored }.into()));
        }
        Ok(response.headers().clone())
    }

    /// Deletes what a reference names: a tag, which leaves what it points to (OCI distribution spec 1.1, "Deleting tags"), or
    /// by its digest a manifest, with every tag that points to it. Well, too, when there is no such thing.
    ///
    /// `seen` is what a tag held. A registry that honours that is told so, as by [`Client::put_tag`]; what is deleted by its
    /// digest is never anything else.
    pub async fn delete(&self, reference: &Reference, seen: Option<&Digest>) -> Result<(), Error> {
        let mut ask = Ask::write(Method::DELETE, reference, format!("manifests/{}", reference.target()));
        if let Some(seen) = seen.filter(|_| reference.digest().is_none()) {
            ask.headers = self.on_condition(reference, Some(seen));
        }
        ask.scopes = vec![Scope::delete(reference)];
        let response = self.ask(ask).await?;
        match response.status().as_u16() {
            200..=299 | 404 => Ok(()),
            _ => {
                let error = self.transport.refuse(response, &format!("deleting {reference}")).await;
                Err(if reference.digest().is_none() { error.of_tag_delete() } else { error })
            }
        }
    }

    /// The media type and digest of an answer, for what is answered by `HEAD`.
    pub(super) fn is_ok(response: &Response) -> bool {
        response.status().is_success()
    }
}

fn manifest(method: Method, reference: &Reference) -> Ask<'_> {
    let mut ask = Ask::read(method, reference, format!("manifests/{}", reference.target()));
    ask.headers.insert(ACCEPT_HEADER, HeaderValue::from_static(ACCEPT));
    ask
}

/// A document that is not what it should be.
fn refused(host: &str, words: String, error: DocumentError) -> Error {
    Error::new(ErrorKind::Document(error), host, words)
}

/// The digest that was named and the one that these bytes have by the same algorithm, where the two differ. One of an
/// algorithm that is not known here is let be.
fn lie(named: &Digest, bytes: &[u8]) -> Option<(Digest, Digest)> {
    match named.verify(bytes) {
        Err(VerifyError::Mismatch { expected, actual }) => Some((expected, actual)),
        _ => None,
    }
}

/// What a reference with a digest names has that digest. One of another algorithm cannot be compared without the bytes.
fn named(reference: &Reference, resolved: Resolved) -> Result<Resolved, Error> {
    match reference.digest() {
        Some(asked) if asked.algorithm_name() == resolved.digest.algorithm_name() && *asked != resolved.digest => {
            let words =
                format!("looking up {reference}: it says that this is {}, but {asked} was asked for", resolved.digest);
            let error = VerifyError::Mismatch { expected: asked.clone(), actual: resolved.digest };
            Err(refused(reference.registry().as_str(), words, error.into()))
        }
        _ => Ok(resolved),
    }
}

pub(super) fn content_digest(headers: &HeaderMap) -> Option<Digest> {
    headers.get("docker-content-digest")?.to_str().ok()?.parse().ok()
}

fn resolved(headers: &HeaderMap) -> Option<Resolved> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    Some(Resolved {
        digest: content_digest(headers)?,
        media_type: MediaType::from_content_type(text(CONTENT_TYPE)?).to_string(),
        size: text(CONTENT_LENGTH)?.parse().ok()?,
    })
}
