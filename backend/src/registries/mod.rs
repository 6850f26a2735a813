//! Registries as people see them: what is known of each, who says so, and what is set by the API.

mod test;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use onetag_shared::{
    api::{Problem, ProblemCode, RegistryInfo, RegistryList, RegistryOptions, Setting},
    reference::Registry,
};
use tokio::sync::Mutex;

use crate::{
    clock::Clock,
    db::{Database, DatabaseError},
    push::internal,
    registry::{
        Client, Credential,
        settings::{ApiOptions, OptionsError, Settings, Sourced, key},
    },
};

/// What is known of registries; cheap to clone.
#[derive(Clone, Debug)]
pub struct Registries {
    client: Client,
    settings: Arc<Settings>,
    database: Database,
    clock: Arc<dyn Clock>,
    /// Held while the database and what is known here are made the same.
    changing: Arc<Mutex<()>>,
}

impl Registries {
    /// With what was set before. What of it cannot be read is left out, and told in the log.
    pub async fn start(
        client: Client,
        settings: Arc<Settings>,
        database: Database,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DatabaseError> {
        let registries = Self { client, settings, database, clock, changing: Arc::default() };
        registries.read().await?;
        Ok(registries)
    }

    /// Takes in what other servers on the same database have set meanwhile. When that cannot be read, what is known counts.
    pub async fn refresh(&self) {
        if let Err(error) = self.read().await {
            tracing::warn!(%error, "what was set for registries cannot be looked up");
        }
    }

    async fn read(&self) -> Result<(), DatabaseError> {
        let _changing = self.changing.lock().await;
        let mut gone = self.settings.set_by_api();
        let mut all_were_read = true;
        for row in self.database.registry_settings().all().await? {
            let set = row.and_then(|(registry, options)| {
                let known = gone.remove(&key(&registry));
                if known.is_some_and(|(_, known)| known == options) {
                    return Ok(());
                }
                let options = options.try_into().map_err(|error: OptionsError| DatabaseError::Row {
                    table: "registry_settings",
                    row: registry.to_string(),
                    column: "options",
                    problem: error.to_string(),
                })?;
                self.settings.set(&registry, Some(options));
                self.client.forget(&registry);
                Ok(())
            });
            if let Err(error) = set {
                all_were_read = false;
                tracing::error!(%error, "the settings of a registry do not count");
            }
        }
        // What cannot be read is not taken for deleted: what was pinned before stays so.
        for (registry, _) in gone.into_values().filter(|_| all_were_read) {
            self.settings.set(&registry, None);
            self.client.forget(&registry);
        }
        Ok(())
    }

    /// Every registry that something is known of.
    pub fn list(&self) -> RegistryList {
        let mut known = self.settings.named();
        for registry in self.client.limited() {
            known.entry(key(&registry)).or_insert(registry);
        }
        let mut registries: Vec<Registry> = known.into_values().collect();
        registries.sort();
        RegistryList {
            registries: registries.iter().map(|registry| self.info(registry)).collect(),
            short_names: self.settings.short_names().to_vec(),
            problems: self.settings.problems().iter().map(|problem| setting(problem, Clone::clone)).collect(),
        }
    }

    /// What holds for one.
    pub fn info(&self, registry: &Registry) -> RegistryInfo {
        let settings = self.settings.of(registry);
        RegistryInfo {
            host: registry.to_string(),
            scheme: setting(&settings.scheme, Clone::clone),
            skip_verify: setting(&settings.skip_verify, Clone::clone),
            authorities: settings
                .authorities
                .iter()
                .map(|authority| setting(authority, crate::registry::settings::Authority::fingerprint))
                .collect(),
            client_certificate: settings.identity.as_ref().map(|identity| setting(identity, |_| true)),
            mirrors: setting(&settings.mirrors, |mirrors| mirrors.iter().map(ToString::to_string).collect()),
            private: setting(&settings.private, Clone::clone),
            realms: settings.realms.as_ref().map(|realms| setting(realms, Clone::clone)),
            parallel: setting(&settings.parallel, Clone::clone),
            if_match: setting(&settings.if_match, Clone::clone),
            login: settings.credential.as_ref().map(|credential| setting(credential, user)),
            options: self.settings.by_api(registry),
            problems: settings.problems.iter().map(|problem| setting(problem, Clone::clone)).collect(),
            rate_limit: self.client.rate_limit(registry),
        }
    }

    /// Sets what the API says about one, in place of what it said before. It counts for the next request.
    pub async fn set(&self, registry: &Registry, options: RegistryOptions) -> Result<RegistryInfo, Problem> {
        let options = ApiOptions::try_from(options).map_err(|error| refused(registry, error))?;
        let _changing = self.changing.lock().await;
        let now = self.clock.millis() / 1000;
        let kept = self.database.registry_settings().put(&key(registry), registry, options.given(), now).await;
        kept.map_err(|error| internal(&error))?;
        self.settings.set(registry, Some(options));
        self.client.forget(registry);
        Ok(self.info(registry))
    }

    /// Forgets what the API said about one.
    pub async fn forget(&self, registry: &Registry) -> Result<RegistryInfo, Problem> {
        let _changing = self.changing.lock().await;
        self.database.registry_settings().delete(&key(registry)).await.map_err(|error| internal(&error))?;
        self.settings.set(registry, None);
        self.client.forget(registry);
        Ok(self.info(registry))
    }
}

fn setting<T, U>(sourced: &Sourced<T>, value: impl Fn(&T) -> U) -> Setting<U> {
    Setting { value: value(&sourced.value), source: sourced.source.to_api() }
}

/// Who logs in; never with what.
fn user(credential: &Credential) -> String {
    match credential {
        Credential::Basic { user, .. } | Credential::Identity { user: Some(user), .. } => user.clone(),
        Credential::Identity { user: None, .. } | Credential::Bearer(_) => "(token)".to_owned(),
        Credential::Anonymous => "(nobody)".to_owned(),
    }
}

fn refused(registry: &Registry, error: OptionsError) -> Problem {
    Problem::new(ProblemCode::InvalidRequest, format!("the settings of {registry} cannot be: {}", error.words))
        .with_hint("docs/registries.md describes each of them.")
        .at(error.pointer)
}
