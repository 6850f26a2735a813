//! Tags of a repository.

use onetag_shared::reference::Reference;
use reqwest::{Method, header::LINK};

use super::{Client, Error, ErrorKind, client::Ask};

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
    /// One page. The cursor is the registry's own: the query of its `Link` to the next page, never another address.
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
        let response = self.ask(Ask::read(Method::GET, repository, format!("tags/list?{query}"))).await?;
        if !Self::is_ok(&response) {
            return Err(self.transport.refuse(response, &format!("listing the tags of {}", repository.repo())).await);
        }
        let next = response
            .headers()
            .get(LINK)
            .and_then(|value| value.to_str().ok())
            .and_then(next_query)
            // A page that leads to itself would go on for ever.
            .filter(|next| Some(next.as_str()) != cursor);
        let body = self.transport.body(response, MAX_PAGE).await?;
        let page: Tags = serde_json::from_slice(&body).map_err(|error| {
            let words = format!("listing the tags of {}: the answer cannot be read: {error}", repository.repo());
            Error::new(ErrorKind::Protocol, repository.registry().as_str(), words)
        })?;
        Ok(TagsPage { tags: page.tags.unwrap_or_default().into_iter().flatten().collect(), next })
    }
}

/// The query of the link with `rel=next`.
fn next_query(header: &str) -> Option<String> {
    header.split(',').find_map(|link| {
        let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = parameters
            .split(';')
            .any(|parameter| parameter.trim().strip_prefix("rel=").is_some_and(|rel| rel.trim_matches('"') == "next"));
        is_next.then(|| address.split_once('?').map(|(_, query)| query.to_owned())).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::next_query;

    #[test]
    fn the_next_page_is_found_in_every_form_of_link() {
        for (header, query) in [
            (r#"</v2/a/tags/list?n=2&last=b>; rel="next""#, Some("n=2&last=b")),
            ("<https://elsewhere.example/v2/a/tags/list?last=b>; rel=next", Some("last=b")),
            (r#"</v2/a?x=1>; rel="prev", </v2/a?x=2>; title=t; rel="next""#, Some("x=2")),
            (r#"</v2/a?x=1>; rel="prev""#, None),
            ("nonsense", None),
        ] {
            assert_eq!(next_query(header).as_deref(), query, "{header}");
        }
    }
}
