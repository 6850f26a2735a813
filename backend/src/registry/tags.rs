//! Tags of a repository.

use onetag_shared::reference::Reference;
use reqwest::Method;

use super::{Client, Error, ErrorKind, client::Ask, link::next_query};

/// Largest page that is read.
const MAX_PAGE: usize = 4 * 1024 * 1024;

/// One page of tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagsPage {
    /// Tags, in the registry's order.
    pub tags: Vec<String>,
    /// For the next page; `None` on the last.
    pub next: Option<String>,
}

impl Client {
    /// One page. The cursor is the registry's own: the query of its `Link` to the next page. Whatever is in it, it stays
    /// the query of an address that we made.
    pub async fn tags(
        &self,
        repository: &Reference,
        page_size: usize,
        cursor: Option<&str>,
    ) -> Result<TagsPage, Error> {
        #[derive(serde::Deserialize)]
        struct Tags {
            // `null` for none, and holes, are seen in the wild.
            tags: Option<Vec<Option<String>>>,
        }
        let query = cursor.map_or_else(|| format!("n={page_size}"), str::to_owned);
        let mut ask = Ask::read(Method::GET, repository, "tags/list".to_owned());
        ask.query = Some(query.clone());
        let response = self.ask(ask).await?;
        if !Self::is_ok(&response) {
            return Err(self.transport.refuse(response, &format!("listing the tags of {}", repository.repo())).await);
        }
        // A page that leads to itself would go on for ever.
        let next = next_query(response.headers()).filter(|next| *next != query);
        let body = self.transport.body(response, MAX_PAGE).await?;
        let page: Tags = serde_json::from_slice(&body).map_err(|error| {
            let words = format!("listing the tags of {}: the answer cannot be read: {error}", repository.repo());
            Error::new(ErrorKind::Protocol, repository.registry().as_str(), words)
        })?;
        Ok(TagsPage { tags: page.tags.unwrap_or_default().into_iter().flatten().collect(), next })
    }
}
