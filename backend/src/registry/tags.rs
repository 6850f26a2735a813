//! Tags of a repository.

use onetag_shared::reference::Reference;
use reqwest::Method;

use super::{Client, Error, ErrorKind, client::Ask, link::next_query};

/// Largest page that is read.
pub(super) const MAX_PAGE: usize = 4 * 1024 * 1024;

/// Names that are asked for at once: some registries refuse more.
pub(super) const MOST_ASKED: usize = 1000;

/// One page of tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagsPage {
    /// Tags, in the registry's order.
    pub tags: Vec<String>,
    /// For the next page; `None` on the last.
    pub next: Option<String>,
}

impl Client {
    /// One page, of no more tags than `page_size`; no more than 1000 are asked for. The cursor is the registry's own: the
    /// query of its `Link` to the next page. Whatever is in it, it stays the query of an address that we made. Registries that know nothing of pages send all
    /// they have: then the cursor also says how many of these were told before.
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
        let (told, query) = match cursor.map(rest_of) {
            Some((told, query)) => (told, query.to_owned()),
            None => (0, format!("n={}", page_size.min(MOST_ASKED))),
        };
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
        let mut tags: Vec<String> = page.tags.unwrap_or_default().into_iter().flatten().skip(told).collect();
        if tags.len() <= page_size {
            return Ok(TagsPage { tags, next });
        }
        tags.truncate(page_size);
        Ok(TagsPage { tags, next: Some(format!("{TOLD}{}&{query}", told.saturating_add(page_size))) })
    }
}

/// Begins a cursor into an answer that is longer than a page.
const TOLD: &str = "told=";

/// How many tags of an answer were told before, and the query that gets that answer.
fn rest_of(cursor: &str) -> (usize, &str) {
    let told = cursor.strip_prefix(TOLD).and_then(|rest| rest.split_once('&'));
    told.and_then(|(told, query)| Some((told.parse().ok()?, query))).unwrap_or((0, cursor))
}
