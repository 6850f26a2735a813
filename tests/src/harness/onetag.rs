//! The server under test.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header::AUTHORIZATION, header::CONTENT_TYPE};
use onetag_shared::{
    api::{Guard, Inspection, PROBLEM_MEDIA_TYPE, Plan, Problem, PushJob, PushState, ServedDocument, paths},
    digest::Digest,
};
use reqwest::{Client, Method, RequestBuilder};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{process::Command, sync::OnceCell};

use super::{
    Registry,
    clients::{isolated, write_logins},
    events::PushEvents,
    process::{Process, Stream},
};

/// A running server with a data folder and a home of its own.
#[derive(Debug)]
pub struct Onetag {
    // Dropped in this order: first the process, then the folder it writes to.
    process: Process,
    folder: Arc<TempDir>,
    environment: Vec<(String, String)>,
    base: String,
    key: String,
    client: Client,
}

/// An answer of the API.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Onetag {
    /// Starts a server that knows the logins of these registries.
    ///
    /// # Panics
    /// When it cannot be built or started.
    pub async fn start(registries: &[&Registry]) -> Self {
        Self::start_with(registries, &[]).await
    }

    /// The same, with more environment variables.
    ///
    /// # Panics
    /// When it cannot be built or started.
    pub async fn start_with(registries: &[&Registry], environment: &[(&str, &str)]) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder can be made"));
        write_logins(folder.path(), registries.iter().map(|registry| (registry.host(), *registry)));
        let environment: Vec<_> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self::launch(folder, environment).await
    }

    /// Starts a server that knows the login of one registry under another name of it, such as a proxy's.
    ///
    /// # Panics
    /// When it cannot be built or started.
    pub async fn start_as(registry: &Registry, host: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder can be made"));
        write_logins(folder.path(), [(host, registry)]);
        Self::launch(folder, Vec::new()).await
    }

    /// A second server beside this one, on the same data and with the same logins.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn beside(&self) -> Self {
        Self::launch(Arc::clone(&self.folder), self.environment.clone()).await
    }

    async fn launch(folder: Arc<TempDir>, environment: Vec<(String, String)>) -> Self {
        let (process, (base, key)) = launch(folder.path(), &environment).await;
        let client = crate::http::builder().build().expect("the TLS provider is installed");
        Self { process, folder, environment, base, key, client }
    }

    /// Kills the server as a crash would.
    ///
    /// # Panics
    /// When it cannot be killed.
    pub async fn crash(&mut self) {
        self.process.kill().await;
    }

    /// Asks the server to stop, as Ctrl-C does, and waits until it has.
    ///
    /// # Panics
    /// When it does not stop.
    pub async fn stop(&mut self) {
        self.process.stop().await;
    }

    /// Starts the server again after a crash, on the same data and at the same address.
    ///
    /// # Panics
    /// When it cannot be started again.
    pub async fn restart(&mut self) {
        let mut environment = self.environment.clone();
        environment.push(("ONETAG_LISTEN".to_owned(), self.base.trim_start_matches("http://").to_owned()));
        let (process, (base, key)) = launch(self.folder.path(), &environment).await;
        (self.process, self.base, self.key) = (process, base, key);
    }

    /// Its resident memory in bytes.
    ///
    /// # Panics
    /// When it has ended.
    pub fn resident(&self) -> u64 {
        self.process.resident()
    }

    /// The address of a path: `url("/healthz")`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The address that lets a browser in, as the server prints it.
    pub fn entrance(&self) -> String {
        format!("{}/?key={}", self.base, self.key)
    }

    /// The access key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// A request without the access key.
    pub fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// A request with the access key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.anonymous(method, path).header(AUTHORIZATION, format!("Bearer {}", self.key))
    }

    /// `GET`.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        Answer::of(self.request(Method::GET, path).query(query)).await
    }

    /// `POST` with a JSON body.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    /// Any method with a JSON body.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path).header(CONTENT_TYPE, "application/json");
        Answer::of(request.body(body.to_string())).await
    }

    /// Everything about a reference.
    ///
    /// # Panics
    /// When that cannot be had.
    pub async fn inspect(&self, reference: &str) -> Inspection {
        self.get(paths::INSPECT, &[("ref", reference)]).await.json()
    }

    /// The plan for a draft.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn plan(&self, draft: &Value, targets: &[&str]) -> Plan {
        self.post(paths::PLAN, &json!({ "draft": draft, "targets": targets })).await.json()
    }

    /// Plans, pushes what was planned to where it was planned to, and waits for the end.
    ///
    /// # Panics
    /// When the plan has no document, or either is refused.
    pub async fn plan_and_push(&self, draft: &Value, targets: &[&str]) -> (Plan, PushJob) {
        let plan = self.plan(draft, targets).await;
        let Some(document) = &plan.document else { panic!("the plan has no document: {:#?}", plan.findings) };
        let job = self.push(&push_request(draft, document, &plan)).await;
        (plan, job)
    }

    /// Pushes a list of these samples to these tags of `demo/app`, and returns its digest.
    ///
    /// # Panics
    /// When that does not succeed.
    pub async fn push_samples(&self, registry: &Registry, names: &[&str], tags: &[&str]) -> Digest {
        let source = |name: &&str| json!({ "source": registry.reference(&format!("demo/app:v1-{name}")) });
        let draft = json!({ "entries": names.iter().map(source).collect::<Vec<Value>>() });
        let tags: Vec<String> = tags.iter().map(|tag| registry.reference(&format!("demo/app:{tag}"))).collect();
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        let (plan, job) = self.plan_and_push(&draft, &tags).await;
        assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
        plan.document.expect("a list").digest
    }

    /// Pushes, and waits for the end.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn push(&self, request: &Value) -> PushJob {
        let job: PushJob = self.post(paths::PUSHES, request).await.json();
        self.events(&job.id).await.pop().expect("a push has at least one event")
    }

    /// Every event of a push until its end.
    ///
    /// # Panics
    /// When the stream is not one of events, or ends before the push does.
    pub async fn events(&self, id: &str) -> Vec<PushJob> {
        let events = self.follow(id, None).await.until_the_end().await;
        events.into_iter().map(|event| event.job).collect()
    }

    /// The events of a push as they come, after one that was seen.
    ///
    /// # Panics
    /// When there is no such push.
    pub async fn follow(&self, id: &str, seen: Option<u64>) -> PushEvents {
        let mut request = self.request(Method::GET, &paths::PUSH_EVENTS.replace("{id}", id));
        if let Some(seen) = seen {
            request = request.header("last-event-id", seen);
        }
        PushEvents::open(request).await
    }
}

/// The body of `POST /pushes` for a plan: what was seen is what is expected.
pub(super) fn push_request(draft: &Value, document: &ServedDocument, plan: &Plan) -> Value {
    let targets = plan
        .targets
        .iter()
        .map(|target| json!({ "ref": target.reference, "guard": Guard::seen(target.current.clone()) }));
    json!({ "draft": draft, "expectedDigest": document.digest, "targets": targets.collect::<Vec<_>>() })
}

impl Answer {
    /// The answer to a request.
    ///
    /// # Panics
    /// When there is none.
    pub async fn of(request: RequestBuilder) -> Self {
        let answer = request.send().await.expect("the server answers");
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.expect("the server sends what it promised");
        Self { status, headers, body }
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What was asked for.
    ///
    /// # Panics
    /// When it is a problem, or something else.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text());
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The problem that came instead of what was asked for, told as RFC 9457 says.
    ///
    /// # Panics
    /// When there was none, or it contradicts itself.
    pub fn problem(&self) -> Problem {
        assert!(!self.status.is_success(), "no problem: {}", self.text());
        let problem: Problem =
            serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()));
        assert_eq!(self.headers[CONTENT_TYPE], PROBLEM_MEDIA_TYPE);
        assert_eq!(self.status.as_u16(), problem.status, "{problem:#?}");
        assert_eq!(problem.kind, format!("urn:onetag:problem:{}", problem.code));
        problem
    }
}

async fn launch(folder: &Path, environment: &[(String, String)]) -> (Process, (String, String)) {
    let mut command = isolated(Command::new(server_program().await), folder);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ONETAG_")) {
        command.env_remove(name);
    }
    command
        .arg("serve")
        .env("ONETAG_LISTEN", "127.0.0.1:0")
        .env("ONETAG_DATA_DIR", folder.join("data"))
        // On a busy machine nothing comes soon.
        .env("ONETAG_TIMEOUT_PAGE", "20s")
        .envs(environment.iter().map(|(name, value)| (name, value)));
    Process::start(command, Stream::Stdout, |line| {
        let (_, url) = line.split_once("Onetag is at ")?;
        let (base, key) = url.trim().split_once("/?key=")?;
        Some((base.to_owned(), key.to_owned()))
    })
    .await
}

/// The server's program: `ONETAG_BIN`, or the one that cargo builds beside this test.
///
/// # Panics
/// When it cannot be built.
pub async fn server_program() -> PathBuf {
    static BUILT: OnceCell<PathBuf> = OnceCell::const_new();
    let build = || async {
        if let Some(path) = std::env::var_os("ONETAG_BIN") {
            return path.into();
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in the workspace");
        let build =
            Command::new(env!("CARGO")).args(["build", "--quiet", "--bin", "onetag"]).current_dir(root).status();
        assert!(build.await.is_ok_and(|status| status.success()), "the server does not build");
        // Tests are in `target/debug/deps`, programs in `target/debug`.
        let test = std::env::current_exe().expect("a test knows where it is");
        test.ancestors().nth(2).expect("a test is in a folder in a folder").join("onetag")
    };
    BUILT.get_or_init(build).await.clone()
}
