//! A real browser: Chromium without a window, driven through chromedriver (W3C `WebDriver`).

mod conditions;
mod frames;
mod layout;
mod page;
mod session;

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

pub use frames::Pace;
pub use layout::Shift;
pub use page::Locator;
use session::Session;
/// Keys for [`Browser::press`]: `Key::Tab`, `Key::Control + "z"`.
pub use thirtyfour::Key;

/// How long anything on a page may take to become true. Only a test that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// How wide the page is, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// A small phone, 360.
    Phone,
    /// A desk, 1440.
    Desk,
}

impl Width {
    const fn pixels(self) -> u32 {
        match self {
            Self::Phone => 360,
            Self::Desk => 1440,
        }
    }
}

/// The colour scheme that a person has asked their system for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A browser with a profile of its own, gone when this is dropped.
///
/// Everything that speaks of something on the page waits until it is there, and panics after half a minute with what the
/// page shows and what its console says. A locator is a CSS selector, or a pair of one and a text: `("button", "Push")`.
/// Only what can be seen is found.
#[derive(Debug)]
pub struct Browser {
    session: Session,
    width: Width,
    scheme: Scheme,
    reduced_motion: bool,
    patience: Duration,
    console: Mutex<Vec<ConsoleLine>>,
}

/// Something that was said on the browser's console, by the page or about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleLine {
    /// `SEVERE`, `WARNING`, `INFO`, `DEBUG`.
    pub level: String,
    /// `console-api` (the page called `console`), `javascript` (not caught), `network` (a request failed), …
    pub source: String,
    /// Where, and what.
    pub message: String,
}

impl std::fmt::Display for ConsoleLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}): {}", self.level, self.source, self.message)
    }
}

impl Browser {
    /// A browser on a desk, in light colours.
    ///
    /// # Panics
    /// When chromedriver or Chromium cannot be started.
    pub async fn start() -> Self {
        Self::start_as(Width::Desk, Scheme::Light).await
    }

    /// A browser.
    ///
    /// # Panics
    /// When chromedriver or Chromium cannot be started.
    pub async fn start_as(width: Width, scheme: Scheme) -> Self {
        Self::start_with_letters(width, scheme, 16).await
    }

    /// A browser of somebody who has set how large letters are, in pixels; 16 is usual.
    ///
    /// # Panics
    /// When chromedriver or Chromium cannot be started.
    pub async fn start_with_letters(width: Width, scheme: Scheme, size: u32) -> Self {
        let session = Session::start(size).await;
        let browser =
            Self { session, width, scheme, reduced_motion: false, patience: PATIENCE, console: Mutex::default() };
        browser.emulate().await;
        browser
    }

    /// The same browser, which waits no longer than this for anything on a page.
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Kills Chromium with everything it runs, as `kill -9` does, and starts it again on the same profile, with an empty
    /// page.
    ///
    /// What the page has put into `IndexedDB` is there again, once the transaction was complete. What it has put into
    /// `localStorage` is not, if that was less than about five seconds ago: Chromium writes it late.
    ///
    /// # Panics
    /// When it cannot be started again.
    pub async fn crash_and_restart(&mut self) {
        self.read_console().await;
        self.session.crash_and_restart().await;
        self.emulate().await;
    }

    /// Goes to an address, and waits until its page has loaded.
    ///
    /// # Panics
    /// When it does not load.
    pub async fn goto(&self, url: &str) {
        self.session.driver().goto(url).await.unwrap_or_else(|error| panic!("{url} does not load: {error}"));
    }

    /// Loads the page again.
    ///
    /// # Panics
    /// When it does not load.
    pub async fn reload(&self) {
        self.session.driver().refresh().await.expect("the page loads again");
    }

    /// As the button does.
    ///
    /// # Panics
    /// When it does not load.
    pub async fn back(&self) {
        self.session.driver().back().await.expect("there is a page to go back to");
    }

    /// As the button does.
    ///
    /// # Panics
    /// When it does not load.
    pub async fn forward(&self) {
        self.session.driver().forward().await.expect("there is a page to go forward to");
    }

    /// The page's address.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn url(&self) -> String {
        self.session.driver().current_url().await.expect("a page has an address").to_string()
    }

    /// Keeps a picture of the page at its width, down to its end: `target/screenshots/NAME.png`.
    ///
    /// # Panics
    /// When the browser takes none, or it cannot be written.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let metrics = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let number = |value: &Value| value.as_f64().unwrap_or_default();
        let height =
            number(&metrics["cssContentSize"]["height"]).max(number(&metrics["cssVisualViewport"]["clientHeight"]));
        let clip = json!({ "x": 0, "y": 0, "width": self.width.pixels(), "height": height, "scale": 1 });
        let options = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture = self.devtools("Page.captureScreenshot", options).await;
        let png = picture["data"].as_str().and_then(|data| STANDARD.decode(data).ok()).expect("a picture in base64");

        let folder = super::target_folder().join("screenshots");
        std::fs::create_dir_all(&folder).expect("the target folder can be written");
        let path = folder.join(format!("{name}.png"));
        std::fs::write(&path, png).expect("the target folder can be written");
        path
    }

    /// Everything on the console since the start.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn console(&self) -> Vec<ConsoleLine> {
        self.read_console().await;
        self.console.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The errors among it: what the page reported, what it did not catch, and requests that failed.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn console_errors(&self) -> Vec<ConsoleLine> {
        let mut lines = self.console().await;
        lines.retain(|line| line.level == "SEVERE");
        lines
    }

    /// Chromedriver hands out each line once: they are kept here.
    async fn read_console(&self) {
        let lines = self.session.driver().get_log("browser").await.expect("the console can be read");
        let lines = lines.into_iter().map(|line| ConsoleLine {
            level: line.level,
            source: line.source.unwrap_or_default(),
            message: line.message,
        });
        self.console.lock().unwrap_or_else(PoisonError::into_inner).extend(lines);
    }

    /// A command of the Chrome `DevTools` protocol.
    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let answer = self.session.driver().cdp().send_raw(command, parameters).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }
}
