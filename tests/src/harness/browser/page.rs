//! What a person does on a page, and what they see there.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::{TypingData, WebElement, error::WebDriverErrorInner};

use super::Browser;

/// How often a page is looked at. `WebDriver` has no way to be told.
const INTERVAL: Duration = Duration::from_millis(40);

/// Which elements are meant: those with a CSS selector, and, if there is one, with a text.
///
/// The text is the element's `aria-label`, or what can be read in it, with white space folded. If it is exactly that of
/// some elements these are meant, else those that contain it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locator {
    css: String,
    text: Option<String>,
}

impl From<&str> for Locator {
    fn from(css: &str) -> Self {
        Self { css: css.to_owned(), text: None }
    }
}

impl From<&String> for Locator {
    fn from(css: &String) -> Self {
        css.as_str().into()
    }
}

impl<C: AsRef<str>, T: AsRef<str>> From<(C, T)> for Locator {
    fn from((css, text): (C, T)) -> Self {
        Self { css: css.as_ref().to_owned(), text: Some(text.as_ref().to_owned()) }
    }
}

impl std::fmt::Display for Locator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.text {
            Some(text) => write!(f, "`{}` with “{text}”", self.css),
            None => write!(f, "`{}`", self.css),
        }
    }
}

/// The visible elements that a locator means, as a JavaScript function body; its arguments are the selector and the text.
const FIND: &str = r"
    const [css, text] = arguments;
    const fold = words => words.replace(/\s+/g, ' ').trim();
    const words = element => fold(element.getAttribute('aria-label') ?? element.innerText ?? element.textContent);
    const seen = [...document.querySelectorAll(css)].filter(element =>
        element.checkVisibility({ visibilityProperty: true })
            && [...element.getClientRects()].some(({ width, height }) => width > 0 && height > 0));
    if (text === null) return seen;
    const same = seen.filter(element => words(element) === fold(text));
    return same.length > 0 ? same : seen.filter(element => words(element).includes(fold(text)));
";

impl Browser {
    /// Waits until an element can be seen.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn wait_for(&self, locator: impl Into<Locator>) -> WebElement {
        let locator = locator.into();
        let found = self.poll(async || self.find(&locator).await.into_iter().next()).await;
        self.or_explain(found, &format!("{locator} to be seen")).await
    }

    /// Waits until no such element can be seen.
    ///
    /// # Panics
    /// When it stays.
    pub async fn wait_until_gone(&self, locator: impl Into<Locator>) {
        let locator = locator.into();
        let gone = self.poll(async || self.find(&locator).await.is_empty().then_some(())).await;
        self.or_explain(gone, &format!("{locator} to be gone")).await;
    }

    /// Waits until that many such elements can be seen.
    ///
    /// # Panics
    /// When it stays another number.
    pub async fn wait_for_count(&self, locator: impl Into<Locator>, count: usize) {
        let locator = locator.into();
        let right = self.poll(async || (self.find(&locator).await.len() == count).then_some(())).await;
        self.or_explain(right, &format!("{count} of {locator}")).await;
    }

    /// Waits until a text can be read somewhere on the page, white space folded.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn wait_for_text(&self, text: &str) {
        let script = "return (document.body?.innerText ?? '').replace(/\\s+/g, ' ').includes(arguments[0])";
        let found = self.poll(async || self.holds(script, json!(text)).await.then_some(())).await;
        self.or_explain(found, &format!("the text “{text}”")).await;
    }

    /// Waits until a JavaScript expression is true.
    ///
    /// # Panics
    /// When it stays false.
    pub async fn wait_until(&self, expression: &str) {
        let script = format!("return Boolean({expression})");
        let holds = self.poll(async || self.holds(&script, Value::Null).await.then_some(())).await;
        self.or_explain(holds, &format!("`{expression}`")).await;
    }

    /// Clicks, once the element is there, enabled, and not covered by another.
    ///
    /// # Panics
    /// When it cannot be clicked.
    pub async fn click(&self, locator: impl Into<Locator>) {
        let locator = locator.into();
        let clicked = self
            .poll(async || {
                let element = self.find(&locator).await.into_iter().next()?;
                if !ready(element.is_enabled().await)? {
                    return None;
                }
                ready(element.click().await)
            })
            .await;
        self.or_explain(clicked, &format!("{locator} to be clickable")).await;
    }

    /// Clicks into a field, and types. A line feed is the key Enter.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn type_into(&self, locator: impl Into<Locator>, text: &str) {
        self.enter(locator.into(), text.into()).await;
    }

    /// Clicks into a field, selects what is there, and types something else.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn replace(&self, locator: impl Into<Locator>, text: &str) {
        let select_all = thirtyfour::Key::Control + "a";
        // The modifier is held until this key.
        let typed = select_all + thirtyfour::Key::Null + thirtyfour::Key::Delete + text;
        self.enter(locator.into(), typed).await;
    }

    /// Chooses the option with this value, as a click on it does.
    ///
    /// # Panics
    /// When there is no such choice.
    pub async fn choose(&self, css: &str, value: &str) {
        self.wait_for(css).await;
        let script = "const [css, value] = arguments; const select = document.querySelector(css); select.value = value;
            select.dispatchEvent(new Event('change')); return select.value";
        let chosen: String = self.script(script, vec![css.into(), value.into()]).await;
        assert_eq!(chosen, value, "{css}");
    }

    async fn enter(&self, locator: Locator, keys: TypingData) {
        self.click(locator.clone()).await;
        let element = self.wait_for(locator).await;
        element.send_keys(keys).await.expect("a field that was clicked takes keys");
    }

    /// Puts a text on the clipboard, clicks into a field, and pastes it with the keyboard.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn paste(&self, locator: impl Into<Locator>, text: &str) {
        let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.devtools("Browser.grantPermissions", permissions).await;
        self.click(locator).await;
        self.script::<()>("return navigator.clipboard.writeText(arguments[0])", vec![json!(text)]).await;
        self.press(thirtyfour::Key::Control + "v").await;
    }

    /// Presses keys where the focus is: `Key::Tab`, `Key::Control + "z"`, `"text"`.
    ///
    /// # Panics
    /// When what has the focus takes no keys.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let element = self.session.driver().active_element().await.expect("something has the focus");
        element.send_keys(keys.into()).await.expect("what has the focus takes keys");
    }

    /// Presses Tab, wherever the focus is.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn tab(&self) {
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({ "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9 });
            self.devtools("Input.dispatchKeyEvent", key).await;
        }
    }

    /// The text of the first such element, as it can be read.
    ///
    /// # Panics
    /// When there is none.
    pub async fn text(&self, locator: impl Into<Locator>) -> String {
        self.read(locator.into(), "arguments[0].innerText").await
    }

    /// The text of each such element that can be seen now; it does not wait.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn texts(&self, locator: impl Into<Locator>) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.find(&locator.into()).await {
            texts.push(element.text().await.unwrap_or_default());
        }
        texts
    }

    /// What is in the first such field.
    ///
    /// # Panics
    /// When there is none.
    pub async fn value(&self, locator: impl Into<Locator>) -> String {
        self.read(locator.into(), "String(arguments[0].value)").await
    }

    /// An attribute of the first such element, if it has it.
    ///
    /// # Panics
    /// When there is no such element.
    pub async fn attribute(&self, locator: impl Into<Locator>, name: &str) -> Option<String> {
        self.read(locator.into(), &format!("arguments[0].getAttribute({})", json!(name))).await
    }

    /// How many such elements can be seen now; it does not wait.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn count(&self, locator: impl Into<Locator>) -> usize {
        self.find(&locator.into()).await.len()
    }

    /// Waits until this has the focus: its tag, and its label or text, as in `button Push`.
    ///
    /// # Panics
    /// When something else keeps it.
    pub async fn wait_for_focus(&self, expected: &str) {
        let right = self.poll(async || (self.focused().await == expected).then_some(())).await;
        if right.is_none() {
            let focused = self.focused().await;
            self.or_explain(right, &format!("the focus on `{expected}`; it is on `{focused}`")).await;
        }
    }

    async fn focused(&self) -> String {
        let script = "
            const element = document.activeElement;
            const label = element.getAttribute('aria-label') ?? element.labels?.[0]?.innerText ?? element.innerText;
            return `${element.localName} ${label ?? ''}`.replace(/\\s+/g, ' ').trim()";
        self.script(script, Vec::new()).await
    }

    /// The value of a JavaScript expression; a promise is waited for.
    ///
    /// # Panics
    /// When it fails, or is something else.
    pub async fn evaluate<T: DeserializeOwned>(&self, expression: &str) -> T {
        self.script(&format!("return {expression}"), Vec::new()).await
    }

    async fn script<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> T {
        let value = self.session.driver().execute(script, arguments).await;
        let value = value.unwrap_or_else(|error| panic!("{script}: {error}"));
        value.convert().unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// False also while a page is being replaced by another.
    async fn holds(&self, script: &str, argument: Value) -> bool {
        let value = self.session.driver().execute(script, vec![argument]).await;
        ready(value).is_some_and(|value| value.json() == &Value::Bool(true))
    }

    async fn read<T: DeserializeOwned>(&self, locator: Locator, expression: &str) -> T {
        let read = self
            .poll(async || {
                let element = self.find(&locator).await.into_iter().next()?;
                let element = element.to_json().expect("an element is JSON");
                let script = format!("return {expression}");
                let value = ready(self.session.driver().execute(script, vec![element]).await)?;
                value.convert().ok()
            })
            .await;
        self.or_explain(read, &format!("{locator} to be read")).await
    }

    async fn find(&self, locator: &Locator) -> Vec<WebElement> {
        let found = self.session.driver().execute(FIND, vec![json!(locator.css), json!(locator.text)]).await;
        ready(found).and_then(|found| ready(found.elements())).unwrap_or_default()
    }

    /// Looks until there is something, for as long as its patience lasts.
    async fn poll<T>(&self, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
        tokio::time::timeout(self.patience, async {
            let mut ticks = tokio::time::interval(INTERVAL);
            loop {
                ticks.tick().await;
                if let Some(found) = look().await {
                    return found;
                }
            }
        })
        .await
        .ok()
    }

    async fn or_explain<T>(&self, found: Option<T>, wanted: &str) -> T {
        if let Some(found) = found {
            return found;
        }
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let picture = self.screenshot(&format!("failed-{test}")).await;
        let shown: String = self.evaluate("(document.body?.innerText ?? '').slice(0, 4000)").await;
        let console: Vec<String> = self.console().await.iter().map(ToString::to_string).collect();
        panic!(
            "waited for {wanted} on {}\n--- the page ({}):\n{shown}\n--- its console:\n{}",
            self.url().await,
            picture.display(),
            console.join("\n"),
        );
    }
}

/// `None` for what may yet become right: the element went away or is not ready, or its page is being replaced.
///
/// # Panics
/// For every other error: waiting would not help.
fn ready<T>(result: thirtyfour::error::WebDriverResult<T>) -> Option<T> {
    let error = match result {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    let text = error.to_string();
    match error.as_inner() {
        WebDriverErrorInner::StaleElementReference(_)
        | WebDriverErrorInner::NoSuchElement(_)
        | WebDriverErrorInner::ElementClickIntercepted(_)
        | WebDriverErrorInner::ElementNotInteractable(_) => None,
        // Chromedriver's words for a page that is being replaced: `aborted by navigation`, `cannot determine loading
        // status`, `Execution context was destroyed`.
        _ if ["navigation", "loading status", "context"].iter().any(|words| text.contains(words)) => None,
        _ => panic!("{text}"),
    }
}
