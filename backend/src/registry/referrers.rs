//! What refers to a document, where a registry keeps that (distribution spec, "Listing Referrers" and "Pushing Manifests with
//! Subject").

use onetag_shared::{
    api::FoundBy,
    descriptor::Descriptor,
    digest::Digest,
    document::{MAX_DOCUMENT_BYTES, RawDocument},
    media_type::{MediaType, OCI_INDEX},
    reference::Reference,
    referrers::{Referrer, fallback_tag, listed, with_one_more},
};
use reqwest::{
    Method, Response,
    header::{CONTENT_TYPE, HeaderMap},
};

use super::{Client, Error, ErrorKind, client::Ask, link::next_query};

/// Pages that are read.
const MOST_PAGES: usize = 20;

/// How often an index at a fallback tag is written when others write it too.
const MOST_TRIES: usize = 4;

impl Client {
    /// What refers to a document of a repository: by the registry's own list, or where it keeps none by the index at the
    /// fallback tag; and by which of the two.
    pub async fn find_referrers(
        &self,
        repository: &Reference,
        subject: &Digest,
    ) -> Result<(Vec<Descriptor>, FoundBy), Error> {
        if let Some(listed) = self.listed_referrers(repository, subject).await? {
            return Ok((listed, FoundBy::Api));
        }
        let Some(tag) = fallback_tag(subject) else { return Ok((Vec::new(), FoundBy::FallbackTag)) };
        let index = self.index_at(&repository.repository_only().with_tag(tag)).await?;
        Ok((index.and_then(|index| listed(&index, subject)).unwrap_or_default(), FoundBy::FallbackTag))
    }

    /// The same, however it was found.
    pub async fn referrers(&self, repository: &Reference, subject: &Digest) -> Result<Vec<Descriptor>, Error> {
        Ok(self.find_referrers(repository, subject).await?.0)
    }

    /// `None` where the registry keeps no list.
    async fn listed_referrers(
        &self,
        repository: &Reference,
        subject: &Digest,
    ) -> Result<Option<Vec<Descriptor>>, Error> {
        let words = listing(repository, subject);
        let (mut all, mut query) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let Some(response) = self.ask_for_referrers(repository, subject, query.as_deref()).await? else {
                return Ok(None);
            };
            let next = next_query(response.headers()).filter(|next| Some(next) != query.as_ref());
            let body = self.transport.body(response, MAX_DOCUMENT_BYTES).await?;
            let page = RawDocument::new(MediaType::new(OCI_INDEX), body.to_vec());
            let Some(page) = listed(&page, subject) else {
                let words = format!("{words}: the answer is no index");
                return Err(Error::new(ErrorKind::Protocol, repository.registry().as_str(), words));
            };
            all.extend(page);
            query = next;
            if query.is_none() {
                return Ok(Some(all));
            }
        }
        let words = format!("{words}: there are more than {MOST_PAGES} pages");
        Err(Error::new(ErrorKind::TooLarge, repository.registry().as_str(), words))
    }

    /// A page of the registry's own list, the first without a query; `None` where it keeps none. Only an index that says
    /// that it is one is such a page.
    pub(super) async fn ask_for_referrers(
        &self,
        repository: &Reference,
        subject: &Digest,
        query: Option<&str>,
    ) -> Result<Option<Response>, Error> {
        let mut ask = Ask::read(Method::GET, repository, format!("referrers/{subject}"));
        ask.query = query.map(str::to_owned);
        let response = self.ask(ask).await?;
        match response.status().as_u16() {
            200 => {}
            400 | 404..=406 | 501 if query.is_none() => return Ok(None),
            _ => return Err(self.transport.refuse(response, &listing(repository, subject)).await),
        }
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_index = content_type.is_some_and(|text| MediaType::from_content_type(text).as_str() == OCI_INDEX);
        Ok(is_index.then_some(response))
    }

    /// What is at a tag of the registry itself; `None` when there is no such tag.
    async fn index_at(&self, tag: &Reference) -> Result<Option<RawDocument>, Error> {
        match self.own_manifest(tag, None).await {
            Ok(document) => Ok(Some(document)),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts a manifest that refers to another. A registry that keeps no list of such gets it into the index at the fallback
    /// tag, which others may be writing at the same time.
    pub async fn put_referrer(
        &self,
        repository: &Reference,
        document: &RawDocument,
        referrer: &Referrer,
    ) -> Result<(), Error> {
        let at = repository.repository_only().with_digest(document.digest().clone());
        let headers = self.put_and_see(&at, document, HeaderMap::new()).await?;
        if headers.contains_key("oci-subject") {
            return Ok(());
        }
        let Some(tag) = fallback_tag(&referrer.subject) else { return Ok(()) };
        let tag = repository.repository_only().with_tag(tag);
        let host = repository.registry().as_str();
        for _ in 0..MOST_TRIES {
            // What the tag leads to on some registries is the subject itself: then there is no index yet.
            let now = self.index_at(&tag).await?.filter(|now| *now.digest() != referrer.subject);
            if now.as_ref().is_some_and(|now| listed(now, &referrer.subject).is_none()) {
                let words = format!("{tag} is to list what refers to {}, and is something else", referrer.subject);
                return Err(Error::new(ErrorKind::Protocol, host, words));
            }
            let Some(grown) = with_one_more(now.as_ref(), &referrer.descriptor) else { return Ok(()) };
            self.put_manifest(&tag, &grown).await?;
        }
        let words = format!("listing {} at {tag}: others go on changing it", document.digest());
        Err(Error::new(ErrorKind::Protocol, host, words))
    }
}

/// What is tried, for an error.
fn listing(repository: &Reference, subject: &Digest) -> String {
    format!("listing what refers to {subject} in {}", repository.repo())
}
