//! What differs between two references.

use onetag_shared::api::{Diff, Problem, paths};

use super::{Abort, get, no_problem, read, unreachable};

/// The difference. What was typed is sent as it is: the server says what is wrong with it, and with which.
pub(crate) async fn diff(from: &str, to: &str, abort: &Abort) -> Result<Diff, Problem> {
    read(get(&address(paths::DIFF, from, to)).abort_signal(Some(abort.signal()))).await
}

/// The same in another form: `text/plain` or `text/markdown`.
pub(crate) async fn diff_as(from: &str, to: &str, form: &str) -> Result<String, Problem> {
    let request = get(&address(paths::DIFF, from, to)).header("accept", form);
    let response = request.send().await.map_err(|error| unreachable(&error))?;
    let text = response.text().await.map_err(|error| unreachable(&error))?;
    if response.ok() {
        Ok(text)
    } else {
        Err(serde_json::from_str(&text).unwrap_or_else(|_| no_problem(response.status())))
    }
}

/// The address of the page of a difference.
pub(crate) fn diff_page(from: &str, to: &str) -> String {
    // These are as good as their escapes there, and can be read.
    address(paths::DIFF_PAGE, from, to).replace("%2F", "/").replace("%3A", ":").replace("%40", "@")
}

fn address(path: &str, from: &str, to: &str) -> String {
    let text = |text: &str| String::from(js_sys::encode_uri_component(text));
    format!("{path}?from={}&to={}", text(from), text(to))
}
