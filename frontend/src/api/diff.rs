//! What differs between two references.

use onetag_shared::api::{Diff, Problem, paths};

use super::{Abort, encoded, get, read, text, unreachable};

/// The difference. What was typed is sent as it is: the server says what is wrong with it, and with which.
pub(crate) async fn diff(from: &str, to: &str, abort: &Abort) -> Result<Diff, Problem> {
    read(get(&address(paths::DIFF, from, to)).abort_signal(Some(abort.signal()))).await
}

/// The same in another form: `text/plain` or `text/markdown`.
pub(crate) async fn diff_as(from: &str, to: &str, form: &str) -> Result<String, Problem> {
    let request = get(&address(paths::DIFF, from, to)).header("accept", form);
    text(request.send().await.map_err(|error| unreachable(&error))?).await
}

/// The address of the page of a difference.
pub(crate) fn diff_page(from: &str, to: &str) -> String {
    // These are as good as their escapes there, and can be read.
    address(paths::DIFF_PAGE, from, to).replace("%2F", "/").replace("%3A", ":").replace("%40", "@")
}

fn address(path: &str, from: &str, to: &str) -> String {
    format!("{path}?from={}&to={}", encoded(from), encoded(to))
}
