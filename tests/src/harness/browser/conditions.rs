//! What a page finds itself in: a window, a network, a storage, other tabs.

use serde_json::json;

use super::{Browser, Scheme, Width};

impl Browser {
    /// Makes the page as wide as that, as when a window is resized.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn set_width(&mut self, width: Width) {
        self.width = width;
        self.emulate().await;
    }

    /// Changes the colour scheme, as when a system goes over to its night colours.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn set_scheme(&mut self, scheme: Scheme) {
        self.scheme = scheme;
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
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
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

    /// From now on the browser loads nothing whose address is like one of these (`*` stands for anything).
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn block(&self, addresses: &[&str]) {
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.setBlockedURLs", json!({ "urls": addresses })).await;
    }

    /// From the next page on the browser keeps nothing for pages, as when its storage is full.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn fill_storage(&self) {
        let source = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }";
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
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
