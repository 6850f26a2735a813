//! What a token is asked for: resources and actions (distribution "Token Scope Documentation").

use std::{collections::BTreeSet, fmt};

use onetag_shared::reference::Reference;

/// What a request needs to be allowed: a resource and actions on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    /// Type and name: `repository:demo/app`.
    resource: String,
    actions: BTreeSet<String>,
}

impl Scope {
    fn repository(repository: &Reference, actions: &[&str]) -> Self {
        Self {
            resource: format!("repository:{}", repository.repository()),
            actions: actions.iter().map(|&action| action.to_owned()).collect(),
        }
    }

    /// To read a repository.
    pub(crate) fn pull(repository: &Reference) -> Self {
        Self::repository(repository, &["pull"])
    }

    /// To write to a repository, which takes reading it too.
    pub(crate) fn push(repository: &Reference) -> Self {
        Self::repository(repository, &["pull", "push"])
    }

    /// To be told what repositories there are.
    pub(crate) fn catalogue() -> Self {
        Self { resource: "registry:catalog".to_owned(), actions: BTreeSet::from(["*".to_owned()]) }
    }

    /// To take something out of a repository.
    pub(crate) fn delete(repository: &Reference) -> Self {
        Self::repository(repository, &["delete", "pull", "push"])
    }

    /// `type:name:action,action`, as challenges name it. A name may have a colon in it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (resource, actions) = text.rsplit_once(':')?;
        let (kind, name) = resource.split_once(':')?;
        let actions: BTreeSet<String> =
            actions.split(',').filter(|action| !action.is_empty()).map(str::to_owned).collect();
        (!kind.is_empty() && !name.is_empty() && !actions.is_empty())
            .then(|| Self { resource: resource.to_owned(), actions })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let actions = self.actions.iter().map(String::as_str).collect::<Vec<_>>().join(",");
        write!(f, "{}:{actions}", self.resource)
    }
}

/// Scopes, each resource once: asking for one twice loses actions at some registries. The first is the one that matters
/// most (the destination of a mount) and stays first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ScopeSet(Vec<Scope>);

impl ScopeSet {
    /// How many a registry may ask for at once.
    pub(crate) const MOST: usize = 16;

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Scope> {
        self.0.iter()
    }

    /// These, and those too.
    pub(crate) fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).cloned().collect()
    }

    fn add(&mut self, scope: Scope) {
        match self.0.iter_mut().find(|known| known.resource == scope.resource) {
            Some(known) => known.actions.extend(scope.actions),
            None => self.0.push(scope),
        }
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        let mut set = Self::default();
        scopes.into_iter().for_each(|scope| set.add(scope));
        set
    }
}

/// Joined by spaces, as one `scope` parameter of a form has them.
impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scopes: Vec<String> = self.iter().map(ToString::to_string).collect();
        f.write_str(&scopes.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(scopes: &str) -> ScopeSet {
        scopes.split_ascii_whitespace().filter_map(Scope::parse).collect()
    }

    #[test]
    fn a_resource_is_named_once_and_the_order_stays() {
        for (scopes, expected) in [
            ("repository:b:push,pull repository:a:pull", "repository:b:pull,push repository:a:pull"),
            ("repository:a:pull repository:a:push repository:a:pull", "repository:a:pull,push"),
            ("repository:a:pull repository:b:pull repository:a:delete", "repository:a:delete,pull repository:b:pull"),
            ("registry:catalog:*", "registry:catalog:*"),
            ("repository:host:5000/a:pull", "repository:host:5000/a:pull"),
            ("repository::pull repository:a: a :: pull", ""),
        ] {
            assert_eq!(set(scopes).to_string(), expected, "{scopes}");
        }
    }

    #[test]
    fn a_union_keeps_what_was_there_first() {
        let union = set("repository:b:pull").union(&set("repository:a:pull repository:b:push"));
        assert_eq!(union.to_string(), "repository:b:pull,push repository:a:pull");
    }
}
