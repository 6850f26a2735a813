//! What repositories a registry has.

use onetag_shared::reference::Reference;
use reqwest::Method;

use super::{
    Client, Error, ErrorKind,
    auth::Scope,
    link::next_query,
    tags::{MAX_PAGE, MOST_ASKED},
    transport::Request,
};

/// One page of the names of repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CataloguePage {
    /// Names within the registry, as it has them: they may be anything.
    pub names: Vec<String>,
    /// For the next page; `None` on the last.
    pub next: Option<String>,
}

impl Client {
    /// One page (distribution, "Catalog"), with the login for a repository of the registry. `None` where the registry does
    /// not tell, or not us. The cursor is the query of the registry's own `Link`, as for tags.
    pub async fn catalogue(&self, beside: &Reference, cursor: Option<&str>) -> Result<Option<CataloguePage>, Error> {
        #[derive(serde::Deserialize)]
        struct Catalogue {
            repositories: Option<Vec<Option<String>>>,
        }
        let registry = beside.registry();
        self.transport.find_scheme(registry).await?;
        let query = cursor.map_or_else(|| format!("n={MOST_ASKED}"), str::to_owned);
        let mut url = self
            .transport
            .base(registry)?
            .join("_catalog")
            .map_err(|error| Error::new(ErrorKind::Protocol, registry.as_str(), error.to_string()))?;
        url.set_query(Some(&query));
        let scopes = std::iter::once(Scope::catalogue()).collect();
        let response = self.send(beside, Request::new(registry, Method::GET, url), &scopes).await?;
        if matches!(response.status().as_u16(), 400..=428 | 430..=499 | 501) {
            return Ok(None);
        }
        if !Self::is_ok(&response) {
            return Err(self.transport.refuse(response, &format!("listing the repositories of {registry}")).await);
        }
        let next = next_query(response.headers()).filter(|next| *next != query);
        let body = self.transport.body(response, MAX_PAGE).await?;
        // Behind this path some have a page for people.
        let Ok(page) = serde_json::from_slice::<Catalogue>(&body) else { return Ok(None) };
        Ok(Some(CataloguePage { names: page.repositories.unwrap_or_default().into_iter().flatten().collect(), next }))
    }
}
