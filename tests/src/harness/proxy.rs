//! A proxy in front of a registry that counts requests, and measures how deep a client's chain of requests is.
//!
//! Depth is not measured by time. The proxy is told how many requests each wave may have, and holds every answer of a
//! wave until that many requests have come. A client that sends them side by side never notices; one that waits for an
//! answer before it sends what belongs to the same wave is stuck, and the test says so.

use std::{
    fmt::Write as _,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, Method, Response, StatusCode, Uri, header},
};
use reqwest::Client;
use tokio::{sync::watch, time::Instant};

use super::server::Server;

/// How long a wave may take to fill. Only a client that is stuck ever waits this long.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request that came through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// `GET`, …
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// What the registry answered.
    pub status: StatusCode,
    /// How many requests, this one included, came one after the answer to another. Where answers do not come together,
    /// it may only seem that one waited for the other.
    pub depth: usize,
}

/// A proxy in front of a registry.
#[derive(Debug)]
pub struct CountingProxy {
    state: Arc<Proxy>,
    server: Server,
}

#[derive(Debug)]
struct Proxy {
    client: Client,
    upstream: String,
    patience: Duration,
    pace: Pace,
    counts: Mutex<Counts>,
    /// Uploads begin without the mount that was asked for.
    refuses_mounts: AtomicBool,
    /// Nobody is told what repositories there are.
    refuses_catalogue: AtomicBool,
    /// A part of the paths whose answers are held; empty for none.
    held: watch::Sender<String>,
    /// How many requests have come since counting began.
    arrived: watch::Sender<usize>,
    /// How many of them the registry has answered, whether their answers are held or not.
    done: watch::Sender<usize>,
}

/// When requests are answered.
#[derive(Clone, Copy, Debug)]
enum Pace {
    /// As soon as may be.
    AtOnce,
    /// So long after they came.
    Late(Duration),
    /// With all others that came since the last step: the time of a step, and of the first.
    InStep(Duration, Instant),
}

impl Pace {
    /// When a request that comes now is answered.
    fn answer(self) -> Option<Instant> {
        let now = Instant::now();
        match self {
            Self::AtOnce => None,
            Self::Late(delay) => Some(now + delay),
            Self::InStep(step, first) => {
                let steps = (now - first).as_nanos() / step.as_nanos() + 1;
                Some(first + step * u32::try_from(steps).expect("not for years"))
            }
        }
    }
}

#[derive(Debug, Default)]
struct Counts {
    waves: Option<Vec<usize>>,
    arrived: usize,
    /// The deepest request that has been answered.
    answered: usize,
    recorded: Vec<Recorded>,
    stuck: Option<String>,
}

impl CountingProxy {
    /// A proxy that only writes down what comes through.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(registry_host: &str) -> Self {
        Self::start_with_patience(registry_host, PATIENCE).await
    }

    /// One behind which a registry is far away: each round trip takes so long.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start_far_away(registry_host: &str, delay: Duration) -> Self {
        Self::launch(registry_host, PATIENCE, Pace::Late(delay)).await
    }

    /// One whose answers come all together, a step apart, so that the depth of a chain of requests can be told.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start_in_step(registry_host: &str, step: Duration) -> Self {
        Self::launch(registry_host, PATIENCE, Pace::InStep(step, Instant::now())).await
    }

    /// The same, with another time for a wave to fill.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start_with_patience(registry_host: &str, patience: Duration) -> Self {
        Self::launch(registry_host, patience, Pace::AtOnce).await
    }

    async fn launch(registry_host: &str, patience: Duration, pace: Pace) -> Self {
        let state = Arc::new(Proxy {
            client: crate::http::builder().build().expect("the TLS provider is installed"),
            upstream: format!("http://{registry_host}"),
            patience,
            pace,
            counts: Mutex::default(),
            refuses_mounts: AtomicBool::new(false),
            refuses_catalogue: AtomicBool::new(false),
            held: watch::Sender::new(String::new()),
            arrived: watch::Sender::new(0),
            done: watch::Sender::new(0),
        });
        let router = Router::new().fallback(forward).with_state(Arc::clone(&state));
        Self { state, server: Server::start(router).await }
    }

    /// `127.0.0.1:PORT`, as references spell it.
    pub fn host(&self) -> String {
        self.server.host()
    }

    /// A reference to something behind it.
    pub fn reference(&self, rest: &str) -> String {
        format!("{}/{rest}", self.host())
    }

    /// From now on no blob is mounted: the registry begins an upload instead and answers 202, as it may.
    pub fn refuse_mounts(&self) {
        self.state.refuses_mounts.store(true, Ordering::Relaxed);
    }

    /// From now on nobody is told what repositories there are, as at most registries.
    pub fn refuse_catalogue(&self) {
        self.state.refuses_catalogue.store(true, Ordering::Relaxed);
    }

    /// Forgets what came, and only writes down what comes.
    pub fn record(&self) {
        self.begin(None);
    }

    /// Forgets what came, and from now on holds the answers of each wave until all its requests have come.
    pub fn hold_waves(&self, waves: &[usize]) {
        self.begin(Some(waves.to_vec()));
    }

    /// From now on holds the answers to requests that have this in their paths, and no others.
    pub fn hold(&self, part_of_path: &str) {
        self.state.held.send_replace(part_of_path.to_owned());
    }

    /// Waits until the registry has answered so many requests since it began to hold waves; the answers may be held.
    ///
    /// # Panics
    /// When they do not come.
    pub async fn wait_for_requests(&self, count: usize) {
        let mut done = self.state.done.subscribe();
        let came = tokio::time::timeout(self.state.patience, done.wait_for(|done| *done >= count));
        let came = came.await.is_ok();
        assert!(came, "{count} requests are waited for, and only {} were answered", *self.state.done.borrow());
    }

    /// Lets go of every answer that is held, and holds none from now on.
    pub fn release(&self) {
        self.state.lock().waves = None;
        self.state.arrived.send_replace(usize::MAX);
        self.state.held.send_replace(String::new());
    }

    fn begin(&self, waves: Option<Vec<usize>>) {
        *self.state.lock() = Counts { waves, ..Counts::default() };
        self.state.arrived.send_replace(0);
        self.state.done.send_replace(0);
    }

    /// What has come through since counting began, in the order of the answers.
    ///
    /// # Panics
    /// When a wave never filled: the client waited for an answer where it should not have.
    pub fn recorded(&self) -> Vec<Recorded> {
        let counts = self.state.lock();
        if let Some(stuck) = &counts.stuck {
            panic!("{stuck}. In all:\n{}", table(&counts.recorded));
        }
        counts.recorded.clone()
    }

    /// As [`Self::recorded`], and every wave must have been used up.
    ///
    /// # Panics
    /// When fewer requests came than the waves have room for, or a wave never filled.
    pub fn recorded_in_full(&self) -> Vec<Recorded> {
        let recorded = self.recorded();
        let room: usize = self.state.lock().waves.iter().flatten().sum();
        assert_eq!(recorded.len(), room, "the number of requests:\n{}", table(&recorded));
        recorded
    }
}

impl Proxy {
    fn lock(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request, and returns how many must have come before it may be answered, and how deep it is.
    fn arrive(&self) -> (usize, usize) {
        let mut counts = self.lock();
        counts.arrived += 1;
        let (arrived, depth) = (counts.arrived, counts.answered + 1);
        let Some(waves) = &counts.waves else { return (0, depth) };
        self.arrived.send_replace(arrived);
        let ends = waves.iter().scan(0, |sum, wave| {
            *sum += wave;
            Some(*sum)
        });
        let end = ends.into_iter().find(|end| arrived <= *end);
        if end.is_none() && counts.stuck.is_none() {
            let total: usize = waves.iter().sum();
            counts.stuck = Some(format!("more than the {total} requests that the waves {waves:?} have room for"));
        }
        (end.unwrap_or(0), depth)
    }

    async fn wait_for(&self, count: usize, request: &str) {
        let mut arrived = self.arrived.subscribe();
        let filled = tokio::time::timeout(self.patience, arrived.wait_for(|arrived| *arrived >= count)).await;
        if filled.is_err() {
            let mut counts = self.lock();
            if counts.stuck.is_none() {
                let mut message = format!(
                    "the client is stuck: `{request}` waits for {count} requests, and only {} came. Waves: {:?}. Answered:\n",
                    counts.arrived, counts.waves
                );
                message.push_str(&table(&counts.recorded));
                counts.stuck = Some(message);
            }
            // Let everything go: the test fails anyway, and need not wait for every wave.
            counts.waves = None;
            self.arrived.send_replace(usize::MAX);
        }
    }
}

fn table(recorded: &[Recorded]) -> String {
    recorded.iter().fold(String::new(), |mut table, line| {
        writeln!(table, "  {} {} -> {}", line.method, line.path, line.status.as_u16()).expect("memory");
        table
    })
}

async fn forward(
    State(proxy): State<Arc<Proxy>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let in_time = proxy.pace.answer();
    let (needed, depth) = proxy.arrive();

    let passed_on = match path.split_once("?mount=") {
        Some((upload, _)) if proxy.refuses_mounts.load(Ordering::Relaxed) => upload,
        None if path.starts_with("/v2/_catalog") && proxy.refuses_catalogue.load(Ordering::Relaxed) => "/v2/_nothing",
        _ => &path,
    };
    let mut request = proxy.client.request(method.clone(), format!("{}{passed_on}", proxy.upstream)).body(body);
    for (name, value) in headers.iter().filter(|(name, _)| !is_hop_by_hop(name)) {
        request = request.header(name, value);
    }
    let (status, headers, body) = match request.send().await {
        Ok(answer) => {
            let (status, headers) = (answer.status(), answer.headers().clone());
            (status, headers, answer.bytes().await.unwrap_or_default())
        }
        Err(error) => (StatusCode::BAD_GATEWAY, HeaderMap::new(), error.to_string().into()),
    };
    proxy.done.send_modify(|done| *done += 1);
    proxy.wait_for(needed, &format!("{method} {path}")).await;
    let mut held = proxy.held.subscribe();
    // Who is held for longer is let go: the test fails for what it waits for itself.
    let let_go = held.wait_for(|held| held.is_empty() || !path.contains(held.as_str()));
    let _ = tokio::time::timeout(proxy.patience, let_go).await;
    if let Some(in_time) = in_time {
        tokio::time::sleep_until(in_time).await;
    }
    let mut counts = proxy.lock();
    counts.answered = counts.answered.max(depth);
    counts.recorded.push(Recorded { method, path, status, depth });
    drop(counts);

    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for (name, value) in headers.iter().filter(|(name, _)| !is_hop_by_hop(name)) {
        response.headers_mut().append(name, value.clone());
    }
    response
}

/// Headers that speak of one connection only. `Host` stays: the registry builds addresses from it.
fn is_hop_by_hop(name: &HeaderName) -> bool {
    [header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE, header::TE, header::TRAILER].contains(name)
}
