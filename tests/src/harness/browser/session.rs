//! The processes behind a browser: a chromedriver, the Chromium it starts, and a profile for it.

use std::{process::Stdio, time::Duration};

use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities as _, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};
use tokio::process::Command;

use super::super::{
    clients::isolated,
    process::{Process, Stream},
};

/// What makes Chromium work without a screen, in a container, and keeps it from calling home.
const ARGUMENTS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// How long Chromium may take to be gone after it was killed. Generous: it only passes when something is broken.
const DEADLINE: Duration = Duration::from_secs(20);

/// A chromedriver, and the Chromium it has started.
#[derive(Debug)]
pub(super) struct Session {
    // Dropped in this order: first the processes, then the folder they write to.
    driver: Option<WebDriver>,
    _chromedriver: Process,
    address: String,
    chromium: u32,
    profile: TempDir,
}

impl Session {
    /// With letters of this size, in pixels, where pages do not say another.
    pub(super) async fn start(letters: u32) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let settings = profile.path().join("chromium/Default");
        std::fs::create_dir_all(&settings).expect("the profile is ours");
        let fonts = serde_json::json!({ "webkit": { "webprefs": { "default_font_size": letters, "default_fixed_font_size": letters } } });
        std::fs::write(settings.join("Preferences"), fonts.to_string()).expect("the profile is ours");
        let (chromedriver, address) = start_chromedriver(&profile).await;
        let (driver, chromium) = open(&address, &profile).await;
        Self { driver: Some(driver), _chromedriver: chromedriver, address, chromium, profile }
    }

    pub(super) fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("a session has a driver until it is dropped")
    }

    pub(super) async fn crash_and_restart(&mut self) {
        let killed = self.kill();
        let gone = tokio::time::timeout(DEADLINE, async {
            let mut ticks = tokio::time::interval(Duration::from_millis(20));
            while killed.iter().any(|id| is_alive(*id)) {
                ticks.tick().await;
            }
        });
        assert!(gone.await.is_ok(), "Chromium is still there after it was killed");
        (self.driver, self.chromium) = {
            let (driver, chromium) = open(&self.address, &self.profile).await;
            (Some(driver), chromium)
        };
    }

    /// Kills Chromium with all its helpers, and forgets the session.
    fn kill(&mut self) -> Vec<u32> {
        if let Some(driver) = self.driver.take() {
            // There will be nobody to say goodbye to; a driver that is just dropped would try.
            driver.leak().ok();
        }
        let ids = family(self.chromium);
        let ids_as_text = ids.iter().map(u32::to_string);
        // It fails for those that are gone already, which is as good.
        std::process::Command::new("kill").arg("-9").args(ids_as_text).stderr(Stdio::null()).status().ok();
        ids
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts a chromedriver, and returns its address with it.
///
/// It asks for a free port on IPv6 and wants the same one on IPv4, where another test may have it: then it ends, and
/// another one finds another port.
async fn start_chromedriver(profile: &TempDir) -> (Process, String) {
    loop {
        let mut command = isolated(Command::new("chromedriver"), profile.path());
        command.arg("--port=0").stderr(Stdio::null());
        let started = Process::try_start(command, Stream::Stdout, |line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(format!("http://localhost:{}", port.trim_end_matches('.')))
        });
        match started.await {
            Ok(started) => return started,
            Err(said) => {
                assert!(said.contains("port not available"), "chromedriver did not get ready. It said:\n{said}");
            }
        }
    }
}

/// Starts Chromium, and returns its process with the session.
async fn open(address: &str, profile: &TempDir) -> (WebDriver, u32) {
    let mut capabilities = DesiredCapabilities::chrome();
    let user_data = format!("--user-data-dir={}", profile.path().join("chromium").display());
    for argument in ARGUMENTS.into_iter().chain([user_data.as_str()]) {
        capabilities.add_arg(argument).expect("an argument is text");
    }
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).expect("the level is one");
    let client = crate::http::builder().build().expect("the TLS provider is installed");
    let driver = WebDriver::builder(address, capabilities)
        .client(client)
        .connect()
        .await
        .unwrap_or_else(|error| panic!("Chromium cannot be started ({error}): `make test` installs it"));
    let chromium = driver.handle().capabilities().get("goog:processID").and_then(serde_json::Value::as_u64);
    let chromium = chromium.and_then(|id| u32::try_from(id).ok()).expect("chromedriver tells Chromium's process");
    (driver, chromium)
}

/// A process and all its descendants.
fn family(ancestor: u32) -> Vec<u32> {
    let processes: Vec<u32> = std::fs::read_dir("/proc")
        .map(|entries| entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
        .unwrap_or_default();
    let parents: Vec<(u32, u32)> =
        processes.into_iter().filter_map(|id| Some((id, status(id)?.1.parse().ok()?))).collect();
    let mut family = vec![ancestor];
    let mut next = 0;
    while let Some(parent) = family.get(next).copied() {
        family.extend(parents.iter().filter(|(_, its)| *its == parent).map(|(id, _)| *id));
        next += 1;
    }
    family
}

/// A zombie is dead: it only waits for its parent to hear of it.
fn is_alive(id: u32) -> bool {
    status(id).is_some_and(|(state, _)| state != "Z" && state != "X")
}

/// State and parent of a process (`man 5 proc_pid_stat`); its name, in parentheses before them, may hold anything.
fn status(id: u32) -> Option<(String, String)> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ').map(str::to_owned);
    Some((fields.next()?, fields.next()?))
}
