//! What the server is made of, and how it is put together.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;

use crate::{
    clock::SystemClock,
    config::{Config, ConfigError},
    db::{Database, DatabaseError},
    gathers::{GatherConfig, Gathers},
    http::{self, Access},
    inspect::Inspector,
    push::{PushConfig, Pushes},
    registries::Registries,
    registry::{Client, ClientConfig},
    share::Previews,
    tags::Tags,
    verify::{Limits, Verifier},
};

/// Everything a handler may need; cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

/// The parts of [`App`].
#[derive(Debug)]
pub struct Parts {
    /// How callers prove that they may.
    pub access: Access,
    /// References offered on the start page.
    pub samples: Vec<String>,
    /// Speaks to registries.
    pub client: Client,
    /// Fetches everything about a reference.
    pub inspector: Inspector,
    /// What is shown of a reference before anybody's script runs.
    pub previews: Previews,
    /// What is known of registries.
    pub registries: Registries,
    /// Runs pushes.
    pub pushes: Pushes,
    /// Looks at tags and takes them away.
    pub tags: Tags,
    /// How long a page waits for a registry before its beginning is sent.
    pub timeout_page: Duration,
    /// Looks into images.
    pub verifier: Verifier,
    /// Pushes that wait for their parts.
    pub gathers: Gathers,
    /// Keeps what must survive.
    pub database: Database,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings that cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The address is taken or not ours.
    #[error(
        "cannot listen on {address}: {error}. Choose another with --listen or ONETAG_LISTEN, such as 127.0.0.1:8081"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        error: std::io::Error,
    },
    /// Others on the network would act with this machine's logins.
    #[error(
        "{0} can be reached by other machines, and whoever gets in acts with this machine's logins. Listen on \
         127.0.0.1:{port} and let others in through a tunnel, such as ssh -L {port}:localhost:{port}",
        port = .0.port()
    )]
    NotLoopback(SocketAddr),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Serving ended.
    #[error("the server failed: {0}")]
    Serve(std::io::Error),
}

/// Puts the server together: what answers, and what runs pushes beside it.
pub async fn build(config: Config) -> Result<(Router, Pushes), StartError> {
    let database = Database::open(&config.data_dir).await?;
    let settings = Arc::new(config.settings);
    let mut client_config = ClientConfig::personal();
    client_config.settings = Arc::clone(&settings);
    client_config.timeouts = config.timeouts;
    let client = Client::new(client_config);
    let registries = Registries::start(client.clone(), settings, database.clone(), SystemClock::shared()).await?;
    let inspector = Inspector::new(client.clone());
    let pushes = Pushes::start(PushConfig {
        client: client.clone(),
        inspector: inspector.clone(),
        registries: registries.clone(),
        database: database.clone(),
        clock: SystemClock::shared(),
        lease: config.push_lease,
    })
    .map_err(ConfigError::Random)?;
    let gathers = Gathers::new(GatherConfig {
        client: client.clone(),
        inspector: inspector.clone(),
        pushes: pushes.clone(),
        database: database.clone(),
        clock: SystemClock::shared(),
    });
    let tags = Tags::new(client.clone(), inspector.clone(), database.clone(), SystemClock::shared());
    let verifier = Verifier::new(client.clone(), inspector.clone(), Limits::default());
    let app = App(Arc::new(Parts {
        access: Access::new(config.access_key),
        samples: config.samples,
        client,
        previews: Previews::new(inspector.clone()),
        timeout_page: config.timeout_page,
        inspector,
        registries,
        pushes,
        tags,
        verifier,
        gathers,
        database,
    }));
    let pushes = app.pushes.clone();
    Ok((http::router(app), pushes))
}
