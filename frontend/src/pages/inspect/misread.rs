//! A link that asks about what is no platform, or is one in other words.

use leptos::prelude::*;
use onetag_shared::platform::Platform;

use crate::components::Prose;

/// What is wrong with what was asked about, and a link to what was meant.
#[component]
pub(crate) fn Misread(
    /// As the link has it.
    on: String,
) -> impl IntoView {
    let called = Platform::called(&on);
    let not_known = match &called {
        Ok(platform) => platform.not_known(),
        Err(error) => Some(error.clone()),
    };
    let (words, meant) = match (&called, &not_known) {
        (Ok(platform), None) => (format!("`{on}` is another word for "), Some(platform.to_string())),
        (_, Some(error)) if error.near().is_some() => {
            (format!("`{on}` is not known as a platform. Did you mean "), error.near().map(str::to_owned))
        }
        (_, Some(error)) => (format!("Whether it runs there is not known: {error}."), None),
        (Err(_), None) => (String::new(), None),
    };
    let end = if not_known.is_none() { "." } else { "?" };
    let link = meant.map(|platform| {
        // The whole page is asked for again: with it the choice of machines.
        let path = window().location().pathname().unwrap_or_default();
        let href = format!("{path}?on={}", js_sys::encode_uri_component(&platform)).replace("%2F", "/");
        view! { <a href=href rel="external"><code>{platform}</code></a>{end} }
    });
    view! { <span id="misread"><Prose text=words />{link}</span> }
}
