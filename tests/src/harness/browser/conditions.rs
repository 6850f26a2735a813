//! What a page finds itself in: a window, a network, a storage, other tabs.

use serde_json::json;

use super::{Browser, Locator, Scheme, Width};

impl Browser {
    /// Makes the page as wide as that, as when a window is resized.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn set_width(&mut self, width: Width) {
        self.width = width;
        self.emulate().await;
    }

    /// How wide pages are.
    #[must_use]
    pub fn width(&self) -> Width {
        self.width
    }

    /// Changes the colour scheme, as when a system goes over to its night colours.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn set_scheme(&mut self, scheme: Scheme) {
        self.scheme = scheme;
        self.emulate().await;
    }

    /// Asks pages to move nothing, or no longer, as people ask their system.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn set_reduced_motion(&mut self, is_reduced: bool) {
        self.reduced_motion = is_reduced;
        self.emulate().await;
    }

    /// A window cannot be as narrow as a phone, and has no colour scheme: both are set below it.
    pub(super) async fn emulate(&self) {
        let height = match self.width {
            Width::Phone => 740,
            Width::Desk => 900,
        };
        let metrics =
            json!({ "width": self.width.pixels(), "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = match self.scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let motion = if self.reduced_motion { "reduce" } else { "no-preference" };
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": motion },
        ] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// From the next page on the browser says that it is another, on another machine: `navigator.userAgent`, `navigator.platform`,
    /// and where there are some the hints `architecture` and `bitness`.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn pretend(&self, user_agent: &str, platform: &str, hints: Option<(&str, &str)>) {
        let mut agent = json!({ "userAgent": user_agent, "platform": platform });
        if let Some((architecture, bitness)) = hints {
            agent["userAgentMetadata"] = json!({
                "platform": "", "platformVersion": "", "model": "", "mobile": false,
                "architecture": architecture, "bitness": bitness,
            });
        }
        self.devtools("Emulation.setUserAgentOverride", agent).await;
    }

    /// Cuts the network off, or brings it back.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn set_offline(&self, offline: bool) {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.emulateNetworkConditions", conditions).await;
    }

    /// From now on each page loads from nothing, and comes over a line of 8 Mbit/s that is 20 ms long: what is there first can
    /// be seen.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn load_from_nothing(&self) {
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
        let conditions =
            json!({ "offline": false, "latency": 20, "downloadThroughput": 1_000_000, "uploadThroughput": 1_000_000 });
        self.devtools("Network.emulateNetworkConditions", conditions).await;
    }

    /// From now on the browser loads nothing whose address is like one of these (`*` stands for anything).
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn block(&self, addresses: &[&str]) {
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.setBlockedURLs", json!({ "urls": addresses })).await;
    }

    /// From the next page on no page's script runs.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn run_no_scripts(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    /// From the next page on the browser keeps nothing for pages, as when its storage is full.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn fill_storage(&self) {
        self.run_first("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
            .await;
    }

    /// From the next page on this script runs before anything of a page does, whatever its policy says.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn run_first(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// Goes on in the first frame that a locator means.
    ///
    /// # Panics
    /// When there is none.
    pub async fn enter_frame(&self, locator: impl Into<Locator>) {
        let frame = self.wait_for(locator).await;
        frame.enter_frame().await.expect("a frame can be entered");
    }

    /// Goes on in the page whose frames they are.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn leave_frame(&self) {
        self.session.driver().enter_default_frame().await.expect("a frame can be left");
    }

    /// Opens another tab, and goes on there.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn open_tab(&self) {
        let driver = self.session.driver();
        let tab = driver.new_tab().await.expect("a tab can be opened");
        driver.switch_to_window(tab).await.expect("a tab that was opened is there");
        self.emulate().await;
    }

    /// Goes on in another tab, counted from 0 in the order they were opened.
    ///
    /// # Panics
    /// When there is none.
    pub async fn switch_tab(&self, number: usize) {
        let driver = self.session.driver();
        let tabs = driver.windows().await.expect("a browser has tabs");
        let tab = tabs.get(number).unwrap_or_else(|| panic!("there are {} tabs", tabs.len()));
        driver.switch_to_window(tab.clone()).await.expect("the tab is there");
    }
}
