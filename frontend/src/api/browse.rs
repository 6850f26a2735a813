//! What is in a repository, and what is like it.

use onetag_shared::{
    api::{Problem, Repositories, Siblings, TagPage, paths},
    reference::{Reference, Registry},
};

use super::{Abort, encoded, get, read, with_query};

/// Names that are asked for at once.
const PAGE: usize = 10_000;

/// The names of tags: as many as the registry sends at once, from where the page before ended.
pub(crate) async fn tag_names(repository: &Reference, cursor: Option<&str>, abort: &Abort) -> Result<TagPage, Problem> {
    let mut url = format!("{}&limit={PAGE}", with_query(paths::TAGS, "repo", &repository.to_string()));
    if let Some(cursor) = cursor {
        url.push_str("&cursor=");
        url.push_str(&encoded(cursor));
    }
    read(get(&url).abort_signal(Some(abort.signal()))).await
}

/// What some tags hold.
pub(crate) async fn tag_summaries(repository: &Reference, tags: &[String], abort: &Abort) -> Result<TagPage, Problem> {
    // No tag has a character that an address cannot have.
    let url = format!("{}&tags={}", with_query(paths::TAGS, "repo", &repository.to_string()), tags.join(","));
    read(get(&url).abort_signal(Some(abort.signal()))).await
}

/// What repositories a registry has; as it told not long ago, or as it tells now.
pub(crate) async fn repositories(registry: &Registry, fresh: bool, abort: &Abort) -> Result<Repositories, Problem> {
    let mut url = with_query(paths::REPOSITORIES, "registry", registry.as_str());
    if fresh {
        url.push_str("&fresh=true");
    }
    read(get(&url).abort_signal(Some(abort.signal()))).await
}

/// What looks like the same application for other machines.
pub(crate) async fn siblings(reference: &Reference) -> Result<Siblings, Problem> {
    read(get(&with_query(paths::SIBLINGS, "ref", &reference.to_string()))).await
}
